import type { EdgeRing } from "../edge-ring.ts";
import { InputError } from "../input-error.ts";
import { ByteWriter, checkEdge } from "./byte-writer.ts";
import { ARRAY, CborItems, cborHead, cborText, NEGATIVE, UNSIGNED, writeCborHead } from "./cbor-items.ts";
import { type EdgeReader, type EdgeWriter, type EdgeWriterOptions, LONGEST_BYTES } from "./edge-format.ts";
import { shown } from "./printable.ts";

/** What the first item of an edge sequence begins with. */
export const EDGE_CBOR_SCHEMA = "sealtrace/edges@1";

const MOST_CHANNELS = 64;
const TRIPLE = cborHead(ARRAY, 3);
const NULL = Buffer.of(0xf6);
const BEGINNING = Buffer.concat([TRIPLE, cborText(EDGE_CBOR_SCHEMA)]);
const COPY_AGAIN = "copy the file again";

/** True when a file that begins so is an edge sequence: no text begins so. */
export function isEdgeCbor(first: Uint8Array): boolean {
  return first[0] === BEGINNING[0];
}

/**
 * Reads an edge sequence (CBOR sequence, RFC 8742): first `["sealtrace/edges@1", start, [names]]`, where start is the wall
 * time of t = 0 in microseconds since 1970, or null; then `[gap, channel, level]` for each edge: microseconds since the
 * edge before (for the first: since t = 0), place in the list of names, 0 or 1.
 *
 * Nothing else is understood: no tag, nothing indefinite, no other item. Memory is bounded.
 */
export class EdgeCborReader implements EdgeReader {
  readonly ignored: readonly string[] = [];
  readonly unterminated = false;
  readonly #source: string;
  readonly #names: readonly string[];
  readonly #items = new CborItems();
  #ended = false;
  #startWallUs: number | null = null;
  /** Names of the file; null before its head is read. */
  #channels: readonly string[] | null = null;
  /** Number in the ring by place in the file's list; -1 for a name that is not configured. */
  #numbers: readonly number[] = [];
  #lastUs = 0;

  /** As `EdgeCsvReader`. */
  constructor(source: string, channelNames: readonly string[]) {
    this.#source = source;
    this.#names = channelNames;
  }

  get startWallUs(): number | null {
    return this.#startWallUs;
  }

  get pendingBytes(): number {
    return this.#items.length;
  }

  feed(chunk: Uint8Array): void {
    this.#items.feed(chunk);
  }

  end(): void {
    this.#ended = true;
  }

  readHead(): boolean {
    const items = this.#items;
    if (this.#channels !== null) return true;
    items.mark();
    const problem = this.#takeHead();
    if (problem === null) return true;
    if (items.isCut && !this.#ended && items.length < LONGEST_BYTES) {
      items.rewind();
      return false;
    }
    const remedy = `an edge sequence begins with ["${EDGE_CBOR_SCHEMA}", start, [names]]; ${COPY_AGAIN}`;
    throw new InputError({
      source: this.#source,
      problem: items.isCut ? "the file is truncated: it ends in its first item" : problem,
      remedy,
    });
  }

  read(ring: EdgeRing): boolean {
    if (!this.readHead()) return true;
    const items = this.#items;
    for (let free = ring.free; free > 0; free--) {
      if (items.length === 0) return true;
      items.mark();
      if (this.#readEdge(ring)) continue;
      if (!items.isCut || this.#ended) throw this.#noEdge();
      items.rewind();
      return true;
    }
    return false;
  }

  /** False when the next item is no edge, or not all there. */
  #readEdge(ring: EdgeRing): boolean {
    const items = this.#items;
    if (items.take(ARRAY) !== 3) return false;
    const gapUs = items.take(UNSIGNED);
    const channel = gapUs === null ? null : items.take(UNSIGNED);
    const level = channel === null ? null : items.take(UNSIGNED);
    if (gapUs === null || channel === null || level === null) return false;
    const timeUs = this.#lastUs + gapUs;
    const number = this.#numbers[channel];
    if (number === undefined || level > 1 || timeUs > Number.MAX_SAFE_INTEGER) return false;
    if (number < 0) throw this.#unknownChannel(this.#channels?.[channel] ?? "");
    ring.push(timeUs, number, level as 0 | 1);
    this.#lastUs = timeUs;
    return true;
  }

  /** What is wrong about the first item, or null when it is taken. */
  #takeHead(): string | null {
    const items = this.#items;
    if (items.take(ARRAY) !== 3 || items.takeText() !== EDGE_CBOR_SCHEMA) return "the first item is another";
    const startWallUs = items.takeNull() ? null : this.#takeWhole();
    if (startWallUs === undefined) return "its start is neither a whole number nor null";
    const count = items.take(ARRAY);
    if (count === null || count > MOST_CHANNELS) return "it has no list of names";
    const channels: string[] = [];
    for (let i = 0; i < count; i++) {
      const name = items.takeText();
      if (name === null) return "a name of a channel is no text";
      channels.push(name);
    }
    this.#startWallUs = startWallUs;
    this.#channels = channels;
    this.#numbers = channels.map((name) => this.#names.indexOf(name));
    return null;
  }

  /** A whole number of either sign; undefined for anything else. */
  #takeWhole(): number | undefined {
    const value = this.#items.take(UNSIGNED);
    if (value !== null) return value;
    const below = this.#items.isCut ? null : this.#items.take(NEGATIVE);
    return below === null || below === Number.MAX_SAFE_INTEGER ? undefined : -1 - below;
  }

