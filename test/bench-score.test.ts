import tap from "tap";
import {
  type BenchShift,
  FAMILIES,
  type Family,
  paperShifts,
  type TrueRun,
  type Truth,
} from "../scripts/bench/families.ts";
import { addScores, scorePulses } from "../scripts/bench/pulse-score.ts";
import { type FoundRun, scoreLabels, scoreRuns } from "../scripts/bench/score.ts";
import { median, quantile } from "../scripts/bench/statistics.ts";
import { countMissed, type Table, tableJson, tableText } from "../scripts/bench/table.ts";

/** A (100), B (30), A (50): seals 0-99, 100-129, 130-179. */
const truth: Truth = {
  runs: [
    { product: 0, first: 0, last: 99, seals: 100 },
    { product: 1, first: 100, last: 129, seals: 30 },
    { product: 0, first: 130, last: 179, seals: 50 },
  ],
  products: [
    { modeSeconds: 2, seals: 150 },
    { modeSeconds: 3, seals: 30 },
  ],
  member: Int32Array.from({ length: 180 }, (_, i) => (i >= 100 && i < 130 ? 1 : 0)),
};

const run = (product: string, first: number, last: number, seals = last - first + 1): FoundRun => ({
  product,
  first,
  last,
  seals,
});

tap.test("the truth itself under other names is exactly right", (t) => {
  const found = { runs: [run("P7", 0, 99), run("P3", 100, 129), run("P7", 130, 179)] };
  t.same(scoreRuns(truth, found), { exactlyRight: true, worstCountError: 0, maxBoundaryOff: 0, products: 2 });
  t.end();
});

tap.test("two seals off are right, three are not", (t) => {
  const off = (by: number) => ({ runs: [run("A", 0, 99 + by), run("B", 100 + by, 129), run("A", 130, 179)] });
  t.match(scoreRuns(truth, off(2)), { exactlyRight: true, maxBoundaryOff: 2, worstCountError: 2 / 30 });
  t.match(scoreRuns(truth, off(3)), { exactlyRight: false, maxBoundaryOff: 3, worstCountError: 3 / 30 });
  t.end();
});

tap.test("outliers inside a run are not counted: seals, not length, make the count error", (t) => {
  const found = { runs: [run("A", 0, 99, 97), run("B", 100, 129), run("A", 130, 179)] };
  t.match(scoreRuns(truth, found), { exactlyRight: true, worstCountError: 3 / 150 });
  t.end();
});

tap.test("a product that comes back must be known again, and two must not be taken for one", (t) => {
  const strangers = { runs: [run("A", 0, 99), run("B", 100, 129), run("C", 130, 179)] };
  t.match(scoreRuns(truth, strangers), { exactlyRight: false, worstCountError: 50 / 150, products: 3 });
  const one = { runs: [run("A", 0, 99), run("A", 100, 129), run("A", 130, 179)] };
  t.match(scoreRuns(truth, one), { exactlyRight: false, worstCountError: 1, products: 1 });
  t.end();
});

tap.test("a run missed, a run invented, nothing found", (t) => {
  const missed = { runs: [run("A", 0, 179)] };
  t.match(scoreRuns(truth, missed), { exactlyRight: false, worstCountError: 1, maxBoundaryOff: 130 });
  const invented = { runs: [run("A", 0, 99), run("B", 100, 129), run("A", 130, 173), run("X", 174, 179)] };
  t.match(scoreRuns(truth, invented), {
    exactlyRight: false,
    worstCountError: 6 / 150,
    maxBoundaryOff: 0,
    products: 3,
  });
  t.same(scoreRuns(truth, { runs: [] }), {
    exactlyRight: false,
    worstCountError: 1,
    maxBoundaryOff: Infinity,
    products: 0,
  });
  t.end();
});

tap.test("labels: matched by overlap, negative ones are nobody's, no label serves two products", (t) => {
  const right = truth.member.map((product) => 5 - product);
  t.same(scoreLabels(truth, right), { worstCountError: 0, products: 2 });
  t.same(
    scoreLabels(
      truth,
      right.map((label, i) => (i < 15 ? -1 : label)),
    ),
    { worstCountError: 0.1, products: 2 },
  );
  t.same(scoreLabels(truth, right.fill(0)), { worstCountError: 1, products: 1 }, "B is missing, and A is 20 % off");
  t.end();
});

/** Which promises of every generated shift this one breaks. */
function brokenPromises({ timesSeconds, sealingTimesSeconds, truth }: BenchShift): string[] {
  const { runs, products, member } = truth;
  const count = (seals: Int32Array, product: number) => seals.filter((m) => m === product).length;
  const inside = ({ first, last }: TrueRun) => member.subarray(first, last + 1);
  const promises: Record<string, boolean> = {
    "one of each": member.length === timesSeconds.length && member.length === sealingTimesSeconds.length,
    "sealing times": sealingTimesSeconds.every((x) => x > 0 && x < 20),
    "time runs forward": timesSeconds.every((x, i) => i === 0 || x > (timesSeconds[i - 1] ?? 0)),
    "runs in order": runs.every((run, i) => run.first > (runs[i - 1]?.last ?? -1)),
    "never the same product twice in a row": runs.every((run, i) => run.product !== runs[i - 1]?.product),
    "ends are members": runs.every((run) => inside(run)[0] === run.product && inside(run).at(-1) === run.product),
    "seals of runs": runs.every((run) => count(inside(run), run.product) === run.seals),
    "nobody else inside": runs.every((run) => inside(run).every((m) => m === run.product || m === -1)),
    "seals of products": products.every(({ seals }, p) => seals > 0 && count(member, p) === seals),
    modes: products.every(({ modeSeconds }) => modeSeconds > 1.1 && modeSeconds < 6.4),
  };
  return Object.keys(promises).filter((name) => !promises[name]);
}

