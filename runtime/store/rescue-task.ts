import type { LineMarks } from "./marks.ts";
import type { Survey } from "./survey.ts";

/** What a rescue process is told to do. */
export type RescueTask =
  | { readonly kind: "check"; readonly folder: string }
  | { readonly kind: "salvage"; readonly files: readonly string[]; readonly target: string }
  | { readonly kind: "mend"; readonly folder: string; readonly marks: LineMarks | null };

/** Answer to `check`. */
export interface Checked extends Survey {
  /** LevelDB said in its text log that it left something out. */
  readonly hasDropped: boolean;
}

/** Answer to `salvage`, after one message with its bad records for each file. */
export type Salvaged = Record<string, never>;

/** Every message of a rescue process; the one with `result` or `fault` is the last. */
export interface RescueMessage {
  readonly badRecords?: number;
  readonly result?: unknown;
  readonly fault?: string;
  readonly isDiskFault?: boolean;
}
