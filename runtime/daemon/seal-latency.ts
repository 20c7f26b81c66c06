import { Latency, type Percentiles } from "./latency.ts";

/** Seals that wait for the disk and are looked at; more at once are not. */
const MOST_WAITING = 1024;

interface WaitingSeal {
  readonly seq: number;
  readonly offUs: number;
}

/** How long it takes from the edge that ends a seal until the seal is on the disk. */
export class SealLatency {
  readonly #latency = new Latency();
  readonly #waiting = new Map<number, WaitingSeal[]>();
  /** Real milliseconds since a moment of the source; null where that has no meaning. */
  #sinceMs: ((timeUs: number) => number) | null = null;

  measureBy(sinceMs: ((timeUs: number) => number) | undefined): void {
    this.#sinceMs = sinceMs ?? null;
  }

  /** An event of a line, a seal that ended at this time, has been handed to the store. */
  add(line: number, seq: number, offUs: number): void {
    if (this.#sinceMs === null) return;
    const waiting = this.#waiting.get(line) ?? [];
    this.#waiting.set(line, waiting);
    if (waiting.length < MOST_WAITING) waiting.push({ seq, offUs });
  }

  /** Everything of a line up to this event is on the disk. */
  durable(line: number, seq: number): void {
    const waiting = this.#waiting.get(line);
    while (waiting?.[0] !== undefined && waiting[0].seq <= seq) {
      const { offUs } = waiting.shift() as WaitingSeal;
      this.#latency.add(this.#sinceMs?.(offUs) ?? 0);
    }
  }

  percentiles(): Percentiles {
    return this.#latency.percentiles();
  }
}
