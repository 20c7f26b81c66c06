const SMALLEST_US = 100;
const BUCKETS_PER_DOUBLING = 8;
/** Up to 71 minutes; anything longer is in the last bucket, and in the maximum as it was. */
const BUCKETS = 256;

/** How late the event loop was in a window of time. */
export interface LoopDelayWindow {
  readonly ticks: number;
  /** Never too low and at most 9 % (or 100 us) too high; null without a tick. */
  readonly p50Us: number | null;
  readonly p99Us: number | null;
  readonly maxUs: number | null;
}

/**
 * Lateness of a regular timer, which is the time for which the event loop was busy with something else. A delay shows
 * only where it goes beyond the next tick that was due, so one of d is seen as d less up to one period.
 *
 * `monitorEventLoopDelay` of Node.js does not see a stall during which its window is reset.
 */
export class LoopDelay {
  readonly #periodUs: number;
  readonly #buckets = new Uint32Array(BUCKETS);
  #lastUs: number | null = null;
  #ticks = 0;
  #maxUs = 0;

  constructor(periodUs: number) {
    this.#periodUs = periodUs;
  }

  /** The timer has fired at this monotonic time; returns how late it was in microseconds. */
  tick(nowUs: number): number {
    const lateUs = this.#lastUs === null ? 0 : Math.max(0, nowUs - this.#lastUs - this.#periodUs);
    this.#lastUs = nowUs;
    this.#ticks++;
    this.#maxUs = Math.max(this.#maxUs, lateUs);
    const bucket = bucketOf(lateUs);
    this.#buckets[bucket] = (this.#buckets[bucket] as number) + 1;
    return lateUs;
  }

  /** What was measured since the last call; a new window begins. */
  takeWindow(): LoopDelayWindow {
    const window = {
      ticks: this.#ticks,
      p50Us: this.#percentile(0.5),
      p99Us: this.#percentile(0.99),
      maxUs: this.#ticks === 0 ? null : this.#maxUs,
    };
    this.#buckets.fill(0);
    this.#ticks = 0;
    this.#maxUs = 0;
    return window;
  }

  #percentile(share: number): number | null {
    if (this.#ticks === 0) return null;
    const rank = Math.ceil(share * this.#ticks);
    let seen = 0;
    const bucket = this.#buckets.findIndex((count) => {
      seen += count;
      return seen >= rank;
    });
    return bucket === BUCKETS - 1 ? this.#maxUs : Math.min(this.#maxUs, upperUs(bucket));
  }
}

function bucketOf(lateUs: number): number {
  if (lateUs <= SMALLEST_US) return 0;
  return Math.min(BUCKETS - 1, Math.ceil(BUCKETS_PER_DOUBLING * Math.log2(lateUs / SMALLEST_US)));
}

function upperUs(bucket: number): number {
  return Math.ceil(SMALLEST_US * 2 ** (bucket / BUCKETS_PER_DOUBLING));
}
