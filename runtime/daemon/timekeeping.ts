import { Anchors, type ClockStep, type SavedAnchors } from "../../algorithms/anchors.ts";
import { ApplianceClock } from "../clock/appliance-clock.ts";
import type { SystemClock } from "../clock/system-clock.ts";

/** How the time of a source's edges becomes wall time. */
export interface Timekeeping {
  /** Number of the running boot. */
  readonly boot: number;
  /** The source can be read from its beginning again: after a restart nothing is missing. */
  readonly isSeekable: boolean;
  /** Wall time (microseconds since 1970) minus the time of the edges of a boot. */
  offsetOf(boot: number): number;
  /** All boots that are known, oldest first, with their offsets. */
  boots(): readonly { readonly boot: number; readonly offsetUs: number }[];
  /** Boots whose wall time turned out to be another. */
  check(): readonly ClockStep[];
  /** Plain data to begin with after a restart. */
  save(): unknown;
}

/** The time of a recording or a simulation: it has a beginning, and no clock of this machine matters. */
export class SourceTime implements Timekeeping {
  readonly boot = 1;
  readonly isSeekable = true;
  readonly #startWallUs: number;

  constructor(startWallUs: number) {
    this.#startWallUs = startWallUs;
  }

  offsetOf(): number {
    return this.#startWallUs;
  }

  boots() {
    return [{ boot: this.boot, offsetUs: this.#startWallUs }];
  }

  check(): readonly ClockStep[] {
    return [];
  }

  save(): unknown {
    return null;
  }
}

/** The time of contacts: the computer's monotonic clock, with the wall time that its boots turned out to have. */
export class MachineTime implements Timekeeping {
  readonly isSeekable = false;
  readonly #anchors: Anchors;
  readonly #clock: ApplianceClock;

  /**
   * @param saved what `save` gave before the restart.
   * @param reached until when something was recorded in the boot that was running then.
   */
  constructor(clock: SystemClock, saved: SavedAnchors | null, reached: { boot: number; monoUs: number } | null) {
    this.#anchors = saved === null ? new Anchors() : new Anchors(saved);
    const last = saved?.boots.at(-1);
    if (reached !== null && last?.boot === reached.boot) this.#anchors.reached(reached.boot, reached.monoUs);
    this.#clock = new ApplianceClock(clock, this.#anchors);
  }

  get boot(): number {
    return this.#clock.boot;
  }

  offsetOf(boot: number): number {
    return this.#anchors.wallOf(boot, 0);
  }

  boots() {
    return this.#anchors.save().boots;
  }

  check(): readonly ClockStep[] {
    return this.#clock.check();
  }

  save(): SavedAnchors {
    return this.#anchors.save();
  }
}
