import type { TimeUse } from "./stops.ts";

/** Where the time of a shift went, in seconds; each at least 0, each second in one of them or running. */
export interface OeeTimes {
  /** Length of the shift. */
  readonly shiftSeconds: number;
  /** Breaks and planned stops, without what was worked through. */
  readonly breakSeconds: number;
  readonly noDataSeconds: number;
  readonly changeoverSeconds: number;
  readonly microStopSeconds: number;
  readonly notReadySeconds: number;
  readonly waitingSeconds: number;
  readonly lateStartSeconds: number;
  readonly lateRestartSeconds: number;
  readonly earlyFinishSeconds: number;
  /** How often the machine was not ready; a stop that began in the shift before is not counted again. */
  readonly notReadyEvents: number;
}

/** What was made of a product. */
export interface ProductSums {
  readonly id: string;
  readonly cycles: number;
  /** Ideal cycle times cycles; null when the ideal cycle is not known. */
  readonly netSeconds: number | null;
  /** Run time of the product, micro-stops included; null when not known. */
  readonly runSeconds: number | null;
}

/** Good units of all units. */
export interface QualityCount {
  readonly goodUnits: number;
  readonly totalUnits: number;
}

/** Everything that OEE is computed from: sums, so that shifts and lines can be added up. */
export interface OeeSums {
  readonly times: OeeTimes;
  readonly products: readonly ProductSums[];
  /** null: not measured. */
  readonly quality: QualityCount | null;
  /** Length of the calendar period for TEEP; null when nobody says. */
  readonly calendarSeconds: number | null;
}

type TimeKey = keyof OeeTimes;

const NO_TIMES: OeeTimes = {
  shiftSeconds: 0,
  breakSeconds: 0,
  noDataSeconds: 0,
  changeoverSeconds: 0,
  microStopSeconds: 0,
  notReadySeconds: 0,
  waitingSeconds: 0,
  lateStartSeconds: 0,
  lateRestartSeconds: 0,
  earlyFinishSeconds: 0,
  notReadyEvents: 0,
};
export const TIME_KEYS = Object.keys(NO_TIMES) as readonly TimeKey[];

/** The bucket of each automatic name. */
const BUCKETS = {
  break: "breakSeconds",
  "planned stop": "breakSeconds",
  "off shift": "breakSeconds",
  "no data": "noDataSeconds",
  changeover: "changeoverSeconds",
  "micro-stop": "microStopSeconds",
  "not ready": "notReadySeconds",
  waiting: "waitingSeconds",
  "late start": "lateStartSeconds",
  "late restart": "lateRestartSeconds",
  "early finish": "earlyFinishSeconds",
} as const satisfies Record<TimeUse["stops"][number]["name"], TimeKey>;

/** The times of a shift from its stops; names decide, so a late start is no failure even with the contact open. */
export function timesOf({ stops, lengthUs }: Pick<TimeUse, "stops" | "lengthUs">): OeeTimes {
  const us: Record<TimeKey, number> = { ...NO_TIMES, shiftSeconds: lengthUs };
  let notReadyEvents = 0;
  for (const { name, startUs, endUs, continued } of stops) {
    us[BUCKETS[name]] += endUs - startUs;
    if (name === "not ready" && !continued) notReadyEvents++;
  }
  // added up in whole microseconds: sums of seconds would not come out even
  const seconds = Object.fromEntries(TIME_KEYS.map((key) => [key, us[key] / 1e6])) as unknown as OeeTimes;
  return { ...seconds, notReadyEvents };
}

/**
 * Sums of several shifts or lines. Products are added up by id; what is unknown in one of them is unknown in the sum.
 *
 * @param calendarSeconds length of the calendar period of the whole: shifts of one day share it, so it is not a sum.
 */
export function addSums(parts: readonly OeeSums[], calendarSeconds: number | null): OeeSums {
  const times: Record<TimeKey, number> = { ...NO_TIMES };
  for (const part of parts) for (const key of TIME_KEYS) times[key] += part.times[key];
  return { times, products: addProducts(parts), quality: addQuality(parts), calendarSeconds };
}

function addProducts(parts: readonly OeeSums[]): readonly ProductSums[] {
  const sums = new Map<string, ProductSums>();
  for (const product of parts.flatMap(({ products }) => products)) {
    const { id, cycles, netSeconds, runSeconds } = sums.get(product.id) ?? { ...product, cycles: 0, ...NO_SECONDS };
    sums.set(id, {
      id,
      cycles: cycles + product.cycles,
      netSeconds: add(netSeconds, product.netSeconds),
      runSeconds: add(runSeconds, product.runSeconds),
    });
  }
  return [...sums.values()];
}

const NO_SECONDS = { netSeconds: 0, runSeconds: 0 };

function addQuality(parts: readonly OeeSums[]): QualityCount | null {
  let sum: QualityCount = { goodUnits: 0, totalUnits: 0 };
  for (const { quality, products } of parts) {
    // a shift that made nothing has no quality to be missing
    if (quality === null && products.every(({ cycles }) => cycles === 0)) continue;
    if (quality === null) return null;
    sum = { goodUnits: sum.goodUnits + quality.goodUnits, totalUnits: sum.totalUnits + quality.totalUnits };
  }
  return parts.some(({ quality }) => quality !== null) ? sum : null;
}

function add(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}
