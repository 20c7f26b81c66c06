import type { ShiftResult } from "../shift-result.ts";
import { type LossName, secondsOf } from "./losses.ts";

const MOST_SHIFTS = 10;
/** Fewer say nothing about what is usual. */
const LEAST_SHIFTS = 3;

/** The shifts before that a report speaks of, newest last. */
export function lastTen(history: readonly ShiftResult[]): readonly ShiftResult[] {
  return history.slice(-MOST_SHIFTS);
}

/** Median OEE of the last ten shifts; null when fewer than three have one. */
export function usualOee(history: readonly ShiftResult[]): number | null {
  return median(lastTen(history).flatMap(({ oee }) => oee?.oee ?? []));
}

/** Median time of a loss in the last ten shifts, in seconds; null when fewer than three are known. */
export function usualLossSeconds(history: readonly ShiftResult[], name: LossName): number | null {
  return median(lastTen(history).flatMap((shift) => lossSeconds(shift, name) ?? []));
}

function lossSeconds(shift: ShiftResult, name: LossName): number | null {
  if (name === "slow cycles") return shift.slowCycleSeconds;
  if (name === "rejects" || shift.stops === null) return null;
  return shift.stops.reduce((sum, stop) => sum + (stop.name === name ? secondsOf(stop) : 0), 0);
}

function median(values: readonly number[]): number | null {
  if (values.length < LEAST_SHIFTS) return null;
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] as number;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}
