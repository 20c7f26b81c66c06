import type { Level } from "../../../algorithms/signal.ts";

/** Longer than any window that is shown. */
const KEPT_US = 120_000_000;
const MOST_CHANGES = 20_000;

/** The latest changes of one level: what it was when. Null: not known. */
export class LevelTrace {
  #timesUs: number[] = [];
  #levels: (Level | null)[] = [];

  /** The level now. */
  get level(): Level | null {
    return this.#levels.at(-1) ?? null;
  }

  /** From here on something is known; null before there is anything. */
  get firstUs(): number | null {
    return this.#timesUs[0] ?? null;
  }

  /** The level is this from here on; a time before the latest one is taken for the latest. */
  push(timeUs: number, level: Level | null): void {
    const lastUs = this.#timesUs.at(-1) ?? Number.NEGATIVE_INFINITY;
    if (this.#levels.length > 0 && level === this.level) return;
    this.#timesUs.push(Math.max(timeUs, lastUs));
    this.#levels.push(level);
    if (this.#timesUs.length > 2 * MOST_CHANGES) this.#forget(this.#timesUs.length - MOST_CHANGES);
  }

  /** Forgets what is too old to be shown. */
  forgetBefore(nowUs: number): void {
    const keep = this.#timesUs.findIndex((timeUs) => timeUs >= nowUs - KEPT_US);
    // the level before the first change that is kept is kept too
    if (keep > 1) this.#forget(keep - 1);
  }

  /** Changes from one moment to another, the second excluded: how many, and which level holds before and after them. */
  between(fromUs: number, untilUs: number): { changes: number; before: Level | null; after: Level | null } {
    const first = this.#indexAt(fromUs);
    const end = this.#indexAt(untilUs);
    return { changes: end - first, before: this.#levels[first - 1] ?? null, after: this.#levels[end - 1] ?? null };
  }

  /** Index of the first change at this moment or later. */
  #indexAt(timeUs: number): number {
    let low = 0;
    let high = this.#timesUs.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.#timesUs[middle] as number) < timeUs) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #forget(count: number): void {
    this.#timesUs.splice(0, count);
    this.#levels.splice(0, count);
  }
}
