/** Has a place on the seal counter of the line. */
export interface Positioned {
  readonly position: number;
}

/**
 * The most stops that follow each other after one period, or after two where one is missing. Where the count was lost
 * the series may begin anew; what has no neighbour in it is no part of it.
 */
export function longestSeries<T extends Positioned>(
  stops: readonly T[],
  period: number,
  tolerance: number,
): readonly T[] {
  const places = stops.map(({ position }) => position);
  const links = new Array<number>(stops.length).fill(0);
  const before = new Array<number>(stops.length).fill(-1);
  let settled = 0;
  let bestSettled = -1;
  stops.forEach(({ position }, i) => {
    const isSettled = (j: number) => position - at(places, j) > (1 + tolerance) * period;
    for (; settled < i && isSettled(settled); settled++)
      if (bestSettled === -1 || at(links, settled) >= at(links, bestSettled)) bestSettled = settled;
    before[i] = bestSettled;
    links[i] = bestSettled === -1 ? 0 : at(links, bestSettled);
    for (let j = i - 1; j >= 0 && position - at(places, j) <= 2 * (1 + tolerance) * period; j--) {
      if (!isLink(position - at(places, j), period, tolerance) || at(links, j) < at(links, i)) continue;
      links[i] = at(links, j) + 1;
      before[i] = j;
    }
  });
  const path: T[] = [];
  for (let i = links.lastIndexOf(Math.max(...links)); i >= 0; i = at(before, i)) path.push(stops[i] as T);
  return linked(path.reverse(), period, tolerance);
}

function linked<T extends Positioned>(path: readonly T[], period: number, tolerance: number): readonly T[] {
  const areLinked = (a?: T, b?: T) =>
    a !== undefined && b !== undefined && isLink(b.position - a.position, period, tolerance);
  return path.filter((stop, i) => areLinked(path[i - 1], stop) || areLinked(stop, path[i + 1]));
}

function isLink(distance: number, period: number, tolerance: number): boolean {
  const periods = distance / period;
  return Math.abs(periods - 1) <= tolerance || Math.abs(periods / 2 - 1) <= tolerance;
}

function at(values: readonly number[], i: number): number {
  return values[i] as number;
}
