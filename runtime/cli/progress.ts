const BAR = 30;
const EVERY_MS = 100;

/** A progress bar on stderr, if that is a terminal; nothing otherwise. */
export class Progress {
  readonly #label: string;
  readonly #screen: { readonly isTTY?: boolean; write(text: string): unknown };
  #shownAt = Number.NEGATIVE_INFINITY;

  constructor(label: string, screen: { readonly isTTY?: boolean; write(text: string): unknown } = process.stderr) {
    this.#label = label;
    this.#screen = screen;
  }

  /** Shows how much is done, 0 to 1; at most ten times a second, and nothing while it is unknown. */
  show(done: number | null): void {
    const now = performance.now();
    if (this.#screen.isTTY !== true || done === null || now - this.#shownAt < EVERY_MS) return;
    this.#shownAt = now;
    // A file that is still being written gives more than it promised.
    const share = Math.min(1, Math.max(0, done));
    const full = Math.floor(share * BAR);
    const percent = `${Math.floor(share * 100)}`.padStart(3);
    this.#screen.write(`\r${this.#label} [${"#".repeat(full)}${".".repeat(BAR - full)}] ${percent} %`);
  }

  /** Takes the bar away. */
  clear(): void {
    if (this.#shownAt > Number.NEGATIVE_INFINITY) this.#screen.write("\r\x1b[K");
  }
}
