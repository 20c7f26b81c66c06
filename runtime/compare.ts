import type { ShiftResult } from "./shift-result.ts";

/** A figure that differs between two calculations of the same shift; null: not there, or not known. */
export interface Difference {
  /** Such as `oee.availability` or `products.P1.units`. */
  readonly figure: string;
  readonly before: Figure;
  readonly after: Figure;
}

/** What changed in a shift. */
export interface ShiftDifferences {
  readonly line: string;
  readonly id: string;
  /** Null: the shift is in both; otherwise only before, or only after. */
  readonly only: "before" | "after" | null;
  readonly differences: readonly Difference[];
}

type Figure = string | number | boolean | null;

// Long lists say nothing line by line: how many there are, and what they add up to, does.
const SUMMED = ["stops", "runs", "minutes", "sealsByMinute", "remarks", "corrections", "tooSlowIdeals"] as const;

/** What changed from one calculation of a recording to another, shift by shift, in the order of the first. */
export function compareShifts(
  before: readonly ShiftResult[],
  after: readonly ShiftResult[],
): readonly ShiftDifferences[] {
  const keyOf = ({ line, id }: ShiftResult) => `${line} ${id}`;
  const others = new Map(after.map((shift) => [keyOf(shift), shift]));
  const both = before.map((shift) => differencesOf(shift, others.get(keyOf(shift))));
  const known = new Set(before.map(keyOf));
  return [...both, ...after.filter((shift) => !known.has(keyOf(shift))).map(({ line, id }) => only(line, id, "after"))];
}

function only(line: string, id: string, which: "before" | "after"): ShiftDifferences {
  return { line, id, only: which, differences: [] };
}

function differencesOf(before: ShiftResult, after: ShiftResult | undefined): ShiftDifferences {
  if (after === undefined) return only(before.line, before.id, "before");
  const [old, now] = [figuresOf(before), figuresOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const differences = names.flatMap((figure) => {
    const [a, b] = [old.get(figure) ?? null, now.get(figure) ?? null];
    return a === b ? [] : [{ figure, before: a, after: b }];
  });
  return { line: before.line, id: before.id, only: null, differences };
}

/** Every figure of a result by its path; lists by id where they have one, else summed up. */
function figuresOf(shift: ShiftResult): Map<string, Figure> {
  const figures = new Map<string, Figure>();
  const { energy, ...rest } = shift;
  const summed = Object.fromEntries(Object.entries(rest).filter(([name]) => !SUMMED.includes(name as never)));
  collect("", { ...summed, energy: energy === null ? null : { ...energy, quarterHours: null } }, figures);
  figures.set("runs", shift.runs.length);
  for (const { name, startUs, endUs } of shift.stops ?? []) {
    figures.set(`stops.${name}`, Number(figures.get(`stops.${name}`) ?? 0) + 1);
    figures.set(`stops.${name}.seconds`, Number(figures.get(`stops.${name}.seconds`) ?? 0) + (endUs - startUs) / 1e6);
  }
  return figures;
}

function collect(path: string, value: unknown, figures: Map<string, Figure>): void {
  if (typeof value !== "object" || value === null) {
    if (value !== undefined) figures.set(path, value as Figure);
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    const id = Array.isArray(value) ? (item?.id ?? item?.product ?? key) : key;
    collect(path === "" ? `${id}` : `${path}.${id}`, item, figures);
  }
}
