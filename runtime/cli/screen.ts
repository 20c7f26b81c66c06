const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
// Another page, no cursor, no wrapping at the right side; and all of it back.
const ENTER = "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[H\x1b[2J";
const CLEAR = "\x1b[H\x1b[2J";
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";
const QUIT_KEYS = ["q", "Q", "\x03", "\x04"];

/** What a screen tells while it is open. */
export interface ScreenListener {
  /** A key as the terminal sends it (`p`, or `\x1b[A` for an arrow); those that quit are not told. */
  readonly onKey?: (key: string) => void;
  /** The terminal has another size now: draw again. */
  readonly onResize?: () => void;
}

/** True when there is a terminal to draw on and to read keys from. */
export function hasTerminal(): boolean {
  return process.stdout.isTTY === true && process.stdin.isTTY === true;
}

/**
 * The whole terminal, until it is closed; afterwards the terminal is as it was, also when a signal ends the program.
 * `q`, Ctrl-C, Ctrl-D and a terminal that goes away close it.
 *
 * @example
 * const screen = Screen.open({ onResize: draw });
 * screen.draw(["hello"]);
 * await screen.whenClosed;
 */
export class Screen {
  /** Resolves when it is closed, by whomever. */
  readonly whenClosed: Promise<void>;
  #tellClosed: () => void = () => {};
  #drawn: readonly string[] = [];
  #isOpen = true;
  readonly #listener: ScreenListener;

  private constructor(listener: ScreenListener) {
    this.#listener = listener;
    this.whenClosed = new Promise((resolve) => {
      this.#tellClosed = resolve;
    });
  }

  /** @throws TypeError without a terminal, see {@link hasTerminal}. */
  static open(listener: ScreenListener = {}): Screen {
    if (!hasTerminal()) throw new TypeError("there is no terminal to draw on");
    const screen = new Screen(listener);
    screen.#start();
    return screen;
  }

  get columns(): number {
    return process.stdout.columns || 80;
  }

  get rows(): number {
    return process.stdout.rows || 24;
  }

  /** Shows these lines, from the top; what does not fit is cut. Only lines that are new are written. */
  draw(lines: readonly string[]): void {
    if (!this.#isOpen) return;
    const shown = lines.slice(0, this.rows);
    const news = shown.map((line, i) => (line === this.#drawn[i] ? "" : `\x1b[${i + 1};1H\x1b[K${line}`)).join("");
    const rest = shown.length < this.#drawn.length ? `\x1b[${shown.length + 1};1H\x1b[J` : "";
    this.#drawn = shown;
    if (news + rest !== "") process.stdout.write(news + rest);
  }

  /** Gives the terminal back; may be called more than once. */
  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    process.stdout.off("resize", this.#resized);
    process.stdin.off("data", this.#typed).off("end", this.#hungUp).off("error", this.#hungUp);
    process.stdin.pause();
    process.off("exit", this.#hungUp);
    for (const signal of SIGNALS) process.off(signal, this.#killed);
    try {
      process.stdin.setRawMode(false);
      process.stdout.write(LEAVE);
    } catch {
      // the terminal is gone, and its state with it
    }
    this.#tellClosed();
  }

  #start(): void {
    process.on("exit", this.#hungUp);
    for (const signal of SIGNALS) process.on(signal, this.#killed);
    process.stdin.setRawMode(true).setEncoding("utf8").resume();
    process.stdin.on("data", this.#typed).on("end", this.#hungUp).on("error", this.#hungUp);
    process.stdout.on("resize", this.#resized);
    process.stdout.write(ENTER);
  }

  readonly #typed = (text: string): void => {
    // keys that come quickly come together; a special key is one sequence
    for (const key of text.startsWith("\x1b") ? [text] : text)
      if (QUIT_KEYS.includes(key)) this.close();
      else if (this.#isOpen) this.#listener.onKey?.(key);
  };

  readonly #resized = (): void => {
    this.#drawn = [];
    process.stdout.write(CLEAR);
    this.#listener.onResize?.();
  };

  readonly #hungUp = (): void => this.close();

  readonly #killed = (signal: NodeJS.Signals): void => {
    this.close();
    // Nobody listens any more, so this ends the program, and the shell learns by which signal.
    process.kill(process.pid, signal);
  };
}
