import { CHANNEL_KINDS } from "../../../algorithms/signal.ts";
import { EdgeRing } from "../../../drivers/edge-ring.ts";
import { openSimulation } from "../../../sim/sim-driver.ts";
import type { Scenario } from "../../../sim/simulation.ts";
import type { TimedLine } from "./edge-feed.ts";

const RING_EDGES = 8192;

/** An edge log in memory: its head, and its rows with their times. */
export interface Recording {
  readonly head: string;
  readonly lines: readonly TimedLine[];
  readonly endUs: number;
}

/** What a scenario records, as lines of an edge log. */
export async function simulatedRecording(scenario: Scenario): Promise<Recording> {
  const driver = openSimulation(scenario, scenario.seed, CHANNEL_KINDS);
  const ring = new EdgeRing(RING_EDGES);
  const lines: TimedLine[] = [];
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level) =>
      lines.push({ timeUs, text: `${timeUs},${CHANNEL_KINDS[channel]},${level}\n` }),
    );
  }
  const start = new Date((scenario.startWallUs ?? 0) / 1000).toISOString();
  return { head: `# start=${start}\nt_us,channel,level\n`, lines, endUs: lines.at(-1)?.timeUs ?? 0 };
}
