import type { Level } from "../../algorithms/signal.ts";
import type { EdgeOutlet } from "./edge-outlet.ts";

const HEARTBEAT_US = 1_000_000;

/**
 * Turns levels that were looked at, each look with its own time, into edges. A change is stamped with the look that
 * found it: at 1 kHz up to a millisecond late, at both ends of a pulse alike.
 *
 * What happened between two looks that are further apart than the limit is unknown: nothing was seen from the one to
 * the other, and the levels are said anew.
 */
export class RpioSampler {
  readonly #outlet: EdgeOutlet;
  readonly #lines: number;
  readonly #blindAfterUs: number;
  #lookedUs: number | null = null;
  #worstGapUs = 0;

  /** @param blindAfterUs two looks further apart than this leave a hole. */
  constructor(outlet: EdgeOutlet, lines: number, blindAfterUs: number) {
    this.#outlet = outlet;
    this.#lines = lines;
    this.#blindAfterUs = blindAfterUs;
  }

  /**
   * Looks at every line.
   * @param timeUs when, taken before the first is read: a thread that is held up in between then leaves a hole behind
   *   this look, and no level from after the hole gets a time before it.
   */
  look(timeUs: number, levelOf: (line: number) => Level): void {
    const outlet = this.#outlet;
    const gapUs = timeUs - (this.#lookedUs ?? timeUs);
    if (gapUs > this.#worstGapUs) this.#meetWorst(gapUs);
    const isLate = gapUs > this.#blindAfterUs;
    if (isLate) outlet.goBlind(this.#lookedUs as number);
    for (let line = 0; line < this.#lines; line++) {
      const level = levelOf(line);
      const known = outlet.levelOf(line);
      if (known !== null && level !== known) outlet.control.add("edges", 1);
      if (isLate || level !== known) outlet.level(timeUs, line, level);
    }
    if (isLate) outlet.seeAgain(timeUs);
    else if (timeUs - outlet.lastUs >= HEARTBEAT_US) outlet.still(timeUs);
    this.#lookedUs = timeUs;
    outlet.turn(timeUs);
  }

  #meetWorst(gapUs: number): void {
    this.#worstGapUs = gapUs;
    this.#outlet.control.set("worstGapUs", gapUs);
  }
}
