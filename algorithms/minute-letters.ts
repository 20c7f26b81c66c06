import type { Stop, StopKind } from "./gap-stops.ts";
import type { Interval } from "./interval.ts";

const MINUTE_US = 60_000_000;
/** A month: nobody reads hour rows of a year. */
export const MOST_MINUTES = 31 * 24 * 60;

/** A stretch of time in rows of clock minutes. */
export interface MinuteRows extends Interval {
  /** A full minute of the wall clock, at or before the start: the first letter is that minute's. */
  readonly originUs: number;
  /** The window was watched until here, as far as its stops are booked; its end when left out or later than it. */
  readonly nowUs?: number;
}

/** Of two kinds with the same time the first one stands: a loss is not hidden behind a minute half worked. */
const LETTERS = [
  ["not-ready", "X"],
  ["changeover", "C"],
  ["waiting", "w"],
  ["break", "-"],
] as const satisfies readonly (readonly [StopKind, string])[];

/**
 * What each clock minute was spent on, one letter a minute, from the origin to the end of the window or now:
 * `=` sealing, `m` sealing with micro-stops, `w` ready or waiting (late start, late restart and early finish too),
 * `X` not ready, `C` changeover, `-` break, planned stop or outside the window, `?` no data.
 *
 * Only the part of a minute that lies in the window counts, so the first and the last one may be short. `?` stands for
 * half of it or more without data; else the kind with most of the known time. Running and micro-stops count together,
 * and are `m` when a quarter of the minute (15 s of a whole one) was micro-stops. What is no stop was running: an idle
 * end is drawn as idle because its open gap is a stop, so `nowUs` must not lie beyond what the stops were found from.
 *
 * O(stops + minutes).
 *
 * @param stops as `findStops` returns them: in order of time, not overlapping.
 * @throws RangeError for an origin after the start, a window that ends before it starts, or more than a month.
 */
export function minuteLetters(rows: MinuteRows, stops: readonly Stop[]): string {
  const { startUs, originUs } = rows;
  const endUs = endOf(rows);
  const letters: string[] = [];
  let next = 0;
  for (let at = originUs; at < endUs; at += MINUTE_US) {
    const minute = { startUs: Math.max(at, startUs), endUs: Math.min(at + MINUTE_US, endUs) };
    while (next < stops.length && (stops[next] as Stop).endUs <= minute.startUs) next++;
    letters.push(letterOf(minute, stops, next));
  }
  return letters.join("");
}

/**
 * Seals that ended in each of the minutes of {@link minuteLetters}; those that ended outside the window are left out.
 *
 * @param seals in any order.
 * @param shiftAfter another shift starts where the window ends and counts a seal that ends exactly there.
 */
export function sealsByMinute(
  rows: MinuteRows,
  seals: Iterable<{ readonly offUs: number }>,
  shiftAfter = false,
): readonly number[] {
  const endUs = endOf(rows);
  const counts = new Array<number>(Math.ceil((endUs - rows.originUs) / MINUTE_US)).fill(0);
  for (const { offUs } of seals) {
    if (offUs < rows.startUs || offUs > endUs || (offUs === endUs && shiftAfter)) continue;
    const minute = Math.min(counts.length - 1, Math.floor((offUs - rows.originUs) / MINUTE_US));
    if (minute >= 0) counts[minute] = (counts[minute] as number) + 1;
  }
  return counts;
}

function endOf({ originUs, startUs, endUs, nowUs = endUs }: MinuteRows): number {
  if (!(originUs <= startUs && startUs <= endUs))
    throw new RangeError(`minutes are counted from before a window, not ${originUs} of ${startUs}..${endUs} us`);
  const untilUs = Math.max(startUs, Math.min(endUs, nowUs));
  if (!(untilUs - originUs <= MOST_MINUTES * MINUTE_US))
    throw new RangeError(`there are more than ${MOST_MINUTES} minutes from ${originUs} to ${untilUs} us`);
  return untilUs;
}

function letterOf(minute: Interval, stops: readonly Stop[], from: number): string {
  const lengthUs = minute.endUs - minute.startUs;
  if (lengthUs <= 0) return "-";
  const spentUs = timeByKind(minute, stops, from);
  if (2 * spentUs["no-data"] >= lengthUs) return "?";
  const microUs = spentUs["micro-stop"];
  const standingUs = LETTERS.reduce((sum, [kind]) => sum + spentUs[kind], spentUs["no-data"]);
  let letter = 4 * microUs >= lengthUs ? "m" : "=";
  let mostUs = lengthUs - standingUs;
  for (const [kind, own] of LETTERS.toReversed()) {
    if (spentUs[kind] === 0 || spentUs[kind] < mostUs) continue;
    mostUs = spentUs[kind];
    letter = own;
  }
  return letter;
}

function timeByKind(minute: Interval, stops: readonly Stop[], from: number): Record<StopKind, number> {
  const spentUs = { "not-ready": 0, waiting: 0, changeover: 0, "micro-stop": 0, break: 0, "no-data": 0 };
  for (let i = from; i < stops.length; i++) {
    const { kind, startUs, endUs } = stops[i] as Stop;
    if (startUs >= minute.endUs) break;
    spentUs[kind] += Math.min(endUs, minute.endUs) - Math.max(startUs, minute.startUs);
  }
  return spentUs;
}
