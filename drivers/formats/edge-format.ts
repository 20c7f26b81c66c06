import type { EdgeRing } from "../edge-ring.ts";

/**
 * The longest line (CSV) or word (VCD) a reader keeps, in bytes. It bounds memory when a file is no edge log at all:
 * a real line has some 30 bytes.
 */
export const LONGEST_BYTES = 64 * 1024;

/**
 * A parser of one file format, fed with bytes cut anywhere, that writes edges into a ring.
 *
 * The loop around it: `feed` until `readHead` is true, then `read`; whenever `read` is true and the input goes on, `feed`
 * again, and at its end call `end` and `read` until it is true once more. Faults are thrown as InputError; every edge
 * before the fault is in the ring by then.
 */
export interface EdgeReader {
  /** Wall time of t = 0 in microseconds since 1970 (UTC), known once the head is read; null where the file has none. */
  readonly startWallUs: number | null;
  /** Variables of the file that are not configured channels, as the file names them. */
  readonly ignored: readonly string[];
  /** Bytes fed and not parsed yet. */
  readonly pendingBytes: number;
  /** True once the file has ended without the end of its last line: it may be cut. */
  readonly unterminated: boolean;
  /** Adds bytes of the file; they are copied, the caller may use the buffer again. */
  feed(chunk: Uint8Array): void;
  /** Says that the file has ended. */
  end(): void;
  /** Reads what stands before the first edge; true when all of it is read, false when more bytes are needed. */
  readHead(): boolean;
  /** Writes edges into the free part of the ring: true when all bytes are used up, false when the ring is full. */
  read(ring: EdgeRing): boolean;
}

/** Options of both writers. */
export interface EdgeWriterOptions {
  /** Wall time of t = 0 in integer microseconds since 1970 (UTC); null or absent: not written. */
  readonly startWallUs?: number | null;
}

/** A writer of one file format; it never waits, the caller puts the chunks where they belong. */
export interface EdgeWriter {
  /**
   * Adds an edge: time in integer microseconds, not decreasing; number of the channel.
   * Returns a chunk of some 256 KiB when one is full; it is the caller's own.
   * @throws RangeError for a time that is no safe integer, negative or goes back, or an unknown channel.
   */
  push(timeUs: number, channel: number, level: 0 | 1): Buffer | undefined;
  /** The rest of the file; nothing may be pushed afterwards. */
  end(): Buffer;
}
