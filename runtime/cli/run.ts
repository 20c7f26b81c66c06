import { existsSync } from "node:fs";
import { InputError } from "../../drivers/input-error.ts";
import { systemClock } from "../clock/system-clock.ts";
import { type Config, DEFAULT_CONFIG_PATH, defaultConfig, loadConfig } from "../config.ts";
import { Appliance } from "../daemon/appliance.ts";
import { Daemon, type DaemonOptions } from "../daemon/daemon.ts";
import { SimulatedSource } from "../daemon/simulated-source.ts";
import { type Log, processLog } from "../log.ts";
import { settingsHash } from "../settings-hash.ts";
import { socketFolder } from "../socket/doors.ts";
import { version } from "../version.ts";

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;
const DEFAULT_DATA = "/var/lib/sealtrace";

interface RunOptions {
  readonly config?: string;
  readonly data?: string;
  readonly socket?: string;
  readonly sim?: string;
  readonly speed: number;
}

/** `sealtrace run`: the daemon, in the foreground, until it is told to stop or its source ends. */
export async function run({ config: path, data = DEFAULT_DATA, socket, sim, speed }: RunOptions): Promise<void> {
  let config = configOf(path);
  if (sim === undefined)
    throw new InputError({
      source: "run",
      problem: "this version has no driver for contacts",
      remedy: "run a simulated machine with --sim SCENARIO --speed FACTOR",
    });
  const clock = systemClock();
  const log = processLog(clock);
  let running: Appliance | null = null;
  let isStopping = false;
  const stop = () => {
    isStopping = true;
    running?.endReading();
  };
  // from the very beginning: a start that is broken off leaves work for the next one
  for (const signal of STOP_SIGNALS) process.on(signal, stop);
  process.on("SIGHUP", () => {
    const next = reloaded(path, log);
    if (next === null) return;
    config = next;
    running?.restart();
  });
  do {
    const openSource = async (names: readonly string[]) => new SimulatedSource(sim, speed, names);
    running = await Appliance.start({ config, dataFolder: data, openSource, log });
    if (isStopping) running.endReading();
    await work(running, { clock, log, socketFolder: socketFolder(socket) });
  } while (running.shouldRestart && !isStopping);
  log.end();
}

async function work(appliance: Appliance, options: Omit<DaemonOptions, "appliance">): Promise<void> {
  const { log } = options;
  const daemon = await Daemon.start({ appliance, ...options }).catch(async (error: unknown) => {
    await appliance.stop();
    throw error;
  });
  log.notice("started", { version: version(), lines: appliance.lines.length, boot: appliance.time.boot });
  await daemon.work().finally(() => daemon.stop());
}

/** The configuration as it is on the disk now; null for a bad one, which changes nothing and says why. */
function reloaded(path: string | undefined, log: Log): Config | null {
  try {
    const config = configOf(path);
    log.notice("config-reloaded", { settings: settingsHash(config) });
    return config;
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    log.warning("config-refused", { message: error.message });
    return null;
  }
}

function configOf(path: string | undefined): Config {
  if (path !== undefined) return loadConfig(path);
  return existsSync(DEFAULT_CONFIG_PATH) ? loadConfig(DEFAULT_CONFIG_PATH) : defaultConfig();
}
