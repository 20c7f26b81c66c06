import type { Driver } from "../drivers/driver.ts";
import type { EdgeRing } from "../drivers/edge-ring.ts";
import { type Scenario, Simulation } from "./simulation.ts";
import type { Truth } from "./truth.ts";

/** A driver that knows what is true about its edges. */
export interface SimDriver extends Driver {
  /**
   * What is true about the recording.
   * @throws Error before `read` has resolved to false.
   */
  truth(): Truth;
}

/**
 * Opens a scenario as a source of edges that never waits.
 *
 * @param channelNames the channels wanted, which the ring's channel numbers index: a channel that the scenario has but
 *   nobody wants is left out, one that is wanted but not there never appears.
 * @param keepsTruth see `Simulation`.
 * @throws RangeError for a seed that is no integer from 0 to 2^53 - 1.
 */
export function openSimulation(
  scenario: Scenario,
  seed: number,
  channelNames: readonly string[],
  keepsTruth = true,
): SimDriver {
  return new SimulationDriver(new Simulation(scenario, seed, keepsTruth), channelNames);
}

class SimulationDriver implements SimDriver {
  readonly startWallUs: number | null;
  readonly #simulation: Simulation;
  readonly #edges: ReturnType<Simulation["edges"]>;
  /** Ring channel of each of the simulation's channels, -1 where nobody wants it. */
  readonly #ringChannels: readonly number[];

  constructor(simulation: Simulation, channelNames: readonly string[]) {
    this.startWallUs = simulation.scenario.startWallUs;
    this.#simulation = simulation;
    this.#edges = simulation.edges();
    this.#ringChannels = simulation.channels.map((channel) => channelNames.indexOf(channel));
  }

  get progress(): number {
    return this.#simulation.progress;
  }

  read(ring: EdgeRing): Promise<boolean> {
    let free = ring.free;
    while (free > 0) {
      const next = this.#edges.next();
      if (next.done === true) return Promise.resolve(false);
      const { timeUs, level } = next.value;
      const channel = this.#ringChannels[next.value.channel] as number;
      if (channel < 0) continue;
      ring.push(timeUs, channel, level);
      free--;
    }
    return Promise.resolve(true);
  }

  close(): Promise<void> {
    this.#edges.return();
    return Promise.resolve();
  }

  truth(): Truth {
    return this.#simulation.truth();
  }
}
