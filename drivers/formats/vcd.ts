import type { EdgeRing } from "../edge-ring.ts";
import { InputError } from "../input-error.ts";
import { ByteWindow } from "./byte-window.ts";
import { type EdgeReader, LONGEST_BYTES } from "./edge-format.ts";
import { decode, looksBinary, shown, shownList } from "./printable.ts";
import { UNDECLARED, VcdDefinitions } from "./vcd-definitions.ts";

const LF = 10;
const SPACE = 32;
const HASH = 35;
const ZERO = 48;
const ONE = 49;
const MOST_WORDS = 64;
/** Levels other than 0 and 1: unknown, no drive, and what VHDL simulators add. */
const UNKNOWN_LEVELS = "xXzZuUwWlLhH-";
const UNKNOWN = -1;
/** Value of a vector, real or string, which no channel may have. */
const NO_BIT = -2;
const STRUCTURE_KEYWORDS = ["$timescale", "$scope", "$upscope", "$var", "$enddefinitions"];
const DUMP_KEYWORDS = ["$dumpvars", "$dumpall", "$dumpon", "$dumpoff", "$end"];
const NOT_A_VCD = "this is no VCD file of the IEEE 1364 kind: export it again, or give an edge log CSV";
const COPY_AGAIN = "copy the file again, or complete it by hand to use what it holds";

/**
 * Reads VCD (IEEE 1364) as PulseView, sigrok-cli, GTKWave and simulators write it. Times are rounded to the nearest
 * microsecond. Values x and z before the first 0 or 1 of a channel mean that its level is not known yet; later they are
 * refused. The last `#time` ends the recording.
 */
export class VcdReader implements EdgeReader {
  readonly #source: string;
  readonly #names: readonly string[];
  readonly #window = new ByteWindow();
  readonly #definitions: VcdDefinitions;
  /** Last level by channel, UNKNOWN before the first. */
  readonly #levels: Int8Array;
  #lines = 0;
  #wordEnd = 0;
  #isEmpty = true;
  #headRead = false;
  #finished = false;
  /** Keyword of the section that waits for its `$end`. */
  #section: string | null = null;
  #words: string[] = [];
  /** Value of a vector whose identifier is the next word. */
  #vector: number | null = null;
  // A time is kept as whole microseconds and the digits below, both exact: ticks of 1 fs leave the integers after 9 s.
  #usPerTick = 1;
  /** Digits of a tick below one microsecond, and the value of them that rounds up. */
  #digitsBelow = 0;
  #roundUpFrom = 0;
  #wholeUs = 0;
  #below = 0;
  #timeUs = 0;
  #lastRowUs = -1;
  #lastChannel = -1;

  /**
   * @param source name of the file for messages.
   * @param channelNames configured channels, `name` or `scope.name`; the index of a name is its number in the ring.
   */
  constructor(source: string, channelNames: readonly string[]) {
    this.#source = source;
    this.#names = channelNames;
    this.#definitions = new VcdDefinitions(source, channelNames);
    this.#levels = new Int8Array(channelNames.length).fill(UNKNOWN);
  }

  get startWallUs(): number | null {
    return this.#definitions.startWallUs;
  }

