const LF = 10;
const UTF8_MARK = [0xef, 0xbb, 0xbf];

/**
 * The bytes of a file that are fed and not parsed yet, in one piece, however the chunks were cut.
 *
 * `bytes[end]` is always a NUL: parsers run into it instead of testing the bound at each byte, and a NUL is legal nowhere
 * in a text format.
 */
export class ByteWindow {
  bytes: Uint8Array = new Uint8Array(4096);
  /** First byte not parsed yet. */
  at = 0;
  /** First place without a byte. */
  end = 0;
  #beginningPassed = false;
  #ended = false;
  #unterminated = false;

  get length(): number {
    return this.end - this.at;
  }

  /** True when no byte will follow. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True when the file has ended in the middle of its last line. */
  get unterminated(): boolean {
    return this.#unterminated;
  }

  /** Copies a chunk behind the bytes that wait. */
  feed(chunk: Uint8Array): void {
    if (this.#ended) throw new RangeError("no bytes can follow the end");
    this.#makeRoom(chunk.length);
    this.bytes.set(chunk, this.end);
    this.end += chunk.length;
    this.bytes[this.end] = 0;
  }

  /** The file has ended: its last line is terminated like all others, so that parsers need no second way to end one. */
  close(): void {
    if (this.#ended) return;
    this.#unterminated = this.length > 0 && this.bytes[this.end - 1] !== LF;
    if (this.#unterminated) this.feed(Uint8Array.of(LF));
    this.#ended = true;
  }

  /** Steps over the mark that some editors put before UTF-8 text, at the very beginning only. */
  skipUtf8Mark(): void {
    if (this.#beginningPassed || this.at > 0 || this.length < UTF8_MARK.length) return;
    this.#beginningPassed = true;
    if (UTF8_MARK.every((byte, i) => this.bytes[i] === byte)) this.at = UTF8_MARK.length;
  }

  #makeRoom(count: number): void {
    if (this.at > 0) this.#beginningPassed = true;
    // Some spare bytes behind the sentinel, because a parser may look a little ahead before it judges.
    const needed = this.length + count + 8;
    const target = needed > this.bytes.length ? new Uint8Array(needed * 2) : this.bytes;
    if (this.at > 0 || target !== this.bytes) target.set(this.bytes.subarray(this.at, this.end));
    this.bytes = target;
    this.end -= this.at;
    this.at = 0;
  }
}
