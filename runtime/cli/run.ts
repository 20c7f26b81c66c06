import { existsSync } from "node:fs";
import { setFlagsFromString } from "node:v8";
import { systemClock } from "../clock/system-clock.ts";
import { type Config, DEFAULT_CONFIG_PATH, defaultConfig, loadConfig } from "../config.ts";
import { contactLines } from "../config-inputs.ts";
import { Contacts, type OpenContacts } from "../daemon/contacts-source.ts";
import { ServiceSignals } from "../daemon/service-signals.ts";
import { Service, type ServiceOptions } from "../daemon/service.ts";
import { SimulatedInputs } from "../daemon/simulated-source.ts";
import { refuseOwnData } from "../data-folder.ts";
import { processLog } from "../log.ts";
import { socketFolder } from "../socket/doors.ts";

/** How much the heap may grow from one collection to the next. V8's own choice is up to four times what is alive. */
const HEAP_GROWTH_PERCENT = 20;
const DEFAULT_DATA = "/var/lib/sealtrace";

interface RunOptions {
  readonly config?: string;
  readonly data?: string;
  readonly socket?: string;
  readonly sim?: string;
  readonly speed: number;
}

interface RunParts {
  readonly signals?: ServiceSignals | undefined;
  readonly openContacts?: OpenContacts;
  readonly storeOptions?: ServiceOptions["storeOptions"] | undefined;
}

/**
 * `sealtrace run`: the daemon, in the foreground, until it is told to stop or its source ends.
 * @param parts signals that came before; and what is put in the place of pins and disk, for tests.
 */
export async function run(
  { config: path, data = DEFAULT_DATA, socket, sim, speed }: RunOptions,
  { signals = new ServiceSignals(), openContacts = openPins, storeOptions }: RunParts = {},
): Promise<void> {
  setFlagsFromString(`--heap-growing-percent=${HEAP_GROWTH_PERCENT}`);
  const clock = systemClock();
  const configName = path ?? DEFAULT_CONFIG_PATH;
  const service = new Service({
    load: () => configOf(path, data, sim === undefined),
    configPath: configName,
    check: (other) => configOf(other, data, sim === undefined),
    inputs: sim === undefined ? new Contacts(configName, clock, openContacts) : new SimulatedInputs(sim, speed),
    dataFolder: data,
    socketFolder: socketFolder(socket),
    clock,
    log: processLog(clock),
    signals,
    storeOptions,
  });
  await service.run();
}

/** Loaded when there are pins to be read: a simulation needs no driver. */
const openPins: OpenContacts = async (options) => (await import("../../drivers/gpio/choose.ts")).openInputs(options);

function configOf(path: string | undefined, data: string, needsPins: boolean): Config {
  const isGiven = path !== undefined || existsSync(DEFAULT_CONFIG_PATH);
  const config = isGiven ? loadConfig(path ?? DEFAULT_CONFIG_PATH) : defaultConfig();
  // before anything is opened or made
  refuseOwnData(config, path ?? DEFAULT_CONFIG_PATH, data);
  if (needsPins) contactLines(config, path ?? DEFAULT_CONFIG_PATH);
  return config;
}
