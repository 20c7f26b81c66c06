import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { ShiftResult } from "../runtime/shift-result.ts";
import type { Truth } from "../sim/truth.ts";
import { sealtrace } from "./commands.ts";

async function simulated(dir: string, scenario: string, ending = "csv") {
  const out = join(dir, `${scenario}.${ending}`);
  const truthFile = join(dir, `${scenario}.json`);
  const { status, stdout, stderr } = await sealtrace(["simulate", scenario, "--out", out, "--truth", truthFile]);
  if (status !== 0 || stdout !== "") throw new Error(`simulate failed: ${stderr}`);
  return { out, truth: JSON.parse(readFileSync(truthFile, "utf8")) as Truth };
}

async function replayed(file: string, ...more: string[]): Promise<ShiftResult> {
  const { status, stdout, stderr } = await sealtrace(["replay", file, "--json", ...more]);
  if (status !== 0) throw new Error(`replay failed: ${stderr}`);
  const { schema, shifts } = JSON.parse(stdout);
  t.equal(schema, "sealtrace/replay@1");
  return shifts[0] as ShiftResult;
}

t.test("the main job: a simulated shift becomes its products, runs and units", async (t) => {
  for (const scenario of ["paper-1", "paper-3", "paper-5", "quiet"]) {
    const { out, truth } = await simulated(t.testdir(), scenario);
    const shift = await replayed(out);
    t.ok(Math.abs(shift.seals - truth.totals.seals) <= 2, `${scenario}: the seals are seen`);
    t.equal(shift.runs.length, truth.runs.length, `${scenario}: as many runs`);
    shift.runs.forEach((run, i) => {
      const expected = truth.runs[i] as Truth["runs"][number];
      t.ok(Math.abs(run.seals - expected.seals) <= 2, `${scenario} run ${i}: ${expected.seals} seals`);
      t.ok(
        Math.abs((run.sealingTimeSeconds as number) - expected.sealingTimeSeconds) < 0.02,
        `${scenario} run ${i}: its mode`,
      );
      t.ok(Math.abs(run.startUs - expected.startUs) < 30e6, `${scenario} run ${i}: from`);
      t.ok(Math.abs(run.endUs - expected.endUs) < 30e6, `${scenario} run ${i}: to`);
    });
  }
});

t.test("edges = kept + removed, in every report", async (t) => {
  for (const scenario of ["busy", "stuck", "hole"]) {
    const { out } = await simulated(t.testdir(), scenario);
    const { signals } = await replayed(out);
    for (const [contact, { edges, kept, removed }] of Object.entries(signals)) {
      const sum = Object.values(removed).reduce((a, b) => a + b, kept);
      t.equal(sum, edges, `${scenario} ${contact}`);
    }
  }
});

t.test("the same recording as CSV and as VCD gives the same numbers", async (t) => {
  const dir = t.testdir();
  const csv = await replayed((await simulated(dir, "paper-5")).out);
  const vcd = await replayed((await simulated(dir, "paper-5", "vcd")).out);
  t.same(vcd, csv);
});

t.test("the same seed gives the same bytes, another one does not", async (t) => {
  const hash = async (...more: string[]) => {
    const { stdout } = await sealtrace(["simulate", "paper-6", ...more]);
    return createHash("sha256").update(stdout).digest("hex");
  };
  const [first, again, other] = await Promise.all([hash(), hash(), hash("--seed", "77")]);
  t.equal(first, again);
  t.not(first, other);
});

t.test("--seals lists every accepted seal, in order, and agrees with the report", async (t) => {
  const dir = t.testdir();
  const { out } = await simulated(dir, "paper-5");
  const file = join(dir, "seals.csv");
  const shift = await replayed(out, "--seals", file);
  const [header, ...rows] = readFileSync(file, "utf8").trimEnd().split("\n");
  t.equal(header, "on_us,off_us,sealing_time_s,product,run");
  t.equal(rows.length, shift.seals);
  const seals = rows.map((row) => row.split(",") as [string, string, string, string, string]);
  t.ok(seals.every(([onUs], i) => i === 0 || Number(onUs) > Number(seals[i - 1]?.[0])));
  t.equal(seals.filter(([, , , product]) => product === "").length, shift.unassigned);
  shift.runs.forEach((run, i) => {
    const own = seals.filter(([, , , , number]) => Number(number) === i + 1);
    t.equal(own.length, run.seals);
    t.ok(own.every(([, , , product]) => product === run.product));
    t.equal(Number(own[0]?.[0]), run.startUs);
    t.equal(Number(own.at(-1)?.[1]), run.endUs);
  });
});

