import type { Range } from "./random.ts";

/** One product as the machine makes it. */
export interface ProductSpec {
  readonly name: string;
  /** Mode of the sealing time, above 0. */
  readonly sealingTimeSeconds: number;
  /** Standard deviation of the sealing time, 0 or more. */
  readonly noiseSeconds: number;
  /** From seal to seal, longer than the sealing time. */
  readonly cycleTimeSeconds: number;
  /** Standard deviation of the cycle time, 0 or more. */
  readonly cycleNoiseSeconds: number;
  readonly unitsPerSeal: number;
  /** By how much the mode grows from the first to the last planned seal of the scenario. */
  readonly driftPercent: number;
  /** Share of the seals that are rejected, 0 to 1; above 0 anywhere, the scenario has a `reject` channel. */
  readonly rejectShare: number;
}

/** So many seals of one product (index into the products). */
export interface PlannedRun {
  readonly product: number;
  readonly seals: number;
}

/** What happens between two runs of different products. */
export interface ChangeoverSpec {
  readonly lengthSeconds: Range;
  /** How many trial seals end it. */
  readonly trialSeals: Range;
  /** Their sealing time as a multiple of the new product's. */
  readonly trialSealingTimeFactor: Range;
  /** The availability contact until the trial seals begin. */
  readonly contact: "open" | "closed";
}

/** Why a machine stands, in the words of the report. */
export const STOP_KINDS = ["not-ready", "waiting", "changeover", "micro-stop", "break", "no-data"] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** Stops a scenario can ask for; the contact is open while not ready, closed otherwise. */
export const PLANNABLE_STOPS = ["not-ready", "waiting", "micro-stop"] as const;
export type PlannableStop = (typeof PLANNABLE_STOPS)[number];

/** A stop at a time: it begins when the cycle then running is over. */
export interface PlannedStop {
  readonly kind: PlannableStop;
  readonly atSeconds: number;
  readonly lengthSeconds: number;
}

/** Stops at random, so many in an hour of running: exponential waiting times, uniform lengths. */
export interface RandomStops {
  readonly kind: PlannableStop;
  readonly perHour: number;
  readonly lengthSeconds: Range;
}

/** An interval of the recording. */
export interface Interval {
  readonly atSeconds: number;
  readonly lengthSeconds: number;
}

/** A break of the calendar; worked through, the machine runs on and stops that fall due wait for its end. */
export interface BreakSpec extends Interval {
  readonly workedThrough: boolean;
}

/** Seals that went wrong: cut short or prolonged, they belong to no product. */
export interface OutlierSpec {
  readonly share: number;
  /** Share of the outliers that are prolonged, the others are cut short. */
  readonly prolongedShare: number;
  readonly cutShortFactor: Range;
  readonly prolongedFactor: Range;
}

/** An energy meter with an S0 output: pulses of 50 ms. */
export interface EnergySpec {
  readonly pulsesPerKwh: number;
  readonly sealingKw: number;
  readonly readyKw: number;
  readonly notReadyKw: number;
}

/** Idle time at an end of the recording; the kind says what the availability contact does. */
export interface IdleSpec {
  readonly lengthSeconds: number;
  readonly kind: "not-ready" | "waiting";
}

/** A machine and what it is to do. */
export interface MachineSpec {
  readonly products: readonly ProductSpec[];
  readonly plan: readonly PlannedRun[];
  /** How often the plan is worked off. */
  readonly planRepeats: number;
  /** Length of the recording; null: it ends with the plan. */
  readonly durationSeconds: number | null;
  readonly lateStart: IdleSpec;
  readonly earlyFinish: IdleSpec;
  readonly changeover: ChangeoverSpec;
  readonly stops: readonly PlannedStop[];
  readonly randomStops: readonly RandomStops[];
  readonly breaks: readonly BreakSpec[];
  readonly outliers: OutlierSpec;
  readonly energy: EnergySpec | null;
  /** When the recorder sees nothing, in order, without overlap. */
  readonly holes: readonly Interval[];
}

/** Seconds as integer microseconds. */
export function toUs(seconds: number): number {
  return Math.round(seconds * 1e6);
}

/** Seals that the whole plan asks for. */
export function plannedSeals(spec: MachineSpec): number {
  return spec.plan.reduce((sum, run) => sum + run.seals, 0) * spec.planRepeats;
}
