import type { StopKind } from "../gap-stops.ts";

/** So many shifts are kept. */
export const MOST_SHIFTS = 60;
/** A product with fewer seals in a shift is not judged in it, and does not count as a shift of its history. */
export const LEAST_SEALS = 30;
/** What the current shift is held against must be at least so many shifts. */
export const LEAST_SHIFTS = 8;

/** A product in one shift of one line. */
export interface ProductFigures {
  readonly product: number;
  readonly seals: number;
  /** Mean and standard deviation of the sealing times; those more than 15 % from their median are left out. */
  readonly sealingTimeSeconds: number;
  readonly sealingTimeSdSeconds: number;
  /** Mean of the first fifth and of the last fifth of its seals; null below {@link LEAST_SEALS} seals. */
  readonly headSeconds: number | null;
  readonly tailSeconds: number | null;
  /** From start to start of neighbouring seals of it; null when there are none. */
  readonly medianCycleSeconds: number | null;
}

/** A stop or micro-stop that is complete and belongs to the machine: no break, no changeover, no late start. */
export interface FigureStop {
  readonly startUs: number;
  readonly lengthSeconds: number;
  /** Seals that the line made in the shift before it. */
  readonly sealsBefore: number;
  readonly kind: StopKind;
  /** Of the seal before it; null when that belongs to nobody. */
  readonly product: number | null;
}

/** What maintenance remembers of one shift of one line; plain data, bounded. */
export interface ShiftFigures {
  /** Names the shift for ever: figures computed again replace those of the same name. */
  readonly shiftId: string;
  readonly startUs: number;
  readonly runSeconds: number;
  /** All seals of the line, those that belong to nobody included. */
  readonly seals: number;
  /** In order of product number. */
  readonly products: readonly ProductFigures[];
  /** Mean bounce at true changes of the sealing contact; null when not measured. */
  readonly bounceSeconds: number | null;
  /** Removed raw edges of the sealing contact for each seal; null when not measured. */
  readonly removedPerSeal: number | null;
  /** How often the machine was not ready, counted as for MTBF. */
  readonly notReadyEvents: number;
  /** In order of time, at most 200. */
  readonly stops: readonly FigureStop[];
}

/** The last shifts, oldest first, at most {@link MOST_SHIFTS}; plain data, for saving. */
export type ShiftHistory = readonly ShiftFigures[];

/** The product's figures in each shift that made enough of it, in order, with the number of the shift in the list. */
export function figuresOf(shifts: ShiftHistory, product: number): readonly (ProductFigures & { shift: number })[] {
  return shifts.flatMap(({ products }, shift) =>
    products.filter((it) => it.product === product && it.seals >= LEAST_SEALS).map((it) => ({ ...it, shift })),
  );
}
