import type { AvailabilityInterval } from "./availability.ts";
import { type ShiftSetting, type Stop, stopsOfGap } from "./gap-stops.ts";
import { type CycleLimits, CycleTimes, findGaps, type PlacedSeal } from "./gaps.ts";
import { SHORTEST_MICRO_STOP_SECONDS } from "./ideal-cycle.ts";
import { clip, type Interval, type Intervals, lengthUs, subtract, union } from "./interval.ts";

export const LONGEST_MICRO_STOP_SECONDS = 120;

/** What stops are found from: the window of a shift, and all that is known of it. Lists of intervals in any order. */
export interface StopsInput extends Interval {
  /** Until when the contacts were watched; the end of the window when left out. Beyond it nothing is booked. */
  readonly seenUntilUs?: number;
  /** Since when the contacts were watched; the start of the window when left out or later than it. */
  readonly seenFromUs?: number;
  /** In order of time, read three times; those outside the window tell how long a gap that crosses its ends really is. */
  readonly seals: Iterable<PlacedSeal>;
  /** Where it is not ready, a stop is not-ready; where it is ready or nobody knows, waiting. */
  readonly availability: readonly AvailabilityInterval[];
  /** When the recorder saw nothing. */
  readonly holes: readonly Interval[];
  readonly breaks: readonly Interval[];
  readonly plannedStops: readonly Interval[];
  /** Time of the window before and after the planned hours: only what is worked in it counts. */
  readonly offShift?: readonly Interval[];
  /** Above 0, by product; the median cycle stands in for what is missing. */
  readonly idealCycleSeconds: ReadonlyMap<number, number>;
  /** Another shift ends where this one starts: a stop that began there is counted there. */
  readonly shiftBefore?: boolean;
  /** Another shift starts where this one ends. */
  readonly shiftAfter?: boolean;
  /** A longer gap is a stop; seconds, default 120. */
  readonly longestMicroStopSeconds?: number;
  /** A gap shorter than this or than 2.5 ideal cycles is a slow cycle; seconds, default 2. */
  readonly shortestMicroStopSeconds?: number;
}

/** Where the time of a window went: `lengthUs = runningUs + all stops`, to the microsecond. */
export interface TimeUse {
  /** The window, or its part that was watched so far. */
  readonly lengthUs: number;
  /** In order of time, not overlapping. */
  readonly stops: readonly Stop[];
  /** Time in cycles, slow ones included. */
  readonly runningUs: number;
  /** Running time and micro-stops (the TPM run time) by product; under null while no product is known. */
  readonly runUsByProduct: ReadonlyMap<number | null, number>;
  /** Seals that ended in the window, by product; under null those of nobody. */
  readonly cyclesByProduct: ReadonlyMap<number | null, number>;
  /** Time of breaks and planned stops in which the machine was sealing: it stays planned busy time. */
  readonly workedThroughUs: number;
  /** Seals made while the contact said "not ready": unless 0 a wiring warning (contact inverted or welded). */
  readonly sealsWhileNotReady: number;
  readonly limits: ReadonlyMap<number | null, CycleLimits>;
  readonly longestMicroStopSeconds: number;
}

/**
 * Where the time of a shift went: running, or one of six kinds of stop, each microsecond exactly once.
 *
 * 1. A gap starts one ideal cycle after the start of the last seal and ends at the next rising edge. Its full length
 *    decides: below max(2 s, 2.5 ideal cycles) it is a slow cycle, which is running time; up to 120 s a micro-stop;
 *    longer, a stop: not-ready while the availability contact is open, waiting for the rest.
 * 2. Where the product changes, it is a changeover from the last seal of the old run to the first of the new one.
 * 3. A break is a break only in gaps; what is left of a gap beside it must itself be long enough for a micro-stop.
 * 4. A hole in the data is `no-data` always. A gap goes on across it if the machine stood before and after it for as
 *    long as a micro-stop; else what is seen of it on either side is judged by itself.
 * 5. Everything is found in full and only then cut to the window: no query changes a kind.
 *
 * @throws RangeError for a window that ends before it starts, limits or seals out of order, an ideal cycle not above 0.
 * @throws TypeError for seals that can be read only once.
 */
export function findStops(input: StopsInput): TimeUse {
  const { seals, startUs, endUs, idealCycleSeconds } = input;
  // a generator would be empty the second time, and the result silently wrong
  if (Object.is(seals[Symbol.iterator](), seals)) throw new TypeError("seals must be readable more than once");
  const { seenFromUs = startUs, seenUntilUs = endUs } = input;
  const leastSeconds = input.shortestMicroStopSeconds ?? SHORTEST_MICRO_STOP_SECONDS;
  const longestMicroStopSeconds = input.longestMicroStopSeconds ?? LONGEST_MICRO_STOP_SECONDS;
  if (!(leastSeconds >= 0 && leastSeconds <= longestMicroStopSeconds))
    throw new RangeError(`there are no micro-stops from ${leastSeconds} s to ${longestMicroStopSeconds} s`);
  const setting = settingOf(input, longestMicroStopSeconds);
  const cycles = new CycleTimes(seals, idealCycleSeconds, leastSeconds);
  const seen = { startUs: Math.min(seenFromUs, startUs), endUs: seenUntilUs };
  const stops = [...noData(setting, seenUntilUs)];
  for (const gap of findGaps({ seals, cycles, seen, isOneWork: isInside(setting.work) }))
    for (const stop of stopsOfGap(gap, setting)) stops.push(stop);
  stops.sort((a, b) => a.startUs - b.startUs);
  return { ...bookTime(input, setting, stops), stops, limits: cycles.limits, longestMicroStopSeconds };
}

