const REMEMBERED = 1024;

/** Of the latest values, in milliseconds; null before there is one. */
export interface Percentiles {
  readonly p50: number | null;
  readonly p99: number | null;
}

/** The latest waiting times, for their usual and their worst ones. */
export class Latency {
  readonly #valuesMs = new Float64Array(REMEMBERED);
  #count = 0;

  add(valueMs: number): void {
    this.#valuesMs[this.#count++ % REMEMBERED] = valueMs;
  }

  percentiles(): Percentiles {
    return { p50: this.percentile(0.5), p99: this.percentile(0.99) };
  }

  /** Of the latest 1,024, in milliseconds; null before there is one. */
  percentile(share: number): number | null {
    const known = this.#valuesMs.slice(0, Math.min(this.#count, REMEMBERED)).sort();
    return known[Math.min(known.length - 1, Math.floor(share * known.length))] ?? null;
  }
}
