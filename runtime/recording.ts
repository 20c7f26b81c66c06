import type { Driver } from "../drivers/driver.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";
import type { Config } from "./config.ts";
import { LINE_CHANNELS, LinePipeline } from "./pipeline.ts";
import type { AssignedSealConsumer } from "./seal-ledger.ts";

const RING_EDGES = 1 << 15;

/** The contacts of all lines, by the names they have in recordings, and where each one's edges go. */
export interface Wiring {
  readonly names: readonly string[];
  /** For each name: the lines it belongs to (a recorder may serve all) and its number in LINE_CHANNELS. */
  readonly targets: readonly { readonly channel: number; readonly lines: readonly number[] }[];
}

/** Which name of a recording means which contact of which line. */
export function wire(config: Config): Wiring {
  const byName = new Map<string, { channel: number; lines: number[] }>();
  config.line.forEach(({ channels }, line) => {
    LINE_CHANNELS.forEach((kind, channel) => {
      const { signal } = channels[kind];
      const target = byName.get(signal) ?? { channel, lines: [] };
      target.lines.push(line);
      byName.set(signal, target);
    });
  });
  return { names: [...byName.keys()], targets: [...byName.values()] };
}

/** What to do while a recording runs through. */
export interface RunHooks {
  readonly onAssigned?: (line: number) => AssignedSealConsumer;
  /** Called after each portion of edges. */
  readonly onProgress?: (progress: number | null, pipelines: readonly LinePipeline[]) => void | Promise<void>;
}

/**
 * Runs a source through the pipelines of all lines to its end; the same for recordings and simulations.
 * @throws InputError when the source is bad; what came before has been computed.
 */
export async function runThrough(
  config: Config,
  driver: Driver,
  hooks: RunHooks = {},
): Promise<readonly LinePipeline[]> {
  const { targets } = wire(config);
  const pipelines = config.line.map((line, i) => new LinePipeline(line, hooks.onAssigned?.(i)));
  const ring = new EdgeRing(RING_EDGES);
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, name, level, lostBefore) => {
      const target = targets[name] as (typeof targets)[number];
      for (const line of target.lines)
        (pipelines[line] as LinePipeline).edge(timeUs, target.channel, level, lostBefore);
    });
    await hooks.onProgress?.(driver.progress, pipelines);
  }
  for (const pipeline of pipelines) pipeline.finish();
  return pipelines;
}
