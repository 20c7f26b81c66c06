import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { writeFile } from "node:fs/promises";
import type { Writable } from "node:stream";
import { CHANNEL_KINDS } from "../../algorithms/signal.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { EdgeCsvWriter } from "../../drivers/formats/edge-csv.ts";
import type { EdgeWriter } from "../../drivers/formats/edge-format.ts";
import { VcdWriter } from "../../drivers/formats/vcd-writer.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { openSimulation, type SimDriver } from "../../sim/sim-driver.ts";
import { refuseSameFile } from "./outputs.ts";
import { Progress } from "./progress.ts";

const RING_EDGES = 8192;

interface SimulateOptions {
  readonly seed?: number;
  readonly out?: string;
  readonly truth?: string;
}

/** `sealtrace simulate SCENARIO`: writes a recording, and what is true about it. */
export async function simulate(scenarioName: string, options: SimulateOptions): Promise<void> {
  refuseSameFile({ SCENARIO: scenarioName, "--out": options.out, "--truth": options.truth });
  const scenario = loadScenario(scenarioName);
  const seed = options.seed ?? scenario.seed;
  const driver = openSimulation(scenario, seed, CHANNEL_KINDS);
  const out = options.out === undefined ? process.stdout : createWriteStream(options.out);
  if (out !== process.stdout) await once(out, "open");
  const writerOptions = { startWallUs: scenario.startWallUs };
  const isVcd = options.out?.toLowerCase().endsWith(".vcd") ?? false;
  await writeEdges(
    driver,
    isVcd ? new VcdWriter(CHANNEL_KINDS, writerOptions) : new EdgeCsvWriter(CHANNEL_KINDS, writerOptions),
    out,
  );
  if (options.truth !== undefined) await writeFile(options.truth, `${JSON.stringify(driver.truth(), null, 1)}\n`);
}

async function writeEdges(driver: SimDriver, writer: EdgeWriter, out: Writable): Promise<void> {
  const progress = new Progress("simulating");
  const ring = new EdgeRing(RING_EDGES);
  const chunks: Buffer[] = [];
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level) => {
      const chunk = writer.push(timeUs, channel, level);
      if (chunk !== undefined) chunks.push(chunk);
    });
    if (!more) chunks.push(writer.end());
    for (const chunk of chunks.splice(0)) if (!out.write(chunk)) await once(out, "drain");
    progress.show(driver.progress);
  }
  progress.clear();
  if (out === process.stdout) return;
  out.end();
  await once(out, "finish");
}
