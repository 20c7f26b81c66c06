const REMEMBERED = 31;
const ENOUGH = 5;
const USUAL_PAUSES = 8;
const SHORTEST_SECONDS = 120;

/** What `LongPause.save` gives. */
export interface LongPauseState {
  readonly lastOffUs: number | null;
  readonly pausesUs: readonly number[];
}

/** Tells whether the machine stood before a seal: a pause over two minutes and over eight times the median of the latest 31. */
export class LongPause {
  #lastOffUs: number | null = null;
  #pausesUs: number[] = [];

  /** Takes the next seal; true when the pause before it was long. */
  push(onUs: number, offUs: number): boolean {
    const pauseUs = this.#lastOffUs === null ? 0 : onUs - this.#lastOffUs;
    const isLong = pauseUs > SHORTEST_SECONDS * 1e6 && pauseUs > USUAL_PAUSES * this.#usualUs();
    if (this.#lastOffUs !== null) this.#remember(pauseUs);
    this.#lastOffUs = offUs;
    return isLong;
  }

  /** Everything needed to go on later with identical results. */
  save(): LongPauseState {
    return { lastOffUs: this.#lastOffUs, pausesUs: [...this.#pausesUs] };
  }

  /** One that goes on where the saved one was. */
  static restore(state: LongPauseState): LongPause {
    const pauses = new LongPause();
    pauses.#lastOffUs = state.lastOffUs;
    pauses.#pausesUs = [...state.pausesUs];
    return pauses;
  }

  /** Median of the latest pauses; infinite before there are enough to know. */
  #usualUs(): number {
    if (this.#pausesUs.length < ENOUGH) return Number.POSITIVE_INFINITY;
    const sorted = [...this.#pausesUs].sort((a, b) => a - b);
    return sorted[sorted.length >> 1] as number;
  }

  #remember(pauseUs: number): void {
    if (this.#pausesUs.length === REMEMBERED) this.#pausesUs.shift();
    this.#pausesUs.push(pauseUs);
  }
}
