import { InputError } from "../../drivers/input-error.ts";

/** Largest frame a client may send, in bytes of JSON. */
export const REQUEST_BYTES = 64 * 1024;
/** Largest frame the daemon sends, in bytes of JSON. */
export const ANSWER_BYTES = 16 * 1024 * 1024;

const HEADER_BYTES = 4;
const FIRST_BYTES = 1024;
const KEPT_BYTES = 64 * 1024;
const NOTHING = Buffer.alloc(0);

/**
 * One message as it goes over the socket: its length in bytes as four bytes, highest first, then UTF-8 JSON.
 * @param source what the message is, for the error.
 * @throws InputError when the JSON is longer than `limitBytes`.
 * @throws TypeError for what JSON cannot say, such as cycles.
 */
export function encodeFrame(message: object, limitBytes: number, source: string): Buffer {
  return frameOf(JSON.stringify(message), limitBytes, source);
}

function frameOf(text: string, limitBytes: number, source: string): Buffer {
  const bytes = Buffer.byteLength(text);
  if (bytes > limitBytes) throw tooLong(source, bytes, limitBytes, "ask for less at a time");
  const frame = Buffer.allocUnsafe(HEADER_BYTES + bytes);
  frame.writeUInt32BE(bytes);
  frame.write(text, HEADER_BYTES);
  return frame;
}

/** A value for many clients: its JSON is written once, by whoever sends it first. */
export class SharedJson {
  readonly #value: unknown;
  #text: string | null = null;

  /** @param value must not be changed afterwards. */
  constructor(value: unknown) {
    this.#value = value;
  }

  toString(): string {
    this.#text ??= JSON.stringify(this.#value ?? null);
    return this.#text;
  }
}

/**
 * The frame of a subscription's value, see {@link encodeFrame}.
 * @throws InputError when the JSON is longer than `limitBytes`.
 */
export function encodeValue(id: number, value: unknown, limitBytes: number): Buffer {
  if (!(value instanceof SharedJson))
    return encodeFrame({ is: "value", id, value: value ?? null }, limitBytes, "value");
  return frameOf(`{"is":"value","id":${id},"value":${value}}`, limitBytes, "value");
}

/**
 * Cuts a stream of bytes into frames, however the bytes come in pieces.
 *
 * An announced length is only compared with the limit: memory grows with the bytes that are really there, and tiny
 * pieces are copied together so that a byte costs a byte.
 */
export class FrameReader {
  readonly #limitBytes: number;
  readonly #source: string;
  #held: Buffer = NOTHING;
  #start = 0;
  #end = 0;

  /** @param source who sends, for the error. */
  constructor(limitBytes: number, source: string) {
    this.#limitBytes = limitBytes;
    this.#source = source;
  }

  /** True while bytes wait for the rest of their frame, or for `next`. */
  get partial(): boolean {
    return this.#end > this.#start;
  }

  push(chunk: Uint8Array): void {
    this.#makeRoom(chunk.length);
    this.#held.set(chunk, this.#end);
    this.#end += chunk.length;
  }

  /**
   * The JSON of the next whole frame, or null when there is none yet; valid until the next `push`.
   * @throws InputError when an empty frame or one above the limit is announced.
   */
  next(): Buffer | null {
    if (this.#end - this.#start < HEADER_BYTES) return null;
    const bytes = this.#held.readUInt32BE(this.#start);
    if (bytes > this.#limitBytes) throw tooLong(this.#source, bytes, this.#limitBytes, "send frames up to that length");
    if (bytes === 0) throw emptyFrame(this.#source);
    const from = this.#start + HEADER_BYTES;
    if (this.#end < from + bytes) return null;
    this.#start = from + bytes;
    return this.#held.subarray(from, this.#start);
  }

  #makeRoom(bytes: number): void {
    const rest = this.#held.subarray(this.#start, this.#end);
    if (rest.length > 0 && this.#end + bytes <= this.#held.length) return;
    const needed = rest.length + bytes;
    const fits = needed <= this.#held.length && this.#held.length <= KEPT_BYTES;
    if (!fits) this.#held = Buffer.allocUnsafeSlow(Math.max(FIRST_BYTES, needed, 2 * rest.length));
    this.#held.set(rest);
    this.#start = 0;
    this.#end = rest.length;
  }
}

function tooLong(source: string, bytes: number, limitBytes: number, remedy: string): InputError {
  return new InputError({ source, problem: `${bytes} bytes in a frame, more than the ${limitBytes} allowed`, remedy });
}

function emptyFrame(source: string): InputError {
  return new InputError({ source, problem: "0 bytes in a frame", remedy: "send a JSON object" });
}
