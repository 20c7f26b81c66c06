import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { InputError } from "../input-error.ts";
import { readFault } from "../read-fault.ts";
import { LONGEST_BYTES } from "./edge-format.ts";
import { looksBinary, shown } from "./printable.ts";

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
// Later moments are no exact microseconds.
const LATEST_SECONDS = Number.MAX_SAFE_INTEGER / 1e6;
const LONGEST_SECONDS = 1e9;

/** Where a list has its times; columns behind these are not looked at. */
interface Layout {
  readonly columns: readonly string[];
  readonly duration: number;
  /** Column of the seal's end; null: the duration tells it. */
  readonly end: number | null;
  readonly unitsPerSecond: number;
  readonly remedy: string;
}

const LAYOUTS: readonly Layout[] = [
  {
    columns: ["t_s", "duration_s"],
    duration: 1,
    end: null,
    unitsPerSecond: 1,
    remedy: "each row needs t_s,duration_s in seconds, in order of time",
  },
  {
    columns: ["on_us", "off_us", "sealing_time_s"],
    duration: 2,
    end: 1,
    unitsPerSecond: 1e6,
    remedy: "each row needs on_us,off_us in microseconds, in order of time, and sealing_time_s in seconds or empty",
  },
];
const HEADER_REMEDY = "the header must be `t_s,duration_s`, or that of `replay --seals`; more columns may follow";

/** A seal of a list of sealing times; all in seconds. */
export interface SealingTimeRow {
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** Above 0; null when it is not known. */
  readonly durationSeconds: number | null;
}

/** Receives the rows read since the last call, and how much of the file that is (0 to 1; null for a pipe). */
export type SealingTimesConsumer = (rows: readonly SealingTimeRow[], progress: number | null) => void | Promise<void>;

/**
 * Reads a list of sealing times piece by piece: `t_s,duration_s[,anything]`, or a list as `replay --seals` writes it. Only
 * the columns of times are looked at, so quoted text behind them is no matter. Blank lines and lines that start with `#`
 * are comments.
 * @returns whether the last line has no line end, for `cutNotice`.
 * @throws InputError for a bad file or row; the rows before it have been delivered.
 */
export async function readSealingTimes(
  path: string,
  consume: SealingTimesConsumer,
): Promise<{ readonly unterminated: boolean }> {
  const parser = new SealingTimesParser(path);
  let bytes = 0;
  try {
    const { size } = await stat(path);
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      const rows = parser.feed(chunk);
      // A file that is still being written may have grown since.
      await consume(rows, size > 0 ? Math.min(1, bytes / size) : null);
      parser.throwFault();
    }
  } catch (cause) {
    throw cause instanceof InputError ? cause : readFault(path, cause);
  }
  const unterminated = parser.unterminated;
  await consume(parser.end(), 1);
  parser.throwFault();
  return { unterminated };
}

class SealingTimesParser {
  readonly #source: string;
  #rest = "";
  #line = 0;
  #layout: Layout | null = null;
  #hasMoreColumns = false;
  #rows = 0;
  #previous = Number.NEGATIVE_INFINITY;
  #fault: InputError | null = null;
  readonly #decoder = new TextDecoder();

  constructor(source: string) {
    this.#source = source;
  }

  /** True when what was fed ends in the middle of a line. */
  get unterminated(): boolean {
    return this.#rest !== "";
  }

