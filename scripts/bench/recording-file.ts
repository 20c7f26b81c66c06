import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { CHANNEL_KINDS } from "../../algorithms/signal.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { EdgeCsvWriter } from "../../drivers/formats/edge-csv.ts";
import { openSimulation } from "../../sim/sim-driver.ts";
import type { Scenario } from "../../sim/simulation.ts";
import type { Truth } from "../../sim/truth.ts";

const RING_EDGES = 8192;

/** A recording on disk, and what is true about it. */
export interface Recording {
  readonly path: string;
  readonly edges: number;
  readonly truth: Truth;
}

/** Simulates a scenario into an edge log (CSV). */
export async function writeRecording(scenario: Scenario, path: string): Promise<Recording> {
  const driver = openSimulation(scenario, scenario.seed, CHANNEL_KINDS);
  const writer = new EdgeCsvWriter(CHANNEL_KINDS, { startWallUs: scenario.startWallUs });
  const out = createWriteStream(path);
  const ring = new EdgeRing(RING_EDGES);
  const chunks: Buffer[] = [];
  let edges = 0;
  for (let more = true; more; ) {
    more = await driver.read(ring);
    edges += ring.drain((timeUs, channel, level) => {
      const chunk = writer.push(timeUs, channel, level);
      if (chunk !== undefined) chunks.push(chunk);
    });
    for (const chunk of chunks.splice(0)) if (!out.write(chunk)) await once(out, "drain");
  }
  out.end(writer.end());
  await once(out, "finish");
  return { path, edges, truth: driver.truth() };
}
