import type { SavedAnchors } from "../../algorithms/anchors.ts";
import type { InputsOptions, OpenInputs } from "../../drivers/gpio/choose.ts";
import type { InputsDriver } from "../../drivers/gpio/inputs.ts";
import { InputError } from "../../drivers/input-error.ts";
import type { SystemClock } from "../clock/system-clock.ts";
import type { Config } from "../config.ts";
import { contactLines, inputsKey } from "../config-inputs.ts";
import { wire } from "../recording.ts";
import { HungError, type Inputs } from "./inputs.ts";
import type { Source } from "./source.ts";
import { isSimulation, MachineTime } from "./timekeeping.ts";

/** A fifth of a second is usual. */
const LONGEST_CLOSE_MS = 3_000;

/** What `openInputs` of the drivers does. */
export type OpenContacts = (options: InputsOptions) => Promise<OpenInputs>;

/**
 * Real contacts on the board's pins, in the time of this computer. Their driver stays open while the appliance starts
 * anew with the same pins: what happens meanwhile waits in its ring, and nothing is missing.
 */
export class Contacts implements Inputs {
  readonly #configName: string;
  readonly #clock: SystemClock;
  readonly #openContacts: OpenContacts;
  #open: { readonly inputs: OpenInputs; readonly key: string } | null = null;
  /** Edges from here on are still in the driver's ring. */
  #leftAtUs: number | null = null;

  /** @param configName what the configuration is called in a complaint. */
  constructor(configName: string, clock: SystemClock, openContacts: OpenContacts) {
    this.#configName = configName;
    this.#clock = clock;
    this.#openContacts = openContacts;
  }

  /** @throws InputError when a line has no pin, or the pins cannot be opened; HungError when the old ones do not close. */
  async use(config: Config): Promise<void> {
    const key = inputsKey(config);
    if (this.#open?.key === key) return;
    const lines = contactLines(config, this.#configName);
    await this.close();
    const { chip, ...how } = config.inputs;
    const inputs = await this.#openContacts({
      ...how,
      ...(chip !== undefined && { chip }),
      lines,
      channelNames: wire(config).names,
      recorderNames: [...new Set(config.line.map(({ channels }) => channels.recorder.signal))],
    });
    this.#open = { inputs, key };
  }

  source(): Source {
    if (this.#open === null) throw new Error("the contacts are not open");
    const { name, driver } = this.#open.inputs;
    return {
      // whoever stops reading does not close the driver: somebody else may go on
      driver: { startWallUs: null, progress: null, read: (ring) => driver.read(ring), close: async () => {} },
      inputs: {
        name,
        get counters() {
          return driver.counters;
        },
        get trouble() {
          return driver.trouble;
        },
      },
      sinceMs: (timeUs) => (this.#clock.monoUs() - timeUs) / 1000,
      interrupt: () => driver.interrupt(),
      time: (saved, reached) => this.#time(saved, reached),
    };
  }

  leftAt(timeUs: number | null): void {
    this.#leftAtUs = timeUs;
  }

  async close(): Promise<void> {
    const driver = this.#open?.inputs.driver;
    this.#open = null;
    this.#leftAtUs = null;
    if (driver !== undefined) await closed(driver);
  }

  #time(saved: unknown, reached: { readonly boot: number; readonly monoUs: number } | null): MachineTime {
    if (reached !== null && isSimulation(saved))
      throw new InputError({
        source: "run",
        problem: "the store holds a simulation, which is not to be mixed with what real contacts tell",
        remedy: "give another folder with --data, or go on simulating with --sim",
      });
    return new MachineTime(this.#clock, (saved ?? null) as SavedAnchors | null, reached, this.#leftAtUs);
  }
}

async function closed(driver: InputsDriver): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new HungError("the driver's thread does not end");
    timer = setTimeout(() => reject(error), LONGEST_CLOSE_MS);
  });
  await Promise.race([driver.close(), late]).finally(() => clearTimeout(timer));
}
