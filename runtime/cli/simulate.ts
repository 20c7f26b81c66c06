import { once } from "node:events";
import { CHANNEL_KINDS } from "../../algorithms/signal.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { EdgeCsvWriter } from "../../drivers/formats/edge-csv.ts";
import type { EdgeWriter } from "../../drivers/formats/edge-format.ts";
import { VcdWriter } from "../../drivers/formats/vcd-writer.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { openSimulation, type SimDriver } from "../../sim/sim-driver.ts";
import { truthOf } from "../../sim/simulation.ts";
import type { Truth } from "../../sim/truth.ts";
import { refuseSameFile } from "./outputs.ts";
import { Progress } from "./progress.ts";
import { WholeFile, writeWhole } from "./whole-file.ts";

const RING_EDGES = 8192;

interface SimulateOptions {
  readonly seed?: number;
  readonly out?: string;
  readonly truth?: string;
}

type Write = (chunk: Uint8Array) => Promise<void>;

/** `sealtrace simulate SCENARIO`: writes a recording, and what is true about it. */
export async function simulate(scenarioName: string, options: SimulateOptions): Promise<void> {
  refuseSameFile({ SCENARIO: scenarioName, "--out": options.out, "--truth": options.truth });
  const scenario = loadScenario(scenarioName);
  const seed = options.seed ?? scenario.seed;
  const driver = openSimulation(scenario, seed, CHANNEL_KINDS);
  const { out, truth } = options;
  if (out !== undefined) return writeFiles(driver, out, truth);
  // The truth first: the edges may go to one who closes stdout when he has seen enough, and that ends the program.
  if (truth !== undefined) await writeWhole(truth, truthText(truthOf(scenario, seed)));
  await writeEdges(driver, new EdgeCsvWriter(CHANNEL_KINDS, driver), toStdout);
}

async function writeFiles(driver: SimDriver, outPath: string, truthPath: string | undefined): Promise<void> {
  const isVcd = outPath.toLowerCase().endsWith(".vcd");
  const writer = isVcd ? new VcdWriter(CHANNEL_KINDS, driver) : new EdgeCsvWriter(CHANNEL_KINDS, driver);
  const files: WholeFile[] = [];
  try {
    for (const path of [outPath, truthPath]) if (path !== undefined) files.push(await WholeFile.create(path));
    const [out, truth] = files as [WholeFile, WholeFile?];
    await writeEdges(driver, writer, (chunk) => out.append(chunk));
    await truth?.append(truthText(driver.truth()));
    for (const file of files) await file.complete();
  } catch (error) {
    for (const file of files) await file.discard();
    throw error;
  }
}

async function writeEdges(driver: SimDriver, writer: EdgeWriter, write: Write): Promise<void> {
  const progress = new Progress("simulating");
  const ring = new EdgeRing(RING_EDGES);
  const chunks: Buffer[] = [];
  try {
    for (let more = true; more; ) {
      more = await driver.read(ring);
      ring.drain((timeUs, channel, level) => {
        const chunk = writer.push(timeUs, channel, level);
        if (chunk !== undefined) chunks.push(chunk);
      });
      if (!more) chunks.push(writer.end());
      for (const chunk of chunks.splice(0)) await write(chunk);
      progress.show(driver.progress);
    }
  } finally {
    progress.clear();
  }
}

async function toStdout(chunk: Uint8Array): Promise<void> {
  if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
}

function truthText(truth: Truth): string {
  return `${JSON.stringify(truth, null, 1)}\n`;
}
