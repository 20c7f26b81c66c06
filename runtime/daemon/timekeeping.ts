import { Anchors, type ClockStep, type SavedAnchors } from "../../algorithms/anchors.ts";
import { ApplianceClock } from "../clock/appliance-clock.ts";
import type { SystemClock } from "../clock/system-clock.ts";

/** So many boots are known: each commit writes them, and events are kept for a month. */
const MOST_BOOTS = 60;

/** How the time of a source's edges becomes wall time. */
export interface Timekeeping {
  /** Number of the running boot. */
  readonly boot: number;
  /** The source can be read from its beginning again: after a restart nothing is missing. */
  readonly isSeekable: boolean;
  /**
   * The source was never closed: who knows all edges of this boot up to this time misses nothing. Null: what happened
   * before the start is not known.
   */
  readonly goesOnFromUs: number | null;
  /** Wall time (microseconds since 1970) minus the time of the edges of a boot. */
  offsetOf(boot: number): number;
  /** Whether the wall time of a boot is still known. */
  knows(boot: number): boolean;
  /** All boots that are known, oldest first, with their offsets; nothing was recorded before the first moment. */
  boots(): readonly { readonly boot: number; readonly firstMonoUs: number; readonly offsetUs: number }[];
  /** Boots whose wall time turned out to be another while nothing ran. */
  readonly stepsAtStart: readonly ClockStep[];
  /** Boots whose wall time turned out to be another. */
  check(): readonly ClockStep[];
  /** Plain data to begin with after a restart. */
  save(): unknown;
}

/** What is kept of a simulation, so that a later start goes on with no other one. */
export interface SavedSimulation {
  readonly scenario: string;
  /** Tells scenarios of one name apart. */
  readonly hash: string;
}

/** Whether what a `Timekeeping` has saved is that of a simulation; older versions saved nothing for it. */
export function isSimulation(saved: unknown): saved is SavedSimulation | null {
  return saved === null || (typeof saved === "object" && "scenario" in saved);
}

/** The time of a recording or a simulation: it has a beginning, and no clock of this machine matters. */
export class SourceTime implements Timekeeping {
  readonly boot = 1;
  readonly isSeekable = true;
  readonly goesOnFromUs = null;
  readonly stepsAtStart = [];
  readonly #startWallUs: number;
  readonly #saved: SavedSimulation | null;

  /** @param saved what `save` gives. */
  constructor(startWallUs: number, saved: SavedSimulation | null = null) {
    this.#startWallUs = startWallUs;
    this.#saved = saved;
  }

  offsetOf(): number {
    return this.#startWallUs;
  }

  knows(boot: number): boolean {
    return boot === this.boot;
  }

  boots() {
    return [{ boot: this.boot, firstMonoUs: 0, offsetUs: this.#startWallUs }];
  }

  check(): readonly ClockStep[] {
    return [];
  }

  save(): unknown {
    return this.#saved;
  }
}

/** The time of contacts: the computer's monotonic clock, with the wall time that its boots turned out to have. */
export class MachineTime implements Timekeeping {
  readonly isSeekable = false;
  readonly goesOnFromUs: number | null;
  readonly #anchors: Anchors;
  readonly #clock: ApplianceClock;

  /**
   * @param saved what `save` gave before the restart.
   * @param reached until when something was recorded in the boot that was running then.
   * @param goesOnFromUs see `Timekeeping`.
   */
  constructor(
    clock: SystemClock,
    saved: SavedAnchors | null,
    reached: { readonly boot: number; readonly monoUs: number } | null,
    goesOnFromUs: number | null = null,
  ) {
    this.goesOnFromUs = goesOnFromUs;
    this.#anchors = saved === null ? new Anchors() : new Anchors(saved);
    const last = saved?.boots.at(-1);
    if (reached !== null && last?.boot === reached.boot) this.#anchors.reached(reached.boot, reached.monoUs);
    this.#clock = new ApplianceClock(clock, this.#anchors);
    this.#anchors.forgetBefore(this.#clock.boot - MOST_BOOTS + 1);
  }

  get boot(): number {
    return this.#clock.boot;
  }

  get stepsAtStart(): readonly ClockStep[] {
    return this.#clock.stepsAtStart;
  }

  offsetOf(boot: number): number {
    return this.#anchors.wallOf(boot, 0);
  }

  knows(boot: number): boolean {
    return this.boots().some((known) => known.boot === boot);
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
