import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { Daemon, sealtrace, statusOf } from "../../guest/appliance.ts";
import { setWallClock, trustClock } from "../../guest/wall-clock.ts";
import { loadedBinaries } from "./binaries.ts";
import { heardLine, say } from "./console.ts";

/** What the appliance said of the seals that it counted. */
export interface Counted {
  readonly report: unknown;
  readonly status: unknown;
  /** Its own edges, as a recording. */
  readonly edges: string;
  /** What `sealtrace replay --json` prints of these edges there. */
  readonly replay: string;
  /** Binaries of packages that it ran on. */
  readonly binaries: readonly string[];
  readonly exitStatus: number | null;
  /** The report after it was started once more, from what it had written. */
  readonly reportAgain: unknown;
}

const CONFIG = "/run/config.toml";
const STORE = "/run/data/store";
const LOG = "/run/daemon.log";
const EDGES = "/run/edges.csv";

/** Writes the appliance's configuration. Returns its path. */
export function configure(config: string): string {
  writeFileSync(CONFIG, config);
  return CONFIG;
}

/**
 * Lets the appliance count until the scene says that all seals are made. @param startUs what the clock shows when it is
 * switched on, microseconds since 1970.
 */
export async function count(shift: string, startUs: number): Promise<Counted> {
  setWallClock(startUs);
  trustClock();
  mkdirSync("/run/data");
  const daemon = await Daemon.start(CONFIG, STORE, LOG);
  say("counting");
  await heardLine();
  const report = reportOf(shift);
  const status = statusOf();
  sealtrace("report", shift, "--edges", EDGES);
  const replay = sealtrace("replay", EDGES, "--config", CONFIG, "--json");
  const binaries = loadedBinaries(daemon.pid);
  const exitStatus = await daemon.stop();
  const again = await Daemon.start(CONFIG, STORE, LOG);
  const reportAgain = reportOf(shift);
  await again.stop();
  return { report, status, edges: readFileSync(EDGES, "utf8"), replay, binaries, exitStatus, reportAgain };
}

function reportOf(shift: string): unknown {
  return JSON.parse(sealtrace("report", shift, "--json"));
}
