import { type Database, type Step, writeAll } from "./database.ts";
import { chunkStep, type Entry, gapStep, readEntry, schemaStep } from "./entries.ts";
import { CHUNK_EVENTS } from "./event-chunk.ts";
import { KIND, LINES, SCHEMA_KEY, seqKey, seqRange } from "./keys.ts";
import type { LineMarks } from "./marks.ts";
import type { StoredEvent } from "./stored-event.ts";
import { holesIn, type Survey, surveyDatabase } from "./survey.ts";

/**
 * Makes the logs of a database gap-free again: single events go into chunks, what a chunk has already goes away, numbers
 * that are not there become known gaps. The next number of each line never falls back, so none is given twice.
 * @param marks what must be there at least; null when nobody knows.
 * @param isLost whether the missing numbers once were events.
 * @returns missing numbers per line.
 */
export async function mendLogs(database: Database, marks: LineMarks | null, isLost: boolean): Promise<number[]> {
  if ((await database.get(SCHEMA_KEY)) === undefined) await writeAll(database, [schemaStep()]);
  for (let line = 0; line < LINES; line++) {
    await writeAll(database, await dropBelow(database, line, marks?.first[line] ?? 0));
    await writeAll(database, await sealSingles(database, line));
  }
  const survey = await surveyDatabase(database);
  const missing: number[] = [];
  for (let line = 0; line < LINES; line++) missing.push(await fillHoles(database, line, survey, marks, isLost));
  return missing;
}

async function fillHoles(
  database: Database,
  line: number,
  survey: Survey,
  marks: LineMarks | null,
  isLost: boolean,
): Promise<number> {
  const { spans = [], next = 0 } = survey.lines[line] ?? {};
  const end = Math.max(next, marks?.next[line] ?? 0);
  const holes = holesIn(spans, marks?.first[line] ?? spans[0]?.from ?? 0, end);
  await writeAll(
    database,
    holes.map(({ from, to }) => gapStep(line, from, to - from, isLost)),
  );
  return holes.reduce((sum, { from, to }) => sum + to - from, 0);
}

/** What was pruned long ago may come back out of an old table. */
async function dropBelow(database: Database, line: number, first: number): Promise<Step[]> {
  const steps: Step[] = [];
  for (const kind of [KIND.event, KIND.chunk, KIND.gap])
    for await (const [key, record] of database.iterator(seqRange(kind, line, 0, first))) {
      const end = endOf(readEntry(key, record));
      if (end !== null && end <= first) steps.push({ type: "del", key });
    }
  return steps;
}

function endOf(entry: Entry | null): number | null {
  if (entry?.kind === "event") return entry.first + 1;
  return entry?.kind === "chunk" || entry?.kind === "gap" ? entry.first + entry.count : null;
}

async function sealSingles(database: Database, line: number): Promise<Step[]> {
  const steps: Step[] = [];
  let first = 0;
  let run: StoredEvent[] = [];
  const seal = () => {
    if (run.length > 0) steps.push(chunkStep(line, first, run));
    run = [];
  };
  for await (const [key, record] of database.iterator(seqRange(KIND.event, line))) {
    const entry = readEntry(key, record);
    if (entry?.kind === "event" && !(await isInChunk(database, line, entry.first))) {
      if (entry.first !== first + run.length || run.length === CHUNK_EVENTS) seal();
      if (run.length === 0) first = entry.first;
      run.push(entry.event);
    }
    steps.push({ type: "del", key });
  }
  seal();
  return steps;
}

async function isInChunk(database: Database, line: number, seq: number): Promise<boolean> {
  const range = { gte: seqKey(KIND.chunk, line, seq - CHUNK_EVENTS + 1), lte: seqKey(KIND.chunk, line, seq) };
  for await (const [key, record] of database.iterator(range)) {
    const entry = readEntry(key, record);
    if (entry?.kind === "chunk" && seq < entry.first + entry.count) return true;
  }
  return false;
}
