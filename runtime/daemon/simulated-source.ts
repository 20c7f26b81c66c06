import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CHANNEL_KINDS } from "../../algorithms/signal.ts";
import type { Driver } from "../../drivers/driver.ts";
import { InputError } from "../../drivers/input-error.ts";
import { merged } from "../../sim/merged-driver.ts";
import { type PacedDriver, paced } from "../../sim/paced-driver.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { openSimulation } from "../../sim/sim-driver.ts";
import type { Scenario } from "../../sim/simulation.ts";
import type { Config } from "../config.ts";
import { type Wiring, wire } from "../recording.ts";
import type { Inputs } from "./inputs.ts";
import type { Source } from "./source.ts";
import { isSimulation, type SavedSimulation, SourceTime } from "./timekeeping.ts";

/** Machines that do not exist, at `speed` times real time: the whole daemon without hardware. */
export class SimulatedSource implements Source {
  readonly #simulation: Driver;
  readonly #speed: number;
  readonly #startWallUs: number;
  readonly #identity: SavedSimulation;
  #fromUs = 0;
  #driver: PacedDriver | null = null;

  /** @throws InputError when there is no such scenario, or it is bad. */
  constructor(scenarioName: string, speed: number, config: Config) {
    const scenario = loadScenario(scenarioName);
    this.#simulation = simulated(scenario, config);
    this.#speed = speed;
    this.#startWallUs = scenario.startWallUs ?? 0;
    this.#identity = identityOf(scenario);
  }

  /** @throws InputError when what is stored is that of real contacts, or of another scenario. */
  time(saved: unknown, reached: { readonly monoUs: number } | null): SourceTime {
    if (reached !== null && !isSimulation(saved))
      throw new InputError({
        source: "run --sim",
        problem: "the store holds what real contacts told, which is not to be mixed with a simulation",
        remedy: "give another folder with --data",
      });
    const { scenario, hash } = this.#identity;
    if (reached !== null && isSimulation(saved) && saved !== null && saved.hash !== hash)
      throw new InputError({
        source: `run --sim ${scenario}`,
        problem:
          saved.scenario === scenario
            ? "the scenario is not what it was when the store was begun: its edges would not follow those before"
            : `the store holds the simulation of \`${saved.scenario}\``,
        remedy: "go on with the scenario of then, or give another folder with --data",
      });
    this.#fromUs = reached?.monoUs ?? 0;
    return new SourceTime(this.#startWallUs, this.#identity);
  }

  readonly sinceMs = (timeUs: number): number => this.driver.sinceMs(timeUs);

  get driver(): PacedDriver {
    const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };
    this.#driver ??= paced(this.#simulation, this.#speed, clock, this.#fromUs);
    return this.#driver;
  }
}

/** The whole scenario but for what is only said about it. */
function identityOf({ name, title: _, ...scenario }: Scenario): SavedSimulation {
  const hash = createHash("sha256").update(JSON.stringify(scenario)).digest("hex").slice(0, 16);
  return { scenario: name, hash };
}

/** The same machine for each line, each with a seed of its own, on the contacts that the configuration names. */
function simulated(scenario: Scenario, config: Config): Driver {
  const { names, targets } = wire(config);
  return merged(
    config.line.map((_, line) => {
      const kinds = names.map((_name, i) => {
        const { lines, channel } = targets[i] as Wiring["targets"][number];
        return lines[0] === line ? (CHANNEL_KINDS[channel] as string) : "";
      });
      return openSimulation(scenario, scenario.seed + line, kinds, false);
    }),
  );
}

/** A simulated machine that each appliance watches from the beginning: there is nothing to keep open. */
export class SimulatedInputs implements Inputs {
  readonly #scenarioName: string;
  readonly #speed: number;

  constructor(scenarioName: string, speed: number) {
    this.#scenarioName = scenarioName;
    this.#speed = speed;
  }

  async use(): Promise<void> {}

  source(config: Config): Source {
    return new SimulatedSource(this.#scenarioName, this.#speed, config);
  }

  leftAt(): void {}

  async close(): Promise<void> {}
}