  get ignored(): readonly string[] {
    return this.#definitions.ignored;
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
    this.#window.skipUtf8Mark();
    while (!this.#headRead) {
      if (!this.#nextWord()) return this.#noHeadLeft();
      this.#takeHeadWord(this.#word());
    }
    return true;
  }

  read(ring: EdgeRing): boolean {
    if (!this.readHead()) return true;
    while (this.#readChanges(ring)) {
      if (!this.#nextWord()) return this.#noWordLeft(ring);
      this.#takeWord(this.#word(), ring);
    }
    return false;
  }

  /**
   * The hot path: `#time`, `0id` and `1id`, until the ring is full (false) or a word is something else (true). What it
   * does not understand is left to `#takeWord`.
   */
  #readChanges(ring: EdgeRing): boolean {
    const bytes = this.#window.bytes;
    let free = ring.free;
    if (this.#section !== null || this.#vector !== null) return free > 0;
    while (free > 0 && this.#nextWord()) {
      const at = this.#window.at;
      const first = bytes[at] as number;
      if (first === HASH) {
        if (!this.#takeTime(bytes, at + 1)) return true;
      } else if (first === ZERO || first === ONE) {
        const channel = this.#channelAt(at + 1);
        if (channel === UNDECLARED) return true;
        if (channel >= 0) {
          this.#push(ring, channel, (first - ZERO) as 0 | 1);
          free--;
        }
      } else return true;
      this.#window.at = this.#wordEnd;
    }
    return free > 0;
  }

  #push(ring: EdgeRing, channel: number, level: 0 | 1): void {
    ring.push(this.#timeUs, channel, level);
    this.#levels[channel] = level;
    this.#lastRowUs = this.#timeUs;
    this.#lastChannel = channel;
  }

  /** Moves to the next whole word, `at` to `#wordEnd`; false when none is there yet. */
  #nextWord(): boolean {
    const { bytes, end } = this.#window;
    let at = this.#window.at;
    for (; at < end && (bytes[at] as number) <= SPACE; at++) {
      const byte = bytes[at] as number;
      if (byte === LF) this.#lines++;
      else if (byte < 9 || (byte > 13 && byte < SPACE)) throw this.#binaryFault(bytes.subarray(at, at + 1));
    }
    this.#window.at = at;
    let to = at;
    while ((bytes[to] as number) > SPACE) to++;
    if (to - at > LONGEST_BYTES) throw this.#longWordFault(at, to);
    this.#wordEnd = to;
    return to < end;
  }

  #word(): string {
    const bytes = this.#window.bytes.subarray(this.#window.at, this.#wordEnd);
    if (looksBinary(bytes)) throw this.#binaryFault(bytes);
    this.#window.at = this.#wordEnd;
    return decode(bytes);
  }

  #takeHeadWord(word: string): void {
    this.#isEmpty = false;
    if (this.#section === null) {
      if (!word.startsWith("$"))
        throw this.#fault(`${shown(word)} before $enddefinitions`, "declare all variables before the first value");
      this.#section = word;
      this.#words = [];
    } else if (word === "$end") this.#endHeadSection(this.#section);
    else if (this.#atEnd()) throw this.#truncatedFault(shown(this.#section));
    else if (this.#section === "$comment") this.#definitions.takeCommentWord(word, this.#lines + 1);
    else if (STRUCTURE_KEYWORDS.includes(this.#section)) this.#keep(word);
  }

  #keep(word: string): void {
    this.#words.push(word);
    const { length } = this.#words;
    if (length > MOST_WORDS || STRUCTURE_KEYWORDS.includes(word))
      throw this.#fault(`${this.#section} without $end, at ${shown(word)}`, `close it with $end; ${NOT_A_VCD}`);
  }

  #endHeadSection(section: string): void {
    this.#definitions.take(section, this.#words, this.#lines + 1);
    this.#section = null;
    if (section !== "$enddefinitions") return;
    this.#definitions.finish(this.#lines + 1);
    this.#headRead = true;
    const { exponent } = this.#definitions;
    this.#usPerTick = exponent > 0 ? 10 ** exponent : 1;
    this.#digitsBelow = exponent < 0 ? -exponent : 0;
    this.#roundUpFrom = exponent < 0 ? 10 ** -exponent / 2 : Number.POSITIVE_INFINITY;
  }

  /** One word of the body that the hot path left; the ring has room for one row. */
  #takeWord(word: string, ring: EdgeRing): void {
    if (this.#section !== null) {
      if (word === "$end") this.#section = null;
    } else if (this.#vector !== null) this.#takeValue(this.#vector, word, ring);
    else if (word === "$comment") this.#section = word;
    else if (/^[bBrRsS]/.test(word)) this.#vector = vectorValue(word);
    else if (word.startsWith("#")) throw this.#timeFault(word);
    else if (/^[01]/.test(word)) this.#takeValue(Number(word[0]), word.slice(1), ring);
    else if (UNKNOWN_LEVELS.includes(word[0] as string)) this.#takeValue(UNKNOWN, word.slice(1), ring);
    else if (!DUMP_KEYWORDS.includes(word)) throw this.#fault(`${shown(word)} is no value change`, NOT_A_VCD);
  }

  #takeValue(value: number, id: string, ring: EdgeRing): void {
    this.#vector = null;
    const channel = this.#definitions.channelOf(id);
    if (channel === UNDECLARED && this.#atEnd()) throw this.#truncatedFault(`a value change, identifier ${shown(id)}`);
    if (channel === UNDECLARED)
      throw this.#fault(`a value of ${shown(id)}, which no $var declares`, "declare it or remove its values");
    if (channel < 0) return;
    const name = shown(this.#names[channel] as string);
    if (value === NO_BIT)
      throw this.#fault(`channel ${name} gets a value that is no single bit`, "export it as one bit");
    if (value === 0 || value === 1) this.#push(ring, channel, value);
    else if (this.#levels[channel] !== UNKNOWN)
      throw this.#fault(
        `the level of ${name} becomes unknown (x or z) at ${this.#timeUs} us`,
        "cut the recording there: a contact is 0 or 1",
      );
  }

  #channelAt(from: number): number {
    const bytes = this.#window.bytes;
    if (this.#wordEnd === from + 1) return this.#definitions.channelOfByte(bytes[from] as number);
    return this.#definitions.channelOf(decode(bytes.subarray(from, this.#wordEnd)));
  }

  /** Takes the time whose digits begin here; false, with nothing changed, when it is none or goes back. */
  #takeTime(bytes: Uint8Array, from: number): boolean {
    const split = this.#digitsBelow > 0 ? Math.max(from, this.#wordEnd - this.#digitsBelow) : this.#wordEnd;
    const whole = decimal(bytes, from, split) * this.#usPerTick;
    const below = decimal(bytes, split, this.#wordEnd);
    const timeUs = below >= this.#roundUpFrom ? whole + 1 : whole;
    // Written so that NaN, a digit that is none, is refused too.
    const follows = whole > this.#wholeUs || (whole === this.#wholeUs && below >= this.#below);
    if (from === this.#wordEnd || !follows || !(timeUs <= Number.MAX_SAFE_INTEGER)) return false;
    this.#wholeUs = whole;
    this.#below = below;
    this.#timeUs = timeUs;
    return true;
  }

  #timeFault(word: string): InputError {
    if (this.#atEnd() && /^#\d*$/.test(word)) return this.#truncatedFault(`a time, ${shown(word)}`);
    if (!/^#\d+$/.test(word)) return this.#fault(`time ${shown(word)}`, "a time is # and a whole number of time units");
    const { exponent } = this.#definitions;
    if (Number(word.slice(1)) * 10 ** exponent > Number.MAX_SAFE_INTEGER)
      return this.#fault(`time ${shown(word)} is too large`, `give times up to ${Number.MAX_SAFE_INTEGER} us`);
    const digits = this.#digitsBelow;
    const before = `${this.#wholeUs}${digits > 0 ? `.${String(this.#below).padStart(digits, "0")}` : ""}`;
    return this.#fault(
      `time goes back from ${before} us to ${shown(word)}`,
      "sort the file by time, or split it where the recorder restarted",
    );
  }

  /** True when the word just taken ended at the end of a file without its last line feed: it may be cut. */
  #atEnd(): boolean {
    const { ended, unterminated, end } = this.#window;
    return ended && unterminated && this.#wordEnd >= end - 1;
  }

  #noHeadLeft(): false {
    if (!this.#window.ended) return false;
    if (this.#isEmpty) throw this.#fault("the file is empty", NOT_A_VCD);
    throw this.#truncatedFault(this.#section === null ? "its declarations" : `${shown(this.#section)}`);
  }

  #noWordLeft(ring: EdgeRing): true {
    if (!this.#window.ended || this.#finished) return true;
    if (this.#section !== null) throw this.#truncatedFault(shown(this.#section));
    if (this.#vector !== null) throw this.#truncatedFault("a vector value");
    if (this.#lastChannel < 0)
      throw this.#fault(
        `no 0 or 1 of any of the channels ${shownList(this.#names)}`,
        "record the contacts while they are connected",
      );
    // The level is repeated to say how far the recording goes.
    if (this.#timeUs > this.#lastRowUs) this.#push(ring, this.#lastChannel, this.#levels[this.#lastChannel] as 0 | 1);
    this.#finished = true;
    return true;
  }

  #truncatedFault(place: string): InputError {
    return this.#fault(`the file is truncated: it ends in the middle of ${place}`, COPY_AGAIN);
  }

  #binaryFault(bytes: Uint8Array): InputError {
    return this.#fault(`binary data, not text: ${shown(bytes.subarray(0, 12))}`, NOT_A_VCD);
  }

  #longWordFault(from: number, to: number): InputError {
    const bytes = this.#window.bytes.subarray(from, Math.min(to, from + LONGEST_BYTES));
    if (looksBinary(bytes)) return this.#binaryFault(bytes);
    return this.#fault(`a word longer than ${LONGEST_BYTES} bytes, it begins ${shown(bytes)}`, NOT_A_VCD);
  }

  #fault(problem: string, remedy: string): InputError {
    return new InputError({ source: this.#source, at: this.#lines + 1, problem, remedy });
  }
}

/** Value of a word such as `b1`: 0, 1, UNKNOWN, or NO_BIT for what is no single bit. */
function vectorValue(word: string): number {
  if (word.length !== 2 || !/^b/i.test(word)) return NO_BIT;
  if (word[1] === "0" || word[1] === "1") return Number(word[1]);
  return UNKNOWN_LEVELS.includes(word[1] as string) ? UNKNOWN : NO_BIT;
}

/** Whole number of digits; 0 without any, NaN when a byte is no digit. Exact up to 2^53, larger beyond. */
function decimal(bytes: Uint8Array, from: number, to: number): number {
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}
