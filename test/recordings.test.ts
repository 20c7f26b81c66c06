import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { RunResult, ShiftResult } from "../runtime/shift-result.ts";
import { sealtrace } from "./commands.ts";

const FOLDER = process.env.SEALTRACE_RECORDINGS;
const skip = FOLDER === undefined && "SEALTRACE_RECORDINGS names no folder with recordings of real machines";

function rowsOf(file: string): string[][] {
  const [, ...rows] = readFileSync(join(FOLDER as string, file), "utf8")
    .trimEnd()
    .split("\n");
  return rows.map((row) => row.split(","));
}

/** Complete cycles of a label (a coarse clock steps by 3.4 %): what a product is, without set-up work, partial cycles and cycles cut by the recorder. */
function completeCycles(file: string, label: string, modeSeconds: number) {
  return rowsOf(file)
    .map(([start, length, name], row) => ({ row, start: Number(start), length: Number(length), name }))
    .filter(({ name, length }) => name === label && Math.abs(length / modeSeconds - 1) <= 0.05);
}

t.test("every labelled run of real machines is found, and nothing else that lasts", { skip }, async (t) => {
  const truth = rowsOf("nist-truth.csv") as [string, string, string, string, string, string, string][];
  for (const file of readdirSync(FOLDER as string).filter((name) => /^nist-.*\.edges\.csv$/.test(name))) {
    const recording = file.replace(".edges.csv", "");
    const { status, stdout } = await sealtrace(["replay", join(FOLDER as string, file), "--json"]);
    t.equal(status, 0);
    const { runs } = JSON.parse(stdout).shifts[0] as ShiftResult;
    const expected = truth.filter(([name]) => name === recording);
    t.equal(runs.filter(({ seals }) => seals >= 10).length, expected.length, `${recording}: as many runs`);
    for (const [, label, , , , , mode] of expected) {
      const cycles = completeCycles(`${recording}.cycles.csv`, label, Number(mode));
      const run = runs.find((each) => Math.abs((each.sealingTimeSeconds as number) - Number(mode)) < 1) as RunResult;
      t.ok(run, `${recording} ${label}: a run with its mode`);
      const at = (nth: number) => cycles.at(nth) as (typeof cycles)[number];
      t.ok(run.startUs / 1e6 >= at(0).start - 1 && run.startUs / 1e6 <= at(2).start + 1, `${recording} ${label}: from`);
      t.ok(run.endUs / 1e6 <= at(-1).start + at(-1).length + 1, `${recording} ${label}: not beyond its last cycle`);
      t.ok(run.endUs / 1e6 >= at(-3).start, `${recording} ${label}: to`);
    }
  }
});

t.test("a radio clock's signal in real interference: 97 % of the known seconds come out right", { skip }, async (t) => {
  const dir = t.testdir({});
  const config = join(dir, "config.toml");
  writeFileSync(config, "[[line]]\n[line.channels.sealing]\nminSealingTimeSeconds = 0.6\nbetaSeconds = 0.1\n");
  const list = join(dir, "seals.csv");
  const recording = join(FOLDER as string, "dcf77-stretched-x10.edges.csv");
  t.equal((await sealtrace(["replay", recording, "--config", config, "--seals", list])).status, 0);
  const seals = readFileSync(list, "utf8")
    .trimEnd()
    .split("\n")
    .slice(1)
    .map((row) => row.split(","));
  const known = rowsOf("dcf77-stretched-x10.truth.csv").filter(([, pulse]) => pulse !== "");
  const right = known.filter(([start, pulse]) => {
    // the labelled second begins up to half a second after its pulse
    const from = Number(start) - 0.5;
    const own = seals.filter(([onUs]) => Number(onUs) / 1e6 >= from && Number(onUs) / 1e6 < from + 10);
    if (Number(pulse) === 0) return own.length === 0;
    return own.length === 1 && Number(own[0]?.[2]) < 1.5 === Number(pulse) < 1.5;
  });
  t.equal(known.length, 1288);
  t.ok(right.length / known.length >= 0.97, `${right.length} of ${known.length}`);
});
