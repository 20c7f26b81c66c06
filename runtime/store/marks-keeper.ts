import { SCHEMA_VERSION } from "./entries.ts";
import { type LineMarks, type Marks, STARTS_BEFORE_SALVAGE, writeMarks } from "./marks.ts";
import type { FileSize } from "./preflight.ts";
import type { StoreClock } from "./store-clock.ts";

const EVERY_MS = 3_600_000;

/** Keeps the side file of an open store up to date: when somebody asks, and every hour in which something was written. */
export class MarksKeeper {
  readonly #folder: string;
  readonly #clock: StoreClock;
  readonly #reach: () => LineMarks;
  #starts: number | null;
  #writtenMs: number;
  #lastWrite: Promise<void> = Promise.resolve();

  /**
   * @param reach how far the logs reach on the disk.
   * @param marks as they stand; null while nothing can be written at all.
   */
  constructor(folder: string, clock: StoreClock, reach: () => LineMarks, marks: Marks | null) {
    this.#folder = folder;
    this.#clock = clock;
    this.#reach = reach;
    this.#starts = marks?.starts ?? null;
    this.#writtenMs = clock.nowMs();
  }

  /** The disk works by now. */
  begin(marks: Marks): void {
    this.#starts = marks.starts;
  }

  /** Starts before this moment do not count as failed any more. */
  forgetStarts(): void {
    if (this.#starts !== null) this.#starts = 0;
  }

  /** The start came to its end. A store is emptied only when not even a rescued one came this far. */
  async worked(): Promise<void> {
    if (this.#starts === null || this.#starts <= STARTS_BEFORE_SALVAGE) return;
    this.#starts = 1;
    await this.write(null);
  }

  /** @param closedFiles of the database, when it was just closed in order. */
  async write(closedFiles: readonly FileSize[] | null): Promise<void> {
    const starts = this.#starts;
    if (starts === null) return;
    this.#writtenMs = this.#clock.nowMs();
    const marks = { schema: SCHEMA_VERSION, starts, closedFiles, lines: this.#reach() };
    const written = this.#lastWrite.then(() => writeMarks(this.#folder, marks));
    this.#lastWrite = written.catch(() => {});
    await written;
  }

  writeHourly(): void {
    if (this.#clock.nowMs() - this.#writtenMs >= EVERY_MS) this.write(null).catch(() => {});
  }
}