t.test("a recording with a hole shows it, and counts the rest", async (t) => {
  const { out, truth } = await simulated(t.testdir(), "hole");
  const shift = await replayed(out);
  const unseenUs = truth.totals.minutes["no-data"] * 60e6;
  t.ok(unseenUs > 0);
  t.ok(Math.abs((shift.coverage as number) - (1 - unseenUs / (shift.endUs - shift.startUs))) < 1e-6);
  t.match(shift.minutes, /=\?+[=wX]/, "the hole is drawn as a hole");
});

t.test("replay prints a report that a shift manager can read", async (t) => {
  const { out } = await simulated(t.testdir(), "demo");
  const { status, stdout, stderr } = await sealtrace(["replay", out]);
  t.equal(status, 0);
  t.equal(stderr, "");
  for (const part of ["PRODUCTS MADE", "HOUR BY HOUR", "STOPS", "SIGNAL", "units made of"]) t.match(stdout, part);
  t.notMatch(stdout, /NaN|undefined|null|Infinity/);
  t.equal(
    Math.max(...stdout.split("\n").map((line) => line.length)) <= 100,
    true,
    "no line is too wide for a terminal",
  );
});

t.test("demo does the main job without a terminal", async (t) => {
  const { status, stdout } = await sealtrace(["demo"]);
  t.equal(status, 0);
  t.match(stdout, "PRODUCTS MADE");
});

t.test("cluster: the interface to the letter", async (t) => {
  const rows = Array.from({ length: 60 }, (_, i) => {
    const mode = i < 30 ? 2.4 : 3.1;
    return `${i * 7},${i === 10 ? 0.7 : (mode + 0.01 * ((i % 5) - 2)).toFixed(3)},"note, with a comma"`;
  });
  const dir = t.testdir({ "times.csv": `t_s,duration_s,note\n${rows.join("\n")}\n` });
  const { status, stdout } = await sealtrace(["cluster", join(dir, "times.csv"), "--json"]);
  t.equal(status, 0);
  const result = JSON.parse(stdout);
  t.match(result, {
    schema: "sealtrace/cluster@1",
    seals: 60,
    unassigned: 1,
    products: [
      { id: "P1", seals: 29 },
      { id: "P2", seals: 30 },
    ],
    runs: [
      { product: "P1", first: 0, last: 29, seals: 29 },
      { product: "P2", first: 30, last: 59, seals: 30 },
    ],
  });
  t.ok(Math.abs(result.runs[0].sealingTimeSeconds - 2.4) < 0.005);
  t.match((await sealtrace(["cluster", join(dir, "times.csv")])).stdout, "60 seals, 1 of them of no run");
});

t.test("a configuration changes what it says", async (t) => {
  const dir = t.testdir({
    "c.toml":
      '[[line]]\nid = "sealer-4"\nname = "Sealer 4"\nunitsPerSeal = 4\n[line.channels.sealing]\nsignal = "S"\ninvert = true\n',
  });
  const { out } = await simulated(dir, "paper-3");
  const plain = await replayed(out);
  const renamed = join(dir, "renamed.csv");
  const swap = readFileSync(out, "utf8").replace(/,sealing,([01])/g, (_, level) => `,S,${1 - Number(level)}`);
  writeFileSync(renamed, swap);
  const shift = await replayed(renamed, "--config", join(dir, "c.toml"));
  t.equal(shift.line, "sealer-4");
  t.same(
    shift.runs.map(({ seals, units }) => [seals, units]),
    plain.runs.map(({ seals }) => [seals, 4 * seals]),
  );
});

const BAD_FILES: Readonly<Record<string, [command: string, text: string | Buffer, message: RegExp]>> = {
  "level-7": ["replay", "t_us,channel,level\n0,sealing,0\n5,sealing,7\n", /:3: level `7`; /],
  "time-back": ["replay", "t_us,channel,level\n10,sealing,0\n5,sealing,1\n", /:3: time goes back from 10 to 5 us; /],
  unknown: ["replay", "t_us,channel,level\n10,sealng,0\n", /:2: unknown channel `sealng`; .*`sealing`/],
  truncated: ["replay", "t_us,channel,level\n0,sealing,0\n1000,seal", /:3: the file is truncated.*; /],
  junk: ["replay", Buffer.from([0, 1, 2, 3, 255, 254, 10, 0]), /binary data/],
  empty: ["replay", "", /the file is empty; /],
  "no-rows": ["replay", "t_us,channel,level\n", /; /],
  "cluster-empty": ["cluster", "", /is empty; /],
  "cluster-word": ["cluster", "t_s,duration_s\n0,2.4\n5,abc\n", /:3: duration_s is `abc`; /],
  "cluster-negative": ["cluster", "t_s,duration_s\n0,-2\n", /:2: duration_s is `-2`; /],
  "cluster-back": ["cluster", "t_s,duration_s\n9,2\n3,2\n", /:3: t_s goes back from 9 to `3`; /],
  "cluster-comma": ["cluster", "t_s,duration_s\n0,2,45\n", /:2: has more columns than the header.*; write decimals/],
  "cluster-junk": ["cluster", Buffer.from([0, 1, 2, 3, 255]), /is not text; /],
  scenario: ["simulate", "seed = 1\ntitle = ", /:2: /],
};

