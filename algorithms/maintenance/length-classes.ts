// From the shortest to the longest of a class: a factor of 1.5.
const CLASS_RATIO = 1.5;
// The middles of two classes are at least this factor apart.
const APART_RATIO = 1.25;
const MOST_CLASSES = 8;

/**
 * Groups of stops of similar length (the longest at most 1.5 times the shortest), the largest first, at most 8; each
 * in the order given. Groups may overlap. They are chosen by length alone, so they say nothing about time.
 *
 * @param least a smaller group is left out, unless there is none else: then the largest is all that is returned.
 */
export function similarStops<T extends { readonly lengthSeconds: number }>(
  stops: readonly T[],
  least: number,
): readonly (readonly T[])[] {
  const logs = Float64Array.from(stops, ({ lengthSeconds }) => Math.log(lengthSeconds)).sort();
  const chosen: Window[] = [];
  for (const window of windows(logs).sort((a, b) => b.count - a.count)) {
    if (chosen.length === MOST_CLASSES || (window.count < least && chosen.length > 0)) break;
    const isNear = chosen.some(({ middle }) => Math.abs(middle - window.middle) < Math.log(APART_RATIO));
    if (!isNear) chosen.push(window);
  }
  return chosen.map(({ from, to }) =>
    stops.filter(({ lengthSeconds }) => Math.log(lengthSeconds) >= from && Math.log(lengthSeconds) <= to),
  );
}

interface Window {
  readonly count: number;
  readonly from: number;
  readonly to: number;
  readonly middle: number;
}

/** The window that begins at each value. */
function windows(sorted: Float64Array): Window[] {
  const found: Window[] = [];
  let end = 0;
  sorted.forEach((from, i) => {
    while (end < sorted.length && (sorted[end] as number) <= from + Math.log(CLASS_RATIO)) end++;
    const to = sorted[end - 1] as number;
    found.push({ count: end - i, from, to, middle: (from + to) / 2 });
  });
  return found;
}
