import { mkdir } from "node:fs/promises";
import { type ScheduledTask, schedule } from "node-cron";
import type { SystemClock } from "../clock/system-clock.ts";
import type { Log } from "../log.ts";
import { SocketServer } from "../socket/socket-server.ts";
import { Heartbeat } from "../watchdog/heartbeat.ts";
import { ServiceNotifier } from "../watchdog/service-notifier.ts";
import { Watchdog } from "../watchdog/watchdog.ts";
import type { Appliance } from "./appliance.ts";
import { daemonCalls } from "./calls.ts";

const KEEP_EVERY_MS = 30_000;
const CLOCK_EVERY_MS = 5_000;
const RETAIN_EVERY_MS = 6 * 3_600_000;
const HEALTHY_AFTER_MS = 300_000;
const SOURCE_DEADLINE_MS = 30_000;
const STORE_DEADLINE_MS = 60_000;

/** What a daemon is run with. */
export interface DaemonOptions {
  readonly appliance: Appliance;
  readonly clock: SystemClock;
  readonly log: Log;
  readonly socketFolder: string;
}

/**
 * An appliance as a service: its socket, its watchdog, and what is done by the clock.
 *
 * The clock only wakes us: whatever is due is done whenever it is noticed, and a beat that was missed is no loss.
 */
export class Daemon {
  readonly #appliance: Appliance;
  readonly #log: Log;
  readonly #notifier = new ServiceNotifier();
  readonly #watchdog: Watchdog;
  readonly #heartbeat: Heartbeat;
  readonly #server: SocketServer;
  readonly #timers: NodeJS.Timeout[] = [];
  #cron: ScheduledTask | null = null;

  private constructor({ appliance, clock, log }: DaemonOptions, server: SocketServer) {
    this.#appliance = appliance;
    this.#log = log;
    this.#server = server;
    this.#watchdog = new Watchdog(() => clock.monoUs() / 1000);
    this.#watchdog.watch("source", { deadlineMs: SOURCE_DEADLINE_MS, fatal: false });
    this.#watchdog.watch("store", { deadlineMs: STORE_DEADLINE_MS, fatal: false });
    this.#watchdog.idle("store");
    this.#heartbeat = new Heartbeat(this.#watchdog, this.#notifier, () => clock.monoUs(), {
      partsChanged: ({ newlyStalled, recovered }) => {
        for (const part of newlyStalled) log.error("stalled", { part: part.name });
        for (const name of recovered) log.notice("recovered", { part: String(name) });
      },
      loopStalled: (lateUs) => log.warning("loop-stalled", { seconds: lateUs / 1e6 }),
    });
  }

  /** Opens the socket and starts what runs by the clock. @throws InputError when another daemon has the socket. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const { appliance, clock, log, socketFolder } = options;
    const calls = daemonCalls(appliance, () => clock.wallUs());
    const onFault = (error: unknown, call: string) => log.error("call-failed", { call, message: String(error) });
    await mkdir(socketFolder, { recursive: true });
    const server = await SocketServer.listen(socketFolder, { calls, topics: {}, onFault });
    const daemon = new Daemon(options, server);
    daemon.#start();
    return daemon;
  }

  /** Counts until it is told to stop, and goes on answering when its source has come to an end. */
  async work(): Promise<void> {
    await this.#appliance.run(() => this.#watchdog.alive("source"));
    if (this.#appliance.isStopping) return;
    this.#log.notice("source-ended");
    this.#watchdog.forget("source");
    await this.#appliance.whenStopping;
  }

  /** Flushes and leaves a clean store. */
  async stop(): Promise<void> {
    this.#notifier.stopping();
    for (const timer of this.#timers) clearInterval(timer);
    await this.#cron?.destroy();
    this.#heartbeat.stop();
    await this.#server.close();
    await this.#appliance.stop();
    this.#log.notice("stopped");
  }

  #start(): void {
    if (this.#notifier.problem !== null) this.#log.warning("notify", { message: this.#notifier.problem });
    this.#heartbeat.start();
    this.#every(KEEP_EVERY_MS, () => this.#keep());
    this.#every(RETAIN_EVERY_MS, () => this.#appliance.retain());
    this.#every(CLOCK_EVERY_MS, () => this.#appliance.checkClock());
    this.#timers.push(setTimeout(() => void this.#appliance.store.markHealthy(), HEALTHY_AFTER_MS).unref());
    this.#cron = schedule("* * * * *", () => this.#minute(), { name: "minute", noOverlap: true });
    this.#notifier.ready();
  }

  #every(ms: number, work: () => Promise<void>): void {
    const run = () => work().catch((error: unknown) => this.#log.error("timer-failed", { message: String(error) }));
    this.#timers.push(setInterval(run, ms).unref());
  }

  /** A snapshot now and then, and a sign of life on the disk: a power cut then hides no more than this. */
  async #keep(): Promise<void> {
    this.#appliance.keep();
    this.#watchdog.alive("store");
    await this.#appliance.store.commit();
    this.#watchdog.idle("store");
  }

  #minute(): void {
    this.#log.tick();
    this.#appliance.closeDue();
    this.#notifier.status(this.#appliance.summary());
  }
}
