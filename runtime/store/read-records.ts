import type { Database, Step } from "./database.ts";
import { readEntry } from "./entries.ts";
import { KIND, noteKey, resultKey, seqOf, seqRange } from "./keys.ts";
import type { DamageConsumer } from "./read-log.ts";

/** A result with the key it was stored under. */
export interface KeyedResult {
  readonly key: number;
  readonly value: unknown;
}

/** Results of a line in order of their keys. */
export async function* readResults(
  database: Database,
  line: number,
  from: number,
  limit: number,
  onDamage: DamageConsumer,
): AsyncGenerator<KeyedResult> {
  const range = { gte: resultKey(line, from), lte: resultKey(line, 2 ** 32 - 1), limit };
  for await (const [bytes, record] of database.iterator(range)) {
    const key = bytes.readUInt32BE(2);
    const entry = readEntry(bytes, record);
    if (entry?.kind === "result") yield { key, value: entry.value };
    else onDamage(`result ${key} of line ${line} is damaged`);
  }
}

/** All notes, oldest first. */
export async function* readNotes(database: Database, onDamage: DamageConsumer): AsyncGenerator<unknown> {
  for await (const [key, record] of database.iterator({ gte: noteKey(0), lte: noteKey(2 ** 48 - 1) })) {
    const entry = readEntry(key, record);
    if (entry?.kind === "note") yield entry.value;
    else onDamage(`note ${key.readUIntBE(1, 6)} is damaged`);
  }
}

/** Steps that remove the chunks and gaps which lie wholly below `beforeSeq`, lowest first, and what is lowest then. */
export async function pruneSteps(
  database: Database,
  line: number,
  beforeSeq: number,
): Promise<{ readonly steps: readonly Step[]; readonly firstSeq: number }> {
  const found: { readonly seq: number; readonly end: number; readonly step: Step }[] = [];
  for (const kind of [KIND.chunk, KIND.gap])
    for await (const [key, record] of database.iterator(seqRange(kind, line, 0, beforeSeq))) {
      const entry = readEntry(key, record);
      // A damaged one goes with its neighbours.
      const end = entry?.kind === "chunk" || entry?.kind === "gap" ? entry.first + entry.count : seqOf(key) + 1;
      if (end <= beforeSeq) found.push({ seq: seqOf(key), end, step: { type: "del", key } });
    }
  found.sort((a, b) => a.seq - b.seq);
  return { steps: found.map(({ step }) => step), firstSeq: found.at(-1)?.end ?? 0 };
}
