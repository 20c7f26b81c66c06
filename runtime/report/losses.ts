import type { StopName } from "../../algorithms/gap-stops.ts";
import type { ShiftResult, StopResult } from "../shift-result.ts";
import { unitsOf } from "./made-units.ts";
import type { PossibleUnits } from "./possible-units.ts";

/** Where planned time goes. */
export const LOSS_NAMES = [
  "not ready",
  "waiting",
  "changeover",
  "late start",
  "late restart",
  "early finish",
  "micro-stop",
  "slow cycles",
  "rejects",
] as const satisfies readonly (StopName | "slow cycles" | "rejects")[];
export type LossName = (typeof LOSS_NAMES)[number];

/** Planned time that made nothing, or nothing good; below 0 where an ideal cycle is too slow. */
export interface Loss {
  readonly name: LossName;
  readonly seconds: number;
  /** Null where the ideal cycle is not known, or nothing is planned. */
  readonly units: number | null;
  /** How often it began in this shift; 0 for slow cycles and rejects, which are not events. */
  readonly events: number;
  readonly longest: StopResult | null;
  readonly isOpen: boolean;
}

/** From planned time to what it was worth. */
export interface LossTree {
  readonly plannedSeconds: number;
  readonly possibleUnits: number | null;
  /** Largest first; with the effective time they add up to the planned time, as far as all are known. */
  readonly losses: readonly Loss[];
  /** Ideal time of the good units; null when an ideal cycle is not known: then what is left is `sealingSeconds`. */
  readonly effectiveSeconds: number | null;
  /** Time in cycles, slow ones included. */
  readonly sealingSeconds: number;
  /** Good units, or all of them where quality is not measured. */
  readonly units: number;
}

/** Null when nothing was planned, or nothing can be told. */
export function lossTree(shift: ShiftResult, possible: PossibleUnits | null): LossTree | null {
  const { oee, stops } = shift;
  if (oee === null || stops === null || !(oee.plannedBusySeconds > 0)) return null;
  const possibleUnits = possible?.between(shift.startUs, shift.endUs) ?? null;
  const standing = LOSS_NAMES.flatMap((name) => stopLoss(name, stops, possible) ?? []);
  const made = unitsOf(shift);
  const rejected = rejects(shift);
  const slow = slowCycles(shift, possibleUnits, standing, made);
  const losses = [...standing, ...(slow === null ? [] : [slow]), ...(rejected === null ? [] : [rejected])];
  return {
    plannedSeconds: oee.plannedBusySeconds,
    possibleUnits,
    losses: losses.sort((a, b) => b.seconds - a.seconds),
    effectiveSeconds: oee.netSeconds === null ? null : oee.netSeconds * (oee.quality ?? 1),
    sealingSeconds: oee.iso.actualProductionSeconds,
    units: made - (rejected?.units ?? 0),
  };
}

/** Length of a stop in seconds. */
export function secondsOf({ startUs, endUs }: Pick<StopResult, "startUs" | "endUs">): number {
  return (endUs - startUs) / 1e6;
}

function stopLoss(name: LossName, stops: readonly StopResult[], possible: PossibleUnits | null): Loss | null {
  const own = stops.filter((stop) => stop.name === name);
  if (own.length === 0) return null;
  const units = own.map(({ startUs, endUs }) => possible?.between(startUs, endUs) ?? null);
  return {
    name,
    seconds: own.reduce((sum, stop) => sum + secondsOf(stop), 0),
    units: units.reduce((sum, value) => (sum === null || value === null ? null : sum + value), 0),
    events: own.filter(({ continued }) => !continued).length,
    longest: own.reduce((longest, stop) => (secondsOf(stop) > secondsOf(longest) ? stop : longest)),
    isOpen: own.some(({ open }) => open),
  };
}

/** What is left of the possible units when all that stood still is taken away. */
function slowCycles(shift: ShiftResult, possible: number | null, standing: readonly Loss[], made: number): Loss | null {
  if (shift.slowCycleSeconds === null || Math.abs(shift.slowCycleSeconds) < 0.5) return null;
  const stood = standing.reduce((sum, { units }) => sum + (units ?? 0), 0);
  const isKnown = possible !== null && standing.every(({ units }) => units !== null);
  const units = isKnown ? possible - stood - made : null;
  return { name: "slow cycles", seconds: shift.slowCycleSeconds, units, events: 0, longest: null, isOpen: false };
}

function rejects({ oee, quality, products }: ShiftResult): Loss | null {
  const goodUnits = quality?.goodUnits ?? null;
  if (oee === null || oee.quality === null || oee.netSeconds === null || quality === null || goodUnits === null)
    return null;
  const seconds = oee.netSeconds * (1 - oee.quality);
  const units = unitsOf({ products }) * (1 - oee.quality);
  return { name: "rejects", seconds, units, events: 0, longest: null, isOpen: false };
}
