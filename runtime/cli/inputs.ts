import type { InputError } from "../../drivers/input-error.ts";
import { printJson } from "./ask.ts";
import { listenToEdges } from "./inputs/edge-stream.ts";
import { inputsView, legend } from "./inputs/inputs-view.ts";
import { readings } from "./inputs/levels.ts";
import { LineTraces } from "./inputs/line-traces.ts";
import { hasTerminal, Screen } from "./screen.ts";
import { columnsOfOutput, showsColour, showsUtf8 } from "./terminal-kind.ts";

const FRAME_MS = 250;
const WINDOWS_SECONDS = [1, 2, 5, 10, 20, 60] as const;
const DEFAULT_WINDOW = 3;
const KEYS = "q quit  + - time  arrows scroll  space hold";
/** Between two batches time goes on, though no edge tells: so far at most. */
const LONGEST_QUIET_MS = 1_500;

/** Options of `sealtrace inputs`. */
export interface InputsOptions {
  readonly line?: string;
  readonly once?: true;
  readonly json?: true;
  readonly seconds: number;
}

/** `sealtrace inputs`: the contacts as they move; on a pipe, and with `--once`, what they did in the next seconds. */
export async function inputs({ line, once, json, seconds }: InputsOptions): Promise<void> {
  if (json || once || !hasTerminal()) await snapshot(line, seconds, json === true);
  else await live(line);
}

async function snapshot(line: string | undefined, seconds: number, asJson: boolean): Promise<void> {
  const traces = new LineTraces();
  await watchFor(line, seconds, traces);
  const batch = traces.latest;
  if (batch === null) return;
  const lines = readings(batch, traces).filter((reading) => line === undefined || reading.line === line);
  const nowUs = batch.nowUs ?? 0;
  const watchedSeconds = (nowUs - (traces.firstUs ?? nowUs)) / 1e6;
  if (asJson) {
    const time = new Date((nowUs + batch.offsetUs) / 1000).toISOString();
    return printJson({ schema: "sealtrace/inputs@1", time, watchedSeconds, dropped: traces.dropped, lines });
  }
  const columns = columnsOfOutput();
  const windowSeconds = Math.max(1, Math.ceil(watchedSeconds));
  const view = { columns, windowSeconds, untilUs: nowUs + 1, look: outputLook(), line };
  process.stdout.write(`${[...inputsView(batch, traces, view), legend(view)].join("\n")}\n`);
}

function outputLook() {
  return { utf8: showsUtf8(), colour: showsColour() };
}

/** Resolves when the time is over. @throws InputError when the daemon ends before. */
async function watchFor(line: string | undefined, seconds: number, traces: LineTraces): Promise<void> {
  let stop: () => void = () => {};
  await new Promise<void>((resolve, reject) => {
    const take = (batch: Parameters<LineTraces["take"]>[0]) => {
      if (traces.latest === null) setTimeout(resolve, seconds * 1000);
      traces.take(batch);
    };
    listenToEdges(line, { onBatch: take, onEnd: reject }).then((end) => {
      stop = end;
    }, reject);
  }).finally(() => stop());
}

/** Draws until somebody has seen enough. @throws InputError when the daemon ends. */
async function live(line: string | undefined): Promise<void> {
  const traces = new LineTraces();
  let fault: InputError | null = null;
  let close: () => void = () => {};
  let arrivedMs = performance.now();
  const stop = await listenToEdges(line, {
    onBatch: (batch) => {
      traces.take(batch);
      arrivedMs = performance.now();
    },
    onEnd: (error) => {
      fault = error;
      close();
    },
  });
  const page = new Page(traces, line, () => performance.now() - arrivedMs);
  const screen = Screen.open({ onKey: (key) => page.key(key, screen), onResize: () => page.draw(screen) });
  close = () => screen.close();
  if (fault !== null) close();
  const timer = setInterval(() => page.draw(screen), FRAME_MS);
  await screen.whenClosed;
  clearInterval(timer);
  stop();
  if (fault !== null) throw fault;
}

/** What the screen shows at this moment, as the keys have set it. */
class Page {
  readonly #traces: LineTraces;
  readonly #line: string | undefined;
  readonly #sinceMs: () => number;
  readonly #look = outputLook();
  #window: number = DEFAULT_WINDOW;
  #scrolled = 0;
  /** Time at which the picture is held; null while it moves. */
  #heldUs: number | null = null;

  constructor(traces: LineTraces, line: string | undefined, sinceMs: () => number) {
    this.#traces = traces;
    this.#line = line;
    this.#sinceMs = sinceMs;
  }

  key(key: string, screen: Screen): void {
    if (key === "-") this.#window = Math.min(this.#window + 1, WINDOWS_SECONDS.length - 1);
    else if (key === "+" || key === "=") this.#window = Math.max(this.#window - 1, 0);
    else if (key === "\x1b[B" || key === "j") this.#scrolled++;
    else if (key === "\x1b[A" || key === "k") this.#scrolled = Math.max(0, this.#scrolled - 1);
    else if (key === " ") this.#heldUs = this.#heldUs === null ? this.#untilUs() : null;
    else return;
    this.draw(screen);
  }

  draw(screen: Screen): void {
    const batch = this.#traces.latest;
    if (batch === null) {
      screen.draw(["waiting for the daemon's first answer"]);
      return;
    }
    const { columns, rows } = screen;
    const windowSeconds = WINDOWS_SECONDS[this.#window] as number;
    const untilUs = this.#heldUs ?? this.#untilUs();
    const view = { columns, windowSeconds, untilUs, look: this.#look, line: this.#line };
    const body = inputsView(batch, this.#traces, view);
    const room = Math.max(1, rows - 2);
    this.#scrolled = Math.min(this.#scrolled, Math.max(0, body.length - room));
    const held = this.#heldUs === null ? "" : "HELD  ";
    const dropped = this.#traces.dropped > 0 ? `${this.#traces.dropped} edges dropped  ` : "";
    const foot = [legend(view), `${held}${dropped}${KEYS}`.slice(0, columns)];
    screen.draw([...body.slice(this.#scrolled, this.#scrolled + room), ...foot]);
  }

  #untilUs(): number {
    const batch = this.#traces.latest;
    return (batch?.nowUs ?? 0) + Math.min(this.#sinceMs(), LONGEST_QUIET_MS) * 1000;
  }
}
