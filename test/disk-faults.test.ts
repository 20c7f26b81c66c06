import t from "tap";
import { damageDaemon } from "../scripts/torture/damage-daemon.ts";
import type { DiskFaultReport } from "../scripts/torture/disk-full.ts";
import { missingForDisks, runOnOwnDisks } from "../scripts/torture/disk-tools.ts";

const SCRIPT = new URL("../scripts/torture/disk-full.js", import.meta.url);
t.setTimeout(600_000);
const missing = await missingForDisks();
if (missing !== null) t.comment(`full and read-only disks are not tried: ${missing}`);

t.test(
  "the disk is full, then read-only: counting goes on in memory, an alarm comes and goes, and nothing is missing",
  { skip: missing ?? false, timeout: 500_000 },
  async (t) => {
    const { stdout } = await runOnOwnDisks(SCRIPT, ["--episodes", "1"]);
    const report = JSON.parse(stdout) as DiskFaultReport;
    t.match(report, { full: 1, readOnly: 1, faults: [] }, stdout);
    t.ok(report.countedInMemory >= 50);
    t.ok(report.mostWaiting < report.events, "only what came meanwhile waited");
  },
);

t.test(
  "any file damaged: the appliance starts, counts, tells, and serves what is intact",
  { timeout: 500_000 },
  async (t) => {
    const report = await damageDaemon(12, 3);
    t.same(report.failures, []);
    t.match(report, { cases: 12, notStarted: 0, wrong: 0, untold: 0, notCounting: 0 });
    t.ok(report.served > 12, "most shifts that were over come out as they were");
    t.ok(report.alarmed > 0);
  },
);
