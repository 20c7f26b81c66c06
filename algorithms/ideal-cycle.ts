// The ideal cycle of a product is what P (performance) is measured against: configured, else learned, else unknown.

const WINDOW_CYCLES = 50;
const PERCENTILE = 0.05;
// A figure is kept as a bucket this wide (0.1 %); its mean is kept exactly, so equal figures lose nothing.
const BUCKET_RATIO = Math.log(1.001);
// Enough for figures that differ by a factor of 1.67; beyond that the slowest share a bucket: only the fast end is asked.
const MOST_BUCKETS = 512;
/** A gap shorter than this never is a stop, whatever the cycle; seconds. */
export const SHORTEST_MICRO_STOP_SECONDS = 2;
/** Nor is one shorter than so many ideal cycles. */
export const SHORTEST_MICRO_STOP_CYCLES = 2.5;

/** How long a product's cycle takes when nothing holds it up, and how we know. */
export interface IdealCycle {
  /** Above 0; null when unknown. */
  readonly seconds: number | null;
  readonly source: "configured" | "learned" | "unknown";
}

/** Everything a {@link CycleLearner} knows; plain data. */
export interface CycleLearnerState {
  readonly lastOnUs: number | null;
  /** Cycles of the window that is being filled, in seconds; at most 50. */
  readonly cycles: readonly number[];
  /** Key, number of windows, sum of their figures in seconds; by key. */
  readonly buckets: readonly (readonly [key: number, windows: number, seconds: number])[];
}

interface Bucket {
  readonly key: number;
  windows: number;
  seconds: number;
}

/** Configured before learned before unknown; null stands for what there is not. */
export function idealCycle(configuredSeconds: number | null, learner: CycleLearner | null): IdealCycle {
  if (configuredSeconds !== null) return { seconds: configuredSeconds, source: "configured" };
  const seconds = learner?.seconds ?? null;
  return { seconds, source: seconds === null ? "unknown" : "learned" };
}

/** From so long a gap on it is a micro-stop: max(2 s, 2.5 cycles); both in seconds. */
export function shortestMicroStopSeconds(cycleSeconds: number, leastSeconds = SHORTEST_MICRO_STOP_SECONDS): number {
  return Math.max(leastSeconds, SHORTEST_MICRO_STOP_CYCLES * cycleSeconds);
}

/**
 * Learns a product's ideal cycle from the starts of its seals: the 5th percentile (nearest rank) over windows of 50
 * uninterrupted cycles.
 *
 * A window is 50 consecutive cycles; its figure is their mean, so a single short cycle proves nothing. Windows do not
 * overlap. A cycle interrupts when it is so long that it holds a micro-stop, with the median cycle of its window
 * standing in for the ideal one, which is not known yet; the window then begins anew behind it.
 *
 * One learner for each product; it may live for years. At most 50 cycles and 512 buckets are kept; with fewer than 20
 * windows the percentile is the fastest of them.
 */
export class CycleLearner {
  #lastOnUs: number | null = null;
  #cycles: number[] = [];
  #buckets: Bucket[] = [];

  /** One that goes on where the saved one was. */
  static restore(state: CycleLearnerState): CycleLearner {
    const learner = new CycleLearner();
    learner.#lastOnUs = state.lastOnUs;
    learner.#cycles = [...state.cycles];
    learner.#buckets = state.buckets.map(([key, windows, seconds]) => ({ key, windows, seconds }));
    return learner;
  }

