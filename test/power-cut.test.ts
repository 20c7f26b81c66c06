import t from "tap";
import { missingForDisks, runOnOwnDisks } from "../scripts/torture/disk-tools.ts";
import type { PowerCutReport } from "../scripts/torture/power-cut.ts";

const SCRIPT = new URL("../scripts/torture/power-cut.js", import.meta.url);
t.setTimeout(600_000);
const missing = await missingForDisks();
if (missing !== null) t.comment(`power cuts are not tried: ${missing}`);

t.test(
  "power fails: what was acknowledged is there, once, in order; the rest of the day comes out as if nothing had been",
  { skip: missing ?? false, timeout: 500_000 },
  async (t) => {
    const { stdout } = await runOnOwnDisks(SCRIPT, ["--states", "24", "--seed", "11"]);
    const report = JSON.parse(stdout) as PowerCutReport;
    t.same(report.failures, []);
    t.match(report, { states: 24, lost: 0, wrong: 0, controlStates: 3 });
    t.ok(report.controlLost > 0, "without waiting for the disk acknowledged events are lost: the states are real");
    t.same(Object.keys(report.ways).sort(), ["checked", "created"], "the store's creation is among them");
    t.ok(report.longestLossMs <= report.longestWaitMs, "nothing is lost that had waited longer than any event does");
  },
);
