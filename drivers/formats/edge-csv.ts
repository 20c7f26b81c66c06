import type { EdgeRing } from "../edge-ring.ts";
import { InputError } from "../input-error.ts";
import { ByteWindow } from "./byte-window.ts";
import { ByteWriter, checkEdge } from "./byte-writer.ts";
import { EDGE_CSV_HEADER, headerFault, longLineFault, type RefusedLine, rowFault } from "./edge-csv-row.ts";
import { type EdgeReader, type EdgeWriter, type EdgeWriterOptions, LONGEST_BYTES } from "./edge-format.ts";
import { decode, shown } from "./printable.ts";
import { formatWallTime, parseWallTime } from "./wall-time.ts";

const LF = 10;
const CR = 13;
const HASH = 35;
const COMMA = 44;
const ZERO = 48;
const MOST_DIGITS = 16;
const START = /^#\s*start\s*=(.*)$/;

/** Reads the edge log CSV: `t_us,channel,level`, microseconds that do not decrease, a configured channel, level 0 or 1. */
export class EdgeCsvReader implements EdgeReader {
  readonly ignored: readonly string[] = [];
  readonly #source: string;
  readonly #names: readonly string[];
  readonly #nameBytes: readonly Uint8Array[];
  readonly #window = new ByteWindow();
  #startWallUs: number | null = null;
  #lines = 0;
  #lastUs = -1;
  #headerSeen = false;

  /**
   * @param source name of the file for messages.
   * @param channelNames configured channels; the index of a name is its number in the ring.
   */
  constructor(source: string, channelNames: readonly string[]) {
    this.#source = source;
    this.#names = channelNames;
    this.#nameBytes = channelNames.map((name) => Buffer.from(name));
  }

  get startWallUs(): number | null {
    return this.#startWallUs;
  }

  get pendingBytes(): number {
    return this.#window.length;
  }

  get unterminated(): boolean {
    return this.#window.unterminated;
  }

  feed(chunk: Uint8Array): void {
    this.#window.feed(chunk);
  }

  end(): void {
    this.#window.close();
  }

