/** What the kernel asks a file system for (linux/fuse.h, protocol 7.31). */
export const ASK = {
  forget: 2,
  getAttributes: 3,
  setAttributes: 4,
  open: 14,
  read: 15,
  write: 16,
  statistics: 17,
  release: 18,
  sync: 20,
  flush: 25,
  init: 26,
  access: 34,
  interrupt: 36,
  destroy: 38,
  forgetMany: 42,
} as const;

export const NOT_IMPLEMENTED = -38;
/** The longest write the kernel is allowed to hand over; a message has a header before it. */
export const LONGEST_WRITE = 1 << 20;

const IN_HEADER = 40;
const OUT_HEADER = 16;
const WRITE_HEADER = 40;
const FLAG_BIG_WRITES = 1 << 5;
const FLAG_MAX_PAGES = 1 << 22;
const DIRECT_IO = 1;
const REGULAR_FILE = 0o100600;
const ROOT = 1n;
const AN_HOUR = 3600n;

/** A message of the kernel; it lies in the buffer that it was read into. */
export class FuseMessage {
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get ask(): number {
    return this.#bytes.readUInt32LE(4);
  }

  get id(): bigint {
    return this.#bytes.readBigUInt64LE(8);
  }

  /** Place of a read or write in the file. */
  get offset(): number {
    return Number(this.#bytes.readBigUInt64LE(IN_HEADER + 8));
  }

  /** Bytes of a read or write. */
  get size(): number {
    return this.#bytes.readUInt32LE(IN_HEADER + 16);
  }

  get written(): Buffer {
    const start = IN_HEADER + WRITE_HEADER;
    return this.#bytes.subarray(start, start + this.size);
  }

  /** Flags that the kernel offers at the beginning. */
  get offered(): number {
    return this.#bytes.readUInt32LE(IN_HEADER + 12);
  }
}

/** An answer as the kernel reads it. @param error 0, or the negative number of an error. */
export function answer(id: bigint, error: number, body: Buffer = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(OUT_HEADER);
  header.writeUInt32LE(OUT_HEADER + body.length, 0);
  header.writeInt32LE(error, 4);
  header.writeBigUInt64LE(id, 8);
  return Buffer.concat([header, body]);
}

/** Protocol 7.31, writes of up to 1 MiB. */
export function initBody(offered: number): Buffer {
  const body = Buffer.alloc(64);
  body.writeUInt32LE(7, 0);
  body.writeUInt32LE(31, 4);
  body.writeUInt32LE(offered & (FLAG_BIG_WRITES | FLAG_MAX_PAGES), 12);
  body.writeUInt16LE(16, 16);
  body.writeUInt16LE(12, 18);
  body.writeUInt32LE(LONGEST_WRITE, 20);
  body.writeUInt32LE(1, 24);
  body.writeUInt16LE(LONGEST_WRITE / 4096, 28);
  return body;
}

/** The one file there is, of this size. */
export function attributesBody(bytes: number): Buffer {
  const body = Buffer.alloc(104);
  body.writeBigUInt64LE(AN_HOUR, 0);
  body.writeBigUInt64LE(ROOT, 16);
  body.writeBigUInt64LE(BigInt(bytes), 24);
  body.writeBigUInt64LE(BigInt(bytes / 512), 32);
  body.writeUInt32LE(REGULAR_FILE, 76);
  body.writeUInt32LE(1, 80);
  body.writeUInt32LE(4096, 96);
  return body;
}

/** The kernel keeps nothing of it: every write comes at once, in order. */
export function openBody(): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(DIRECT_IO, 8);
  return body;
}

export function writtenBody(bytes: number): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt32LE(bytes, 0);
  return body;
}

export function statisticsBody(): Buffer {
  const body = Buffer.alloc(80);
  body.writeUInt32LE(4096, 40);
  body.writeUInt32LE(255, 44);
  return body;
}
