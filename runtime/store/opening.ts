import type { AlarmConsumer } from "./store-alarm.ts";

/** How a store was opened. */
export interface Opening {
  /**
   * `created`: there was none. `clean`: after an orderly stop. `checked`: after a crash, read to its end and found
   * complete. `salvaged`: rebuilt from its sound records. `emptied`: begun anew, nothing was readable.
   * `blind`: the disk does not work; what the store holds is unknown until it does.
   */
  readonly way: "created" | "clean" | "checked" | "salvaged" | "emptied" | "blind";
  /** One line for the ways that are no good news, else null. */
  readonly reason: string | null;
  /** Events per line that are gone; a loss behind the last mark of the side file cannot be known. */
  readonly lostEvents: readonly number[];
  readonly badRecords: number;
  readonly faultyFiles: number;
  /** Folder with the damaged database; null when there is none. */
  readonly setAside: string | null;
}

/** Raises an alarm for every way that a person should know about. */
export function tellOpening(opening: Opening, onAlarm: AlarmConsumer): void {
  const { way, reason, lostEvents, badRecords, faultyFiles, setAside } = opening;
  if (way === "blind") onAlarm({ kind: way, raised: true, message: `the store cannot be opened: ${reason}` });
  if (way !== "salvaged" && way !== "emptied") return;
  const lost = lostEvents.reduce((sum, count) => sum + count, 0);
  const what = `${lost} events are lost, ${badRecords} damaged records, ${faultyFiles} unreadable files`;
  const message = `the store was ${way}: ${reason}; ${what}; the damaged one is ${setAside ?? "gone"}`;
  onAlarm({ kind: way, raised: true, message });
}
