import t from "tap";
import { missingForDisks, runOnOwnDisks } from "../scripts/torture/disk-tools.ts";
import type { StickPullReport } from "../scripts/torture/stick-pull.ts";
import type { TargetFaultReport } from "../scripts/torture/target-faults.ts";

t.setTimeout(600_000);
const missing = await missingForDisks();
if (missing !== null) t.comment(`sticks are not pulled: ${missing}`);
const options = { skip: missing ?? false, timeout: 500_000 } as const;

t.test(
  "a stick is pulled out at any moment: readable, nothing half, nothing lost, nothing twice",
  options,
  async (t) => {
    const script = new URL("../scripts/torture/stick-pull.js", import.meta.url);
    const { stdout } = await runOnOwnDisks(script, ["--pulls", "16", "--seed", "5"]);
    const report = JSON.parse(stdout) as StickPullReport;
    t.same(report.failures, []);
    t.match(report, { pulls: 16, lost: 0, half: 0, incomplete: 0, sentTwice: 0, controlPulls: 2 });
    t.ok(report.controlLost > 0, "files that are simply written are lost: the states are real");
  },
);

t.test(
  "a stick is full, read-only, hangs, is pulled out, its helper killed: the count goes on, and the stick has everything",
  options,
  async (t) => {
    const script = new URL("../scripts/torture/target-faults.js", import.meta.url);
    const { stdout } = await runOnOwnDisks(script, ["--kills", "4", "--hang", "2", "--old", "1000"]);
    const report = JSON.parse(stdout) as TargetFaultReport;
    t.same(report.faults, []);
    t.match(report, { kills: 4, mostHelpers: 1 });
    t.ok(report.seals > 2000);
  },
);
