const BAR = 30;
const EVERY_MS = 100;

/** A progress bar on stderr, if that is a terminal; nothing otherwise. */
export class Progress {
  readonly #label: string;
  readonly #visible = process.stderr.isTTY === true;
  #shownAt = 0;

  constructor(label: string) {
    this.#label = label;
  }

  /** Shows how much is done, 0 to 1; at most ten times a second, and nothing while it is unknown. */
  show(done: number | null): void {
    const now = performance.now();
    if (!this.#visible || done === null || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    const full = Math.floor(done * BAR);
    const percent = `${Math.floor(done * 100)}`.padStart(3);
    process.stderr.write(`\r${this.#label} [${"#".repeat(full)}${".".repeat(BAR - full)}] ${percent} %`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#visible && this.#shownAt > 0) process.stderr.write("\r\x1b[K");
  }
}
