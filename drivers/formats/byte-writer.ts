const CHUNK_BYTES = 256 * 1024;
const SPARE_BYTES = 1024;
const ZERO = 48;
const BILLION = 1e9;

/** Text written straight into large buffers, without a string per row. */
export class ByteWriter {
  #bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES + SPARE_BYTES);
  #length = 0;

  /** Adds bytes. */
  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    for (let i = 0; i < bytes.length; i++) this.#bytes[this.#length + i] = bytes[i] as number;
    this.#length += bytes.length;
  }

  /** Adds a whole number, 0 to 2^53 - 1, in decimal digits. */
  addDecimal(value: number): void {
    this.#reserve(16);
    // Two halves that fit 32-bit integers: dividing those is several times faster than dividing doubles.
    const high = Math.floor(value / BILLION);
    if (high > 0) this.#addDigits(high, digitsOf(high));
    const low = value - high * BILLION;
    this.#addDigits(low, high > 0 ? 9 : digitsOf(low));
  }

  /** A full chunk, or undefined while there is room; what it hands out is the caller's own. */
  takeFull(): Buffer | undefined {
    return this.#length >= CHUNK_BYTES ? this.take() : undefined;
  }

  /** Everything added since the last chunk. */
  take(): Buffer {
    const chunk = this.#bytes.subarray(0, this.#length);
    this.#bytes = Buffer.allocUnsafeSlow(CHUNK_BYTES + SPARE_BYTES);
    this.#length = 0;
    return chunk;
  }

  #addDigits(value: number, count: number): void {
    let rest = value | 0;
    for (let i = this.#length + count - 1; i >= this.#length; i--) {
      const tenth = (rest / 10) | 0;
      this.#bytes[i] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    this.#length += count;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const bigger = Buffer.allocUnsafeSlow((this.#length + count) * 2);
    bigger.set(this.#bytes.subarray(0, this.#length));
    this.#bytes = bigger;
  }
}

/** Refuses an edge that no file can hold, and those that would make an unreadable one. */
export function checkEdge(timeUs: number, lastUs: number, channel: number, channels: number): void {
  if (!Number.isSafeInteger(timeUs) || timeUs < 0)
    throw new RangeError(`edge time must be a non-negative integer of microseconds, not ${timeUs}`);
  if (timeUs < lastUs) throw new RangeError(`edge time went back from ${lastUs} to ${timeUs} us`);
  if (!Number.isInteger(channel) || channel < 0 || channel >= channels)
    throw new RangeError(`channel number must be 0 to ${channels - 1}, not ${channel}`);
}

function digitsOf(value: number): number {
  let count = 1;
  for (let limit = 10; value >= limit; limit *= 10) count++;
  return count;
}
