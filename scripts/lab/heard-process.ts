import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";

const MOST_OUTPUT = 2 ** 20;

const running = new Set<HeardProcess>();
process.on("exit", () => {
  for (const heard of running) heard.cut();
});

/** A computer of the laboratory as a program: with all its processes it is ended together, and what it says is heard. */
export class HeardProcess {
  readonly #process: ChildProcess;
  readonly #exit: Promise<unknown>;
  #output = "";
  #isOver = false;
  #hear: () => void = () => {};

  /** @param input `pipe`: something may be said to it. */
  constructor(program: string, args: readonly string[], input: "ignore" | "pipe" = "ignore") {
    this.#process = spawn(program, args, {
      // a group of its own: it is many processes, and only all of them together can be ended
      detached: true,
      stdio: [input, "pipe", "pipe"],
    });
    // what is said to one that is over is lost
    this.#process.stdin?.on("error", () => {});
    for (const stream of [this.#process.stdout, this.#process.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => this.#append(text));
    running.add(this);
    this.#exit = once(this.#process, "close").then(() => {
      this.#isOver = true;
      running.delete(this);
      this.#hear();
    });
  }

  /** The end of what it has said so far. */
  get output(): string {
    return this.#output;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Waits until it has said this; null when it is over, or the time is, before that. */
  async hears(pattern: RegExp, limitMs: number): Promise<RegExpExecArray | null> {
    const limit = new AbortController();
    const isOver = sleep(limitMs, true, { signal: limit.signal }).catch(() => true);
    for (let isLate = false; !isLate; ) {
      if (pattern.test(this.#output) || this.#isOver) break;
      const heard = new Promise<false>((resolve) => {
        this.#hear = () => resolve(false);
      });
      isLate = await Promise.race([heard, isOver]);
    }
    limit.abort();
    return pattern.exec(this.#output);
  }

  /** Says a line to it. */
  tell(line: string): void {
    this.#process.stdin?.write(`${line}\n`);
  }

  /** Waits until nothing of it is left. */
  async ended(): Promise<void> {
    await this.#exit;
  }

  /** Ends it at once, without waiting. */
  cut(): void {
    if (this.#isOver || this.#process.pid === undefined) return;
    process.kill(-this.#process.pid, "SIGKILL");
  }

  /** Ends it at once; resolves when nothing of it is left. */
  async off(): Promise<void> {
    this.cut();
    await this.#exit;
  }

  #append(text: string): void {
    this.#output = `${this.#output}${text}`.slice(-MOST_OUTPUT);
    this.#hear();
  }
}
