import { InputError } from "../../drivers/input-error.ts";
import type { SystemClock } from "../clock/system-clock.ts";
import type { Config } from "../config.ts";
import type { Log } from "../log.ts";
import { settingsHash } from "../settings-hash.ts";
import { version } from "../version.ts";
import { Appliance, type ApplianceOptions } from "./appliance.ts";
import { ConfigExchange } from "./config-exchange.ts";
import { Daemon } from "./daemon.ts";
import { HungError, type Inputs } from "./inputs.ts";
import type { ServiceSignals } from "./service-signals.ts";

/** What a service is made of. */
export interface ServiceOptions {
  /** Reads the configuration as it is on the disk now. @throws InputError for a bad one. */
  readonly load: () => Config;
  /** Where it is, and how another one is checked. */
  readonly configPath: string;
  readonly check: (path: string) => Config;
  readonly inputs: Inputs;
  readonly dataFolder: string;
  readonly socketFolder: string;
  readonly clock: SystemClock;
  readonly log: Log;
  readonly signals: ServiceSignals;
  /** For tests: another disk. */
  readonly storeOptions?: ApplianceOptions["storeOptions"] | undefined;
}

/** A card that is well needs a second at most. */
const LONGEST_STOP_MS = 10_000;

/**
 * The daemon over changes of its configuration: SIGHUP stops the appliance and starts another one in this process, from
 * the store. A configuration that cannot be taken changes nothing.
 */
export class Service {
  readonly #options: ServiceOptions;
  readonly #exchange: ConfigExchange;
  #config: Config;
  #next: Config | null = null;
  #running: Appliance | null = null;
  #isStopping = false;
  #stopTimer: NodeJS.Timeout | undefined;

  /** @throws InputError when the configuration is bad. */
  constructor(options: ServiceOptions) {
    this.#options = options;
    this.#exchange = new ConfigExchange(options);
    this.#config = options.load();
  }

  /** Runs until a signal says stop. @throws InputError when it cannot start. */
  async run(): Promise<void> {
    const { inputs, log, signals } = this.#options;
    // from the very beginning: a start that is broken off leaves work for the next one
    signals.tell({ stop: () => this.#stop(), reload: () => this.#reload() });
    // a signal that has come while everything was loaded is heard in the second turn of the loop at the latest
    for (let turn = 0; turn < 2; turn++) await new Promise(setImmediate);
    try {
      for (let more = !this.#isStopping; more; ) more = await this.#live(await this.#start());
    } catch (error) {
      if (error instanceof HungError) this.#leave(error.message);
      throw error;
    } finally {
      await inputs.close();
      clearTimeout(this.#stopTimer);
      log.end();
    }
  }

  #stop(): void {
    this.#isStopping = true;
    this.#running?.endReading();
    const late = () => this.#leave("the disk has not taken what was left to be written: it is lost");
    this.#stopTimer = setTimeout(late, LONGEST_STOP_MS);
  }

  /** Ends this process although a thread or a disk hangs: an orderly exit would wait for them for ever. */
  #leave(why: string): void {
    const { log } = this.#options;
    log.error("stop-hung", { message: why });
    log.end();
    process.kill(process.pid, "SIGKILL");
  }

  #reload(): void {
    const { load, log } = this.#options;
    try {
      this.#next = load();
      log.notice("config-reloaded", { settings: settingsHash(this.#next) });
      this.#running?.restart();
    } catch (error) {
      this.#refuse(error);
    }
  }

  /** The old configuration stays in force. */
  #refuse(error: unknown): void {
    if (!(error instanceof InputError)) throw error;
    this.#options.log.warning("config-refused", { message: error.message });
  }

  async #start(): Promise<Appliance> {
    const next = this.#next;
    this.#next = null;
    try {
      const appliance = await this.#startWith(next ?? this.#config);
      this.#config = next ?? this.#config;
      this.#exchange.passed();
      return appliance;
    } catch (error) {
      if (this.#exchange.failed()) this.#options.log.error("config-put-back", { message: String(error) });
      if (next === null) throw error;
      this.#refuse(error);
      return this.#startWith(this.#config);
    }
  }

  async #startWith(config: Config): Promise<Appliance> {
    const { inputs, dataFolder, log, storeOptions } = this.#options;
    await inputs.use(config);
    const openSource = async () => inputs.source(config);
    return Appliance.start({ config, dataFolder, openSource, log, storeOptions });
  }

  /** @returns whether another appliance is to follow. */
  async #live(appliance: Appliance): Promise<boolean> {
    const { clock, log, socketFolder, inputs } = this.#options;
    const daemon = await Daemon.start({ appliance, clock, log, socketFolder, exchange: this.#exchange }).catch(
      async (error: unknown) => {
        await appliance.stop();
        throw error;
      },
    );
    this.#running = appliance;
    if (this.#isStopping) appliance.endReading();
    else if (this.#next !== null) appliance.restart();
    log.notice("started", { version: version(), lines: appliance.lines.length, boot: appliance.time.boot });
    const [worked] = await Promise.allSettled([daemon.work()]);
    const isOver = worked.status === "rejected" || this.#isStopping || !appliance.shouldRestart;
    inputs.leftAt(appliance.nowUs);
    this.#running = null;
    const stopped = await Promise.allSettled([daemon.stop(), isOver ? inputs.close() : this.#useNext()]);
    for (const part of [worked, ...stopped]) if (part.status === "rejected") throw part.reason;
    return !isOver && !this.#isStopping;
  }

  /** While the store is being closed: pins that changed are out of sight as shortly as can be. */
  async #useNext(): Promise<void> {
    const next = this.#next ?? this.#config;
    await this.#options.inputs.use(next).catch((error: unknown) => {
      this.#refuse(error);
      if (this.#next === next) this.#next = null;
    });
  }
}
