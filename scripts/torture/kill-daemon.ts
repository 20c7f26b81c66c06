import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadConfig } from "../../runtime/config.ts";
import { Appliance, type WatchedLine } from "../../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../../runtime/daemon/simulated-source.ts";
import type { ApplianceStatus } from "../../runtime/daemon/status.ts";
import { Views } from "../../runtime/daemon/views.ts";
import { Log } from "../../runtime/log.ts";
import type { ShiftResult } from "../../runtime/shift-result.ts";
import { SocketClient } from "../../runtime/socket/socket-client.ts";
import { isUp } from "./daemon-up.ts";
import { seededRandom } from "./random.ts";

const MAIN = fileURLToPath(new URL("../../runtime/main.js", import.meta.url));
const SCENARIO = "demo";
const LONGEST_LIFE_MS = 700;
const CONFIG = `
[[shift]]
name = "A"
start = "05:30"
end = "08:45"
[[shift]]
name = "B"
start = "08:45"
end = "11:00"
[[shift]]
name = "C"
start = "11:30"
end = "20:00"
`;

/** What killing a daemon did. `lost` and `different` must be 0. */
export interface DaemonKillReport {
  kills: number;
  /** Events that were told to be durable and were not there after the next start. */
  lost: number;
  /** Shifts whose result is not that of the undisturbed run. */
  different: number;
  readonly shifts: number;
  readonly seals: number;
}

/**
 * Runs a simulated shift through the daemon, killing it with SIGKILL again and again, and compares what it says in the
 * end with what an undisturbed daemon says.
 * @param times kills; the speed of the simulation is chosen so that they fit into the shift.
 */
export async function killDaemon(times: number, seed: number): Promise<DaemonKillReport> {
  const folder = await mkdtemp(join(tmpdir(), "seal-"));
  try {
    const calm = await resultsOf(await prepared(join(folder, "calm")), 1e6);
    const victim = await prepared(join(folder, "victim"));
    const random = seededRandom(seed);
    const report = { kills: 0, lost: 0, different: 0, shifts: calm.length, seals: 0 };
    // a life counts half of its length on average, and the shift has 28,800 s
    const speed = Math.max(50, Math.round(9_000 / (times * (LONGEST_LIFE_MS / 2000))));
    for (let durable = 0; report.kills < times; report.kills++) {
      const seen = await liveAndDie(victim, speed, random(LONGEST_LIFE_MS));
      if (seen.first < durable) report.lost += durable - seen.first;
      durable = seen.last;
    }
    const disturbed = await resultsOf(victim, 1e6);
    for (const [i, shift] of calm.entries()) {
      report.seals += shift.seals;
      if (JSON.stringify(shift) !== JSON.stringify(disturbed[i])) report.different++;
    }
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function prepared(folder: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, "config.toml"), CONFIG);
  return folder;
}

/** Starts the daemon, lets it live, and kills it. Tells what was durable at its start and just before its end. */
async function liveAndDie(folder: string, speed: number, lifeMs: number) {
  const files = ["--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", folder];
  const args = [MAIN, "run", ...files, "--sim", SCENARIO, "--speed", String(speed)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit");
  try {
    if (!(await isUp(child.stdout))) throw new Error("the daemon did not start");
    const client = await SocketClient.connect({ folder });
    const durable = async () => ((await client.call("status")) as ApplianceStatus).lines[0]?.durableEvents ?? 0;
    const first = await durable();
    await sleep(lifeMs);
    const last = await durable();
    child.kill("SIGKILL");
    client.close();
    return { first, last };
  } finally {
    child.kill("SIGKILL");
    await ended;
  }
}

/** Lets the simulation run to its end, and reads what the store knows of all its shifts then. */
async function resultsOf(folder: string, speed: number): Promise<readonly ShiftResult[]> {
  const silent = { journal: false, write: () => true };
  const appliance = await Appliance.start({
    config: loadConfig(join(folder, "config.toml")),
    dataFolder: join(folder, "data"),
    openSource: async (names) => new SimulatedSource(SCENARIO, speed, names),
    log: new Log({ out: silent, err: silent, clock: { monoUs: () => 0, wallUs: () => 0 } }),
  });
  await appliance.run();
  const results = await new Views(appliance).latest(appliance.lines[0] as WatchedLine, 10);
  await appliance.stop();
  return results;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { times: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
  });
  const report = await killDaemon(Number(values.times), Number(values.seed));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.lost + report.different === 0 ? 0 : 1;
}
