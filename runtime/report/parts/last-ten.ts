import type { ShiftResult } from "../../shift-result.ts";
import { unitsOf } from "../made-units.ts";
import { PossibleUnits } from "../possible-units.ts";
import { lastTen } from "../usual.ts";
import type { Report } from "./report.ts";

/** One of the same shifts before, or this one. */
export interface PastShift {
  readonly isThis: boolean;
  readonly date: string;
  /** 0 to 1; null where it is not known. */
  readonly oee: number | null;
  readonly cells: {
    readonly oee: string;
    readonly availability: string;
    readonly performance: string;
    readonly units: string;
    readonly possible: string;
    readonly notReady: string;
  };
}

/** The last ten and this one, oldest first; empty when none before it is known. */
export function pastShifts(report: Report): readonly PastShift[] {
  const before = lastTen(report.context.history);
  if (before.length === 0) return [];
  return [...before.map((shift) => pastShift(report, shift)), pastShift(report, report.shift)];
}

function pastShift({ shift: present, texts, numerals }: Report, shift: ShiftResult): PastShift {
  const { oee, startUs, endUs, notReadySeconds } = shift;
  const possible = PossibleUnits.of(shift)?.between(startUs, endUs) ?? null;
  return {
    isThis: shift === present,
    date: shift.date ?? texts.unknown.notKnown,
    oee: oee?.oee ?? null,
    cells: {
      oee: numerals.percent(oee?.oee ?? null),
      availability: numerals.percent(oee?.availability ?? null),
      performance: numerals.percent(oee?.performance ?? null),
      units: numerals.count(unitsOf(shift)),
      possible: possible === null ? "-" : numerals.count(possible),
      notReady: notReadySeconds === null ? texts.unknown.notMeasured : numerals.duration(notReadySeconds),
    },
  };
}
