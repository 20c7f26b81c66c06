import type { Level } from "../signal.ts";

const FIRST_EDGES = 1024;
/** A minute of the worst storm that was driven through the drivers, or days of a busy contact. */
export const MOST_EDGES = 2_000_000;

/** The raw edges of one contact over some time; 1 is active. */
export interface EdgeSeries {
  readonly startUs: number;
  readonly endUs: number;
  readonly startLevel: Level;
  /** Times of the changes, in order; levels alternate from the start level. */
  readonly timesUs: Float64Array;
}

/** Collects the edges of one contact, as long as there is room for them. */
export class EdgeCollector {
  #times = new Float64Array(FIRST_EDGES);
  #count = 0;
  #start: { readonly timeUs: number; readonly level: Level } | null = null;
  #level: Level = 0;
  #endUs = 0;

  /** It takes no more: the series ends at the last edge that fitted. */
  get isFull(): boolean {
    return this.#count >= MOST_EDGES;
  }

  /** Changes so far. */
  get edges(): number {
    return this.#count;
  }

  /**
   * Takes a level; one that repeats only moves time on.
   * @throws RangeError when time runs backwards.
   */
  push(timeUs: number, level: Level): void {
    if (this.isFull) return;
    if (this.#start === null) this.#start = { timeUs, level };
    else if (timeUs < this.#endUs) throw new RangeError(`time runs backwards: ${timeUs} us after ${this.#endUs} us`);
    else if (level !== this.#level) this.#add(timeUs);
    this.#level = level;
    this.#endUs = timeUs;
  }

  /** Nothing changed up to here. */
  moveTo(timeUs: number): void {
    if (this.#start !== null && timeUs > this.#endUs) this.push(timeUs, this.#level);
  }

  /** What was seen; null when that is no time at all. */
  series(): EdgeSeries | null {
    if (this.#start === null || this.#endUs <= this.#start.timeUs) return null;
    const { timeUs: startUs, level: startLevel } = this.#start;
    return { startUs, endUs: this.#endUs, startLevel, timesUs: this.#times.slice(0, this.#count) };
  }

  #add(timeUs: number): void {
    if (this.#count === this.#times.length) {
      const more = new Float64Array(2 * this.#count);
      more.set(this.#times);
      this.#times = more;
    }
    this.#times[this.#count++] = timeUs;
  }
}

/** Calls with each edge. */
export function eachEdge({ startLevel, timesUs }: EdgeSeries, take: (timeUs: number, level: Level) => void): void {
  let level = startLevel;
  for (let i = 0; i < timesUs.length; i++) {
    level = level === 1 ? 0 : 1;
    take(timesUs[i] as number, level);
  }
}
