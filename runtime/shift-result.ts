import type { EnergySlot, EnergyUse } from "../algorithms/energy.ts";
import type { FastSpells } from "../algorithms/fast-spells.ts";
import type { Stop } from "../algorithms/gap-stops.ts";
import type { OeeResult } from "../algorithms/oee.ts";
import type { ShiftQuality } from "../algorithms/quality.ts";
import type { Contact, EdgeCounts } from "../algorithms/signal.ts";
import type { CorrectionResult } from "./corrections.ts";
import type { Remark } from "./line-event.ts";
import type { SuspectSeal } from "./run-tally.ts";

/** The result of one shift of one line, as `replay --json` prints it (`sealtrace/replay@1`). Unknown is null. */
export interface ShiftResult {
  readonly line: string;
  readonly lineName: string;
  readonly id: string;
  /** Name of the shift in the calendar; null without one, and for production outside all shifts. */
  readonly shift: string | null;
  /** Local date on which it starts. */
  readonly date: string | null;
  /** Under way; over, but its last stop or its last seals are not decided; or final. */
  readonly state: "running" | "provisional" | "final";
  /** From the start of the shift, or of sealing before it, to its end, the end of sealing after it, or now. */
  readonly startUs: number;
  readonly endUs: number;
  readonly start: string | null;
  readonly end: string | null;
  /** As the calendar has it; null without a calendar. */
  readonly plannedStartUs: number | null;
  readonly plannedEndUs: number | null;
  /** Sealing time before and after the planned hours, and in breaks. */
  readonly earlyStartSeconds: number;
  readonly overtimeSeconds: number;
  readonly workedThroughSeconds: number;
  /** Share of the time in which the recorder saw the contacts; null when there is no time at all. */
  readonly coverage: number | null;
  readonly notReadySeconds: number | null;
  readonly seals: number;
  readonly unassigned: number;
  readonly signals: Readonly<Partial<Record<Contact, SignalResult>>>;
  readonly products: readonly ProductResult[];
  readonly runs: readonly RunResult[];
  /** Null, as `oee`, for a recording too long to be one shift. */
  readonly stops: readonly StopResult[] | null;
  readonly oee: Omit<OeeResult, "sums" | "coverage" | "lowConfidence"> | null;
  /** What the speed losses are made of: slow cycles, in seconds; null while an ideal cycle is not known. */
  readonly slowCycleSeconds: number | null;
  /** From which length on a gap is a micro-stop (by product) or a stop; null as `stops`. */
  readonly stopLimits: {
    readonly microStopSeconds: Readonly<Record<string, number>>;
    readonly stopSeconds: number;
  } | null;
  readonly quality: QualityResult | null;
  readonly energy: EnergyResult | null;
  /** One letter for each minute of the clock from `minutesStartUs`, see docs/formats.md. */
  readonly minutes: string | null;
  readonly minutesStartUs: number | null;
  /** Seals that ended in each of those minutes. */
  readonly sealsByMinute: readonly number[] | null;
  /** Seals made while the availability contact said "not ready": inverted or welded? Null as `stops`. */
  readonly sealsWhileNotReady: number | null;
  readonly tooSlowIdeals: readonly TooSlowIdealResult[];
  /** The hour of the local clock with most rejected pulses; null when none was rejected, or nobody counted. */
  readonly worstHour: WorstHour | null;
  /** What people added, in order. */
  readonly corrections: readonly CorrectionResult[];
  readonly remarks: readonly Remark[];
  readonly moreRemarks: number;
}

/** An hour, or what of it lies in the shift. */
export interface WorstHour {
  readonly startUs: number;
  readonly endUs: number;
  readonly rejectedPulses: number;
}

/** Raw edges of a contact in the shift: `edges = kept + removed`. */
export interface SignalResult extends EdgeCounts {
  /** Mean length of a bounce at a true change; null when none bounced. */
  readonly bounceSeconds: number | null;
}

/** A stop, and what people said about it. */
export interface StopResult extends Stop {
  readonly reason: string | null;
}

export interface ProductResult {
  readonly id: string;
  readonly name: string | null;
  readonly sealingTimeSeconds: number;
  readonly seals: number;
  /** As counted, and corrected. */
  readonly units: number;
  readonly countedUnits: number;
  readonly unitsPerSeal: number;
  readonly idealCycleSeconds: number | null;
  readonly idealCycleSource: "configured" | "learned" | "unknown";
}

export interface RunResult {
  readonly product: string;
  /** Another product of the list that it could be as well; null when there is none. */
  readonly rival: string | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly seals: number;
  readonly units: number;
  /** Seals between its first and its last one whose time does not fit: cut short, prolonged or disturbed. Not in `seals`. */
  readonly suspectSeals: number;
  /** The first 50 of them. */
  readonly suspects: readonly SuspectSeal[];
  /** Null when no seal's own time is beyond doubt. */
  readonly sealingTimeSeconds: number | null;
}

/** Quality as measured or entered; `ShiftQuality` with the products' ids. */
export type QualityResult = Omit<ShiftQuality, "products" | "runs" | "count"> & {
  readonly goodUnits: number | null;
  readonly products: readonly (Omit<ShiftQuality["products"][number], "product"> & { readonly product: string })[];
};

/** Energy with the products' ids, and the power of each quarter of an hour. */
export type EnergyResult = Omit<EnergyUse, "products"> & {
  readonly products: readonly (Omit<EnergyUse["products"][number], "product"> & { readonly product: string })[];
  /** Null where the wall time is not known: quarters are the clock's. */
  readonly quarterHours: readonly EnergySlot[] | null;
};

export type TooSlowIdealResult = Omit<FastSpells, "product"> & { readonly product: string };
