import type { Database } from "./database.ts";
import { BOOT_SLOT, type Entry, getEntry, readEntry, SNAPSHOT_SLOTS, type StoredState } from "./entries.ts";
import { CHUNK_EVENTS, eventsFrom } from "./event-chunk.ts";
import { frontKey, KIND, seqOf, seqRange, snapshotKey } from "./keys.ts";
import type { StoredEvent } from "./stored-event.ts";

/** An event with its number in the log of its line. */
export interface LoggedEvent {
  readonly seq: number;
  readonly event: StoredEvent;
}

/** Is told about a record that cannot be read, in words. */
export type DamageConsumer = (what: string) => void;

/** Durable events of a line in order, from `from` to `to`, both included. Numbers that are lost are left out. */
export async function* readEvents(
  database: Database,
  line: number,
  from: number,
  to: number,
  onDamage: DamageConsumer,
): AsyncGenerator<LoggedEvent> {
  // One view of the database: meanwhile a commit may turn single events into a chunk.
  const snapshot = database.snapshot();
  try {
    for (const kind of [KIND.chunk, KIND.event]) {
      const start = kind === KIND.chunk ? from - CHUNK_EVENTS + 1 : from;
      for await (const [key, record] of database.iterator({ ...seqRange(kind, line, start, to), snapshot })) {
        const events = eventsOf(readEntry(key, record));
        if (events === null) onDamage(`events of line ${line} from number ${seqOf(key)} on are damaged`);
        const first = seqOf(key);
        for (const [i, event] of (events ?? []).entries())
          if (first + i >= from && first + i <= to) yield { seq: first + i, event };
      }
    }
  } finally {
    await snapshot.close();
  }
}

function eventsOf(entry: Entry | null): readonly StoredEvent[] | null {
  if (entry?.kind === "event") return [entry.event];
  return entry?.kind === "chunk" ? eventsFrom(entry.fields) : null;
}

/** The newest sound snapshot of a line and its slot; null when there is none. */
export async function readSnapshot(
  database: Database,
  line: number,
  onDamage: DamageConsumer,
): Promise<(StoredState & { readonly slot: number; readonly revision: number }) | null> {
  let newest: (StoredState & { readonly slot: number; readonly revision: number }) | null = null;
  for (let slot = 0; slot < SNAPSHOT_SLOTS; slot++) {
    const entry = await getEntry(database, snapshotKey(line, slot));
    if (entry?.kind === "snapshot" && entry.revision > (newest?.revision ?? -1)) newest = { ...entry, slot };
    else if (entry === null) onDamage(`snapshot ${slot} of line ${line} is damaged`);
  }
  return newest;
}

/** The state at the beginning of a boot; null when there is none. */
export async function readBootState(
  database: Database,
  line: number,
  onDamage: DamageConsumer,
): Promise<StoredState | null> {
  const entry = await getEntry(database, snapshotKey(line, BOOT_SLOT));
  if (entry === null) onDamage(`the state of line ${line} at the beginning of its boot is damaged`);
  return entry?.kind === "snapshot" ? { state: entry.state, lastSeq: entry.lastSeq } : null;
}

export async function readFront(
  database: Database,
  line: number,
  onDamage: DamageConsumer,
): Promise<StoredState | null> {
  const entry = await getEntry(database, frontKey(line));
  if (entry === null) onDamage(`the front state of line ${line} is damaged`);
  return entry?.kind === "front" ? { state: entry.state, lastSeq: entry.lastSeq } : null;
}
