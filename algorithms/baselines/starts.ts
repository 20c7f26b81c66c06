import { type CentreOf, type Clustering, costOf, lloyd } from "./lloyd.ts";

/** As many starts as scikit-learn made by default for years; fewer would do the baselines an injustice. */
const STARTS = 10;

/**
 * The best of ten Lloyd runs: the first from quantiles, the others from k-means++ (Arthur and Vassilvitskii 2007).
 *
 * @param k number of centres, 1 to the number of sealing times.
 * @param random uniform in [0, 1); the same numbers give the same clustering.
 * @throws RangeError when k is no such number, or a sealing time is not finite and 0 or more.
 */
export function bestOfStarts(
  seconds: ArrayLike<number>,
  k: number,
  random: () => number,
  centreOf: CentreOf,
): Clustering {
  check(seconds, k);
  let best = lloyd(seconds, quantileStart(seconds, k), centreOf);
  let leastCost = costOf(seconds, best.centres);
  for (let start = 1; start < STARTS && k > 1; start++) {
    const next = lloyd(seconds, plusPlusStart(seconds, k, random), centreOf);
    const cost = costOf(seconds, next.centres);
    if (cost >= leastCost) continue;
    leastCost = cost;
    best = next;
  }
  return best;
}

/** The middles of k equal shares of the ordered sealing times, ascending. */
export function quantileStart(seconds: ArrayLike<number>, k: number): number[] {
  const sorted = Float64Array.from(seconds).sort();
  return Array.from({ length: k }, (_, i) => sorted[Math.floor(((i + 0.5) * sorted.length) / k)] as number);
}

/** k of the sealing times, each drawn with a chance that grows with the square of its distance to those before. */
function plusPlusStart(seconds: ArrayLike<number>, k: number, random: () => number): number[] {
  const centres = [seconds[Math.floor(random() * seconds.length)] as number];
  const distances = new Float64Array(seconds.length).fill(Infinity);
  while (centres.length < k) {
    const latest = centres.at(-1) as number;
    for (let i = 0; i < distances.length; i++)
      distances[i] = Math.min(distances[i] as number, ((seconds[i] as number) - latest) ** 2);
    centres.push(seconds[draw(distances, random)] as number);
  }
  return centres.sort((a, b) => a - b);
}

/** An index drawn in proportion to the weights; the last one when all weights are 0. */
function draw(weights: Float64Array, random: () => number): number {
  let rest = random() * weights.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < weights.length - 1; i++) {
    rest -= weights[i] as number;
    if (rest < 0) return i;
  }
  return weights.length - 1;
}

function check(seconds: ArrayLike<number>, k: number): void {
  if (!Number.isInteger(k) || k < 1 || k > seconds.length)
    throw new RangeError(`k must be a whole number from 1 to ${seconds.length}, not ${k}`);
  for (let i = 0; i < seconds.length; i++) {
    const x = seconds[i] as number;
    if (!(x >= 0 && x < Infinity)) throw new RangeError(`sealing time ${i} is ${x} s`);
  }
}
