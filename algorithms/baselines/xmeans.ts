import { kMeans } from "./kmeans.ts";
import { type Clustering, lloyd } from "./lloyd.ts";

/** Below a millisecond a spread is rounding; without a floor, equal sealing times would be infinitely likely. */
const MIN_SD_SECONDS = 1e-3;

/** A normal has two parameters: a part that is to get its own needs more sealing times than that. */
const MIN_PART = 3;

/**
 * x-means: k-means that finds k itself, by splitting clusters in two while that explains them better. For the
 * comparison only.
 *
 * Idea: begin with one cluster; split each by 2-means; keep the split when the Bayesian information criterion (BIC,
 * smaller is better) says so; go on with the parts; at the end let k-means settle all centres together.
 *
 *     one normal:   BIC  = 2 n ln s + q ln n                               q = 2
 *     two normals:  BIC' = 2 (n_1 ln s_1 + n_2 ln s_2 - n ln a) + 2 q ln n
 *     a = 1 / (2 Phi(b)),  b = |m_1 - m_2| / sqrt(s_1^2 + s_2^2)
 *
 * without the terms that both share; m and s are mean and standard deviation, Phi is the normal distribution, and a
 * makes two overlapping halves count as one density. The price of a split, n ln 2 at worst, grows with the large
 * product, so a small one beside it stays hidden; outliers widen s and are split off instead.
 *
 * Cost: one 2-means for each cluster ever considered.
 *
 * Source: D. Pelleg, A. Moore, X-means, ICML 2000; T. Ishioka, Extended K-means with an efficient estimation of the
 * number of clusters, IDEAL 2000 (LNCS 1983, 17): variances of their own, splitting within each cluster.
 *
 * @param seconds sealing times, in any order, one or more.
 * @param random uniform in [0, 1).
 * @throws RangeError when there are none or one is negative or not finite.
 */
export function xMeans(seconds: ArrayLike<number>, random: () => number): Clustering {
  const centres = splitCentres(Float64Array.from(seconds), random);
  return lloyd(seconds, centres, (count, sum) => sum / count);
}

/** The centres of a cluster after all splits that pay, ascending. */
function splitCentres(seconds: Float64Array, random: () => number): readonly number[] {
  const whole = kMeans(seconds, 1, random).centres;
  if (seconds.length < 2 * MIN_PART) return whole;
  const { labels } = kMeans(seconds, 2, random);
  const low = seconds.filter((_, i) => labels[i] === 0);
  const high = seconds.filter((_, i) => labels[i] === 1);
  if (Math.min(low.length, high.length) < MIN_PART || !paysToSplit(seconds, low, high)) return whole;
  return [...splitCentres(low, random), ...splitCentres(high, random)];
}

function paysToSplit(whole: Float64Array, low: Float64Array, high: Float64Array): boolean {
  const [all, a, b] = [momentsOf(whole), momentsOf(low), momentsOf(high)];
  const apart = Math.abs(a.mean - b.mean) / Math.hypot(a.sd, b.sd);
  const n = whole.length;
  const lnShare = -Math.log(2 * normalDistribution(apart));
  const one = 2 * n * Math.log(all.sd) + 2 * Math.log(n);
  const two = 2 * (low.length * Math.log(a.sd) + high.length * Math.log(b.sd) - n * lnShare) + 4 * Math.log(n);
  return two < one;
}

function momentsOf(seconds: Float64Array): { readonly mean: number; readonly sd: number } {
  const mean = seconds.reduce((sum, x) => sum + x, 0) / seconds.length;
  const variance = seconds.reduce((sum, x) => sum + (x - mean) ** 2, 0) / seconds.length;
  return { mean, sd: Math.max(MIN_SD_SECONDS, Math.sqrt(variance)) };
}

/** Phi(x) for x >= 0, right to 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalDistribution(x: number): number {
  const t = 1 / (1 + 0.2316419 * x);
  const tail = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI)) * tail;
}
