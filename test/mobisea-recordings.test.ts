import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { Mobisea } from "../algorithms/mobisea/mobisea.ts";

const FOLDER = process.env.SEALTRACE_RECORDINGS;
const skip = FOLDER === undefined && "SEALTRACE_RECORDINGS names no folder with recordings of real machines";

const LASTS = 10;
const TOLERANCE_CYCLES = 2;
const COMPLETE_WITHIN = 0.03;

interface Cycle {
  readonly seconds: number;
  readonly label: string;
}

interface LabelledRun {
  readonly label: string;
  readonly modeSeconds: number;
}

function rowsOf(name: string): string[][] {
  const lines = readFileSync(join(FOLDER as string, name), "utf8")
    .trimEnd()
    .split("\n");
  return lines.slice(1).map((line) => line.split(","));
}

function cyclesOf(recording: string): Cycle[] {
  return rowsOf(`${recording}.cycles.csv`).map(([, seconds, label = ""]) => ({ seconds: Number(seconds), label }));
}

function labelledRuns(recording: string): LabelledRun[] {
  return rowsOf("nist-truth.csv")
    .filter(([name]) => name === recording)
    .map(([, label = "", , , , , mode]) => ({ label, modeSeconds: Number(mode) }));
}

/** First and last complete cycle of a run: no set-up work, not cut by the recorder. */
function completeEnds(cycles: readonly Cycle[], { label, modeSeconds }: LabelledRun): { first: number; last: number } {
  const isComplete = (cycle: Cycle) =>
    cycle.label === label && Math.abs(cycle.seconds / modeSeconds - 1) <= COMPLETE_WITHIN;
  return { first: cycles.findIndex(isComplete), last: cycles.findLastIndex(isComplete) };
}

t.test("every labelled run of real machines is found, and nothing else that lasts", { skip }, (t) => {
  const recordings = readdirSync(FOLDER as string)
    .filter((name) => /^nist-.*\.cycles\.csv$/.test(name))
    .map((name) => name.replace(".cycles.csv", ""));
  t.ok(recordings.length > 0, "there are recordings");
  for (const recording of recordings) {
    const cycles = cyclesOf(recording);
    const expected = labelledRuns(recording);
    const mobisea = new Mobisea();
    for (const { seconds } of cycles) mobisea.push(seconds);
    const lasting = mobisea.finish().runs.filter(({ seals }) => seals >= LASTS);
    t.equal(lasting.length, expected.length, `${recording}: as many runs`);
    t.equal(new Set(lasting.map(({ product }) => product)).size, expected.length, `${recording}: as many products`);
    for (const labelled of expected) {
      const name = `${recording} ${labelled.label}`;
      const run = lasting.find(({ sealingTimeSeconds }) => Math.abs(sealingTimeSeconds - labelled.modeSeconds) < 1);
      const { first, last } = completeEnds(cycles, labelled);
      if (run === undefined) t.fail(`${name}: no run with its mode`);
      else {
        t.ok(Math.abs(run.first - first) <= TOLERANCE_CYCLES, `${name}: from ${first}, found ${run.first}`);
        t.ok(Math.abs(run.last - last) <= TOLERANCE_CYCLES, `${name}: to ${last}, found ${run.last}`);
      }
    }
  }
  t.end();
});
