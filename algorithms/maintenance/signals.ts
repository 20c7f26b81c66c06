/** What can be told about the state of a machine. */
export const MAINTENANCE_KINDS = [
  "sealing-time drift",
  "cycle-time creep",
  "contact bounce",
  "interference",
  "recurring stop",
  "not-ready events",
] as const;
export type MaintenanceKind = (typeof MAINTENANCE_KINDS)[number];

/** Where the current shift stands on an individuals control chart of the shifts before it. */
export interface ChartEvidence {
  /** Of the history, oldest first, and of the current shift, last. */
  readonly values: readonly number[];
  /** Median of the history. */
  readonly centre: number;
  readonly lowLimit: number;
  readonly highLimit: number;
  /** The current shift. */
  readonly value: number;
  /** value / centre - 1; for a run of shifts that of its median. */
  readonly change: number;
  /** `limit`: the current shift lies outside the limits; `run`: it is the eighth or later in a row on one side. */
  readonly rule: "limit" | "run";
}

/** A product's sealing time is not what it was in earlier shifts; values in seconds. */
export interface SealingTimeDrift extends ChartEvidence {
  readonly kind: "sealing-time drift";
  readonly product: number;
  readonly since: "earlier shifts";
}

/** A product's sealing time moved within the shift. */
export interface SealingTimeDriftInShift {
  readonly kind: "sealing-time drift";
  readonly product: number;
  readonly since: "start of the shift";
  /** Mean of the first and of the last fifth of the seals. */
  readonly headSeconds: number;
  readonly tailSeconds: number;
  /** tail / head - 1. */
  readonly change: number;
  /** The difference in standard errors, without sign. */
  readonly standardErrors: number;
  /** Median change of the history, since a heater warms up each day; null when there is none. */
  readonly usualChange: number | null;
}

/** A product's median cycle grows from shift to shift. */
export interface CycleTimeCreep {
  readonly kind: "cycle-time creep";
  readonly product: number;
  /** Median cycle of each shift, oldest first; the current one is the last. */
  readonly values: readonly number[];
  /** Ends of the fitted line. */
  readonly fromSeconds: number;
  readonly toSeconds: number;
  /** to / from - 1. */
  readonly change: number;
  /** From the first to the last of them, those without the product included. */
  readonly shifts: number;
  /** How likely so steady a rise is by chance. */
  readonly chance: number;
}

/** The sealing contact bounces longer than it did; values in seconds. */
export interface ContactBounce extends ChartEvidence {
  readonly kind: "contact bounce";
  readonly product: null;
}

/** More raw edges must be removed for each seal than before; values in edges a seal. */
export interface Interference extends ChartEvidence {
  readonly kind: "interference";
  readonly product: null;
}

/** A stop comes back after the same number of seals. */
export interface RecurringStop {
  readonly kind: "recurring stop";
  /** null when it came with several products. */
  readonly product: number | null;
  /** Median length. */
  readonly lengthSeconds: number;
  readonly periodSeals: number;
  /** Standard deviation of the distance from one to the next, from its median deviation. */
  readonly spreadSeals: number;
  /** The longest series, in order, with single ones missing at most; at least 4. */
  readonly occurrences: readonly { readonly shiftId: string; readonly startUs: number }[];
  /** Stops of this length in the shifts looked at, the series included. */
  readonly similarStops: number;
  /** So many of `asked` were followed by another one a period later. */
  readonly followed: number;
  readonly asked: number;
  /** How likely this is by chance, all tries taken into account. */
  readonly chance: number;
}

/** The machine is not ready more often than before. */
export interface NotReadyEvents {
  readonly kind: "not-ready events";
  readonly product: null;
  readonly events: number;
  readonly runSeconds: number;
  readonly earlierEvents: number;
  readonly earlierRunSeconds: number;
  /** MTBF of the shift. */
  readonly secondsBetween: number;
  /** MTBF of the history; null when it has no event. */
  readonly earlierSecondsBetween: number | null;
  /** Variance of the counts per shift over what independent events would have; at least 1, and allowed for. */
  readonly clustering: number;
  readonly chance: number;
}

/** A sign of wear, with the evidence behind it. */
export type MaintenanceSignal =
  | SealingTimeDrift
  | SealingTimeDriftInShift
  | CycleTimeCreep
  | ContactBounce
  | Interference
  | RecurringStop
  | NotReadyEvents;

/** What could not be looked at: it lacks something of which so many are needed. */
export interface NotJudged {
  readonly kind: MaintenanceKind;
  readonly product: number | null;
  /** `shifts` of history with enough in them; `seals`, `cycles`, `run time` (s) and `measurement` of the current shift. */
  readonly lacks: "shifts" | "seals" | "cycles" | "run time" | "measurement" | "similar stops";
  readonly needed: number;
  readonly has: number;
}
