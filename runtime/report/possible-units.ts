import { clip, type Interval, subtract, union } from "../../algorithms/interval.ts";
import type { ShiftResult } from "../shift-result.ts";

/** A stretch of planned time at one speed; null where the ideal cycle is not known. */
interface Pace extends Interval {
  readonly unitsPerUs: number | null;
}

/**
 * How many units the planned busy time of a shift could have given: planned time at the ideal cycle of the product that
 * was being made, or had been made last; before the first seal, of the first one.
 */
export class PossibleUnits {
  readonly #paces: readonly Pace[];
  /** Units, and time without a known speed, before each pace. */
  readonly #before: readonly { readonly units: number; readonly unknownUs: number }[];

  private constructor(paces: readonly Pace[]) {
    this.#paces = paces;
    let sum = { units: 0, unknownUs: 0 };
    this.#before = paces.map(({ startUs, endUs, unitsPerUs }) => {
      const before = sum;
      const us = endUs - startUs;
      sum = { units: sum.units + us * (unitsPerUs ?? 0), unknownUs: sum.unknownUs + (unitsPerUs === null ? us : 0) };
      return before;
    });
  }

  /** Null for time that nobody planned, without any product, and for recordings too long to be one shift. */
  static of(shift: ShiftResult): PossibleUnits | null {
    if (shift.oee === null || shift.stops === null || shift.runs.length === 0) return null;
    if (!(shift.oee.plannedBusySeconds > 0)) return null;
    return new PossibleUnits([...pacesOf(shift)]);
  }

  /** Units between two moments; null when an ideal cycle is not known there. */
  between(startUs: number, endUs: number): number | null {
    const [from, to] = [this.#until(startUs), this.#until(endUs)];
    return to.unknownUs - from.unknownUs > 1 ? null : Math.max(0, to.units - from.units);
  }

  #until(timeUs: number): { readonly units: number; readonly unknownUs: number } {
    const i = this.#lastStartingBefore(timeUs);
    const pace = this.#paces[i];
    const before = this.#before[i];
    if (pace === undefined || before === undefined) return { units: 0, unknownUs: 0 };
    const us = Math.min(timeUs, pace.endUs) - pace.startUs;
    const isKnown = pace.unitsPerUs !== null;
    return { units: before.units + us * (pace.unitsPerUs ?? 0), unknownUs: before.unknownUs + (isKnown ? 0 : us) };
  }

  #lastStartingBefore(timeUs: number): number {
    let low = 0;
    let high = this.#paces.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.#paces[middle] as Pace).startUs < timeUs) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }
}

function* pacesOf(shift: ShiftResult): Generator<Pace> {
  const unplanned = union((shift.stops ?? []).filter(({ kind }) => kind === "break" || kind === "no-data"));
  for (const { startUs, endUs, share } of plannedParts(shift)) {
    const busy = subtract({ startUs, endUs }, unplanned);
    for (const { product, ...span } of productTimes(shift)) {
      const speed = speedOf(shift, product);
      for (const part of clip(busy, span)) yield { ...part, unitsPerUs: speed === null ? null : speed * share };
    }
  }
}

/** Of the time before and after the planned hours only what was worked is planned, wherever in it that was. */
function plannedParts({ startUs, endUs, plannedStartUs, plannedEndUs, ...shift }: ShiftResult) {
  const from = Math.min(Math.max(plannedStartUs ?? startUs, startUs), endUs);
  const to = Math.max(Math.min(plannedEndUs ?? endUs, endUs), from);
  const share = (seconds: number, us: number) => (us > 0 ? Math.min(1, (seconds * 1e6) / us) : 0);
  return [
    { startUs, endUs: from, share: share(shift.earlyStartSeconds, from - startUs) },
    { startUs: from, endUs: to, share: 1 },
    { startUs: to, endUs, share: share(shift.overtimeSeconds, endUs - to) },
  ];
}

/** From one end of the shift to the other: which product's time it is. */
export function productTimes({
  startUs,
  endUs,
  runs,
}: ShiftResult): readonly (Interval & { readonly product: string })[] {
  const starts = runs.filter(({ product }, i) => i === 0 || product !== runs[i - 1]?.product);
  return starts.map(({ product, startUs: onUs }, i) => {
    const fromUs = i === 0 ? startUs : Math.max(startUs, onUs);
    return { product, startUs: fromUs, endUs: Math.max(fromUs, Math.min(starts[i + 1]?.startUs ?? endUs, endUs)) };
  });
}

function speedOf({ products }: ShiftResult, product: string): number | null {
  const made = products.find(({ id }) => id === product);
  if (made === undefined || made.idealCycleSeconds === null) return null;
  return made.unitsPerSeal / (made.idealCycleSeconds * 1e6);
}