  readHead(): boolean {
    while (!this.#headerSeen || !this.#atRow()) if (!this.#readOtherLine()) return this.#window.ended;
    return true;
  }

  read(ring: EdgeRing): boolean {
    if (!this.readHead()) return true;
    while (this.#readRows(ring)) if (!this.#readOtherLine()) return true;
    return false;
  }

  /**
   * The hot path: plain rows, until the ring is full (false) or a line is something else (true). It judges nothing: a line
   * it does not understand is left to `#readOtherLine`, which finds the reason.
   */
  #readRows(ring: EdgeRing): boolean {
    const bytes = this.#window.bytes;
    let free = ring.free;
    for (; free > 0; free--) {
      const from = this.#window.at;
      let at = from;
      let timeUs = 0;
      let digit = (bytes[at] as number) - ZERO;
      for (; digit >= 0 && digit <= 9; digit = (bytes[++at] as number) - ZERO) timeUs = timeUs * 10 + digit;
      if (at === from || at - from > MOST_DIGITS || bytes[at] !== COMMA) return true;
      const channel = this.#channelAt(bytes, at + 1);
      if (channel < 0) return true;
      at += 2 + (this.#nameBytes[channel] as Uint8Array).length;
      const level = (bytes[at] as number) - ZERO;
      const next = bytes[at + 1] === CR ? at + 2 : at + 1;
      if ((level !== 0 && level !== 1) || bytes[next] !== LF) return true;
      if (timeUs < this.#lastUs || timeUs > Number.MAX_SAFE_INTEGER) return true;
      ring.push(timeUs, channel, level);
      this.#lastUs = timeUs;
      this.#lines++;
      this.#window.at = next + 1;
    }
    return false;
  }

  /** Number of the channel whose name and comma stand here, else -1. */
  #channelAt(bytes: Uint8Array, from: number): number {
    const all = this.#nameBytes;
    for (let channel = 0; channel < all.length; channel++) {
      const name = all[channel] as Uint8Array;
      let i = 0;
      while (i < name.length && bytes[from + i] === name[i]) i++;
      if (i === name.length && bytes[from + i] === COMMA) return channel;
    }
    return -1;
  }

  #atRow(): boolean {
    const { bytes, at, end } = this.#window;
    return at < end && bytes[at] !== HASH && bytes[at] !== LF && bytes[at] !== CR;
  }

  /** Takes a blank line, a comment or the header; false when no whole line is left. Anything else is a fault. */
  #readOtherLine(): boolean {
    const window = this.#window;
    window.skipUtf8Mark();
    const lf = window.bytes.indexOf(LF, window.at);
    const to = lf < 0 || lf >= window.end ? window.end : lf;
    if (to - window.at > LONGEST_BYTES) throw longLineFault(this.#refused(window.at + LONGEST_BYTES), LONGEST_BYTES);
    if (to === window.end) return this.#noLineLeft();
    this.#takeLine(window.bytes[to - 1] === CR && to > window.at ? to - 1 : to, to);
    window.at = to + 1;
    this.#lines++;
    return true;
  }

  #takeLine(textEnd: number, to: number): void {
    const { bytes, at } = this.#window;
    if (textEnd === at) return;
    const text = bytes.subarray(at, textEnd);
    if (bytes[at] === HASH) this.#takeComment(decode(text));
    else if (this.#headerSeen) throw rowFault(this.#refused(to));
    else if (decode(text) === EDGE_CSV_HEADER) this.#headerSeen = true;
    else throw headerFault(this.#refused(textEnd));
  }

  #takeComment(comment: string): void {
    const text = START.exec(comment)?.[1]?.trim();
    if (text === undefined) return;
    const remedy = "give it once, before the first row, like `# start=2026-03-02T06:00:00Z`";
    const startWallUs = parseWallTime(text);
    if (startWallUs === null) throw this.#fault(`start time ${shown(text)} is no date and time with zone`, remedy);
    if (this.#lastUs >= 0) throw this.#fault(`start time ${shown(text)} after the first row`, remedy);
    if (this.#startWallUs !== null && this.#startWallUs !== startWallUs)
      throw this.#fault(`a second start time, ${shown(text)}`, remedy);
    this.#startWallUs = startWallUs;
  }

  #noLineLeft(): false {
    if (!this.#window.ended || this.#lastUs >= 0) return false;
    const remedy = `an edge log has the header ${EDGE_CSV_HEADER} and at least one row`;
    const source = this.#source;
    if (this.#headerSeen) throw new InputError({ source, problem: "a header but no rows", remedy });
    if (this.#lines > 0) throw new InputError({ source, problem: "no header and no rows", remedy });
    throw new InputError({ source, problem: "the file is empty", remedy });
  }

  #fault(problem: string, remedy: string): InputError {
    return new InputError({ source: this.#source, at: this.#lines + 1, problem, remedy });
  }

  #refused(to: number): RefusedLine {
    const { bytes, at, end, ended, unterminated } = this.#window;
    return {
      source: this.#source,
      at: this.#lines + 1,
      bytes: bytes.subarray(at, to),
      unterminated: ended && unterminated && to >= end - 1,
      channelNames: this.#names,
      lastUs: this.#lastUs,
    };
  }
}

/** Writes the edge log CSV. */
export class EdgeCsvWriter implements EdgeWriter {
  readonly #out = new ByteWriter();
  /** What follows the time, by 2 x channel + level. */
  readonly #tails: readonly Uint8Array[];
  #lastUs = 0;

  /** @throws RangeError for a name that a CSV cannot hold, or a start time that is no integer. */
  constructor(channelNames: readonly string[], options: EdgeWriterOptions = {}) {
    const bad = channelNames.find((name) => name === "" || /[,\p{C}\p{Zl}\p{Zp}]/u.test(name));
    if (bad !== undefined) throw new RangeError(`a CSV cannot hold the channel name ${shown(bad)}`);
    this.#tails = channelNames.flatMap((name) => [Buffer.from(`,${name},0\n`), Buffer.from(`,${name},1\n`)]);
    const start = options.startWallUs ?? null;
    if (start !== null) this.#out.add(Buffer.from(`# start=${formatWallTime(start)}\n`));
    this.#out.add(Buffer.from(`${EDGE_CSV_HEADER}\n`));
  }

  push(timeUs: number, channel: number, level: 0 | 1): Buffer | undefined {
    checkEdge(timeUs, this.#lastUs, channel, this.#tails.length / 2);
    this.#lastUs = timeUs;
    this.#out.addDecimal(timeUs);
    this.#out.add(this.#tails[2 * channel + level] as Uint8Array);
    return this.#out.takeFull();
  }

  end(): Buffer {
    return this.#out.take();
  }
}
