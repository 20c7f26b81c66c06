import type { SystemClock } from "../clock/system-clock.ts";
import type { Log } from "../log.ts";
import type { Store } from "../store/store.ts";
import { type BeatSink, Heartbeat } from "../watchdog/heartbeat.ts";
import type { LoopDelayWindow } from "../watchdog/loop-delay.ts";
import { type StalledPart, type Verdict, Watchdog } from "../watchdog/watchdog.ts";
import type { SourceInputs } from "./source.ts";

/** What of an appliance is looked at. */
export type Watched = {
  readonly inputs: SourceInputs | null;
  readonly store: Pick<Store, "runningCommit">;
};

/** The driver's thread turns some times a second. */
const THREAD_DEADLINE_MS = 10_000;
/** Contacts say something each second. A simulation may have nothing to say for longer. */
const READING_DEADLINE_MS = 30_000;
/** Cards have been seen to need half a second for a commit, rarely some. */
const DISK_DEADLINE_MS = 10_000;
/** So long a loop that stood still remains an alarm. */
const TOLD_US = 600_000_000;

type Part = "thread" | "reading" | "disk";

const WORDS: Readonly<Record<Part, string>> = {
  thread: "the driver's thread does not turn any more: nothing is seen, and the service is to be restarted",
  reading: "nothing has come from the source for 30 s",
  disk: "the disk does not come back from a commit: what is counted waits in memory",
};

/** How late the event loop was. */
export interface LoopMetrics {
  /** Of the last whole minute; null before there is one. */
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly maxMs: number | null;
  /** How often it stood still for a second or more since the start, and the longest time. */
  readonly stalls: number;
  readonly longestStallMs: number;
}

/**
 * Looks four times a second whether the parts of the daemon live: the driver's thread, the reading of its edges, the
 * disk, the event loop itself. What does not is an alarm. Only where a new process would do better, systemd's watchdog
 * gets no beat any more: a dead thread cannot be replaced, and an event loop that stands still beats no more by itself.
 */
export class VitalSigns {
  readonly #appliance: Watched;
  readonly #log: Log;
  readonly #clock: Pick<SystemClock, "monoUs">;
  readonly #watchdog: Watchdog;
  readonly #heartbeat: Heartbeat;
  readonly #silent = new Set<Part>();
  #timer: NodeJS.Timeout | undefined;
  #beats: number | null = null;
  #commit: number | null = null;
  #window: LoopDelayWindow | null = null;
  #stalls = 0;
  #longestStallUs = 0;
  #lastStall: { readonly atUs: number; readonly lateUs: number } | null = null;

  constructor(appliance: Watched, notifier: BeatSink, clock: Pick<SystemClock, "monoUs">, log: Log) {
    this.#appliance = appliance;
    this.#log = log;
    this.#clock = clock;
    this.#watchdog = new Watchdog(() => clock.monoUs() / 1000);
    if (appliance.inputs !== null) this.#watch("thread", THREAD_DEADLINE_MS, true);
    this.#watch("reading", READING_DEADLINE_MS, false);
    this.#watch("disk", DISK_DEADLINE_MS, false);
    this.#watchdog.idle("disk");
    this.#heartbeat = new Heartbeat(this.#watchdog, notifier, () => clock.monoUs(), {
      looking: () => this.#look(),
      partsChanged: (verdict) => this.#tell(verdict),
      loopStalled: (lateUs) => this.#loopStalled(lateUs),
    });
  }

  start(): void {
    this.#heartbeat.start();
    const takeWindow = () => {
      this.#window = this.#heartbeat.loopDelay.takeWindow();
    };
    this.#timer = setInterval(takeWindow, 60_000).unref();
  }

  /** One look at everything; the timer's work. */
  tick(): void {
    this.#heartbeat.tick();
  }

  stop(): void {
    this.#heartbeat.stop();
    clearInterval(this.#timer);
  }

  /** A portion of edges has come. */
  read(): void {
    this.#watchdog.alive("reading");
  }

  /** The source has come to an end: nothing more is expected of it. */
  sourceEnded(): void {
    this.#watchdog.idle("reading");
  }

  /** What needs somebody, in words. */
  get alarms(): readonly string[] {
    const stall = this.#lastStall;
    const isTold = stall !== null && this.#clock.monoUs() - stall.atUs < TOLD_US;
    const loop = isTold ? [`the program stood still for ${(stall.lateUs / 1e6).toFixed(1)} s`] : [];
    return [...[...this.#silent].map((part) => WORDS[part]), ...loop];
  }

  get loop(): LoopMetrics {
    const ms = (us: number | null | undefined) => (us == null ? null : us / 1000);
    const { p50Us, p99Us, maxUs } = this.#window ?? {};
    const worst = { stalls: this.#stalls, longestStallMs: this.#longestStallUs / 1000 };
    return { p50Ms: ms(p50Us), p99Ms: ms(p99Us), maxMs: ms(maxUs), ...worst };
  }

  #watch(part: Part, deadlineMs: number, fatal: boolean): void {
    this.#watchdog.watch(part, { deadlineMs, fatal });
  }

  #look(): void {
    const beats = this.#appliance.inputs?.counters.beats ?? null;
    if (beats !== null && beats !== this.#beats) this.#watchdog.alive("thread");
    this.#beats = beats;
    const commit = this.#appliance.store.runningCommit;
    if (commit === null) this.#watchdog.idle("disk");
    else if (commit !== this.#commit) this.#watchdog.alive("disk");
    this.#commit = commit;
  }

  #tell({ newlyStalled, recovered }: Verdict): void {
    for (const { name, silentMs } of newlyStalled as readonly (StalledPart & { readonly name: Part })[]) {
      this.#silent.add(name);
      this.#log.error("stalled", { part: name, seconds: Math.round(silentMs / 1000), message: WORDS[name] });
    }
    for (const name of recovered as readonly Part[]) {
      this.#silent.delete(name);
      this.#log.notice("recovered", { part: name });
    }
  }

  #loopStalled(lateUs: number): void {
    this.#stalls++;
    this.#longestStallUs = Math.max(this.#longestStallUs, lateUs);
    this.#lastStall = { atUs: this.#clock.monoUs(), lateUs };
    this.#log.warning("loop-stalled", { seconds: lateUs / 1e6 });
  }
}
