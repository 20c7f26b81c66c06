import { type OeeResult, rollUpSums } from "../../algorithms/oee.ts";
import type { OeeSums } from "../../algorithms/oee-sums.ts";
import type { RolledShift } from "./shift-report.ts";

export const PERIODS = ["day", "week", "month"] as const;
export type Period = (typeof PERIODS)[number];

/** The sums of some shifts, and the ratios made from them. Seconds; null is unknown. */
export interface RolledUp {
  readonly shifts: number;
  /** Of these: those that can still change. */
  readonly notFinal: number;
  readonly seals: number;
  readonly units: number;
  readonly plannedBusySeconds: number;
  /**
   * The ratios, from the shifts whose ideal cycles are known; null when there is none. `reasons` tells what is missing.
   */
  readonly oee: OeeResult | null;
  /** Share of the planned busy time that the ratios are made of; null without any. */
  readonly ratedShare: number | null;
  readonly coverage: number | null;
  /** Of the shifts with a meter; null when there is none. */
  readonly kwh: number | null;
  readonly kwhPerUnit: number | null;
}

/** A line, an area or the plant: as a whole, and period by period. */
export interface RolledGroup {
  /** Null for all but a line. */
  readonly appliance: string | null;
  readonly line: string | null;
  readonly name: string | null;
  /** Null: the plant, or lines without one. */
  readonly area: string | null;
  readonly total: RolledUp;
  /** By period that has a shift, in order: `2026-03-02`, `2026-W10` or `2026-03`. */
  readonly periods: ReadonlyMap<string, RolledUp>;
}

/** The view of a plant. */
export interface Rollup {
  readonly by: Period;
  /** First and last local date that has a shift. */
  readonly from: string;
  readonly to: string;
  /** All periods that have a shift, in order. */
  readonly periods: readonly string[];
  readonly plant: RolledGroup;
  /** In order of name, lines without an area last. */
  readonly areas: readonly RolledGroup[];
  readonly lines: readonly RolledGroup[];
}

/**
 * Rolls up shifts by line, area and plant: net time, run time, planned busy time and counts are added up, then divided;
 * percentages are never averaged. Time that nobody planned counts in units and energy, not in ratios.
 * @param shifts each once, at least one; those of a line in order of time.
 */
export function rollUp(shifts: readonly RolledShift[], by: Period): Rollup {
  const dates = shifts.map(({ date }) => date).sort();
  const group = (members: readonly RolledShift[], whose: Partial<RolledGroup>): RolledGroup => ({
    ...{ appliance: null, line: null, name: null, area: null, ...whose },
    total: sumUp(members),
    periods: new Map(
      [...groupedBy(members, ({ date }) => periodOf(date, by))].map(([key, part]) => [key, sumUp(part)]),
    ),
  });
  const byLine = [...groupedBy(shifts, ({ appliance, line }) => JSON.stringify([appliance, line])).values()];
  // a line is where its latest shift says
  const placed = byLine.map((members) => {
    const last = members.at(-1) as RolledShift;
    return { members, appliance: last.appliance, line: last.line, name: last.lineName, area: last.area };
  });
  const byArea = groupedBy(placed, ({ area }) => area ?? "");
  return {
    by,
    from: dates[0] as string,
    to: dates.at(-1) as string,
    periods: [...new Set(dates.map((date) => periodOf(date, by)))],
    plant: group(shifts, {}),
    areas: [...byArea]
      .sort(([a], [b]) => (a === "" ? 1 : b === "" ? -1 : a < b ? -1 : 1))
      .map(([name, lines]) =>
        group(
          lines.flatMap(({ members }) => members),
          { area: name === "" ? null : name },
        ),
      ),
    lines: placed.map(({ members, ...whose }) => group(members, whose)),
  };
}

/** `2026-03-02`, `2026-W10` (ISO 8601) or `2026-03`. */
export function periodOf(date: string, by: Period): string {
  if (by === "day") return date;
  if (by === "month") return date.slice(0, 7);
  const day = new Date(`${date}T00:00:00Z`);
  // the week belongs to the year of its Thursday
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const year = day.getUTCFullYear();
  const week = 1 + Math.floor((day.getTime() - Date.UTC(year, 0, 1)) / (7 * 86_400_000));
  return `${year}-W${String(week).padStart(2, "0")}`;
}

function sumUp(shifts: readonly RolledShift[]): RolledUp {
  const add = (value: (shift: RolledShift) => number) => shifts.reduce((sum, shift) => sum + value(shift), 0);
  const rated = shifts.flatMap(({ sums }) => (sums !== null && isRated(sums) ? [sums] : []));
  const plannedBusySeconds = add(({ sums }) => sums?.times.shiftSeconds ?? 0);
  const ratedSeconds = rated.reduce((sum, { times }) => sum + times.shiftSeconds, 0);
  const seconds = add(({ shiftSeconds }) => shiftSeconds);
  const metered = shifts.filter(({ kwh }) => kwh !== null);
  const kwh = metered.length === 0 ? null : metered.reduce((sum, shift) => sum + (shift.kwh ?? 0), 0);
  const meteredUnits = metered.reduce((sum, { units }) => sum + units, 0);
  return {
    shifts: shifts.length,
    notFinal: shifts.filter(({ state }) => state !== "final").length,
    seals: add(({ seals }) => seals),
    units: add(({ units }) => units),
    plannedBusySeconds,
    oee: rated.length === 0 ? null : rollUpSums(rated),
    ratedShare: plannedBusySeconds === 0 ? null : ratedSeconds / plannedBusySeconds,
    coverage: seconds === 0 ? null : add(({ seenSeconds }) => seenSeconds) / seconds,
    kwh,
    kwhPerUnit: kwh === null || meteredUnits <= 0 ? null : kwh / meteredUnits,
  };
}

function isRated({ products }: OeeSums): boolean {
  return products.every(({ netSeconds }) => netSeconds !== null);
}

function groupedBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}
