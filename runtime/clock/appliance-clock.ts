import type { Anchors, ClockStep } from "../../algorithms/anchors.ts";
import { readClock, type SystemClock } from "./system-clock.ts";

/** A reading whose two clocks were read further apart than this says nothing about a step of 2 s. */
const USABLE_SPREAD_US = 500_000;

/** The time of the running boot. Durations come from `monoUs`; wall times are as good as the anchors know by now. */
export class ApplianceClock {
  readonly #clock: SystemClock;
  readonly #anchors: Anchors;
  /** Number of the running boot. */
  readonly boot: number;
  /** Boots that moved because of what the clock shows at the start. */
  readonly stepsAtStart: readonly ClockStep[];

  /** Begins or resumes a boot; what the store holds of the last boot must be known to the anchors by `reached`. */
  constructor(clock: SystemClock, anchors: Anchors) {
    this.#clock = clock;
    this.#anchors = anchors;
    const { monoUs, wallUs, trusted } = readClock(clock);
    const begun = anchors.begin(clock.bootId(), monoUs, wallUs, trusted);
    this.boot = begun.boot;
    this.stepsAtStart = begun.steps;
  }

  /** Monotonic time of this boot in microseconds. */
  monoUs(): number {
    return this.#clock.monoUs();
  }

  /** Wall time now in microseconds since 1970, in line with what is recorded; not always what the system clock shows. */
  wallUs(): number {
    return this.#anchors.wallOf(this.boot, this.#clock.monoUs());
  }

  /** Looks for a step of the system clock; to be called every few seconds. Returns the boots that moved. */
  check(): readonly ClockStep[] {
    const { monoUs, wallUs, trusted, spreadUs } = readClock(this.#clock);
    return spreadUs > USABLE_SPREAD_US ? [] : this.#anchors.observe(this.boot, monoUs, wallUs, trusted);
  }
}
