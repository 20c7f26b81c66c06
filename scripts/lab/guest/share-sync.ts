import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { hashesBelow, targetFaults } from "../../torture/stick-files.ts";
import { Daemon, sealtrace, statusOf } from "./appliance.ts";
import { goingFirst, leave, sharedFolder, task, wallOffsetUs } from "./program.ts";
import { SimulatedChip } from "./simulated-chip.ts";
import { SmbServer } from "./smb-server.ts";
import { CONTACT_LINES, Stimulus } from "./stimulus.ts";

// The appliance brings its files to a share of a Samba server, which for some minutes does not answer.

/** What the machine is to do; moments in microseconds since 1970. */
export interface ShareSyncTask {
  /** Where the share is mounted. */
  readonly place: string;
  /** The server does not answer from here to there. */
  readonly hang: { readonly fromUs: number; readonly untilUs: number };
  readonly untilUs: number;
  /** Shifts whose edges are wanted. */
  readonly shifts: readonly string[];
}

/** What became of it. */
export interface ShareSyncFindings {
  /** Files on the server's disk before it hung, and in the end. */
  readonly before: number;
  readonly after: number;
  /** At the end of the hang: what `sealtrace status` says, and how many processes work on the share. */
  readonly hanging: unknown;
  readonly helpers: number;
  /** What `sealtrace sync` said in the end. */
  readonly said: unknown;
  /** What is wrong on the server's disk then; must be empty. */
  readonly faults: readonly string[];
}

const STORE = "/run/data/store";

const folder = sharedFolder();
const { place, hang, untilUs, shifts } = task<ShareSyncTask>();
const offsetUs = wallOffsetUs();
mkdirSync("/run/data");
const server = await SmbServer.start();
server.mount(place);
const ours = join(server.folder, "sealtrace/lab");
const chip = new SimulatedChip(Object.values(CONTACT_LINES));
const stimulus = await Stimulus.load(join(folder, "stimulus.csv"));
stimulus.skip(chip, Number(process.hrtime.bigint() / 1000n) + offsetUs);
const daemon = await Daemon.start(join(folder, "config.toml"), STORE, join(folder, "daemon.log"));
const play = (toUs: number) => goingFirst(() => stimulus.play(chip, offsetUs, toUs));

play(hang.fromUs);
const before = hashesBelow(ours).size;
server.freeze();
play(hang.untilUs);
const hanging = statusOf();
const helpers = helpersAlive();
server.thaw();
play(untilUs);
const said: unknown = JSON.parse(sealtrace("sync", "--json"));
for (const [i, shift] of shifts.entries()) sealtrace("report", shift, "--edges", join(folder, `edges-${i}.csv`));
await daemon.stop();
server.end();
leave("share-sync.json", {
  before,
  after: hashesBelow(ours).size,
  hanging,
  helpers,
  said,
  faults: targetFaults(join(STORE, "outbox"), ours),
} satisfies ShareSyncFindings);

function helpersAlive(): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  return pids.filter((pid) => commandLine(pid).includes("helper-child")).length;
}

/** Empty when the process has just gone. */
function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8");
  } catch {
    return "";
  }
}