  /** A copy of the state. */
  save(): CycleLearnerState {
    const buckets = this.#buckets.map(({ key, windows, seconds }) => [key, windows, seconds] as const);
    return { lastOnUs: this.#lastOnUs, cycles: [...this.#cycles], buckets };
  }

  /** The ideal cycle in seconds; null before the first window is full. */
  get seconds(): number | null {
    let rank = Math.ceil(PERCENTILE * this.windows);
    for (const { windows, seconds } of this.#buckets) {
      rank -= windows;
      if (rank <= 0) return seconds / windows;
    }
    return null;
  }

  /** How many windows it rests on. */
  get windows(): number {
    return this.#buckets.reduce((sum, { windows }) => sum + windows, 0);
  }

  /**
   * Takes the start of the next seal of the product's run.
   * @throws RangeError when time does not go on.
   */
  push(onUs: number): void {
    const cycleUs = this.#lastOnUs === null ? null : onUs - this.#lastOnUs;
    if (cycleUs !== null && !(cycleUs > 0)) throw new RangeError(`a seal at ${onUs} us is not after the last one`);
    this.#lastOnUs = onUs;
    if (cycleUs === null) return;
    this.#cycles.push(cycleUs / 1e6);
    if (this.#cycles.length === WINDOW_CYCLES) this.#closeWindow();
  }

  /** The run ends, or nobody saw what follows: the next seal begins a new window. */
  interrupt(): void {
    this.#lastOnUs = null;
    this.#cycles = [];
  }

  #closeWindow(): void {
    const median = this.#cycles.toSorted((a, b) => a - b)[WINDOW_CYCLES / 2] as number;
    const longest = median + shortestMicroStopSeconds(median);
    const stop = this.#cycles.findLastIndex((seconds) => seconds >= longest);
    if (stop === -1) this.#count(this.#cycles.reduce((sum, seconds) => sum + seconds, 0) / WINDOW_CYCLES);
    this.#cycles = stop === -1 ? [] : this.#cycles.slice(stop + 1);
  }

  #count(figureSeconds: number): void {
    const key = Math.floor(Math.log(figureSeconds) / BUCKET_RATIO);
    const at = this.#buckets.findIndex((bucket) => bucket.key >= key);
    const found = this.#buckets[at];
    if (found?.key === key) {
      found.windows++;
      found.seconds += figureSeconds;
    } else this.#buckets.splice(at === -1 ? this.#buckets.length : at, 0, { key, windows: 1, seconds: figureSeconds });
    if (this.#buckets.length > MOST_BUCKETS) this.#joinSlowest();
  }

  #joinSlowest(): void {
    const slowest = this.#buckets.pop() as Bucket;
    const next = this.#buckets.at(-1) as Bucket;
    next.windows += slowest.windows;
    next.seconds += slowest.seconds;
  }
}

const FAST_SPELL_US = 600_000_000;

/** The machine was faster than its ideal cycle allows: `ideal cycle too slow?`. */
export interface TooSlowIdeal {
  readonly startUs: number;
  readonly endUs: number;
  /** Mean cycle of the ten minutes: the value to propose where none is learned. */
  readonly proposedSeconds: number;
}

/**
 * Notices that an ideal cycle was set too slow: more than 100 % of its speed over ten minutes without an interruption.
 *
 * Ten minutes of cycles at a time, one after the other; one interrupted by a micro-stop or stop begins anew.
 */
export class SpeedCheck {
  readonly #idealUs: number;
  #startUs: number | null = null;
  #lastUs = 0;
  #cycles = 0;

  /** @throws RangeError unless the ideal cycle is above 0. */
  constructor(idealSeconds: number) {
    if (!(idealSeconds > 0)) throw new RangeError(`an ideal cycle must be above 0 s, not ${idealSeconds} s`);
    this.#idealUs = idealSeconds * 1e6;
  }

  /** Takes the start of the next seal of the product, in order of time. */
  push(onUs: number): TooSlowIdeal | undefined {
    if (this.#startUs === null || this.#isInterrupted(onUs)) this.#begin(onUs);
    else this.#cycles++;
    this.#lastUs = onUs;
    const startUs = this.#startUs as number;
    const spellUs = onUs - startUs;
    if (spellUs < FAST_SPELL_US) return undefined;
    const meanUs = spellUs / this.#cycles;
    this.#begin(onUs);
    return meanUs < this.#idealUs ? { startUs, endUs: onUs, proposedSeconds: meanUs / 1e6 } : undefined;
  }

  /** The run ends: the next seal begins anew. */
  interrupt(): void {
    this.#startUs = null;
  }

  #begin(onUs: number): void {
    this.#startUs = onUs;
    this.#cycles = 0;
  }

  #isInterrupted(onUs: number): boolean {
    const idealSeconds = this.#idealUs / 1e6;
    return (onUs - this.#lastUs) / 1e6 >= idealSeconds + shortestMicroStopSeconds(idealSeconds);
  }
}
