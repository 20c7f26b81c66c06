import type { ContactLines } from "./board.ts";

/** What the program of an emulated computer is to do. */
export interface NightlyTask {
  readonly lines: ContactLines;
  /** The appliance's configuration. */
  readonly config: string;
  /** How many levels are to be watched: those at the start, then the changes. */
  readonly levels: number;
  /** The shift in which the appliance counts. */
  readonly shift: string;
  /** When it is switched on, microseconds since 1970. */
  readonly startUs: number;
}
