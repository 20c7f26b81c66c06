import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { daemonHome, differingShifts, liveAndEnd, lostBetween, resultsOf, THREE_SHIFTS } from "./daemon-life.ts";
import { seededRandom } from "./random.ts";

/** Of a life between two kills, unless told. */
const LONGEST_LIFE_MS = 700;

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
export async function killDaemon(
  times: number,
  seed: number,
  longestLifeMs = LONGEST_LIFE_MS,
): Promise<DaemonKillReport> {
  const folder = await mkdtemp(join(tmpdir(), "seal-"));
  try {
    const calm = await resultsOf(await daemonHome(join(folder, "calm"), THREE_SHIFTS), 1e6);
    const victim = await daemonHome(join(folder, "victim"), THREE_SHIFTS);
    const random = seededRandom(seed);
    const seals = calm.reduce((sum, shift) => sum + shift.seals, 0);
    const report = { kills: 0, lost: 0, different: 0, shifts: calm.length, seals };
    // a life counts half of its length on average, and the shift has 28,800 s
    const speed = Math.max(50, Math.round(9_000 / (times * (longestLifeMs / 2000))));
    for (let durable: readonly number[] = []; report.kills < times; report.kills++) {
      const { first, last } = await liveAndEnd(victim, speed, random(longestLifeMs), "SIGKILL");
      report.lost += lostBetween(durable, first);
      durable = last;
    }
    report.different = differingShifts(calm, await resultsOf(victim, 1e6));
    return report;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { times: { type: "string", default: "50" }, seed: { type: "string", default: "1" } },
  });
  const report = await killDaemon(Number(values.times), Number(values.seed));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.lost + report.different === 0 ? 0 : 1;
}
