import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { EdgeFeed } from "../scripts/bench/peer/edge-feed.ts";
import type { Footprint } from "../scripts/bench/peer/footprint.ts";
import { peerTable } from "../scripts/bench/peer/peer-table.ts";
import { simulatedRecording } from "../scripts/bench/peer/simulated-recording.ts";
import { WatchedProcess } from "../scripts/bench/peer/watched-process.ts";
import { parseScenario } from "../sim/scenario.ts";

const CHILD = fileURLToPath(new URL("../scripts/bench/peer/daemon-child.js", import.meta.url));
const SCENARIO = `
start = 2026-03-02T06:00:00Z
[[products]]
name = "A"
sealingTimeSeconds = 2
cycleTimeSeconds = 5
[[plan]]
product = "A"
seals = 40
`;
const FOOTPRINT: Footprint = {
  startSeconds: 2,
  restMib: 100,
  endMib: 100,
  peakMib: 100,
  restCpu: 0,
  realCpu: 0.01,
  realEdgesPerSecond: 10,
  fastEdgesPerSecond: 1000,
  cpuUsPerEdge: 20,
  seals: 9,
};

t.test("the daemon counts what comes through a pipe, and its needs can be seen from outside", async (t) => {
  // a socket's path is short
  const folder = mkdtempSync(join(tmpdir(), "sealtrace-peer-"));
  const pipe = join(folder, "edges.pipe");
  execFileSync("mkfifo", [pipe]);
  const recording = await simulatedRecording(parseScenario(SCENARIO, "x.toml"));
  const program = new WatchedProcess([CHILD, pipe, folder], {});
  t.teardown(async () => {
    await program.end();
    rmSync(folder, { recursive: true });
  });
  const feed = await EdgeFeed.open(pipe, recording, program.ended);
  t.equal(await feed.play(0.2, 10_000), recording.lines.length, "every line was written");
  t.equal(feed.left, 0);
  feed.end();
  while (!program.output.includes("source-ended")) await program.printed();
  const { residentMib, peakMib, cpuSeconds } = program.need();
  t.ok(residentMib > 10, `${residentMib} MiB`);
  t.ok(peakMib >= residentMib, `${peakMib} MiB at most`);
  t.ok(cpuSeconds > 0, `${cpuSeconds} s`);
  await program.end();
  t.match(program.output, /^seals=40$/m);
  t.throws(() => program.need(), { message: /ended too early/ });
});

/** The shell's child ends when the shell has become a program that never asks for it. */
const UNTIL_ITS_PARENT_SLEEPS = "while read -r name </proc/$$/comm && [ $name != sleep ]; do :; done";
const LEAVES_A_ZOMBIE = `
const script = "${UNTIL_ITS_PARENT_SLEEPS} & echo $!; exec sleep 60";
const shell = require("node:child_process").spawn("sh", ["-c", script], { stdio: ["ignore", "inherit", "ignore"] });
process.on("SIGTERM", () => {
  shell.kill("SIGKILL");
  process.exit(0);
});
`;

t.test("what has ended and is still listed needs no memory", async (t) => {
  const program = new WatchedProcess(["-e", LEAVES_A_ZOMBIE], {});
  t.teardown(() => program.end());
  await program.printed();
  const stat = `/proc/${program.output.trim()}/stat`;
  while (!/\) Z [^)]*$/.test(readFileSync(stat, "latin1"))) await new Promise((resolve) => setImmediate(resolve));
  const { residentMib, peakMib } = program.need();
  t.ok(residentMib > 10, `${residentMib} MiB`);
  t.ok(peakMib >= residentMib, `${peakMib} MiB at most`);
});

t.test("a program that ends before it reads is told, and holds nobody up", async (t) => {
  const pipe = join(t.testdir(), "edges.pipe");
  execFileSync("mkfifo", [pipe]);
  const program = new WatchedProcess(["-e", "process.exit(3)"], {});
  await t.rejects(EdgeFeed.open(pipe, { head: "", lines: [] }, program.ended), { message: /ended too early \(3\)/ });
});

t.test("footprints at different paces are not compared", (t) => {
  const table = peerTable(FOOTPRINT, { ...FOOTPRINT, restMib: 50, restCpu: 0.1 }, 10, []);
  t.same(table.rows[1], ["resident at rest, MiB", "100", "50", "0.50"]);
  t.same(table.rows[4], ["CPU at rest, % of a core", "0.00", "10.00", "-"], "no ratio to nothing");
  t.throws(() => peerTable(FOOTPRINT, { ...FOOTPRINT, fastEdgesPerSecond: 900 }, 10, []), { message: /too busy/ });
  t.end();
});
