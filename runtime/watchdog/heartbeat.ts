import { LoopDelay } from "./loop-delay.ts";
import type { ServiceNotifier } from "./service-notifier.ts";
import type { Verdict, Watchdog } from "./watchdog.ts";

/** Milliseconds between two ticks: short enough for a watchdog of a second; each costs some 0.2 ms of a small core. */
const TICK_MS = 250;
const LOOP_STALL_US = 1_000_000;

/** What the heartbeat needs of the notifier. */
export type BeatSink = Pick<ServiceNotifier, "beat" | "beatEveryMs" | "retry">;

/** Who hears what the heartbeat finds. */
export interface HeartbeatListener {
  /** The parts are about to be looked at: who only counts may be asked now whether it lives. */
  looking(): void;
  /** A part stalled or came back. */
  partsChanged(verdict: Verdict): void;
  /** The event loop stood still for a second or more. */
  loopStalled(lateUs: number): void;
}

/** The timer that keeps the service alive in the eyes of systemd, as long as its parts are. */
export class Heartbeat {
  readonly #watchdog: Watchdog;
  readonly #notifier: BeatSink;
  readonly #monoUs: () => number;
  readonly #listener: HeartbeatListener;
  /** How late the event loop was. */
  readonly loopDelay = new LoopDelay(TICK_MS * 1000);
  #lastBeatUs = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  constructor(watchdog: Watchdog, notifier: BeatSink, monoUs: () => number, listener: HeartbeatListener) {
    this.#watchdog = watchdog;
    this.#notifier = notifier;
    this.#monoUs = monoUs;
    this.#listener = listener;
  }

  /** Starts the timer, which by itself does not keep the process running. */
  start(): void {
    this.#timer ??= setInterval(() => this.tick(), TICK_MS).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One look at everything; the timer's work. */
  tick(): void {
    const nowUs = this.#monoUs();
    const lateUs = this.loopDelay.tick(nowUs);
    if (lateUs >= LOOP_STALL_US) this.#listener.loopStalled(lateUs);
    this.#listener.looking();
    const verdict = this.#watchdog.check(lateUs / 1000);
    if (verdict.newlyStalled.length + verdict.recovered.length > 0) this.#listener.partsChanged(verdict);
    this.#notifier.retry();
    if (verdict.beat) this.#beatWhenDue(nowUs);
  }

  #beatWhenDue(nowUs: number): void {
    const { beatEveryMs } = this.#notifier;
    if (beatEveryMs === null || nowUs - this.#lastBeatUs < beatEveryMs * 1000) return;
    this.#lastBeatUs = nowUs;
    this.#notifier.beat();
  }
}
