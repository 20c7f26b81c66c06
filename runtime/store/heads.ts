import type { Database } from "./database.ts";
import { type Entry, getEntry, readEntry, SCHEMA_VERSION } from "./entries.ts";
import { KIND, LINES, noteKey, REVISION_KEY, SCHEMA_KEY, seqOf, seqRange } from "./keys.ts";
import type { LineState } from "./line-log.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Where writing goes on. */
export interface Heads {
  readonly schema: number;
  readonly lines: readonly LineState[];
  readonly nextNote: number;
  readonly revision: number;
}

/** Reads the ends of all logs, some hundred records at most. A text instead says what is damaged. */
export async function readHeads(database: Database): Promise<Heads | string> {
  const schema = await getEntry(database, SCHEMA_KEY);
  if (schema?.kind !== "schema") return "the schema record is missing or damaged";
  if (schema.version > SCHEMA_VERSION) return { schema: schema.version, lines: [], nextNote: 0, revision: 0 };
  const revision = await getEntry(database, REVISION_KEY);
  if (revision !== undefined && revision?.kind !== "revision") return "the revision record is damaged";
  const lines: LineState[] = [];
  for (let line = 0; line < LINES; line++) {
    const state = await readLine(database, line);
    if (typeof state === "string") return state;
    lines.push(state);
  }
  return { schema: schema.version, lines, nextNote: await readNextNote(database), revision: revision?.revision ?? 0 };
}

async function readLine(database: Database, line: number): Promise<LineState | string> {
  const chunkEnd = await endOfLast(database, KIND.chunk, line);
  const gapEnd = await endOfLast(database, KIND.gap, line);
  if (chunkEnd === null || gapEnd === null) return `the last chunk of line ${line} is damaged`;
  const tail: StoredEvent[] = [];
  const tailFirst = Math.max(chunkEnd, gapEnd);
  for await (const [key, record] of database.iterator(seqRange(KIND.event, line))) {
    const entry = readEntry(key, record);
    if (entry?.kind !== "event") return `event ${seqOf(key)} of line ${line} is damaged`;
    if (entry.first !== tailFirst + tail.length) return `line ${line} has a hole before event ${entry.first}`;
    tail.push(entry.event);
  }
  const nextSeq = tailFirst + tail.length;
  return { firstSeq: await lowest(database, line, nextSeq), nextSeq, tail };
}

/** One more than the last number of the last chunk or gap; 0 when there is none, null when it is damaged. */
async function endOfLast(database: Database, kind: number, line: number): Promise<number | null> {
  for await (const [key, record] of database.iterator({ ...seqRange(kind, line), reverse: true, limit: 1 })) {
    const entry: Entry | null = readEntry(key, record);
    return entry?.kind === "chunk" || entry?.kind === "gap" ? entry.first + entry.count : null;
  }
  return 0;
}

async function lowest(database: Database, line: number, nextSeq: number): Promise<number> {
  let seq = nextSeq;
  for (const kind of [KIND.event, KIND.chunk, KIND.gap])
    for await (const key of database.keys({ ...seqRange(kind, line), limit: 1 })) seq = Math.min(seq, seqOf(key));
  return seq;
}

async function readNextNote(database: Database): Promise<number> {
  const range = { gte: noteKey(0), lte: noteKey(2 ** 48 - 1), reverse: true, limit: 1 };
  for await (const key of database.keys(range)) return key.readUIntBE(1, 6) + 1;
  return 0;
}