t.test("bad input: one line with file, place, value and remedy, status 1, no stack", async (t) => {
  const dir = t.testdir();
  for (const [name, [command, text, message]] of Object.entries(BAD_FILES)) {
    const file = join(dir, `${name}.${command === "simulate" ? "toml" : "csv"}`);
    writeFileSync(file, text);
    const { status, stdout, stderr } = await sealtrace([command, file]);
    t.equal(status, 1, name);
    t.equal(stdout, "", `${name}: no data`);
    t.match(stderr, message, name);
    t.ok(stderr.includes(file), `${name}: names the file`);
    t.equal(stderr.trimEnd().split("\n").length, 1, `${name}: one line`);
  }
});

t.test("bad configuration: place, value and remedy", async (t) => {
  const cases: readonly [text: string, message: RegExp][] = [
    ["[[line]]\nminRunSeals = 1\n", /:line\.0\.minRunSeals: 1 must be 3 or more; /],
    ["[[line]]\nfoo = 1\n", /:line\.0\.foo: there is no such setting; /],
    ["[[line]]\nid = \n", /:2: is not TOML/],
    ['[[line]]\nid = "a"\n[[line]]\nid = "b"\nchannels.sealing.signal = "sealing"\n', /signal "sealing" is used by/],
    ["[[line]]\n[line.channels.sealing]\nminSealingTimeSeconds = 9\nmaxSealingTimeSeconds = 2\n", /must be below/],
  ];
  const dir = t.testdir({ "log.csv": "t_us,channel,level\n0,sealing,0\n" });
  for (const [text, message] of cases) {
    const file = join(dir, "c.toml");
    writeFileSync(file, text);
    const { status, stderr } = await sealtrace(["replay", join(dir, "log.csv"), "--config", file]);
    t.equal(status, 1);
    t.match(stderr, message);
  }
});

t.test("usage errors end with status 2, help with 0, unwritable paths with 1", async (t) => {
  t.equal((await sealtrace([])).status, 2);
  t.equal((await sealtrace(["replay"])).status, 2);
  t.equal((await sealtrace(["replay", "--bogus", "x"])).status, 2);
  t.equal((await sealtrace(["--help"])).status, 0);
  t.match(await sealtrace(["simulate", "no-such"]), { status: 1, stderr: /take one of .*demo/ });
  t.match(await sealtrace(["simulate", "demo", "--out", "/no/such/dir/x.csv"]), {
    status: 1,
    stderr: /cannot be written/,
  });
  t.match(await sealtrace(["simulate", "demo", "--seed", "x"]), { status: 2, stderr: /whole number/ });
});

t.test("a list of seals that could not be completed does not appear", async (t) => {
  const dir = t.testdir({
    "bad.csv": "t_us,channel,level\n0,sealing,0\n5000000,sealing,1\n8000000,sealing,0\n1,sealing,1\n",
  });
  const file = join(dir, "seals.csv");
  t.equal((await sealtrace(["replay", join(dir, "bad.csv"), "--seals", file])).status, 1);
  t.throws(() => readFileSync(file), { code: "ENOENT" });
  t.same(readdirSync(dir), ["bad.csv"], "nor does anything half-written");
});

t.test("the README shows what npm start prints", async (t) => {
  const readme = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
  const { stdout } = await sealtrace(["demo"]);
  const picture = stdout.slice(0, stdout.indexOf("\nQUALITY")).trimEnd();
  t.ok(picture.length > 1000 && readme.includes(picture), "run `npm start` and paste its report into README.md");
});