  #noEdge(): InputError {
    const { isCut, markedPlace } = this.#items;
    const problem = isCut ? "the file is truncated: it ends in the middle of an edge" : "this item is no edge";
    const remedy = isCut
      ? `${COPY_AGAIN}, or cut it here to use what comes before`
      : "an edge is [gap, channel, level]";
    return new InputError({ source: this.#source, at: `byte ${markedPlace}`, problem, remedy });
  }

  #unknownChannel(name: string): InputError {
    return new InputError({
      source: this.#source,
      at: `byte ${this.#items.markedPlace}`,
      problem: `unknown channel ${shown(name)}`,
      remedy: "give the configuration whose `signal` names are those of the recording",
    });
  }
}

/** Writes an edge sequence, see `EdgeCborReader`. */
export class EdgeCborWriter implements EdgeWriter {
  readonly #out = new ByteWriter();
  /** An array of three and, behind it, the gap. */
  readonly #head = Buffer.concat([TRIPLE, Buffer.alloc(9)]);
  readonly #gap = this.#head.subarray(TRIPLE.length);
  /** What follows the gap, by 2 x channel + level. */
  readonly #tails: readonly Uint8Array[];
  #lastUs = 0;

  /** @throws RangeError for a start time that is no safe integer, or more channels than a file can have. */
  constructor(channelNames: readonly string[], options: EdgeWriterOptions = {}) {
    const start = options.startWallUs ?? null;
    if (start !== null && !Number.isSafeInteger(start))
      throw new RangeError(`wall time must be integer microseconds, not ${start}`);
    if (channelNames.length > MOST_CHANNELS)
      throw new RangeError(`an edge sequence has ${MOST_CHANNELS} channels at most, not ${channelNames.length}`);
    this.#tails = channelNames.flatMap((_, channel) =>
      [0, 1].map((level) => Buffer.concat([cborHead(UNSIGNED, channel), cborHead(UNSIGNED, level)])),
    );
    this.#out.add(BEGINNING);
    if (start === null) this.#out.add(NULL);
    else this.#out.add(start < 0 ? cborHead(NEGATIVE, -1 - start) : cborHead(UNSIGNED, start));
    this.#out.add(cborHead(ARRAY, channelNames.length));
    for (const name of channelNames) this.#out.add(cborText(name));
  }

  push(timeUs: number, channel: number, level: 0 | 1): Buffer | undefined {
    checkEdge(timeUs, this.#lastUs, channel, this.#tails.length / 2);
    const length = TRIPLE.length + writeCborHead(this.#gap, UNSIGNED, timeUs - this.#lastUs);
    this.#out.add(this.#head.subarray(0, length));
    this.#out.add(this.#tails[2 * channel + level] as Uint8Array);
    this.#lastUs = timeUs;
    return this.#out.takeFull();
  }

  end(): Buffer {
    return this.#out.take();
  }
}
