import t from "tap";
import { Mobisea, type MobiseaOptions, type MobiseaView } from "../algorithms/mobisea/mobisea.ts";
import { FAMILIES, type FamilyName } from "../scripts/bench/families.ts";
import { createRandom } from "../scripts/bench/random.ts";
import { scoreRuns } from "../scripts/bench/score.ts";

type Values = readonly number[];

const list = <T>(length: number, value: (i: number) => T): T[] => Array.from({ length }, (_, i) => value(i));

const MOST_UNSETTLED = 2048;
// What may wait in the run builder, and the block on its way there.
const MOST_PENDING = 4096 + 64;

function make(values: Values, options: MobiseaOptions = {}): MobiseaView {
  const mobisea = new Mobisea(options);
  for (const x of values) mobisea.push(x);
  return mobisea.finish();
}

const runsOf = (values: Values, options: MobiseaOptions = {}) => make(values, options).runs;
const namesOf = ({ runs }: MobiseaView) => runs.map(({ product }) => product);
const endsOf = (values: Values, options: MobiseaOptions = {}) =>
  runsOf(values, options).map(({ product, first, last }) => [product, first, last]);

const normal = (seed: number, seals: number, mode: number, sd = 0.04) => {
  const random = createRandom(seed);
  return list(seals, () => random.normal(mode, sd));
};
const junk = (seed: number, seals: number, low = 0.5, high = 9) => {
  const random = createRandom(seed);
  return list(seals, () => random.between(low, high));
};
t.test("the families of the design's table come out as it demands", (t) => {
  const allowed: Record<FamilyName, number> = {
    oneProduct: 0,
    threeProducts: 0,
    threeWithRunOf30: 0,
    shortRuns: 0.03,
    shortBetween: 0.03,
    outliers: 0.03,
    returns: 0.03,
    trialSeals: 0.03,
    nearModes: 0.01,
    drift: 0.01,
    unevenNoise: 0.03,
    coarseClock: 0.02,
  };
  for (const [name, family] of Object.entries(FAMILIES)) {
    const scores = [301, 302, 303, 304, 305, 306].map((seed) => {
      const { sealingTimesSeconds, truth } = family(seed);
      return scoreRuns(truth, make([...sealingTimesSeconds]));
    });
    t.ok(
      scores.every(({ exactlyRight }) => exactlyRight),
      `${name}: the right runs`,
    );
    const worst = Math.max(...scores.map(({ worstCountError }) => worstCountError));
    t.ok(worst <= allowed[name as FamilyName], `${name}: counts are ${(100 * worst).toFixed(2)} % off at most`);
  }
  t.end();
});

t.test("products return within a shift and across shifts", (t) => {
  const monday = make([...normal(1, 200, 3), ...normal(2, 200, 4), ...normal(3, 200, 3)]);
  t.same(namesOf(monday), [1, 2, 1]);
  const book = JSON.parse(JSON.stringify(monday.book.save()));
  const tuesday = make([...normal(4, 200, 4 * 1.003), ...normal(5, 200, 3 * 1.06), ...normal(6, 200, 3)], {
    book,
  });
  t.same(namesOf(tuesday), [2, 3, 1], "0.3 % is the same product, 6 % is another; no number is used twice");
  t.same(
    tuesday.book.products.map(({ number, seals }) => [number, seals]),
    [
      [1, 600],
      [2, 400],
      [3, 200],
    ],
  );
  t.same(namesOf(make(normal(7, 200, 3.5), { book })), [3]);
  t.end();
});

t.test("a run that could be either of two products says so", (t) => {
  const first = make([...normal(1, 300, 3, 0.005), ...normal(2, 300, 3.04, 0.005)]);
  t.same(namesOf(first), [1, 2]);
  const [run] = make(normal(3, 300, 3.015, 0.005), { book: first.book.save() }).runs;
  t.match(run, { product: 1, rival: 2 });
  t.end();
});

t.test("junk is no product and hides none", (t) => {
  for (const seals of [20, 100, 1000]) t.same(runsOf(junk(seals, seals)), [], `${seals} seals of junk alone`);
  for (const seals of [1, 10, 100, 300, 1000]) {
    const [run, ...others] = runsOf([...normal(1, 500, 3), ...junk(2, seals), ...normal(3, 500, 3)]);
    t.same(others, []);
    t.match(run, { first: 0, last: 999 + seals });
    // One in twenty of such junk lies where the product's seals may.
    t.ok(run !== undefined && run.seals >= 999 && run.seals <= 1001 + 0.08 * seals, `after ${seals} seals of junk`);
    const ends = endsOf([...normal(1, 500, 3), ...junk(2, seals), ...normal(3, 500, 4)]);
    t.equal(ends.length, 2, `another product after ${seals} seals of junk`);
    t.equal(ends[1]?.[2], 999 + seals);
  }
  t.same(endsOf([...junk(4, 8), ...normal(5, 100, 3)]), [[1, 8, 107]], "a run that begins in junk");
  t.end();
});

