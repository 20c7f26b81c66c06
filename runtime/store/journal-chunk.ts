import type { Step } from "./database.ts";
import { openRecord, sealRecord } from "./record.ts";
import { isWhole } from "./stored-event.ts";
import { packVarints, unpackVarints } from "./varints.ts";

/** Edges of a full chunk. */
export const CHUNK_EDGES = 4096;
/** Channels of the journal run from 0 to 127: number and level share a byte. */
export const MAX_CHANNEL = 127;
const KIND = 0x40;
const KEY_BYTES = 17;
const MOST_DROPPED = 2 ** 52;

/** Raw edges in a row, all of one boot. */
export interface JournalChunk {
  readonly boot: number;
  /** Monotonic microseconds, never decreasing. */
  readonly timesUs: Float64Array;
  readonly channels: Uint8Array;
  readonly levels: Uint8Array;
  /** Edges that were lost right before the first one because memory was full. */
  readonly droppedBefore: number;
}

/** `40 boot32 firstUs64 number32`, big endian: keys sort by time within a boot. */
export function journalKey(boot: number, firstUs: number, number: number): Buffer {
  const key = Buffer.allocUnsafe(KEY_BYTES);
  key[0] = KIND;
  key.writeUInt32BE(boot, 1);
  key.writeBigUInt64BE(BigInt(firstUs), 5);
  key.writeUInt32BE(number, 13);
  return key;
}

/** Collects edges and turns them into records: a byte for channel and level, time differences as varints. */
export class ChunkBuilder {
  readonly #boot: number;
  readonly #gapsUs = new Float64Array(CHUNK_EDGES);
  readonly #codes = new Uint8Array(CHUNK_EDGES);
  #firstUs = 0;
  #lastUs = 0;
  #length = 0;
  #number = 0;

  constructor(boot: number) {
    this.#boot = boot;
  }

  get length(): number {
    return this.#length;
  }

  /** True when the next edge, at this time, needs a new chunk. */
  isFullAt(timeUs: number): boolean {
    return this.#length === CHUNK_EDGES || (this.#length > 0 && timeUs < this.#lastUs);
  }

  push(timeUs: number, channel: number, level: 0 | 1): void {
    if (this.#length === 0) this.#firstUs = timeUs;
    this.#gapsUs[this.#length] = this.#length === 0 ? 0 : timeUs - this.#lastUs;
    this.#codes[this.#length++] = channel * 2 + level;
    this.#lastUs = timeUs;
  }

  /** The record of all edges so far, which are forgotten. */
  take(droppedBefore: number): Step {
    const firstUs = this.#length === 0 ? this.#lastUs : this.#firstUs;
    const key = journalKey(this.#boot, firstUs, this.#number++);
    const gaps = packVarints(this.#gapsUs.subarray(0, this.#length));
    const codes = this.#codes.slice(0, this.#length);
    this.#length = 0;
    return { type: "put", key, value: sealRecord(key, [1, codes.length, droppedBefore, gaps, codes]) };
  }

  /** Forgets all edges so far and tells how many. */
  drop(): number {
    const count = this.#length;
    this.#length = 0;
    return count;
  }
}

/** The edges of a record; null when it is damaged. */
export function readJournalChunk(key: Buffer, record: Buffer): JournalChunk | null {
  const fields = openRecord(key, record);
  if (fields === null || key.length !== KEY_BYTES) return null;
  const [version, count, droppedBefore, gaps, codes] = fields;
  if (version !== 1 || !isWhole(count, CHUNK_EDGES) || !isWhole(droppedBefore, MOST_DROPPED)) return null;
  if (!(gaps instanceof Uint8Array && codes instanceof Uint8Array) || codes.length !== count) return null;
  const timesUs = unpackVarints(gaps, count);
  if (timesUs === null) return null;
  let timeUs = Number(key.readBigUInt64BE(5));
  for (const [i, gapUs] of timesUs.entries()) {
    timeUs += gapUs;
    timesUs[i] = timeUs;
  }
  const channels = codes.map((code) => code >> 1);
  return { boot: key.readUInt32BE(1), timesUs, channels, levels: codes.map((code) => code & 1), droppedBefore };
}

/** The part of a chunk from `fromUs` to `toUs`, both included; null when there is none. */
export function cutChunk(chunk: JournalChunk, fromUs: number, toUs: number): JournalChunk | null {
  const { boot, timesUs, channels, levels, droppedBefore } = chunk;
  const found = timesUs.findIndex((timeUs) => timeUs >= fromUs);
  const first = found < 0 ? timesUs.length : found;
  const behind = timesUs.findIndex((timeUs) => timeUs > toUs);
  const end = behind < 0 ? timesUs.length : behind;
  const dropped = first === 0 ? droppedBefore : 0;
  if (first >= end && dropped === 0) return null;
  const [from, to] = [first, Math.max(first, end)];
  return {
    boot,
    timesUs: timesUs.subarray(from, to),
    channels: channels.subarray(from, to),
    levels: levels.subarray(from, to),
    droppedBefore: dropped,
  };
}
