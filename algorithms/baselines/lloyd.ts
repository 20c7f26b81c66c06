/** Clusters of sealing times. Centres ascend; label and count i belong to centre i. */
export interface Clustering {
  /** Seconds. */
  readonly centres: readonly number[];
  /** For each sealing time, in the order given, the index of its centre. */
  readonly labels: Uint32Array;
  readonly counts: readonly number[];
}

/** What stands for a cluster, from the sums over its members. */
export type CentreOf = (count: number, sum: number, sumOfSquares: number) => number;

/** Some rounds more than any shift needs; k-rms has no proof that it ends. */
const MAX_ROUNDS = 300;

/**
 * Alternate between "each sealing time joins its nearest centre" and "each centre moves to its members" until no
 * sealing time changes sides (Lloyd 1982). A centre without members stays where it is.
 *
 * With the mean as centre no round raises the cost (see {@link costOf}), so it ends, in some local optimum that depends
 * on the start. Cost: O(n k) a round.
 *
 * @param start centres to begin with, ascending.
 * @returns labels that are nearest to the returned centres; of two equally near the lower one.
 */
export function lloyd(seconds: ArrayLike<number>, start: readonly number[], centreOf: CentreOf): Clustering {
  let centres = start;
  const labels = new Uint32Array(seconds.length);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const isSettled = !assign(seconds, centres, labels) && round > 0;
    if (isSettled) break;
    centres = moved(seconds, centres, labels, centreOf);
  }
  assign(seconds, centres, labels);
  return { centres, labels, counts: countLabels(labels, centres.length) };
}

/** The sum of squared distances of all sealing times to their nearest centre: what k-means tries to minimise. */
export function costOf(seconds: ArrayLike<number>, centres: readonly number[]): number {
  let cost = 0;
  for (let i = 0; i < seconds.length; i++) {
    const x = seconds[i] as number;
    cost += (x - (centres[nearest(x, centres)] as number)) ** 2;
  }
  return cost;
}

/** Label each sealing time with its nearest centre; whether any label changed. */
function assign(seconds: ArrayLike<number>, centres: readonly number[], labels: Uint32Array): boolean {
  let hasChanged = false;
  for (let i = 0; i < labels.length; i++) {
    const label = nearest(seconds[i] as number, centres);
    if (label === labels[i]) continue;
    labels[i] = label;
    hasChanged = true;
  }
  return hasChanged;
}

function nearest(x: number, centres: readonly number[]): number {
  let best = 0;
  let least = Infinity;
  for (let c = 0; c < centres.length; c++) {
    const distance = Math.abs(x - (centres[c] as number));
    if (distance >= least) continue;
    least = distance;
    best = c;
  }
  return best;
}

function moved(
  seconds: ArrayLike<number>,
  centres: readonly number[],
  labels: Uint32Array,
  centreOf: CentreOf,
): readonly number[] {
  const counts = countLabels(labels, centres.length);
  const sums = centres.map(() => 0);
  const squares = centres.map(() => 0);
  labels.forEach((label, i) => {
    const x = seconds[i] as number;
    sums[label] = (sums[label] as number) + x;
    squares[label] = (squares[label] as number) + x * x;
  });
  const next = centres.map((centre, c) => {
    const count = counts[c] as number;
    return count === 0 ? centre : centreOf(count, sums[c] as number, squares[c] as number);
  });
  // of two equal centres the lower takes all members and may overtake the other
  return next.sort((a, b) => a - b);
}

function countLabels(labels: Uint32Array, clusters: number): number[] {
  const counts = Array.from({ length: clusters }, () => 0);
  for (const label of labels) counts[label] = (counts[label] as number) + 1;
  return counts;
}
