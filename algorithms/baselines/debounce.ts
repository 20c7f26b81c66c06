import type { Level } from "../signal.ts";

/**
 * The customary debounce with two times: closed once it stayed closed for `closeUs`, open once it stayed open for
 * `openUs`. For the comparison only.
 *
 * A change is stamped with the edge at which the contact began to be stable. Each drop-out of `openUs` or more cuts a
 * seal in two, each spurious pulse of `closeUs` or more is a seal, and chatter moves the stamp to its last edge; the
 * times stand against each other, and no pair of them is right in a filthy panel.
 *
 * Unlike the level filter it trusts what it sees first: the level of the first push is the level, without a change.
 * A push costs a few operations and allocates nothing.
 *
 * @example
 * const debounce = new CloseOpenDebounce(100_000, 1_000_000);
 * if (debounce.push(timeUs, level)) use(debounce.changeUs, debounce.level);
 */
export class CloseOpenDebounce {
  readonly #closeUs: number;
  readonly #openUs: number;
  #running = false;
  #nowUs = 0;
  #raw: Level = 0;
  #level: Level = 0;
  #stableSinceUs = 0;
  #changeUs = 0;

  /**
   * Neither may be 0: an edge that counts at once could come with another change that just became final, and a push
   * reports one.
   *
   * @param closeUs how long it must stay closed to count as closed, microseconds, above 0.
   * @param openUs how long it must stay open to count as open, microseconds, above 0.
   * @throws RangeError when one is 0, negative or not a number.
   */
  constructor(closeUs: number, openUs: number) {
    for (const us of [closeUs, openUs])
      if (!(us > 0)) throw new RangeError(`a debounce time must be above 0 us, not ${us}`);
    this.#closeUs = closeUs;
    this.#openUs = openUs;
  }

  /** The debounced level from `changeUs` on; 0 before the first push. */
  get level(): Level {
    return this.#level;
  }

  /** When the latest final change was; before there is one, the time of the first push. */
  get changeUs(): number {
    return this.#changeUs;
  }

  /**
   * Takes an edge; a repeated level is a tick, which only moves time on. The first push after construction or `finish`
   * starts.
   *
   * @param timeUs microseconds, not before the previous push.
   * @returns true when a change became final, see `changeUs` and `level`.
   * @throws RangeError when time runs backwards.
   */
  push(timeUs: number, level: Level): boolean {
    if (!this.#running) return this.#start(timeUs, level);
    const isFinal = this.#moveTo(timeUs);
    if (level === this.#raw) return isFinal;
    this.#raw = level;
    this.#stableSinceUs = timeUs;
    return isFinal;
  }

  /**
   * The recording ends here: what has not been stable for long enough by now is dropped.
   *
   * @returns true when time up to here made one more change final.
   * @throws RangeError when time runs backwards.
   */
  finish(timeUs: number): boolean {
    if (!this.#running) return false;
    const isFinal = this.#moveTo(timeUs);
    this.#running = false;
    return isFinal;
  }

  #start(timeUs: number, level: Level): boolean {
    if (!(timeUs >= this.#nowUs)) throw backwards(timeUs, this.#nowUs);
    this.#running = true;
    this.#nowUs = timeUs;
    this.#raw = level;
    this.#level = level;
    this.#stableSinceUs = timeUs;
    this.#changeUs = timeUs;
    return false;
  }

  #moveTo(timeUs: number): boolean {
    if (!(timeUs >= this.#nowUs)) throw backwards(timeUs, this.#nowUs);
    this.#nowUs = timeUs;
    if (this.#raw === this.#level) return false;
    if (this.#nowUs - this.#stableSinceUs < (this.#raw === 1 ? this.#closeUs : this.#openUs)) return false;
    this.#level = this.#raw;
    this.#changeUs = this.#stableSinceUs;
    return true;
  }
}

/** The customary debounce: a level counts once it has been stable for one time. For the comparison only. */
export class StableDebounce extends CloseOpenDebounce {
  /**
   * @param stableUs how long a level must stay to count, microseconds, above 0.
   * @throws RangeError when it is 0, negative or not a number.
   */
  constructor(stableUs: number) {
    super(stableUs, stableUs);
  }
}

function backwards(timeUs: number, nowUs: number): RangeError {
  return new RangeError(`time runs backwards: ${timeUs} us after ${nowUs} us`);
}
