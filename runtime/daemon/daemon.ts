import type { SystemClock } from "../clock/system-clock.ts";
import type { Log } from "../log.ts";
import { makeFolder } from "../make-folder.ts";
import { SocketServer } from "../socket/socket-server.ts";
import { ServiceNotifier } from "../watchdog/service-notifier.ts";
import type { Appliance } from "./appliance.ts";
import { daemonCalls } from "./calls.ts";
import type { ConfigExchange } from "./config-exchange.ts";
import { DayLog } from "./day-log.ts";
import { Inbox } from "./inbox.ts";
import { metricsOf } from "./metrics.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { syncCalls } from "./sync-calls.ts";
import { SyncService } from "./sync-service.ts";
import { daemonTopics } from "./topics.ts";
import { VitalSigns } from "./vital-signs.ts";
import { Views } from "./views.ts";

const KEEP_EVERY_MS = 30_000;
const MINUTE_MS = 60_000;
const CLOCK_EVERY_MS = 5_000;
const HEALTH_EVERY_MS = 60_000;
const RETAIN_EVERY_MS = 10_000;
const HEALTHY_AFTER_MS = 300_000;

/** What a daemon is run with. */
export interface DaemonOptions {
  readonly appliance: Appliance;
  readonly clock: SystemClock;
  readonly log: Log;
  readonly socketFolder: string;
  /** How a configuration from a stick comes into force. */
  readonly exchange?: ConfigExchange;
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
  readonly #vitalSigns: VitalSigns;
  readonly #server: SocketServer;
  readonly #sync: SyncService;
  readonly #dayLog: DayLog;
  readonly #timers: NodeJS.Timeout[] = [];

  private constructor({ appliance, clock, log }: DaemonOptions, server: SocketServer, sync: SyncService) {
    this.#appliance = appliance;
    this.#log = log;
    this.#server = server;
    this.#sync = sync;
    this.#dayLog = new DayLog(appliance.config.timeZone, () => metricsOf(appliance), log);
    this.#vitalSigns = new VitalSigns(appliance, this.#notifier, clock, log);
    appliance.vitalSigns = this.#vitalSigns;
  }

  /** Opens the socket and starts what runs by the clock. @throws InputError when another daemon has the socket. */
  static async start(options: DaemonOptions): Promise<Daemon> {
    const { appliance, clock, log, socketFolder, exchange } = options;
    const views = new Views(appliance);
    const inbox = new Inbox({ appliance, log, wallUs: () => clock.wallUs(), exchange: exchange ?? null });
    const sync = new SyncService({ appliance, views, log, onInbox: (files) => inbox.take(files) });
    const calls = { ...daemonCalls(appliance, views, () => clock.wallUs()), ...syncCalls(sync) };
    const onFault = (error: unknown, call: string) => log.error("call-failed", { call, message: String(error) });
    const topics = daemonTopics(appliance, views, onFault);
    await makeFolder(socketFolder);
    const server = await SocketServer.listen(socketFolder, { calls, topics, onFault });
    const daemon = new Daemon(options, server, sync);
    daemon.#start();
    return daemon;
  }

  /** Counts until it is told to stop, and goes on answering when its source has come to an end. */
  async work(): Promise<void> {
    await this.#appliance.run(() => this.#vitalSigns.read());
    if (this.#appliance.isStopping) return;
    this.#log.notice("source-ended");
    this.#vitalSigns.sourceEnded();
    await this.#appliance.whenStopping;
  }

  /** Flushes and leaves a clean store. */
  async stop(): Promise<void> {
    this.#notifier.stopping();
    for (const timer of this.#timers) clearInterval(timer);
    this.#dayLog.stop();
    this.#vitalSigns.stop();
    await this.#sync.stop();
    await this.#server.close();
    await this.#appliance.stop();
    this.#log.notice("stopped");
  }

  #start(): void {
    if (this.#notifier.problem !== null) this.#log.warning("notify", { message: this.#notifier.problem });
    this.#vitalSigns.start();
    this.#every(KEEP_EVERY_MS, () => this.#keep());
    this.#every(RETAIN_EVERY_MS, () => this.#appliance.retain());
    void this.#appliance.health.look();
    this.#every(HEALTH_EVERY_MS, () => this.#appliance.health.look());
    this.#every(CLOCK_EVERY_MS, () => this.#checkClock());
    this.#timers.push(setTimeout(() => void this.#appliance.store.markHealthy(), HEALTHY_AFTER_MS).unref());
    this.#every(MINUTE_MS, () => this.#minute());
    this.#dayLog.arm();
    this.#sync.start();
    this.#notifier.ready();
  }

  #every(ms: number, work: () => Promise<void>): void {
    const onError = (error: unknown) => this.#log.error("timer-failed", { message: String(error) });
    this.#timers.push(setInterval(oneAtATime(work, onError), ms).unref());
  }

  /** A snapshot now and then, and a sign of life on the disk: a power cut then hides no more than this. */
  async #keep(): Promise<void> {
    this.#appliance.keep();
    await this.#appliance.store.commit();
  }

  async #checkClock(): Promise<void> {
    if (await this.#appliance.checkClock()) this.#dayLog.arm();
  }

  /** Not at full minutes: a timer of the wall clock would have to be told of its steps. */
  async #minute(): Promise<void> {
    this.#log.tick();
    this.#appliance.closeDue();
    this.#notifier.status(this.#appliance.summary());
  }
}
