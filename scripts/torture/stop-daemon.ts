import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readMarks } from "../../runtime/store/marks.ts";
import { daemonHome, differingShifts, liveAndEnd, lostBetween, resultsOf, THREE_SHIFTS } from "./daemon-life.ts";
import { seededRandom } from "./random.ts";

const LONGEST_LIFE_MS = 1_000;
const LINES = 4;
const CONFIG = `${THREE_SHIFTS}${Array.from({ length: LINES }, (_, i) => `[[line]]\nid = "line-${i + 1}"\n`).join("")}`;

/** What stopping a daemon did. `unclean`, `failed`, `lost` and `different` must be 0. */
export interface DaemonStopReport {
  readonly stops: number;
  /** From SIGTERM until the process was gone, milliseconds. */
  readonly medianMs: number;
  readonly longestMs: number;
  /** Ends with another exit status than 0. */
  readonly failed: number;
  /** Stores without the mark of an orderly stop. */
  readonly unclean: number;
  /** Events that were told to be durable and were not there after the next start. */
  readonly lost: number;
  /** Shifts of four lines whose result is not that of the undisturbed run. */
  readonly different: number;
  readonly shifts: number;
}

/**
 * Runs four simulated machines through the daemon, stopping it with SIGTERM at random moments, and compares what it says
 * in the end with what an undisturbed daemon says.
 * @param times stops; the speed of the simulation is chosen so that they fit into the shift.
 */
export async function stopDaemon(times: number, seed: number): Promise<DaemonStopReport> {
  const folder = await mkdtemp(join(tmpdir(), "seal-"));
  try {
    const calm = await resultsOf(await daemonHome(join(folder, "calm"), CONFIG), 1e6);
    const home = await daemonHome(join(folder, "stopped"), CONFIG);
    const random = seededRandom(seed);
    const speed = Math.round(20_000 / (times * (LONGEST_LIFE_MS / 2000)));
    const exitsMs: number[] = [];
    const counts = { failed: 0, unclean: 0, lost: 0 };
    for (let durable: readonly number[] = []; exitsMs.length < times; ) {
      const { first, last, exitMs, status } = await liveAndEnd(home, speed, random(LONGEST_LIFE_MS), "SIGTERM");
      counts.lost += lostBetween(durable, first);
      durable = last;
      exitsMs.push(exitMs);
      if (status !== 0) counts.failed++;
      if ((await readMarks(join(home, "data")))?.closedFiles == null) counts.unclean++;
    }
    const different = differingShifts(calm, await resultsOf(home, 1e6));
    exitsMs.sort((a, b) => a - b);
    return {
      stops: times,
      medianMs: Math.round(exitsMs[times >> 1] ?? 0),
      longestMs: Math.round(exitsMs.at(-1) ?? 0),
      ...counts,
      different,
      shifts: calm.length,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { times: { type: "string", default: "100" }, seed: { type: "string", default: "1" } },
  });
  const report = await stopDaemon(Number(values.times), Number(values.seed));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.failed + report.unclean + report.lost + report.different === 0 ? 0 : 1;
}
