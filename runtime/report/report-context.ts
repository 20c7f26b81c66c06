import type { LANGUAGES } from "../config-calendar.ts";
import type { LocalClock } from "../local-clock.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { MaintenanceFigures } from "./maintenance-figures.ts";

/** A language that reports and views are written in. */
export type Language = (typeof LANGUAGES)[number];

/** What a report shows besides the shift itself. */
export interface ReportContext {
  /** Null: wall time is not known; times are `+HH:MM:SS` since the start. */
  readonly clock: Pick<LocalClock, "date" | "time"> | null;
  /** Wall time of line time 0 in microseconds since 1970. */
  readonly startWallUs: number | null;
  readonly language: Language;
  readonly version: string;
  readonly settingsHash: string | null;
  /** The same shift before, newest last; ten at most are shown. */
  readonly history: readonly ShiftResult[];
  /** Null: not computed for this report. */
  readonly maintenance: MaintenanceFigures | null;
}
