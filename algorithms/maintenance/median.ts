/**
 * The middle value, or the mean of the two in the middle; O(n log n).
 *
 * @throws RangeError for no values.
 */
export function median(values: Iterable<number>): number {
  const sorted = Float64Array.from(values).sort();
  if (sorted.length === 0) throw new RangeError("nothing has no median");
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
