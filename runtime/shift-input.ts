import type { AvailabilityInterval } from "../algorithms/availability.ts";
import type { Interval } from "../algorithms/interval.ts";
import type { ContactCounts, Remark } from "./line-event.ts";
import type { RunTally } from "./run-tally.ts";
import type { PlacedSeal } from "./seal-ledger.ts";
import type { ShiftWindow } from "./shift-plan.ts";

/** A product of the line as its sealing times show it. */
export interface FoundProduct {
  readonly number: number;
  /** Mean sealing time of all its seals so far, in this shift and before. */
  readonly sealingTimeSeconds: number;
  /** Learned from its cycles up to the end of the shift; null when there were too few. */
  readonly learnedCycleSeconds: number | null;
}

/**
 * Everything that a shift's result is computed from, as plain data: the same for a shift under way, one that is over, one
 * of a recording and one that is recomputed a year later. Lists that grew beyond all measure are null.
 */
export interface ShiftInput {
  readonly window: ShiftWindow;
  /** When the line was watched: nothing is known before and after. */
  readonly seenFromUs: number;
  readonly seenUntilUs: number;
  /** Nothing that follows can change it. */
  readonly isFinal: boolean;
  /** Its seals; before them those since the last run's end, after them those up to the next run's first one. */
  readonly seals: readonly PlacedSeal[] | null;
  readonly sealCount: number;
  /** Seals of the line before this shift. */
  readonly sealsBefore: number;
  readonly runs: readonly RunTally[];
  readonly products: readonly FoundProduct[];
  /** States of the availability contact, as far as they are known; empty when it was never seen. */
  readonly availability: readonly AvailabilityInterval[] | null;
  readonly holes: readonly Interval[] | null;
  /** When the rejector threw something out, and the meter pulsed. */
  readonly rejectsUs: readonly number[] | null;
  readonly energyUs: readonly number[] | null;
  readonly remarks: readonly Remark[];
  readonly moreRemarks: number;
  /** Edge counts since the line's beginning, at the start of the shift and at its end or now. */
  readonly countsBefore: ContactCounts;
  readonly countsAfter: ContactCounts;
  /** Edges removed since the line's beginning at each full hour of the shift; left out by versions that did not count them. */
  readonly removedByHour?: readonly (readonly [atUs: number, removed: number])[];
}
