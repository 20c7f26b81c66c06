import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { open, watch } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { Progress } from "../runtime/cli/progress.ts";
import { sealtrace } from "./commands.ts";

const MAIN = fileURLToPath(new URL("../runtime/main.js", import.meta.url));
const onPosix = { skip: process.platform === "win32" && "needs a POSIX shell" };

/** Runs a line of shell; `$SEALTRACE` is the program. */
function shell(line: string, cwd: string) {
  const SEALTRACE = `${process.execPath} ${MAIN}`;
  const env = { PATH: process.env.PATH, NO_COLOR: "1", SEALTRACE };
  const { status, stdout, stderr } = spawnSync("bash", ["--norc", "-c", line], { cwd, env, encoding: "utf8" });
  return { status, stdout, stderr };
}

/** Starts a command, sends the signal when its first unfinished file appears, and tells how it ended. */
async function interrupted(args: readonly string[], signal: NodeJS.Signals, dir: string) {
  const stopWatching = new AbortController();
  const events = watch(dir, { signal: stopWatching.signal });
  const child = spawn(process.execPath, [MAIN, ...args], { cwd: dir, stdio: ["pipe", "ignore", "ignore"] });
  const closed = once(child, "close");
  for await (const { filename } of events) if (filename?.endsWith(".part")) break;
  stopWatching.abort();
  child.kill(signal);
  return (await closed) as [status: number | null, signal: NodeJS.Signals | null];
}

t.test("a simulation that is interrupted leaves nothing, and what was there as it was", onPosix, async (t) => {
  for (const [signal, name] of [
    ["SIGINT", "x.csv"],
    ["SIGTERM", "x.vcd"],
    ["SIGHUP", "y.csv"],
  ] as const) {
    const dir = t.testdir({ "y.csv": "mine" });
    const args = ["simulate", "year", "--out", name, "--truth", "truth.json"];
    t.same(await interrupted(args, signal, dir), [null, signal], "the shell sees the signal");
    t.same(readdirSync(dir), ["y.csv"]);
    t.equal(readFileSync(join(dir, "y.csv"), "utf8"), "mine");
  }
});

t.test("a replay that is interrupted leaves no list of seals", onPosix, async (t) => {
  const dir = t.testdir({});
  shell("mkfifo edges", dir);
  const outcome = interrupted(["replay", "edges", "--seals", "seals.csv"], "SIGTERM", dir);
  const edges = await open(join(dir, "edges"), "w");
  await edges.write("t_us,channel,level\n0,sealing,0\n5,sealing,0\n");
  t.same(await outcome, [null, "SIGTERM"]);
  await edges.close();
  t.same(readdirSync(dir), ["edges"]);
});

t.test("a full disk leaves nothing, and the message names the file", onPosix, async (t) => {
  for (const [output, args] of [
    ["edges.csv", "simulate demo --out edges.csv --truth truth.json"],
    ["truth.json", "simulate demo --truth truth.json"],
    ["seals.csv", "replay log.csv --seals seals.csv"],
  ]) {
    const dir = t.testdir({});
    const made = shell(`$SEALTRACE simulate demo > log.csv`, dir);
    t.equal(made.status, 0);
    const { status, stderr } = shell(
      `ulimit -f 16; exec env -u NODE_OPTIONS -u NODE_V8_COVERAGE $SEALTRACE ${args} > /dev/null`,
      dir,
    );
    t.equal(status, 1);
    t.equal(stderr, `sealtrace: ${output}: cannot be written (EFBIG); give a place with room for it\n`);
    t.same(readdirSync(dir), ["log.csv"]);
  }
});

t.test("a simulation that is refused does not touch its output", async (t) => {
  const dir = t.testdir({ "bad.toml": "seed = -1", "x.csv": "mine", "t.json": "mine too" });
  const outputs = ["--out", join(dir, "x.csv"), "--truth", join(dir, "t.json")];
  t.equal((await sealtrace(["simulate", join(dir, "bad.toml"), ...outputs])).status, 1);
  t.equal((await sealtrace(["simulate", "demo", "--seed", "x", ...outputs])).status, 2);
  const noTruth = ["--out", join(dir, "x.csv"), "--truth", join(dir, "no", "t.json")];
  t.equal((await sealtrace(["simulate", "demo", ...noTruth])).status, 1);
  t.same(readdirSync(dir), ["bad.toml", "t.json", "x.csv"]);
  t.equal(readFileSync(join(dir, "x.csv"), "utf8"), "mine");
  t.equal(readFileSync(join(dir, "t.json"), "utf8"), "mine too");
});

