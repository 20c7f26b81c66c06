import { narrowestScale } from "./grid.ts";

const WINDOW = 128;
const LOWEST_SHARE = 0.7;
// Mean of the lowest 70 % of |a - b| for a, b ~ N(0, 1), see docs/algorithms/mobisea.md.
const TRIMMED_MEAN_OF_UNIT_NOISE = 0.66986;
const MIN_DIFFERENCES = 16;
const ESTIMATE_EVERY = 8;
const UNKNOWN_RELATIVE = 0.025;
// Set-up work scatters wildly; no machine that makes a product does.
const WIDEST_RELATIVE = 0.04;
const TIE_SECONDS = 1e-6;
const TIES_OF_A_COARSE_CLOCK = 0.15;
// A clock's step shows again and again; a change of product among equal readings does not.
const STEPS_OF_A_COARSE_CLOCK = 4;

/** What `NoiseScale.save` gives; the differences oldest first. */
export interface NoiseScaleState {
  readonly previousSeconds: number | null;
  readonly differencesSeconds: readonly number[];
  readonly sinceEstimate: number;
  readonly scaleSeconds: number | null;
  readonly clockStepSeconds: number;
}

/**
 * The usual noise of a line's sealing times in seconds, learned from the last 128 first differences.
 *
 * First differences see neither product nor drift; dropping the largest 30 % leaves out changeovers and up to 15 %
 * outliers. A recording with a coarse clock has many exact ties: its smallest step is found, so that nobody takes a
 * run of equal readings for a machine without noise.
 */
export class NoiseScale {
  #previous: number | null = null;
  #differences: number[] = [];
  #sinceEstimate = 0;
  #scale: number | null = null;
  #step = 0;
  readonly #sorted = new Float64Array(WINDOW);

  /** Adds a sealing time in seconds. */
  push(seconds: number): void {
    if (this.#previous !== null) {
      if (this.#differences.length === WINDOW) this.#differences.shift();
      this.#differences.push(Math.abs(seconds - this.#previous));
      if (this.#differences.length >= MIN_DIFFERENCES && ++this.#sinceEstimate >= ESTIMATE_EVERY) this.#estimate();
    }
    this.#previous = seconds;
  }

  /** Standard deviation in seconds to expect at a sealing time of `seconds`; 2.5 % of it while too little is known. */
  at(seconds: number): number {
    const known = Math.min(this.#scale ?? UNKNOWN_RELATIVE * seconds, WIDEST_RELATIVE * seconds);
    return Math.max(known, narrowestScale(seconds, this.#step));
  }

  /** Smallest time step of the recording in seconds; 0 while no coarse clock shows. */
  get clockStepSeconds(): number {
    return this.#step;
  }

  /** Everything needed to go on later with identical results. */
  save(): NoiseScaleState {
    return {
      previousSeconds: this.#previous,
      differencesSeconds: [...this.#differences],
      sinceEstimate: this.#sinceEstimate,
      scaleSeconds: this.#scale,
      clockStepSeconds: this.#step,
    };
  }

  /** Goes on where `save` was called. */
  static restore(state: NoiseScaleState): NoiseScale {
    const noise = new NoiseScale();
    noise.#previous = state.previousSeconds;
    noise.#differences = [...state.differencesSeconds];
    noise.#sinceEstimate = state.sinceEstimate;
    noise.#scale = state.scaleSeconds;
    noise.#step = state.clockStepSeconds;
    return noise;
  }

  #estimate(): void {
    this.#sinceEstimate = 0;
    const n = this.#differences.length;
    const sorted = this.#sorted.subarray(0, n);
    sorted.set(this.#differences);
    sorted.sort();
    const kept = Math.ceil(LOWEST_SHARE * n);
    let sum = 0;
    for (let i = 0; i < kept; i++) sum += sorted[i] as number;
    this.#scale = sum / kept / TRIMMED_MEAN_OF_UNIT_NOISE;
    let ties = 0;
    while (ties < n && (sorted[ties] as number) < TIE_SECONDS) ties++;
    const step = sorted[ties] ?? 0;
    const recurs = (sorted[ties + STEPS_OF_A_COARSE_CLOCK - 1] ?? Number.POSITIVE_INFINITY) < 1.5 * step;
    this.#step = ties >= TIES_OF_A_COARSE_CLOCK * n && recurs ? step : 0;
  }
}
