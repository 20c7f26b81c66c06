import { setTimeout as sleep } from "node:timers/promises";
import type { Driver } from "../../drivers/driver.ts";
import { paced } from "../../sim/paced-driver.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { openSimulation } from "../../sim/sim-driver.ts";
import type { Source } from "./appliance.ts";
import { SourceTime } from "./timekeeping.ts";

/** A machine that does not exist, at `speed` times real time: the whole daemon without hardware. */
export class SimulatedSource implements Source {
  readonly #simulation: Driver;
  readonly #speed: number;
  readonly #startWallUs: number;
  #fromUs = 0;
  #driver: Driver | null = null;

  /** @throws InputError when there is no such scenario, or it is bad. */
  constructor(scenarioName: string, speed: number, channelNames: readonly string[]) {
    const scenario = loadScenario(scenarioName);
    this.#simulation = openSimulation(scenario, scenario.seed, channelNames);
    this.#speed = speed;
    this.#startWallUs = scenario.startWallUs ?? 0;
  }

  time(_saved: unknown, reached: { readonly monoUs: number } | null): SourceTime {
    this.#fromUs = reached?.monoUs ?? 0;
    return new SourceTime(this.#startWallUs);
  }

  get driver(): Driver {
    const clock = { now: () => performance.now(), sleep: (ms: number) => sleep(ms) };
    this.#driver ??= paced(this.#simulation, this.#speed, clock, this.#fromUs);
    return this.#driver;
  }
}
