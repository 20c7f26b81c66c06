import type { Level } from "./signal.ts";

/**
 * The availability contact's price of a change (the papers' Smart Coded Filter): 1.5 s.
 *
 * A machine is made ready by a person and seldom for less than six seconds, a quarter of which this is; a loss of
 * readiness shorter than 3 s explains no loss of production and more often is a relay that lets go.
 */
export const AVAILABILITY_BETA_US = 1_500_000;

/** A half-open stretch [startUs, endUs) in which the machine was ready, was not, or nobody knows (null). */
export interface AvailabilityInterval {
  readonly startUs: number;
  readonly endUs: number;
  readonly ready: boolean | null;
}

/** Everything the availability knows, as a plain object. */
export interface AvailabilityState {
  /** Start of the open interval; null before the first push. */
  startUs: number | null;
  ready: boolean | null;
}

/**
 * From clean changes of a contact to intervals that touch each other: no time is left out, none counted twice.
 * A gap becomes an interval of its own; empty intervals are not emitted. It only builds, so it serves any channel.
 */
export class Availability {
  readonly #state: AvailabilityState = { startUs: null, ready: null };

  /** One that goes on where the saved one was. */
  static restore(state: AvailabilityState): Availability {
    const availability = new Availability();
    Object.assign(availability.#state, state);
    return availability;
  }

  /** A copy of the state. */
  save(): AvailabilityState {
    return { ...this.#state };
  }

  /** The interval not yet emitted: since when it lasts, and what it is. */
  get open(): Readonly<AvailabilityState> {
    return this.#state;
  }

  /**
   * Takes a clean change, or the level found after a gap; a repeated level changes nothing.
   *
   * @param changeUs integer microseconds, not before the previous call.
   * @returns the interval that ends here.
   * @throws RangeError when time runs backwards.
   */
  push(changeUs: number, level: Level): AvailabilityInterval | undefined {
    return this.#become(changeUs, level === 1);
  }

  /** The recording ends or has a gap from here on; as `push`. */
  finish(untilUs: number): AvailabilityInterval | undefined {
    return this.#become(untilUs, null);
  }

  #become(timeUs: number, ready: boolean | null): AvailabilityInterval | undefined {
    const { startUs, ready: before } = this.#state;
    if (startUs !== null && !(timeUs >= startUs))
      throw new RangeError(`time runs backwards: ${timeUs} us after ${startUs} us`);
    if (startUs !== null && ready === before) return undefined;
    this.#state.startUs = timeUs;
    this.#state.ready = ready;
    return startUs === null || startUs === timeUs ? undefined : { startUs, endUs: timeUs, ready: before };
  }
}