t.test("a stuck contact's long pulse does not widen the run around it", (t) => {
  const strays = new Map([
    [20, 1],
    [30, 5],
    [40, 2],
    [63, 5000],
  ]);
  const values = normal(1, 128, 3).map((x, i) => strays.get(i) ?? x);
  const [run] = runsOf(values);
  t.match(run, { first: 0, last: 127, seals: 124 });
  t.end();
});

t.test("equal readings are no coarse clock", (t) => {
  for (const seals of [10, 60, 300])
    for (const [a, b] of [
      [3, 5],
      [3, 3.5],
      [50, 58],
    ] as const) {
      const equal = [...list(seals, () => a), ...list(seals, () => b), ...list(seals, () => a)];
      const expected = [
        [1, 0, seals - 1],
        [2, seals, 2 * seals - 1],
        [1, 2 * seals, 3 * seals - 1],
      ];
      t.same(endsOf(equal), expected, `${a} and ${b} s, ${seals} each`);
      const random = createRandom(1);
      t.same(endsOf(equal.map((x) => random.normal(x, 1e-6))), expected, "nor is noise of a microsecond");
    }
  t.end();
});

t.test("a clock of a whole second", (t) => {
  const read = (values: Values) => values.map((x) => Math.round(x));
  const values = read([...normal(1, 300, 50, 0.4), ...normal(2, 300, 58, 0.4), ...normal(3, 300, 50, 0.4)]);
  t.same(endsOf(values), [
    [1, 0, 299],
    [2, 300, 599],
    [1, 600, 899],
  ]);
  const short = read([...normal(1, 300, 5, 0.3), ...normal(2, 300, 8, 0.3)]);
  t.same(endsOf(short), [
    [1, 0, 299],
    [2, 300, 599],
  ]);
  t.end();
});

t.test("the fewest seals that make a run", (t) => {
  for (const minRunSeals of [5, 50, 64, 65, 100]) {
    const enough = minRunSeals;
    t.same(
      endsOf([...normal(1, enough, 3), ...normal(2, enough, 5), ...normal(3, enough, 3)], { minRunSeals }),
      [
        [1, 0, enough - 1],
        [2, enough, 2 * enough - 1],
        [1, 2 * enough, 3 * enough - 1],
      ],
      `${minRunSeals} are enough`,
    );
    t.same(runsOf(normal(1, minRunSeals - 1, 3), { minRunSeals }), [], "one less is not");
    const between = [...normal(1, 200, 3), ...normal(2, minRunSeals - 1, 5), ...normal(3, 200, 3)];
    t.same(endsOf(between, { minRunSeals }), [[1, 0, between.length - 1]], "nor between two runs");
  }
  t.same(
    endsOf([...list(100, () => 3), ...list(3, () => 5), ...list(100, () => 4)], { minRunSeals: 3 })[1],
    [2, 100, 102],
  );
  t.end();
});

t.test("products that alternate seal by seal are no runs", (t) => {
  t.same(runsOf(list(400, (i) => (i % 2 === 0 ? 3 : 5))), []);
  t.end();
});

t.test("a mode that creeps upwards for ever stays one product", (t) => {
  const random = createRandom(1);
  const values = list(20_000, (i) => Math.exp(i * 4e-5) + random.normal(0, 0.01));
  t.same(endsOf(values), [[1, 0, 19_999]]);
  t.end();
});

t.test("what is no sealing time is refused and leaves no trace", (t) => {
  const mobisea = new Mobisea();
  for (const x of normal(1, 40, 3)) mobisea.push(x);
  const before = JSON.stringify(mobisea.save());
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
    t.throws(() => mobisea.push(bad), RangeError);
  t.equal(JSON.stringify(mobisea.save()), before);
  t.equal(mobisea.seals, 40);
  for (const minRunSeals of [2, 0, -5, 3.5, 101, Number.NaN]) t.throws(() => new Mobisea({ minRunSeals }), RangeError);
  t.throws(() => mobisea.matchOfRun(1), RangeError);
  t.same(new Mobisea().view().runs, []);
  t.end();
});

t.test("a run is known by its product as soon as a seal is assigned to it", (t) => {
  const values = [...normal(1, 200, 3), ...normal(2, 200, 4), ...normal(3, 200, 3)];
  const products: number[] = [];
  const mobisea: Mobisea = new Mobisea({ onAssigned: (_index, run) => products.push(mobisea.matchOfRun(run).product) });
  for (const x of values) mobisea.push(x);
  mobisea.finish();
  t.same(products, [...list(200, () => 1), ...list(200, () => 2), ...list(200, () => 1)]);
  t.end();
});

