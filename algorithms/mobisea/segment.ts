import { cellOf, modeOf, narrowestScale, OUTLIER_PRICE, RUN_PRICE, SCALES, withinGrid } from "./grid.ts";
import { NoiseScale } from "./noise-scale.ts";

/** Consecutive sealing times that one explanation holds together; indices count the sealing times. */
export interface Segment {
  readonly first: number;
  readonly last: number;
}

/** The cheapest explanation of a list of sealing times. */
export interface Segmentation {
  readonly segments: readonly Segment[];
  readonly cost: number;
}

/** A mode with a scale, given by its factor; entered anew it costs `entry`. */
interface State {
  readonly modeSeconds: number;
  readonly factor: number;
  readonly entry: number;
}

/**
 * The cheapest segmentation of a whole list at once: what `RunTracker` computes seal by seal, written to be checked by
 * eye and to check it by.
 *
 * Dynamic programming (Viterbi 1967): F(state) is the cost of the cheapest explanation of the seals so far that ends in
 * that state, and each seal x makes it min(F(state), min F + entry) + price(x, state). Every mode of the grid is tried
 * with every scale, nothing is dropped, and for each seal it is noted which states were entered there. A segment begins
 * with a seal that fits it, also the first one: outliers before it are a segment of their own.
 *
 * Cost: time and memory grow with seals times cells, so it is for some hundred seals.
 *
 * @param values seconds, positive, in order.
 */
export function segment(values: readonly number[]): Segmentation {
  const states = statesFor(values);
  const noise = new NoiseScale();
  const entered: boolean[][] = [];
  const bestBefore: number[] = [];
  let costs = states.map(() => Number.POSITIVE_INFINITY);
  let best = -1;
  for (const value of values) {
    const start = best < 0 ? 0 : (costs[best] as number);
    const prices = pricesOf(value, noise, states);
    const enters = states.map(
      ({ entry }, s) => start + entry < (costs[s] as number) && (prices[s] as number) < OUTLIER_PRICE,
    );
    costs = states.map(({ entry }, s) => (enters[s] ? start + entry : (costs[s] as number)) + (prices[s] as number));
    bestBefore.push(best);
    entered.push(enters);
    best = costs.reduce((least, cost, s) => (cost < (costs[least] as number) ? s : least), 0);
    noise.push(value);
  }
  return { segments: walkBack(best, entered, bestBefore), cost: best < 0 ? 0 : (costs[best] as number) };
}

/** All scales with all modes between the least and the greatest value: a mode beyond them fits nothing better. */
function statesFor(values: readonly number[]): State[] {
  const cells = values.map(cellOf);
  const lowest = cells.reduce((least, cell) => Math.min(least, cell), Number.POSITIVE_INFINITY) - 1;
  const highest = cells.reduce((most, cell) => Math.max(most, cell), Number.NEGATIVE_INFINITY) + 1;
  const modes = values.length === 0 ? [] : Array.from({ length: highest - lowest + 1 }, (_, i) => modeOf(lowest + i));
  return SCALES.flatMap(({ factor, surcharge }) =>
    modes.map((modeSeconds) => ({ modeSeconds, factor, entry: RUN_PRICE + surcharge })),
  );
}

/** What one seal costs in each state, given the usual noise before it. */
function pricesOf(value: number, noise: NoiseScale, states: readonly State[]): number[] {
  const x = withinGrid(value);
  const usual = noise.at(x);
  const narrowest = narrowestScale(x, noise.clockStepSeconds);
  return states.map(({ modeSeconds, factor }) => {
    const scale = Math.max(factor * usual, narrowest);
    return Math.min(((x - modeSeconds) / scale) ** 2 + 2 * Math.log(scale / usual), OUTLIER_PRICE);
  });
}

/** From the last seal to the first: the state was entered here, so the segment before ended in the best state then. */
function walkBack(best: number, entered: readonly boolean[][], bestBefore: readonly number[]): Segment[] {
  const segments: Segment[] = [];
  let state = best;
  let last = entered.length - 1;
  for (let i = last; i >= 0; i--) {
    if (!entered[i]?.[state]) continue;
    segments.unshift({ first: i, last });
    state = bestBefore[i] as number;
    last = i - 1;
  }
  return segments;
}
