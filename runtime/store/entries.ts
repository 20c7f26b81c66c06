import type { Database, Step } from "./database.ts";
import { CHUNK_EVENTS, chunkCount, chunkFields } from "./event-chunk.ts";
import { frontKey, KIND, LINES, noteKey, resultKey, SCHEMA_KEY, seqKey, seqOf, snapshotKey } from "./keys.ts";
import { openRecord, sealRecord } from "./record.ts";
import { eventFields, eventFrom, isWhole, type StoredEvent } from "./stored-event.ts";

/** The layout this program writes. A database with a higher number is left alone. */
export const SCHEMA_VERSION = 1;
/** Rotating places for snapshots of a line: one that is being written never endangers the ones before. */
export const SNAPSHOT_SLOTS = 4;
/** Place of the state at the beginning of a boot, behind those of the snapshots. */
export const BOOT_SLOT = SNAPSHOT_SLOTS;
const MOST_GAP = 2 ** 48;

/** A state with its place in the log. */
export interface StoredState {
  readonly state: unknown;
  /** Sequence number of the last event before it, -1 when there is none. */
  readonly lastSeq: number;
}

/** A record that has passed every check: checksum, structure, shape. */
export type Entry =
  | { readonly kind: "schema"; readonly version: number }
  | { readonly kind: "revision"; readonly revision: number }
  | { readonly kind: "event"; readonly line: number; readonly first: number; readonly event: StoredEvent }
  | ({ readonly kind: "chunk"; readonly fields: readonly unknown[] } & SeqSpan)
  | ({ readonly kind: "gap"; readonly lost: boolean } & SeqSpan)
  | { readonly kind: "result"; readonly line: number; readonly revision: number; readonly value: unknown }
  | { readonly kind: "note"; readonly value: unknown }
  | ({ readonly kind: "snapshot" | "front"; readonly line: number; readonly revision: number } & StoredState);

interface SeqSpan {
  readonly line: number;
  readonly first: number;
  readonly count: number;
}

/** Everything a caller may rely on about one record, or null when it is damaged or none of ours. */
export function readEntry(key: Buffer, record: Buffer): Entry | null {
  const fields = openRecord(key, record);
  if (fields === null) return null;
  const kind = key[0];
  const line = key[1] ?? 0;
  // The schema's own record is read whatever its version, so that a newer one is recognized.
  if (kind === KIND.schema) return isWhole(fields[1], 1e6) ? { kind: "schema", version: fields[1] } : null;
  if (fields[0] !== 1) return null;
  if (kind === KIND.revision) return isWhole(fields[1], 2 ** 52) ? { kind: "revision", revision: fields[1] } : null;
  if (kind === KIND.note) return key.length === 7 ? { kind: "note", value: fields[1] } : null;
  if (line >= LINES) return null;
  if (kind === KIND.result) return resultFrom(line, fields);
  if (kind === KIND.snapshot || kind === KIND.front) return stateFrom(kind, line, fields);
  return key.length === 8 ? seqEntryFrom(kind, line, seqOf(key), fields) : null;
}

function seqEntryFrom(kind: number | undefined, line: number, first: number, fields: readonly unknown[]): Entry | null {
  if (kind === KIND.event) {
    const event = eventFrom(fields);
    return event === null ? null : { kind: "event", line, first, event };
  }
  if (kind === KIND.chunk) {
    const count = chunkCount(fields);
    return count === null ? null : { kind: "chunk", line, first, count, fields };
  }
  const [, count, lost] = fields;
  const isGap = kind === KIND.gap && isWhole(count, MOST_GAP) && typeof lost === "boolean";
  return isGap ? { kind: "gap", line, first, count, lost } : null;
}

function resultFrom(line: number, [, revision, value]: readonly unknown[]): Entry | null {
  return isWhole(revision, 2 ** 52) ? { kind: "result", line, revision, value } : null;
}

function stateFrom(kind: number, line: number, [, revision, lastSeq, state]: readonly unknown[]): Entry | null {
  if (!isWhole(revision, 2 ** 52) || !(lastSeq === -1 || isWhole(lastSeq, MOST_GAP))) return null;
  return { kind: kind === KIND.front ? "front" : "snapshot", line, revision, lastSeq, state };
}

export function putStep(key: Buffer, fields: readonly unknown[]): Step {
  return { type: "put", key, value: sealRecord(key, fields) };
}

export function schemaStep(): Step {
  return putStep(SCHEMA_KEY, [1, SCHEMA_VERSION]);
}

export function eventStep(line: number, seq: number, event: StoredEvent): Step {
  return putStep(seqKey(KIND.event, line, seq), eventFields(event));
}

export function dropEventStep(line: number, seq: number): Step {
  return { type: "del", key: seqKey(KIND.event, line, seq) };
}

/** At most `CHUNK_EVENTS` events with consecutive numbers. */
export function chunkStep(line: number, first: number, events: readonly StoredEvent[]): Step {
  if (events.length > CHUNK_EVENTS) throw new RangeError(`a chunk has at most ${CHUNK_EVENTS} events`);
  return putStep(seqKey(KIND.chunk, line, first), chunkFields(events));
}

/** Numbers that no event will ever be found under. @param lost false for numbers that were never given to an event. */
export function gapStep(line: number, first: number, count: number, lost: boolean): Step {
  return putStep(seqKey(KIND.gap, line, first), [1, count, lost]);
}

export function resultStep(line: number, key: number, revision: number, value: unknown): Step {
  return putStep(resultKey(line, key), [1, revision, value]);
}

export function noteStep(number: number, value: unknown): Step {
  return putStep(noteKey(number), [1, value]);
}

export function snapshotStep(line: number, slot: number, revision: number, { state, lastSeq }: StoredState): Step {
  return putStep(snapshotKey(line, slot), [1, revision, lastSeq, state]);
}

export function frontStep(line: number, revision: number, { state, lastSeq }: StoredState): Step {
  return putStep(frontKey(line), [1, revision, lastSeq, state]);
}

/** The record under `key`, checked: undefined when there is none, null when it is damaged. */
export async function getEntry(database: Database, key: Buffer): Promise<Entry | null | undefined> {
  const record = await database.get(key);
  return record === undefined ? undefined : readEntry(key, record);
}
