import { type BreakSpec, type MachineSpec, type PlannableStop, type RandomStops, toUs } from "./machine-spec.ts";
import type { Random } from "./random.ts";

/** A stop that falls due now. */
export interface DueStop {
  readonly kind: PlannableStop;
  readonly lengthUs: number;
}

interface Window {
  readonly startUs: number;
  readonly endUs: number;
}

/** The breaks of the calendar; asked with times that never decrease. */
export class Breaks {
  readonly #stopping: readonly Window[];
  readonly #workedThrough: readonly Window[];

  constructor(breaks: readonly BreakSpec[]) {
    this.#stopping = windows(breaks.filter((b) => !b.workedThrough));
    this.#workedThrough = windows(breaks.filter((b) => b.workedThrough));
  }

  /** The first break, of those that stop the machine, that ends after this time. */
  after(timeUs: number): Window | undefined {
    return this.#stopping.find((b) => b.endUs > timeUs);
  }

  /** Whether the machine has to stand now. */
  stopsAt(timeUs: number): boolean {
    const next = this.after(timeUs);
    return next !== undefined && next.startUs <= timeUs;
  }

  /** Whether this is a break in which the machine runs on. */
  workedThroughAt(timeUs: number): boolean {
    return this.#workedThrough.some((b) => b.startUs <= timeUs && timeUs < b.endUs);
  }
}

function windows(breaks: readonly BreakSpec[]): readonly Window[] {
  return breaks
    .map((b) => ({ startUs: toUs(b.atSeconds), endUs: toUs(b.atSeconds + b.lengthSeconds) }))
    .sort((a, b) => a.startUs - b.startUs);
}

interface RandomSource {
  readonly spec: RandomStops;
  readonly random: Random;
  dueRunningUs: number;
}

/** Says which stop falls due: planned ones in order of time, random ones by their rates, one at a time. */
export class StopSchedule {
  readonly #planned: { readonly kind: PlannableStop; readonly atUs: number; readonly lengthUs: number }[];
  readonly #sources: readonly RandomSource[];

  constructor(spec: MachineSpec, random: Random) {
    this.#planned = spec.stops
      .map((s) => ({ kind: s.kind, atUs: toUs(s.atSeconds), lengthUs: toUs(s.lengthSeconds) }))
      .sort((a, b) => a.atUs - b.atUs);
    this.#sources = spec.randomStops
      .filter((s) => s.perHour > 0)
      .map((s, i) => startSource(s, random.fork(`${i} ${s.kind}`)));
  }

  /** Takes the stop that is due at this time, if any; random ones wait in time that the machine has been running. */
  take(nowUs: number, runningUs: number): DueStop | undefined {
    if (this.#planned[0] !== undefined && this.#planned[0].atUs <= nowUs) return this.#planned.shift();
    const source = this.#sources.find((s) => s.dueRunningUs <= runningUs);
    if (source === undefined) return undefined;
    const lengthUs = toUs(source.random.uniform(source.spec.lengthSeconds));
    source.dueRunningUs = runningUs + waitUs(source);
    return { kind: source.spec.kind, lengthUs };
  }
}

function startSource(spec: RandomStops, random: Random): RandomSource {
  const source = { spec, random, dueRunningUs: 0 };
  source.dueRunningUs = waitUs(source);
  return source;
}

function waitUs(source: RandomSource): number {
  return toUs(source.random.exponential(3600 / source.spec.perHour));
}