/** As text: the test harness compares typed arrays element by element, which takes seconds here. */
function printed({ timesSeconds, sealingTimesSeconds, truth }: BenchShift): string {
  return [timesSeconds, sealingTimesSeconds, truth.member, JSON.stringify(truth.runs)].join(";");
}

tap.test("families keep their promises and are the same for the same seed", (t) => {
  const families: Record<string, Family> = { ...FAMILIES, ...paperShifts(0.02) };
  for (const [name, family] of Object.entries(families)) {
    for (let seed = 1; seed <= 5; seed++) t.same(brokenPromises(family(seed)), [], `${name}, seed ${seed}`);
    t.equal(printed(family(3)), printed(family(3)), name);
    t.not(printed(family(3)), printed(family(4)), name);
  }
  t.end();
});

tap.test("modes are at least 0.35 s and 8 % apart, even fourteen of them", (t) => {
  let most = 0;
  for (let seed = 1; seed <= 60; seed++) {
    const modes = FAMILIES.shortRuns(seed).truth.products.map((p) => p.modeSeconds);
    most = Math.max(most, modes.length);
    modes.sort((a, b) => a - b);
    for (let i = 1; i < modes.length; i++) {
      const [low = 0, high = 0] = modes.slice(i - 1, i + 1);
      if (high - low < 0.35 - 1e-9 || high / low < 1.08 - 1e-9) t.fail(`seed ${seed}: ${low} and ${high}`);
    }
  }
  t.equal(most, 14);
  t.end();
});

tap.test("what a family is named for is in it", (t) => {
  const strays =
    FAMILIES.outliers(1).truth.member.filter((m) => m === -1).length / FAMILIES.outliers(1).truth.member.length;
  t.ok(strays > 0.08 && strays < 0.16, `12 % outliers, give or take: ${strays}`);
  t.ok(FAMILIES.threeWithRunOf30(1).truth.runs.some((run) => run.seals === 30));
  t.ok(FAMILIES.coarseClock(1).sealingTimesSeconds.every((x) => Math.abs(x * 10 - Math.round(x * 10)) < 1e-9));
  const { member, runs } = FAMILIES.trialSeals(1).truth;
  const trials = (runs[1]?.first ?? 0) - (runs[0]?.last ?? 0) - 1;
  t.ok(trials >= 1 && trials <= 6 && member[runs[0]?.last ?? 0] === 0, "trial seals between two runs");
  t.end();
});

const closed = (...times: readonly (readonly [onUs: number, offUs: number])[]) =>
  times.map(([onUs, offUs]) => ({ onUs, offUs }));

tap.test("found pulses: each true seal is ok, split, merged or missed; phantoms touch none", (t) => {
  const seals = closed([10, 20], [30, 40], [50, 60], [70, 80], [90, 100]);
  const found = closed([1, 10], [11, 20], [30, 33], [34, 40], [52, 79], [81, 89], [100, 101]);
  t.same(scorePulses(seals, found), { ok: 1, split: 1, merged: 2, missed: 1, phantom: 3, errorsUs: [1] });
  const nothing = { ok: 0, split: 0, merged: 0, missed: 5, phantom: 0, errorsUs: [] };
  t.same(scorePulses(seals, []), nothing);
  t.same(addScores([scorePulses(seals, seals), nothing]), { ...nothing, ok: 5, errorsUs: [0, 0, 0, 0, 0] });
  t.end();
});

tap.test("quantiles are values that occur", (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(quantile([4, 3, 2, 1], 0.5), 2);
  t.equal(quantile([1, 2, 3], 0), 1);
  t.equal(quantile([1, 2, 3], 0.95), 3);
  t.ok(Number.isNaN(median([])));
  t.end();
});

tap.test("a table says which bounds are missed, to people and to machines", (t) => {
  const table: Table = {
    title: "Speed",
    notes: ["on paper"],
    columns: [{ name: "what" }, { name: "edges/s", decimals: 1 }],
    rows: [
      ["fast", { value: 12.34, atLeast: 10 }],
      ["slow", { value: 12.34, atMost: 9 }],
      ["unknown", null],
    ],
  };
  t.equal(countMissed([table]), 1);
  t.equal(
    tableText(table),
    [
      "Speed",
      "  on paper",
      "",
      "what                edges/s",
      "-------  ------------------",
      "fast        12.3 (>= 10 ok)",
      "slow     12.3 (<= 9 MISSED)",
      "unknown                   -",
      "",
    ].join("\n"),
  );
  t.same(tableJson(table).rows[1], { what: "slow", "edges/s": { value: 12.34, atMost: 9, met: false } });
  t.end();
});