  feed(chunk: Buffer): readonly SealingTimeRow[] {
    if (this.#line === 0 && looksBinary(chunk.subarray(0, 512))) {
      this.#fail("is not text", "give a list of sealing times with the header `t_s,duration_s`");
      return [];
    }
    const lines = (this.#rest + this.#decoder.decode(chunk, { stream: true })).split("\n");
    this.#rest = lines.pop() as string;
    const rows = this.#take(lines);
    if (this.#rest.length > LONGEST_BYTES) {
      this.#line++;
      this.#fail(`has more than ${LONGEST_BYTES} characters`, this.#remedy);
    }
    return rows;
  }

  end(): readonly SealingTimeRow[] {
    const rows = this.#take(this.#rest === "" ? [] : [this.#rest]);
    if (this.#line === 0) this.#fail("is empty", this.#remedy);
    else if (this.#rows === 0) this.#fail("has no rows", this.#remedy);
    return rows;
  }

  throwFault(): void {
    if (this.#fault !== null) throw this.#fault;
  }

  #take(lines: readonly string[]): SealingTimeRow[] {
    const rows: SealingTimeRow[] = [];
    for (const raw of lines) {
      if (this.#fault !== null) break;
      this.#line++;
      const text = this.#line === 1 ? raw.replace(/^\ufeff/, "") : raw;
      const row = this.#row(text.endsWith("\r") ? text.slice(0, -1) : text);
      if (row !== null) rows.push(row);
    }
    this.#rows += rows.length;
    return rows;
  }

  #row(text: string): SealingTimeRow | null {
    if (text === "" || text.startsWith("#")) return null;
    if (this.#layout === null) {
      this.#layout = this.#header(text);
      return null;
    }
    const { columns, end, duration, unitsPerSecond } = this.#layout;
    const cells = text.split(",", columns.length + 1);
    if (cells.length > columns.length && !this.#hasMoreColumns) {
      this.#fail(`has more columns than the header: ${shown(text)}`, "write decimals with a point, not a comma");
      return null;
    }
    const start = this.#moment(cells, 0, this.#previous);
    const durationSeconds = this.#duration(cells[duration] ?? "", end !== null);
    const stop = end === null ? start + (durationSeconds ?? 0) : this.#moment(cells, end, start);
    if (this.#fault !== null) return null;
    this.#previous = start;
    return { startSeconds: start / unitsPerSecond, endSeconds: stop / unitsPerSecond, durationSeconds };
  }

  #header(text: string): Layout {
    const names = text.split(",");
    const layout = LAYOUTS.find(({ columns }) => columns.every((name, i) => names[i] === name));
    this.#hasMoreColumns = names.length > (layout?.columns.length ?? 0);
    if (layout === undefined) this.#fail(`has the header ${shown(text)}`, HEADER_REMEDY);
    return layout ?? (LAYOUTS[0] as Layout);
  }

  /** A time of the list in its own unit; 0 with a fault when it is none or before `earliest`. */
  #moment(cells: readonly string[], column: number, earliest: number): number {
    const { columns, unitsPerSecond } = this.#layout as Layout;
    const text = cells[column] ?? "";
    const time = Number(text);
    const name = columns[column];
    if (!NUMBER.test(text)) this.#fail(`${name} is ${shown(text)}`, this.#remedy);
    else if (Math.abs(time) > LATEST_SECONDS * unitsPerSecond)
      this.#fail(`${name} is ${shown(text)}, which is too large`, this.#remedy);
    else if (time < earliest && column > 0) this.#fail(`${name} ${shown(text)} is before the start`, this.#remedy);
    else if (time < earliest)
      this.#fail(`${name} goes back from ${earliest} to ${shown(text)}`, "sort the rows by time");
    return this.#fault === null ? time : 0;
  }

  /** Null where it is not known, which some lists may say. */
  #duration(text: string, mayBeEmpty: boolean): number | null {
    if (text === "" && mayBeEmpty) return null;
    const seconds = Number(text);
    if (NUMBER.test(text) && seconds > 0 && seconds < LONGEST_SECONDS) return seconds;
    const { columns, duration } = this.#layout as Layout;
    this.#fail(`${columns[duration]} is ${shown(text)}`, "a sealing time is a number of seconds above 0");
    return null;
  }

  get #remedy(): string {
    return (this.#layout ?? (LAYOUTS[0] as Layout)).remedy;
  }

  #fail(problem: string, remedy: string): void {
    const at = this.#line > 0 ? { at: this.#line } : {};
    this.#fault ??= new InputError({ source: this.#source, ...at, problem, remedy });
  }
}
