import type { Clustering } from "./lloyd.ts";
import { bestOfStarts } from "./starts.ts";

/**
 * k-rms: k-means with the root mean square of the members as centre. For the comparison only.
 *
 * Idea: c_j = sqrt(sum x^2 / n_j), which lies above the mean (c_j^2 = mean^2 + variance), the more the wider the
 * cluster. All else is k-means: it must be told k and knows nothing of runs. No quantity is known to fall from round to
 * round, so the rounds are limited; of ten starts the one with the least sum of squared distances is kept.
 *
 * Cost: as k-means.
 *
 * Source: A. Garain, D. Das, K-RMS Algorithm, Procedia Computer Science 167 (2020) 113.
 *
 * @param seconds sealing times, in any order.
 * @param k number of products, 1 to the number of sealing times.
 * @param random uniform in [0, 1).
 * @throws RangeError for another k or a sealing time that is negative or not finite.
 */
export function kRms(seconds: ArrayLike<number>, k: number, random: () => number): Clustering {
  return bestOfStarts(seconds, k, random, (count, _sum, sumOfSquares) => Math.sqrt(sumOfSquares / count));
}