t.test("another reading of a doubtful seal is heard, whichever seal it is", (t) => {
  const assigned: number[] = [];
  const mobisea = new Mobisea({ onAssigned: (_index, run) => assigned.push(run) });
  for (let i = 0; i < 5000; i++) {
    const doubtful = i % 17 === 9;
    mobisea.push(doubtful ? 7 : 3);
    if (doubtful) mobisea.doubtLast([2.9, 3.01]);
    if (assigned.length > i) t.fail(`seal ${i} was assigned before anything could be said of it`);
  }
  t.match(mobisea.finish().runs, [{ first: 0, seals: 5000, sealingTimeSeconds: 3 }]);
  t.same(new Set(assigned), new Set([0]));
  t.same(mobisea.save().doubtful, [], "and nothing of it is kept");
  t.end();
});

t.test("memory is bounded and the pace is steady, whatever comes", (t) => {
  const random = createRandom(1);
  const streams: Record<string, [seals: number, at: (i: number) => number]> = {
    "uniform junk": [20_000, () => random.between(0.5, 100)],
    "log-uniform junk": [8000, () => Math.exp(random.between(-3.5, 9.6))],
    "a ramp": [40_000, (i) => 1 + i * 1e-4],
    "two values in turn": [20_000, (i) => (i % 2 === 0 ? 2 : 3)],
    "one value": [60_000, () => 3],
    "one product": [20_000, () => random.normal(3, 0.04)],
  };
  for (const [name, [seals, at]] of Object.entries(streams)) {
    const values = list(seals, at);
    const mobisea = new Mobisea();
    let most = { unsettled: 0, nodes: 0, waiting: 0, live: 0 };
    const begin = performance.now();
    values.forEach((x, i) => {
      mobisea.push(x);
      if (i % 500 !== 499) return;
      const { tracker, builder } = mobisea.save();
      most = {
        unsettled: Math.max(most.unsettled, tracker.unsettled.length),
        nodes: Math.max(most.nodes, tracker.nodeStarts.length),
        waiting: Math.max(
          most.waiting,
          builder.pending.length + (builder.draft?.held.length ?? 0) + builder.block.length,
        ),
        live: Math.max(most.live, ...tracker.live.map(({ cells }) => cells.length)),
      };
    });
    const microseconds = (1000 * (performance.now() - begin)) / seals;
    t.comment(`${name}: ${microseconds.toFixed(1)} microseconds a seal`, most);
    t.ok(most.unsettled <= MOST_UNSETTLED && most.nodes <= MOST_UNSETTLED + 32, `${name}: what is not settled`);
    t.ok(most.waiting <= MOST_PENDING, `${name}: what waits for its run`);
    t.ok(most.live < 4000, `${name}: what is still possible`);
    // A tenth of a second for 200 seals would be a pace that grows with the shift.
    t.ok(microseconds < 500, `${name}: the pace`);
  }
  t.end();
});

t.test("a finished shift stays as it is", (t) => {
  const mobisea = new Mobisea();
  for (let i = 0; i < 40; i++) mobisea.push(2.4 + 0.01 * (i % 5));
  const first = mobisea.finish();
  t.same(mobisea.finish().runs, first.runs);
  t.same(mobisea.view().runs, first.runs);
  t.equal(first.runs.length, 1);
  t.throws(() => mobisea.push(2.4), RangeError);
  t.end();
});

t.test("a lone seal behind a stop that happens to fit is not the end of the run; several are", (t) => {
  const runsOf = (...behindTheStop: number[]) => {
    const mobisea = new Mobisea();
    for (let i = 0; i < 40; i++) mobisea.push(2.4 + 0.01 * (i % 5));
    behindTheStop.forEach((seconds, i) => {
      mobisea.push(seconds, i === 0);
    });
    for (let i = 0; i < 40; i++) mobisea.push(3.2 + 0.01 * (i % 5));
    return mobisea.finish().runs.map(({ first, last, seals }) => [first, last, seals]);
  };
  t.same(runsOf(3.9, 2.42), [
    [0, 39, 40],
    [42, 81, 40],
  ]);
  t.same(runsOf(2.41, 2.42, 2.42, 2.43), [
    [0, 43, 44],
    [44, 83, 40],
  ]);
  t.end();
});

t.test("the last seals of a shift behind a stop are still the run's: nothing else follows them", (t) => {
  const mobisea = new Mobisea();
  for (let i = 0; i < 40; i++) mobisea.push(2.4 + 0.01 * (i % 5));
  mobisea.push(2.42, true);
  t.match(mobisea.view().runs, [{ first: 0, last: 40, seals: 41 }]);
  t.match(mobisea.finish().runs, [{ first: 0, last: 40, seals: 41 }]);
  t.end();
});
