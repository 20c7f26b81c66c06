import type { Clustering } from "./lloyd.ts";
import { bestOfStarts } from "./starts.ts";

/**
 * k-means: the k centres from which the sealing times are least far, in squared seconds. For the comparison only.
 *
 * Idea: each sealing time x_i joins its nearest centre c_j, each centre becomes the mean of its members, until nothing
 * moves; that lowers sum_i (x_i - c_label(i))^2. It must be told k, it does not know that products come in runs, and an
 * outlier counts with the square of its distance, so that a few of them win a centre that a small product needed.
 *
 * Cost: O(n k) a round, tens of rounds, ten starts.
 *
 * Source: S. Lloyd, Least squares quantization in PCM, IEEE Trans. Inf. Theory 28 (1982) 129; start: D. Arthur and
 * S. Vassilvitskii, k-means++, SODA 2007.
 *
 * @param seconds sealing times, in any order.
 * @param k number of products, 1 to the number of sealing times.
 * @param random uniform in [0, 1).
 * @throws RangeError for another k or a sealing time that is negative or not finite.
 */
export function kMeans(seconds: ArrayLike<number>, k: number, random: () => number): Clustering {
  return bestOfStarts(seconds, k, random, (count, sum) => sum / count);
}