function settingOf(input: StopsInput, longestMicroStopSeconds: number): ShiftSetting {
  const { startUs, endUs, seenUntilUs = endUs, shiftBefore = false, shiftAfter = false } = input;
  if (!(startUs <= endUs)) throw new RangeError(`a window must not end before it starts: ${startUs}..${endUs} us`);
  const breaks = union(input.breaks);
  const plannedStops = union(input.plannedStops).flatMap((stop) => subtract(stop, breaks));
  const pauses = union([...breaks, ...plannedStops]);
  return {
    window: { startUs, endUs: Math.max(startUs, Math.min(endUs, seenUntilUs)) },
    work: {
      startUs: shiftBefore ? Number.NEGATIVE_INFINITY : startUs,
      endUs: shiftAfter ? Number.POSITIVE_INFINITY : endUs,
    },
    shiftEndUs: endUs,
    notReady: union(input.availability.filter(({ ready }) => ready === false)),
    holes: union(input.holes),
    breaks,
    plannedStops,
    offShift: union(input.offShift ?? []).flatMap((time) => subtract(time, pauses)),
    longestMicroStopUs: longestMicroStopSeconds * 1e6,
  };
}

/** Between two shifts that do not touch, nobody changes a machine over in the eyes of the report. */
function isInside(work: Interval): (span: Interval) => boolean {
  const crosses = ({ startUs, endUs }: Interval, timeUs: number) => startUs < timeUs && timeUs < endUs;
  return (span) => !crosses(span, work.startUs) && !crosses(span, work.endUs);
}

function* noData({ holes, window, work }: ShiftSetting, seenUntilUs: number): Generator<Stop> {
  for (const hole of holes) {
    const [seen] = clip([hole], window);
    if (seen === undefined) continue;
    const continued = hole.startUs < window.startUs && work.startUs < window.startUs;
    const gapUs = hole.endUs - hole.startUs;
    yield { ...seen, kind: "no-data", name: "no data", open: hole.endUs >= seenUntilUs, continued, gapUs };
  }
}

function bookTime(input: StopsInput, setting: ShiftSetting, stops: readonly Stop[]) {
  const { window, breaks, plannedStops, offShift, holes } = setting;
  const { spans, ...counts } = countSeals(input, setting);
  const pauses = union([...breaks, ...plannedStops, ...offShift]);
  const seenPauses = clip(pauses, window).flatMap((pause) => subtract(pause, holes));
  const run = subtract(window, union(stops.filter(({ kind }) => kind !== "micro-stop")));
  return {
    ...counts,
    lengthUs: lengthUs([window]),
    runningUs: lengthUs([window]) - lengthUs(stops),
    runUsByProduct: shareOut(run, spans, window),
    workedThroughUs: lengthUs(seenPauses) - lengthUs(stops.filter(({ kind }) => kind === "break")),
  };
}

/** From here to the next one the machine makes this product. */
interface ProductSpan {
  readonly fromUs: number;
  readonly product: number;
}

function countSeals({ seals }: StopsInput, { window, work, shiftEndUs, notReady }: ShiftSetting) {
  const cyclesByProduct = new Map<number | null, number>();
  const spans: ProductSpan[] = [];
  let sealsWhileNotReady = 0;
  for (const { onUs, offUs, product } of seals) {
    if (product !== null && product !== spans.at(-1)?.product) spans.push({ fromUs: onUs, product });
    // half-open, but where no shift follows nobody else would count a seal that ends with this one
    const isInShift = offUs >= window.startUs && (offUs < shiftEndUs || offUs === work.endUs);
    if (!isInShift) continue;
    cyclesByProduct.set(product, (cyclesByProduct.get(product) ?? 0) + 1);
    const [open] = clip(notReady, { startUs: onUs, endUs: offUs });
    if (open?.startUs === onUs && open.endUs === offUs) sealsWhileNotReady++;
  }
  return { cyclesByProduct, sealsWhileNotReady, spans };
}

function shareOut(run: Intervals, spans: readonly ProductSpan[], window: Interval): Map<number | null, number> {
  const shares = new Map<number | null, number>();
  const first: ProductSpan | { product: null } = spans[0] ?? { product: null };
  const add = (product: number | null, startUs: number, endUs: number) => {
    const us = startUs < endUs ? lengthUs(clip(run, { startUs, endUs })) : 0;
    if (us > 0) shares.set(product, (shares.get(product) ?? 0) + us);
  };
  add(first.product, window.startUs, spans[1]?.fromUs ?? window.endUs);
  spans.slice(1).forEach(({ fromUs, product }, i) => {
    add(product, fromUs, spans[i + 2]?.fromUs ?? window.endUs);
  });
  return shares;
}
