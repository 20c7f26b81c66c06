/** A half-open stretch of time [startUs, endUs) in integer microseconds. */
export interface Interval {
  readonly startUs: number;
  readonly endUs: number;
}

/** In order of time, neither overlapping nor touching: what `union` returns and the others ask for. */
export type Intervals = readonly Interval[];

/**
 * The time that lies in at least one of them, in order; empty ones vanish.
 *
 * @throws RangeError when one ends before it starts, or a time is not a number.
 */
export function union(intervals: Iterable<Interval>): Intervals {
  const merged: { startUs: number; endUs: number }[] = [];
  for (const { startUs, endUs } of [...intervals].sort((a, b) => a.startUs - b.startUs)) {
    if (!(startUs <= endUs)) throw new RangeError(`an interval must not end before it starts: ${startUs}..${endUs} us`);
    const last = merged.at(-1);
    if (startUs === endUs) continue;
    if (last === undefined || last.endUs < startUs) merged.push({ startUs, endUs });
    else last.endUs = Math.max(last.endUs, endUs);
  }
  return merged;
}

/** The parts of `intervals` that lie in `span`; none in an empty one. */
export function clip(intervals: Intervals, span: Interval): Intervals {
  const inside: Interval[] = [];
  if (span.startUs >= span.endUs) return inside;
  for (let i = firstEndingAfter(intervals, span.startUs); i < intervals.length; i++) {
    const { startUs, endUs } = intervals[i] as Interval;
    if (startUs >= span.endUs) break;
    inside.push({ startUs: Math.max(startUs, span.startUs), endUs: Math.min(endUs, span.endUs) });
  }
  return inside;
}

/** What is left of `span` without `intervals`. */
export function subtract(span: Interval, intervals: Intervals): Intervals {
  const rest: Interval[] = [];
  let fromUs = span.startUs;
  for (const { startUs, endUs } of clip(intervals, span)) {
    if (startUs > fromUs) rest.push({ startUs: fromUs, endUs: startUs });
    fromUs = endUs;
  }
  if (span.endUs > fromUs) rest.push({ startUs: fromUs, endUs: span.endUs });
  return rest;
}

/** Their lengths added up, in microseconds. */
export function lengthUs(intervals: Iterable<Interval>): number {
  let sum = 0;
  for (const { startUs, endUs } of intervals) sum += endUs - startUs;
  return sum;
}

// Shifts have thousands of gaps and hundreds of not-ready intervals: each gap looks only at its own.
function firstEndingAfter(intervals: Intervals, timeUs: number): number {
  let low = 0;
  let high = intervals.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((intervals[middle] as Interval).endUs > timeUs) high = middle;
    else low = middle + 1;
  }
  return low;
}
