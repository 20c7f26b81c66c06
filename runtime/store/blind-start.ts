import { InputError } from "../../drivers/input-error.ts";
import { type Database, errorText, type OpenDatabase } from "./database.ts";
import { SCHEMA_VERSION } from "./entries.ts";
import { type Heads, readHeads } from "./heads.ts";
import { LINES } from "./keys.ts";
import { type LineMarks, NO_MARKS, readMarks } from "./marks.ts";
import { mendLogs } from "./mend.ts";
import type { Opening } from "./opening.ts";
import { type Started, startUp } from "./start-up.ts";

// Numbers that certainly nobody has used since the side file was written, or ever.
const AFTER_MARKS = 2 ** 32;
const WITHOUT_MARKS = 2 ** 40;

/** What a store begins with; without a database it is blind. */
export type Beginning = Omit<Started, "database"> & { readonly database: Database | null };

/**
 * Opens the store, or begins blind when the disk does not let it: counting must start in every case. Numbers then go on
 * far behind the last known ones, and what lies between becomes a known gap once the disk works.
 */
export async function begin(folder: string, open: OpenDatabase, doubt: string | null): Promise<Beginning> {
  try {
    return await startUp(folder, open, false, doubt);
  } catch (error) {
    if (error instanceof InputError) throw error;
    const marks = (await readMarks(folder)) ?? NO_MARKS;
    const opening: Opening = {
      way: "blind",
      reason: errorText(error),
      lostEvents: new Array(LINES).fill(0),
      badRecords: 0,
      faultyFiles: 0,
      setAside: null,
    };
    return { database: null, heads: blindHeads(marks.lines), opening, lock: null, marks };
  }
}

/**
 * Opens the store of a blind beginning after all and closes the gaps in its logs.
 * @param heads where writing went on blindly.
 */
export async function joinBlind(folder: string, open: OpenDatabase, heads: Heads): Promise<Started> {
  const started = await startUp(folder, open, true);
  try {
    const first = started.heads.lines.map(({ firstSeq }) => firstSeq);
    const next = heads.lines.map(({ nextSeq }) => nextSeq);
    await mendLogs(started.database, { first, next, nextNote: heads.nextNote, revision: heads.revision }, false);
    const joined = await readHeads(started.database);
    if (typeof joined === "string") throw new Error(joined);
    return { ...started, heads: joined };
  } catch (error) {
    await started.database.close();
    await started.lock?.release();
    throw error;
  }
}

function blindHeads(marks: LineMarks | null): Heads {
  const after = (known: number | undefined) => (known === undefined ? WITHOUT_MARKS : known + AFTER_MARKS);
  return {
    schema: SCHEMA_VERSION,
    lines: Array.from({ length: LINES }, (_, line) => {
      const seq = after(marks?.next[line]);
      return { firstSeq: seq, nextSeq: seq, tail: [] };
    }),
    nextNote: after(marks?.nextNote),
    revision: after(marks?.revision),
  };
}
