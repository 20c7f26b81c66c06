const NULL = 0xf6;
const NOTHING = Buffer.alloc(0);
const LONGEST_TEXT_BYTES = 1024;
const LONGEST_HEAD_BYTES = 9;

/** Major types of CBOR items (RFC 8949, section 3.1). */
export const UNSIGNED = 0;
export const NEGATIVE = 1;
export const TEXT = 3;
export const ARRAY = 4;

/**
 * Takes the few kinds of CBOR items that an edge sequence is made of, one by one, from bytes that may be anybody's.
 *
 * Each `take` returns null for an item that is another, or not all there: then `isCut` is true, and `rewind` goes back to
 * the last `mark`. Nothing is built before it is known to be small.
 */
export class CborItems {
  /** The item asked for last goes on behind the bytes at hand. */
  isCut = false;
  #bytes: Buffer = NOTHING;
  #at = 0;
  #marked = 0;
  #passed = 0;

  /** Bytes fed and not taken yet. */
  get length(): number {
    return this.#bytes.length - this.#at;
  }

  /** Place of the last mark, from the beginning of the file. */
  get markedPlace(): number {
    return this.#passed + this.#marked;
  }

  /** Copies bytes behind those that wait. */
  feed(chunk: Uint8Array): void {
    this.#bytes = Buffer.concat([this.#bytes.subarray(this.#at), chunk]);
    this.#passed += this.#at;
    this.#at = 0;
    this.#marked = 0;
  }

  /** A place to come back to. */
  mark(): void {
    this.#marked = this.#at;
    this.isCut = false;
  }

  rewind(): void {
    this.#at = this.#marked;
  }

  /** The argument of an item of this major type: a whole number, the bytes of a text, the items of an array. */
  take(major: number): number | null {
    const initial = this.#bytes[this.#at];
    if (initial === undefined) return this.#cut();
    const info = initial & 31;
    if (initial >> 5 !== major || info > 27) return null;
    if (info < 24) {
      this.#at++;
      return info;
    }
    const width = 1 << (info - 24);
    const from = this.#at + 1;
    if (from + width > this.#bytes.length) return this.#cut();
    const value = this.#argument(from, width);
    if (value > Number.MAX_SAFE_INTEGER) return null;
    this.#at = from + width;
    return value;
  }

  /** Takes a null, if there is one. */
  takeNull(): boolean {
    if (this.#bytes[this.#at] !== NULL) return false;
    this.#at++;
    return true;
  }

  takeText(): string | null {
    const length = this.take(TEXT);
    if (length === null || length > LONGEST_TEXT_BYTES) return null;
    if (length > this.length) return this.#cut();
    this.#at += length;
    return this.#bytes.toString("utf8", this.#at - length, this.#at);
  }

  #argument(at: number, width: number): number {
    if (width < 8) return this.#bytes.readUIntBE(at, width);
    return this.#bytes.readUInt32BE(at) * 2 ** 32 + this.#bytes.readUInt32BE(at + 4);
  }

  #cut(): null {
    this.isCut = true;
    return null;
  }
}

/** The shortest head of an item: its major type and its argument. */
export function cborHead(major: number, argument: number): Buffer {
  const head = Buffer.alloc(LONGEST_HEAD_BYTES);
  return head.subarray(0, writeCborHead(head, major, argument));
}

/** Writes the shortest head of an item to the beginning of `target`, nine bytes at most, and tells its length. */
export function writeCborHead(target: Buffer, major: number, argument: number): number {
  const first = major << 5;
  if (argument < 24) {
    target[0] = first + argument;
    return 1;
  }
  if (argument < 0x100) {
    target[0] = first + 24;
    target[1] = argument;
    return 2;
  }
  const width = argument < 0x10000 ? 2 : argument < 0x100000000 ? 4 : 8;
  target[0] = first + (width === 2 ? 25 : width === 4 ? 26 : 27);
  if (width < 8) target.writeUIntBE(argument, 1, width);
  else target.writeBigUInt64BE(BigInt(argument), 1);
  return 1 + width;
}

export function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  return Buffer.concat([cborHead(TEXT, bytes.length), bytes]);
}
