import type { Interval } from "./interval.ts";
import { oee } from "./oee.ts";
import { type OeeTimes, timesOf } from "./oee-sums.ts";
import type { Stop } from "./gap-stops.ts";

/** A quarter of an hour in microseconds. */
export const QUARTER_US = 900_000_000;

/** Where the time of a window went, and what was made in it. */
export interface QuarterHoursInput extends Interval {
  /** Wall time (microseconds of UTC) minus the time of the others. */
  readonly wallOffsetUs: number;
  /** Of `findStops`: in order of time, not overlapping. */
  readonly stops: readonly Stop[];
  /** Those of the window, in order of time; they count where they end. */
  readonly seals: readonly { readonly offUs: number; readonly product: number | null }[];
  readonly products: readonly QuarterHourProduct[];
  /** False: nobody planned this time, so there is no planned busy time in it. */
  readonly isPlanned: boolean;
}

export interface QuarterHourProduct {
  readonly number: number;
  readonly idealCycleSeconds: number | null;
  readonly unitsPerSeal: number;
}

/** A quarter of an hour of the clock, or what of it lies in the window. Seconds. */
export interface QuarterHour extends Interval {
  readonly times: OeeTimes;
  /** PBT, run time and net time as `oee` has them; they add up to those of the window. */
  readonly plannedBusySeconds: number;
  readonly runSeconds: number;
  /** Null when the ideal cycle of something that was made is not known. */
  readonly netSeconds: number | null;
  readonly seals: number;
  /** Without seals of no product, before corrections. */
  readonly units: number;
}

/**
 * The quarters of an hour of a window, those of UTC, which are those of every time zone: sums of times and counts that
 * can be added up to any longer time, and to the window itself. O(quarters + stops + seals).
 */
export function quarterHours(input: QuarterHoursInput): readonly QuarterHour[] {
  const slots = slotsOf(input);
  const stops = cut(input.stops, slots);
  const made = placed(input.seals, slots);
  return slots.map((slot, i) => quarterOf(input, slot, stops[i] as readonly Stop[], made[i] as readonly Made[]));
}

type Made = QuarterHoursInput["seals"][number];

function quarterOf(input: QuarterHoursInput, slot: Interval, stops: readonly Stop[], made: readonly Made[]) {
  const times = timesOf({ stops, lengthUs: slot.endUs - slot.startUs });
  const counted = input.products.map((product) => ({
    ...product,
    cycles: made.reduce((sum, seal) => sum + (seal.product === product.number ? 1 : 0), 0),
  }));
  const products = counted.map(({ number, ...rest }) => ({ id: String(number), ...rest }));
  const { plannedBusySeconds, runSeconds, netSeconds } = oee({
    ...times,
    products,
    quality: null,
    calendarSeconds: null,
  });
  return {
    ...slot,
    times,
    plannedBusySeconds: input.isPlanned ? plannedBusySeconds : 0,
    runSeconds: input.isPlanned ? runSeconds : 0,
    netSeconds,
    seals: made.length,
    units: counted.reduce((sum, { cycles, unitsPerSeal }) => sum + cycles * unitsPerSeal, 0),
  };
}

function slotsOf({ startUs, endUs, wallOffsetUs }: QuarterHoursInput): readonly Interval[] {
  const slots: Interval[] = [];
  const firstUs = Math.floor((startUs + wallOffsetUs) / QUARTER_US) * QUARTER_US - wallOffsetUs;
  for (let atUs = firstUs; atUs < endUs; atUs += QUARTER_US)
    slots.push({ startUs: Math.max(atUs, startUs), endUs: Math.min(atUs + QUARTER_US, endUs) });
  return slots;
}

/** The part of each stop in each slot; the rest of an occurrence is no further one. */
function cut(stops: readonly Stop[], slots: readonly Interval[]): readonly (readonly Stop[])[] {
  let next = 0;
  return slots.map(({ startUs, endUs }) => {
    const inside: Stop[] = [];
    while ((stops[next]?.endUs ?? Number.POSITIVE_INFINITY) <= startUs) next++;
    for (let i = next; i < stops.length; i++) {
      const stop = stops[i] as Stop;
      if (stop.startUs >= endUs) break;
      inside.push({
        ...stop,
        startUs: Math.max(startUs, stop.startUs),
        endUs: Math.min(endUs, stop.endUs),
        continued: stop.continued || stop.startUs < startUs,
      });
    }
    return inside;
  });
}

/** A seal that ends right at the end of the window is in the last slot. */
function placed(seals: readonly Made[], slots: readonly Interval[]): readonly (readonly Made[])[] {
  const made: Made[][] = slots.map(() => []);
  let at = 0;
  for (const seal of seals) {
    while (at < slots.length - 1 && (slots[at] as Interval).endUs <= seal.offUs) at++;
    made[at]?.push(seal);
  }
  return made;
}
