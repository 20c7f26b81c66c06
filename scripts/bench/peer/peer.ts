import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenario } from "../../../sim/scenario.ts";
import { truthOf } from "../../../sim/simulation.ts";
import { status } from "../status.ts";
import { tableText } from "../table.ts";
import { type Footprint, measureFootprint, PHASES } from "./footprint.ts";
import { installNodeRed, NODE_RED_VERSION, nodeRedArguments } from "./node-red.ts";
import { peerTable } from "./peer-table.ts";
import { type Recording, simulatedRecording } from "./simulated-recording.ts";

const SCENARIO = "demo";
const CHILD = fileURLToPath(new URL("daemon-child.js", import.meta.url));

/** Node-RED with the plain flow, and sealtrace, one after the other, on the same edges at the same pace. */
async function run(): Promise<void> {
  const program = await installNodeRed();
  const folder = await mkdtemp(join(tmpdir(), "sealtrace-peer-"));
  try {
    const scenario = loadScenario(SCENARIO);
    const recording = await simulatedRecording(scenario);
    const trueSeals = truthOf(scenario, scenario.seed).seals?.length ?? null;
    const flow = await measureFlow(program, join(folder, "node-red"), recording);
    const daemon = await measureDaemon(join(folder, "sealtrace"), recording);
    const notes = [
      `sealtrace ${ownVersion()}, Node-RED ${NODE_RED_VERSION}; Node.js ${process.version} on ${cpus()[0]?.model}, ${availableParallelism()} cores`,
      `one shift, scenario ${SCENARIO}: ${recording.lines.length} edges; rest ${PHASES.restSeconds} s, real time ${PHASES.realSeconds} s, the remainder in ${PHASES.fastSeconds} s`,
    ];
    process.stdout.write(`${tableText(peerTable(flow, daemon, trueSeals, notes))}\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function measureFlow(program: string, folder: string, recording: Recording): Promise<Footprint> {
  const args = await nodeRedArguments(program, folder);
  const env = { PEER_EDGES: pipeIn(folder), PEER_SEALS: join(folder, "seals.csv") };
  status("measuring Node-RED");
  return measureFootprint({ args, env, pipe: env.PEER_EDGES, recording }, () => linesIn(env.PEER_SEALS));
}

async function measureDaemon(folder: string, recording: Recording): Promise<Footprint> {
  await mkdir(folder);
  const pipe = pipeIn(folder);
  status("measuring sealtrace");
  return measureFootprint({ args: [CHILD, pipe, folder], env: {}, pipe, recording }, (output) =>
    Number(/^seals=(\d+)$/m.exec(output)?.[1] ?? Number.NaN),
  );
}

function pipeIn(folder: string): string {
  const pipe = join(folder, "edges.pipe");
  execFileSync("mkfifo", [pipe]);
  return pipe;
}

function linesIn(path: string): number {
  return readFileSync(path, "utf8").split("\n").filter(Boolean).length;
}

function ownVersion(): string {
  return JSON.parse(readFileSync("package.json", "utf8")).version;
}

await run();
