import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { InputError } from "../input-error.ts";
import { LONGEST_BYTES } from "./edge-format.ts";
import { looksBinary, shown } from "./printable.ts";

const HEADER = /^t_s,duration_s(,.*)?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d{1,3})?$/i;
const REMEDY = "each row needs t_s,duration_s in seconds, in order of time";

/** A seal of a list of sealing times; both in seconds. */
export interface SealingTimeRow {
  readonly startSeconds: number;
  readonly durationSeconds: number;
}

/** Receives the rows read since the last call, and how much of the file that is (0 to 1; null for a pipe). */
export type SealingTimesConsumer = (rows: readonly SealingTimeRow[], progress: number | null) => void | Promise<void>;

/**
 * Reads a list of sealing times, `t_s,duration_s[,anything]`, piece by piece. Only the first two columns are looked at,
 * so quoted text behind them is no matter. Blank lines and lines that start with `#` are comments.
 * @throws InputError for a bad file or row; the rows before it have been delivered.
 */
export async function readSealingTimes(path: string, consume: SealingTimesConsumer): Promise<void> {
  const parser = new SealingTimesParser(path);
  let bytes = 0;
  try {
    const { size } = await stat(path);
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 18 }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      const rows = parser.feed(chunk);
      await consume(rows, size > 0 ? bytes / size : null);
      parser.throwFault();
    }
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const problem = code === "ENOENT" ? "there is no such file" : `cannot be read (${code ?? cause})`;
    throw new InputError({ source: path, problem, remedy: "give a file that this user can read" }, { cause });
  }
  await consume(parser.end(), 1);
  parser.throwFault();
}

class SealingTimesParser {
  readonly #source: string;
  #rest = "";
  #line = 0;
  #hasHeader = false;
  #hasMoreColumns = false;
  #rows = 0;
  #previousSeconds = Number.NEGATIVE_INFINITY;
  #fault: InputError | null = null;
  readonly #decoder = new TextDecoder();

  constructor(source: string) {
    this.#source = source;
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
      this.#fail(`has more than ${LONGEST_BYTES} characters`, REMEDY);
    }
    return rows;
  }

  end(): readonly SealingTimeRow[] {
    const rows = this.#take(this.#rest === "" ? [] : [this.#rest]);
    if (this.#line === 0) this.#fail("is empty", REMEDY);
    else if (this.#rows === 0) this.#fail("has no rows", REMEDY);
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
    if (!this.#hasHeader) {
      this.#hasHeader = true;
      this.#hasMoreColumns = text.split(",").length > 2;
      if (!HEADER.test(text))
        this.#fail(`has the header ${shown(text)}`, "the header must be `t_s,duration_s`, more columns may follow");
      return null;
    }
    const [start = "", duration = "", more] = text.split(",", 3);
    if (more !== undefined && !this.#hasMoreColumns) {
      this.#fail(`has more columns than the header: ${shown(text)}`, "write decimals with a point, not a comma");
      return null;
    }
    const row = { startSeconds: Number(start), durationSeconds: Number(duration) };
    if (!NUMBER.test(start)) this.#fail(`t_s is ${shown(start)}`, REMEDY);
    else if (!NUMBER.test(duration) || !(row.durationSeconds > 0 && row.durationSeconds < 1e9))
      this.#fail(`duration_s is ${shown(duration)}`, "a sealing time is a number of seconds above 0");
    else if (row.startSeconds < this.#previousSeconds)
      this.#fail(`t_s goes back from ${this.#previousSeconds} to ${shown(start)}`, "sort the rows by time");
    else {
      this.#previousSeconds = row.startSeconds;
      return row;
    }
    return null;
  }

  #fail(problem: string, remedy: string): void {
    const at = this.#line > 0 ? { at: this.#line } : {};
    this.#fault ??= new InputError({ source: this.#source, ...at, problem, remedy });
  }
}
