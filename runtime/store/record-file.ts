import { crc32c } from "./crc32c.ts";

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const MASK = 0xa282ead8;
const TYPE = { full: 1, first: 2, middle: 3, last: 4 } as const;

/** What a file in LevelDB's log format holds. */
export interface RecordFile {
  readonly records: readonly Buffer[];
  /** `cut`: the end is missing, as after a power cut. `damaged`: something before the end is not as it was written. */
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
    if (typeof piece === "string") return { records, fault: "damaged" };
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

function unmask(masked: number): number {
  const rotated = (masked - MASK) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
