import type { Level } from "../../algorithms/signal.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { openSimulation } from "../../sim/sim-driver.ts";
import type { Scenario } from "../../sim/simulation.ts";
import type { ClosedTime } from "./pulse-score.ts";

const RING_EDGES = 8192;

/** What the sealing contact showed, and the seals that truly were. */
export interface SealingEdges {
  readonly timesUs: Float64Array;
  readonly levels: readonly Level[];
  readonly seals: readonly ClosedTime[];
}

/** Simulates the sealing contact of a scenario of at most 200,000 seals (the truth lists no more). */
export async function sealingEdges(scenario: Scenario, seed: number): Promise<SealingEdges> {
  const driver = openSimulation(scenario, seed, ["sealing"]);
  const ring = new EdgeRing(RING_EDGES);
  const times: number[] = [];
  const levels: Level[] = [];
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, _channel, level) => {
      times.push(timeUs);
      levels.push(level);
    });
  }
  const { seals } = driver.truth();
  if (seals === null) throw new RangeError(`${scenario.name} has too many seals to compare one by one`);
  return { timesUs: Float64Array.from(times), levels, seals: seals.map(([onUs, offUs]) => ({ onUs, offUs })) };
}