t.test("the truth is written, and the same, when nobody reads the edges to their end", onPosix, async (t) => {
  const dir = t.testdir({});
  const { status, stdout, stderr } = shell(
    "set -o pipefail; $SEALTRACE simulate demo --truth head.json | head -n 1; $SEALTRACE simulate demo --out a.csv --truth a.json",
    dir,
  );
  t.match({ status, stdout, stderr }, { status: 0, stdout: "# start=2026-03-02T06:00:00Z\n", stderr: "" });
  t.equal(readFileSync(join(dir, "head.json"), "utf8"), readFileSync(join(dir, "a.json"), "utf8"));
});

t.test("an output: links are followed, pipes are written, odd names are refused", onPosix, async (t) => {
  const dir = t.testdir({ kept: { "x.csv": "old" } });
  symlinkSync(join("kept", "x.csv"), join(dir, "link.csv"));
  t.equal(shell("$SEALTRACE simulate demo --out link.csv", dir).status, 0);
  t.ok(lstatSync(join(dir, "link.csv")).isSymbolicLink());
  t.match(readFileSync(join(dir, "kept", "x.csv"), "utf8"), /^# start=/);
  t.same(readdirSync(join(dir, "kept")), ["x.csv"]);
  chmodSync(join(dir, "kept", "x.csv"), 0o600);
  t.equal(shell("$SEALTRACE simulate demo --out link.csv", dir).status, 0);
  t.equal(lstatSync(join(dir, "kept", "x.csv")).mode & 0o777, 0o600, "what was private stays private");
  t.match(shell("$SEALTRACE simulate demo --out >(tail -n 1)", dir).stdout, /^\d+,\w+,[01]\n$/);
  t.match(shell("$SEALTRACE simulate demo --out ''", dir), { status: 1, stderr: /the name is empty; / });
  t.match(shell("$SEALTRACE simulate demo --out kept", dir), {
    status: 1,
    stderr: /^sealtrace: kept: is no plain file; /,
  });
  t.match(shell("$SEALTRACE simulate demo --out kept/new.csv --truth ./kept/../kept/new.csv", dir), {
    status: 1,
    stderr: /is both --out and --truth/,
  });
  t.match(shell("ln -s kept k2; $SEALTRACE simulate demo --out kept/n.csv --truth k2/n.csv", dir), {
    status: 1,
    stderr: /is both --out and --truth/,
  });
  t.match(shell("sh -c ': > o.csv.$$.part; exec $SEALTRACE simulate demo --out o.csv'", dir), {
    status: 1,
    stderr: /^sealtrace: .*o\.csv\.\d+\.part: is left of a run that was ended, or being written; remove it/,
  });
  t.equal(readdirSync(dir).filter((name) => name.endsWith(".part")).length, 1, "which is not ours to remove");
});

t.test("names of files reach a terminal on one line and harmless", onPosix, async (t) => {
  const name = "no\n\u001b[31m.csv";
  for (const args of [
    ["cluster", name],
    ["replay", name],
    ["simulate", name],
    ["simulate", "demo", "--out", `no/${name}`],
  ]) {
    const { status, stderr } = await sealtrace(args);
    t.equal(status, 1);
    t.match(stderr, /^sealtrace: [^\p{C}]*no\\x0a\\x1b\[31m\.csv: [^\p{C}]*; [^\p{C}]*\n$/u);
  }
});

t.test("a directory is refused in one line, a pipe is read", onPosix, async (t) => {
  const dir = t.testdir({ "t.csv": "t_s,duration_s\n0,2.4\n5,2.5\n" });
  for (const args of ["cluster .", "replay .", "simulate ./"])
    t.match(shell(`$SEALTRACE ${args}`, dir), { status: 1, stderr: /^sealtrace: \.\/?: is a directory; .*\n$/ });
  t.match(shell("$SEALTRACE cluster <(cat t.csv)", dir), { status: 0, stdout: /^2 seals/, stderr: "" });
  t.match(shell("$SEALTRACE replay <($SEALTRACE simulate paper-1)", dir), { status: 0, stdout: /PRODUCTS MADE/ });
  t.match(shell("$SEALTRACE simulate <(cat t.csv)", dir), { status: 1, stderr: /is no plain file; / });
});

t.test("cluster says of a last row without line end that it may be cut", async (t) => {
  const dir = t.testdir({ "cut.csv": "t_s,duration_s\n0,2.41\n5,2.4", "header.csv": "t_s,duration_s" });
  const file = join(dir, "cut.csv");
  const { status, stdout, stderr } = await sealtrace(["cluster", file]);
  t.equal(status, 0);
  t.match(stdout, /^2 seals/);
  t.equal(
    stderr,
    `sealtrace: ${file}: the last line has no line end; if the file was cut there, the line may be wrong and others are missing\n`,
  );
  t.match(await sealtrace(["cluster", join(dir, "header.csv")]), { status: 1, stderr: /has no rows; / });
  for (const end of ["\n", "\r\n"]) {
    writeFileSync(file, `t_s,duration_s\n0,2.41${end}`);
    t.equal((await sealtrace(["cluster", file])).stderr, "");
  }
});

t.test("cluster reads what replay --seals writes: seals without a time are counted and belong to no run", async (t) => {
  const row = (i: number) => {
    const time = i % 10 === 3 ? "" : (2.4 + 0.01 * ((i % 5) - 2)).toFixed(3);
    return `${i * 7_000_000},${i * 7_000_000 + 2_400_000},${time},P1,1`;
  };
  const rows = Array.from({ length: 60 }, (_, i) => row(i));
  const dir = t.testdir({
    "seals.csv": `on_us,off_us,sealing_time_s,product,run\n${rows.join("\n")}\n`,
    "none.csv": "on_us,off_us,sealing_time_s,product,run\n0,1,,,\n",
  });
  const { status, stdout } = await sealtrace(["cluster", join(dir, "seals.csv"), "--json"]);
  t.equal(status, 0);
  t.match(JSON.parse(stdout), {
    seals: 60,
    unassigned: 6,
    untimed: 6,
    products: [{ id: "P1", seals: 54 }],
    runs: [{ first: 0, last: 59, seals: 54 }],
  });
  t.match(await sealtrace(["cluster", join(dir, "none.csv")]), {
    status: 0,
    stdout: /^1 seal, 1 of them of no run, 1 without a sealing time\n/,
  });
});

t.test("cluster finds in a list of seals what replay found in the recording", onPosix, async (t) => {
  const line = "$SEALTRACE simulate paper-3 --out e.csv && $SEALTRACE replay e.csv --json --seals s.csv";
  const { stdout } = shell(line, t.testdir({}));
  const runs = JSON.parse(stdout).shifts[0].runs as { sealingTimeSeconds: number; startUs: number }[];
  const list = readFileSync(join(t.testdirName, "s.csv"), "utf8").split("\n").slice(1);
  const found = JSON.parse((await sealtrace(["cluster", join(t.testdirName, "s.csv"), "--json"])).stdout).runs;
  t.equal(found.length, runs.length);
  runs.forEach((run, i) => {
    t.equal(Number(list[found[i].first]?.split(",")[0]), run.startUs);
    t.ok(Math.abs(found[i].sealingTimeSeconds - run.sealingTimeSeconds) < 0.01);
  });
});

t.test("rows that no list of sealing times has", async (t) => {
  const seals = "on_us,off_us,sealing_time_s,product,run\n";
  const cases: readonly (readonly [text: string, message: RegExp])[] = [
    ["t_s,duration_s\n1e300,2\n", /:2: t_s is `1e300`, which is too large; /],
    ["t_s,duration_s\n1e999,2\n", /:2: t_s is `1e999`, which is too large; /],
    ["t_s,duration_s\n0,\n", /:2: duration_s is ``; /],
    ["t_s,duration_s\n0\n", /:2: duration_s is ``; /],
    ["t_s,sealing_time_s\n0,1\n", /:1: has the header `t_s,sealing_time_s`; .*replay --seals/],
    [`${seals}5,4,1,,\n`, /:2: off_us `4` is before the start; /],
    [`${seals}5,9,-1,,\n`, /:2: sealing_time_s is `-1`; /],
    [`${seals}5,9\n,9,1,,\n`, /:3: on_us is ``; /],
    [`${seals}5,9,1,,\n4,9,1,,\n`, /:3: on_us goes back from 5 to `4`; /],
  ];
  const file = join(t.testdir({}), "list.csv");
  for (const [text, message] of cases) {
    writeFileSync(file, text);
    t.match(await sealtrace(["cluster", file]), { status: 1, stdout: "", stderr: message }, text);
  }
});

t.test("a progress bar takes more than everything for everything, and is for terminals only", (t) => {
  let screen = "";
  const write = (text: string) => {
    screen += text;
  };
  for (const done of [1.7, Number.POSITIVE_INFINITY]) {
    screen = "";
    const progress = new Progress("reading", { isTTY: true, write });
    progress.show(done);
    t.match(screen, `[${"#".repeat(30)}] 100 %`);
    progress.clear();
    t.ok(screen.endsWith("\r\u001b[K"));
  }
  screen = "";
  new Progress("reading", { isTTY: true, write }).show(-0.2);
  t.match(screen, `[${".".repeat(30)}]   0 %`);
  screen = "";
  const hidden = new Progress("reading", { write });
  hidden.show(0.5);
  hidden.clear();
  new Progress("reading", { isTTY: true, write }).show(null);
  t.equal(screen, "");
  t.end();
});
