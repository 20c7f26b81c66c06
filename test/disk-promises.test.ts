import t from "tap";
import { runOnOwnDisks } from "../scripts/torture/disk-tools.ts";

// Real file systems in files of their own: root, /dev/fuse and loop devices are needed, and their absence is said aloud.
t.setTimeout(110_000);
const SCRIPTS = new URL("../scripts/torture/", import.meta.url);

t.test("power cuts: what was durable is there after each of them, and a store that does not sync loses", async (t) => {
  const { stdout, status } = await runOnOwnDisks(new URL("power-cut.js", SCRIPTS), ["--states", "16"]);
  const report = JSON.parse(stdout);
  if ("skipped" in report) return t.skip(report.skipped);
  t.match({ status, ...report }, { status: 0, lost: 0, wrong: 0, failures: [] });
  t.ok(report.controlLost > 0, "the control shows that the test can see a loss");
  return undefined;
});

t.test("a full disk and one that can only be read: counting goes on, and all is written afterwards", async (t) => {
  const { stdout, status } = await runOnOwnDisks(new URL("disk-full.js", SCRIPTS), ["--episodes", "2"]);
  const report = JSON.parse(stdout);
  if ("skipped" in report) return t.skip(report.skipped);
  t.match({ status, ...report }, { status: 0, faults: [] });
  t.ok(report.countedInMemory > 0);
  return undefined;
});
