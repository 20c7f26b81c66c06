import type { ShiftResult } from "../shift-result.ts";
import { madeUnits } from "./made-units.ts";
import type { PossibleUnits } from "./possible-units.ts";
import type { ReportTimes } from "./report-times.ts";

const MINUTE_US = 60_000_000;
export const MINUTES_PER_HOUR = 60;

/** An hour of the local clock. */
export interface HourRow {
  /** `06`; `+06` where the wall time is not known. */
  readonly label: string;
  readonly startUs: number;
  /** Minutes of the hour before its first letter. */
  readonly offset: number;
  readonly letters: string;
  /** What was made in each of its minutes, or made last. */
  readonly products: readonly (string | null)[];
  readonly units: number;
  /** Null where no time was planned, or an ideal cycle is not known. */
  readonly possible: number | null;
}

/** The hours of a shift; those without any data are left out, and all are in a recording too long for them. */
export function hourRows(shift: ShiftResult, possible: PossibleUnits | null, times: ReportTimes): readonly HourRow[] {
  const { minutes, minutesStartUs, endUs } = shift;
  const made = madeUnits(shift);
  if (minutes === null || minutesStartUs === null || made === null) return [];
  const rows: HourRow[] = [];
  for (let from = 0; from < minutes.length; ) {
    const startUs = minutesStartUs + from * MINUTE_US;
    const { label, minute: offset } = times.hour(startUs);
    const to = Math.min(minutes.length, from + MINUTES_PER_HOUR - offset);
    const letters = minutes.slice(from, to);
    const untilUs = Math.min(endUs, minutesStartUs + to * MINUTE_US);
    const products = made.products.slice(from, to);
    const units = made.until(to) - made.until(from);
    const row = { label, startUs, offset, letters, products, units };
    if (!/^\?*$/.test(letters)) rows.push({ ...row, possible: possible?.between(startUs, untilUs) ?? null });
    from = to;
  }
  return rows;
}