t.test("stops and OEE of a simulated shift agree with its truth", async (t) => {
  const { out, truth } = await simulated(t.testdir(), "demo");
  const { stops, oee, products } = await replayed(out);
  const minutes = (kinds: readonly string[]) =>
    (stops ?? []).filter(({ kind }) => kinds.includes(kind)).reduce((sum, s) => sum + (s.endUs - s.startUs) / 60e6, 0);
  const { minutes: expected } = truth.totals;
  t.ok(Math.abs(minutes(["not-ready"]) - expected["not-ready"]) < 0.1);
  // without a calendar nobody knows that a pause was a break
  t.ok(Math.abs(minutes(["waiting"]) - expected.waiting - expected.break) < 0.1);
  t.ok(Math.abs(minutes(["changeover"]) - expected.changeover) < 0.4);
  t.ok(Math.abs(minutes(["micro-stop"]) - expected["micro-stop"]) < 0.2);
  if (oee === null || oee.availability === null || oee.performance === null) return t.fail("A and P are known");
  const { availability, effectiveness } = oee.iso;
  t.ok(Math.abs(oee.availability * oee.performance - (availability as number) * (effectiveness as number)) < 1e-9);
  t.equal(oee.quality, null);
  t.equal(oee.headline, "OEE (A x P)");
  products.forEach(({ idealCycleSeconds, idealCycleSource }, i) => {
    t.equal(idealCycleSource, "learned");
    const cycle = (truth.products[i] as Truth["products"][number]).cycleTimeSeconds;
    t.ok(Math.abs((idealCycleSeconds as number) / cycle - 1) < 0.02, "near the cycle of the machine");
  });
  return undefined;
});

t.test("the HTML report is one page that needs nothing else, with the numbers of the report", async (t) => {
  const dir = t.testdir();
  const { out } = await simulated(dir, "demo");
  const page = join(dir, "report.html");
  const shift = await replayed(out, "--html", page);
  const html = readFileSync(page, "utf8");
  t.notMatch(html, /<script|https?:|NaN|undefined/);
  for (const { seals } of shift.runs) t.match(html, `<b>${seals.toLocaleString("en-US")}</b>`);
  t.ok(html.length < 250_000);
});

t.test("a list of seals neither replaces what is no file nor touches a neighbour's .part", async (t) => {
  const log = "t_us,channel,level\n0,sealing,0\n5000000,sealing,0\n";
  const dir = t.testdir({ "s.csv.part": log, folder: {} });
  const input = join(dir, "s.csv.part");
  t.equal((await sealtrace(["replay", input, "--seals", join(dir, "s.csv")])).status, 0);
  t.equal(readFileSync(input, "utf8"), log);
  t.match(await sealtrace(["replay", input, "--seals", join(dir, "folder")]), {
    status: 1,
    stderr: /is no plain file; /,
  });
});

t.test("no command writes over what it reads, or two things into one file", async (t) => {
  const text = "t_us,channel,level\n0,sealing,0\n5000000,sealing,0\n";
  const dir = t.testdir({ "log.csv": text });
  const file = join(dir, "log.csv");
  for (const option of ["--seals", "--html"]) {
    t.match(await sealtrace(["replay", file, option, file]), { status: 1, stderr: /is both FILE and --/ });
    t.equal(readFileSync(file, "utf8"), text);
  }
  t.match(await sealtrace(["simulate", "demo", "--out", file, "--truth", join(dir, ".", "log.csv")]), { status: 1 });
  t.equal(readFileSync(file, "utf8"), text);
});

t.test("a full disk is told in one line", { skip: process.platform !== "linux" && "needs /dev/full" }, async (t) => {
  const { status, stderr } = await sealtrace(["simulate", "demo", "--out", "/dev/full"]);
  t.equal(status, 1);
  t.match(stderr, /^sealtrace: .*ENOSPC.*; .*\n$/);
});

t.test("a recorder that saw nothing leaves nothing but no data", async (t) => {
  const log = "t_us,channel,level\n0,recorder,0\n0,sealing,0\n90000000,sealing,1\n200000000,recorder,0\n";
  const shift = await replayed(join(t.testdir({ "log.csv": log }), "log.csv"));
  t.match(shift, { coverage: 0, seals: 0, minutes: "????", oee: { oee: null } });
});

t.test("OEE is unknown, not 0, where the sealing contact was never seen", async (t) => {
  const log = "t_us,channel,level\n0,availability,1\n3600000000,availability,1\n";
  const file = join(t.testdir({ "log.csv": log }), "log.csv");
  t.match(await replayed(file), { stops: null, oee: null });
  t.match((await sealtrace(["replay", file])).stdout, /sealing contact/);
});
