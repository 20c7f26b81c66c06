import { closeSync, constants, createWriteStream, openSync } from "node:fs";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const BEAT_MS = 10;

/** Lines of an edge log with the time of each. */
export interface TimedLine {
  readonly timeUs: number;
  readonly text: string;
}

/** Writes lines into a pipe at a pace, as if edges came. */
export class EdgeFeed {
  readonly #pipe;
  readonly #lines: readonly TimedLine[];
  #next = 0;

  private constructor(path: string, lines: readonly TimedLine[]) {
    this.#pipe = createWriteStream(path);
    this.#lines = lines;
  }

  /**
   * Resolves when somebody has opened the other end of the pipe.
   * @param ended rejects when nobody will.
   */
  static async open(
    path: string,
    { head, lines }: { readonly head: string; readonly lines: readonly TimedLine[] },
    ended: Promise<never>,
  ): Promise<EdgeFeed> {
    const feed = new EdgeFeed(path, lines);
    const opened = once(feed.#pipe, "open");
    await Promise.race([opened, ended]).catch((error: unknown) => {
      // opening waits for a reader, and would keep this program from ending
      closeSync(openSync(path, constants.O_RDONLY | constants.O_NONBLOCK));
      throw error;
    });
    feed.#pipe.write(head);
    return feed;
  }

  /** Lines that have not been written yet. */
  get left(): number {
    return this.#lines.length - this.#next;
  }

  /** Writes what falls due in `seconds` at `speed` times real time; returns how many lines that were. */
  async play(seconds: number, speed: number): Promise<number> {
    const from = this.#next;
    const startUs = this.#lines[from]?.timeUs ?? 0;
    const startMs = performance.now();
    for (let passedMs = 0; passedMs < seconds * 1000; passedMs = performance.now() - startMs) {
      await this.#writeUntil(startUs + passedMs * 1000 * speed);
      await sleep(BEAT_MS);
    }
    await this.#writeUntil(startUs + seconds * 1e6 * speed);
    return this.#next - from;
  }

  end(): void {
    this.#pipe.end();
  }

  async #writeUntil(timeUs: number): Promise<void> {
    const due: string[] = [];
    for (
      let line = this.#lines[this.#next];
      line !== undefined && line.timeUs <= timeUs;
      line = this.#lines[this.#next]
    ) {
      due.push(line.text);
      this.#next++;
    }
    if (due.length > 0 && !this.#pipe.write(due.join(""))) await once(this.#pipe, "drain");
  }
}
