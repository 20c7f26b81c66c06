/** Lines an appliance can have; their numbers run from 0. */
export const LINES = 8;

/** The first byte of a key: what kind of record stands under it. Never give a number a second meaning. */
export const KIND = {
  schema: 0x00,
  revision: 0x01,
  event: 0x10,
  chunk: 0x11,
  gap: 0x12,
  result: 0x20,
  note: 0x21,
  snapshot: 0x30,
  front: 0x31,
} as const;

const MAX_SEQ = 2 ** 48 - 1;

/** Of the one record that says which layout this database has. */
export const SCHEMA_KEY: Buffer = Buffer.of(KIND.schema);
/** Of the counter that orders versions of records which are written more than once. */
export const REVISION_KEY: Buffer = Buffer.of(KIND.revision);

/** `kind line seq48` of an event, a chunk or a gap, big endian: keys sort as sequence numbers do. */
export function seqKey(kind: number, line: number, seq: number): Buffer {
  const key = Buffer.allocUnsafe(8);
  key[0] = kind;
  key[1] = line;
  key.writeUIntBE(Math.min(Math.max(seq, 0), MAX_SEQ), 2, 6);
  return key;
}

export function seqOf(key: Buffer): number {
  return key.readUIntBE(2, 6);
}

/** `20 line key32`. */
export function resultKey(line: number, key: number): Buffer {
  const bytes = Buffer.of(KIND.result, line, 0, 0, 0, 0);
  bytes.writeUInt32BE(key, 2);
  return bytes;
}

/** The key under which a result was put. */
export function resultKeyOf(key: Buffer): number {
  return key.readUInt32BE(2);
}

/** `21 number48`. */
export function noteKey(number: number): Buffer {
  const key = Buffer.allocUnsafe(7);
  key[0] = KIND.note;
  key.writeUIntBE(number, 1, 6);
  return key;
}

/** `30 line slot`. */
export function snapshotKey(line: number, slot: number): Buffer {
  return Buffer.of(KIND.snapshot, line, slot);
}

/** `31 line`. */
export function frontKey(line: number): Buffer {
  return Buffer.of(KIND.front, line);
}

/** Bounds of all sequence numbers of a kind and line, for an iterator. */
export function seqRange(kind: number, line: number, from = 0, to = MAX_SEQ): { gte: Buffer; lte: Buffer } {
  return { gte: seqKey(kind, line, from), lte: seqKey(kind, line, to) };
}
