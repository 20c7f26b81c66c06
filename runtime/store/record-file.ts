import { crc32c } from "./crc32c.ts";

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
/** A disk writes these whole or not at all. */
const SECTOR_BYTES = 512;
const MASK = 0xa282ead8;
const TYPE = { full: 1, first: 2, middle: 3, last: 4 } as const;

/** What a file in LevelDB's log format holds. */
export interface RecordFile {
  readonly records: readonly Buffer[];
  /**
   * `cut`: the last record is there in part, as after a power cut. `damaged`: something else is not as it was written.
   */
  readonly fault: "cut" | "damaged" | null;
}

/**
 * Reads a write-ahead log or a MANIFEST: blocks of 32 KiB that hold pieces of records, each with its checksum.
 *
 * Source: LevelDB, doc/log_format.md; the masked checksum, util/crc32c.h.
 */
export function readRecordFile(bytes: Buffer): RecordFile {
  const records: Buffer[] = [];
  let pieces: Buffer[] | null = null;
  for (let at = 0; at < bytes.length; ) {
    const room = BLOCK_BYTES - (at % BLOCK_BYTES);
    const block = bytes.subarray(at, at + room);
    if (block.every((byte) => byte === 0)) {
      at += room;
      continue;
    }
    if (room < HEADER_BYTES) return { records, fault: "damaged" };
    const piece = pieceOf(block);
    if (piece === "cut" && at + room >= bytes.length) return { records, fault: "cut" };
    if (typeof piece === "string") return { records, fault: isTorn(bytes, at) ? "cut" : "damaged" };
    const { type, content } = piece;
    if ((type === TYPE.full || type === TYPE.first) !== (pieces === null)) return { records, fault: "damaged" };
    pieces = [...(pieces ?? []), content];
    if (type === TYPE.full || type === TYPE.last) {
      records.push(Buffer.concat(pieces));
      pieces = null;
    }
    at += HEADER_BYTES + content.length;
  }
  return { records, fault: pieces === null ? null : "cut" };
}

function pieceOf(block: Buffer): { type: number; content: Buffer } | "cut" | "damaged" {
  if (block.length < HEADER_BYTES) return "cut";
  const end = HEADER_BYTES + block.readUInt16LE(4);
  const type = block[6] as number;
  if (end > BLOCK_BYTES || type < TYPE.full || type > TYPE.last) return "damaged";
  if (end > block.length) return "cut";
  if (crc32c(block.subarray(6, end)) !== unmask(block.readUInt32LE(0))) return "damaged";
  return { type, content: block.subarray(HEADER_BYTES, end) };
}

/**
 * Whether a power cut has left a piece as the one at `at` is: sectors of it were never written, and no other record
 * follows, since each one is on the disk before the next one is begun.
 */
function isTorn(bytes: Buffer, at: number): boolean {
  const nextBlock = at - (at % BLOCK_BYTES) + BLOCK_BYTES;
  const length = at + HEADER_BYTES <= bytes.length ? bytes.readUInt16LE(at + 4) : 0;
  const end = Math.min(at + HEADER_BYTES + length, nextBlock, bytes.length);
  if (!hasEmptySector(bytes, at, end) || (end < nextBlock && beginsRecord(bytes, end))) return false;
  for (let block = nextBlock; block < bytes.length; block += BLOCK_BYTES) if (beginsRecord(bytes, block)) return false;
  return true;
}

function hasEmptySector(bytes: Buffer, from: number, to: number): boolean {
  for (let at = from; at < to; at += SECTOR_BYTES - (at % SECTOR_BYTES)) {
    const end = Math.min(to, at - (at % SECTOR_BYTES) + SECTOR_BYTES);
    if (bytes.subarray(at, end).every((byte) => byte === 0)) return true;
  }
  return false;
}

function beginsRecord(bytes: Buffer, at: number): boolean {
  const piece = pieceOf(bytes.subarray(at, at + BLOCK_BYTES - (at % BLOCK_BYTES)));
  return typeof piece !== "string" && (piece.type === TYPE.full || piece.type === TYPE.first);
}

function unmask(masked: number): number {
  const rotated = (masked - MASK) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
