import { fstatSync } from "node:fs";
import type { Writable } from "node:stream";
import type { SystemClock } from "./clock/system-clock.ts";

/** How grave an event is, in the words of syslog. */
export type LogLevel = "error" | "warning" | "notice" | "info";

/** What an event carries; null is unknown. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Where lines go. */
export interface LogOutput {
  /** True when the systemd journal reads: it adds the time itself and takes the level from a prefix. */
  readonly journal: boolean;
  /** Takes a whole line; false when there is no room for it. */
  write(line: string): boolean;
}

/** Settings of a `Log`. */
export interface LogOptions {
  /** For info and notice. */
  readonly out: LogOutput;
  /** For warnings and errors. */
  readonly err: LogOutput;
  readonly clock: Pick<SystemClock, "monoUs" | "wallUs">;
  /** Lines of one event and line per hour; the rest is counted. Default 20. */
  readonly perHour?: number;
}

interface Count {
  readonly level: LogLevel;
  readonly name: string;
  readonly sinceUs: number;
  seen: number;
}

const PRIORITY: Readonly<Record<LogLevel, number>> = { error: 3, warning: 4, notice: 5, info: 6 };
const HOUR_US = 3_600_000_000;
const LONGEST_VALUE = 300;
const WAITING_BYTES = 256 * 1024;

/**
 * One line an event, for the journal or a terminal: `event key=value ...`.
 *
 * The same event (of the same `line`, if it has that field) is told at most `perHour` times in the hour after its
 * first one; then one line says how many more there were. `tick` sees to that line when the event falls silent.
 */
export class Log {
  readonly #out: LogOutput;
  readonly #err: LogOutput;
  readonly #clock: LogOptions["clock"];
  readonly #perHour: number;
  readonly #counts = new Map<string, Count>();
  #lost = 0;

  constructor({ out, err, clock, perHour = 20 }: LogOptions) {
    this.#out = out;
    this.#err = err;
    this.#clock = clock;
    this.#perHour = perHour;
  }

  error(event: string, fields: LogFields = {}): void {
    this.#tell("error", event, fields);
  }

  warning(event: string, fields: LogFields = {}): void {
    this.#tell("warning", event, fields);
  }

  notice(event: string, fields: LogFields = {}): void {
    this.#tell("notice", event, fields);
  }

  info(event: string, fields: LogFields = {}): void {
    this.#tell("info", event, fields);
  }

  /** Tells what was held back in hours that are over; once a minute is enough. */
  tick(): void {
    const nowUs = this.#clock.monoUs();
    for (const [key, count] of this.#counts) if (nowUs - count.sinceUs >= HOUR_US) this.#close(key, count);
  }

  /** Tells at once what was held back: the process is about to end. */
  end(): void {
    for (const [key, count] of this.#counts) this.#close(key, count);
  }

  #tell(level: LogLevel, event: string, fields: LogFields): void {
    this.tick();
    const name = "line" in fields ? `${event} ${pair("line", fields.line ?? null)}` : event;
    const key = `${level} ${name}`;
    const count = this.#counts.get(key) ?? { level, name, sinceUs: this.#clock.monoUs(), seen: 0 };
    this.#counts.set(key, count);
    count.seen++;
    if (count.seen > this.#perHour) return;
    this.#write(level, [event, ...Object.entries(fields).map(([field, value]) => pair(field, value))].join(" "));
  }

  #close(key: string, { level, name, seen }: Count): void {
    this.#counts.delete(key);
    const more = seen - this.#perHour;
    if (more > 0) this.#write(level, `${name} … and ${more.toLocaleString("en-US")} more in the last hour`);
  }

  #write(level: LogLevel, text: string): void {
    const output = level === "error" || level === "warning" ? this.#err : this.#out;
    if (this.#lost > 0 && output.write(this.#line(output, "warning", `log-lines-lost count=${this.#lost}`)))
      this.#lost = 0;
    if (!output.write(this.#line(output, level, text))) this.#lost++;
  }

  #line({ journal }: LogOutput, level: LogLevel, text: string): string {
    if (journal) return `<${PRIORITY[level]}>${text}\n`;
    return `${new Date(this.#clock.wallUs() / 1000).toISOString()} ${level} ${text}\n`;
  }
}

/**
 * The process's own log, on stdout and stderr. Node.js keeps in memory what a reader does not take: beyond 256 KiB
 * lines are lost, and counted. A reader that goes away is no reason to end.
 */
export function processLog(clock: LogOptions["clock"]): Log {
  const journalStream = process.env.JOURNAL_STREAM;
  return new Log({
    out: { journal: isJournal(1, journalStream), write: boundedWrite(process.stdout) },
    err: { journal: isJournal(2, journalStream), write: boundedWrite(process.stderr) },
    clock,
  });
}

/** Whether a descriptor is the stream that systemd names in JOURNAL_STREAM (`device:inode`, systemd.exec(5)). */
export function isJournal(descriptor: number, journalStream: string | undefined): boolean {
  if (journalStream === undefined) return false;
  const { dev, ino } = fstatSync(descriptor, { bigint: true });
  return journalStream === `${dev}:${ino}`;
}

/** Writes to a stream as long as less than 256 KiB wait there; never throws, never waits. */
export function boundedWrite(stream: Writable): (line: string) => boolean {
  stream.on("error", () => {});
  return (line) => {
    if (!stream.writable || stream.writableLength + line.length > WAITING_BYTES) return false;
    stream.write(line);
    return true;
  };
}

function pair(key: string, value: string | number | boolean | null): string {
  if (value === null) return `${key}=unknown`;
  const text = String(value);
  return `${key}=${/^[\w.:+/@%,-]+$/.test(text) && text.length <= LONGEST_VALUE ? text : quoted(text)}`;
}

/** In double quotes, on one line, with nothing in it that moves a cursor. */
function quoted(text: string): string {
  const short = text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text;
  return `"${short.replace(/["\\]/g, "\\$&").replace(/[\p{C}\p{Zl}\p{Zp}]/gu, escapeCharacter)}"`;
}

function escapeCharacter(character: string): string {
  const code = character.codePointAt(0) as number;
  return code < 256 ? `\\x${code.toString(16).padStart(2, "0")}` : `\\u{${code.toString(16)}}`;
}
