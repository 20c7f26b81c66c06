import fc from "fast-check";
import t from "tap";
import { CycleLearner, idealCycle, SpeedCheck, shortestMicroStopSeconds } from "../algorithms/ideal-cycle.ts";

const S = 1_000_000;

/** Feeds cycles of these lengths, in seconds; returns where time has come to. */
function feed(learner: Pick<CycleLearner, "push">, cycles: readonly number[], fromUs = 0): number {
  let nowUs = fromUs;
  for (const seconds of cycles) {
    nowUs += Math.round(seconds * S);
    learner.push(nowUs);
  }
  return nowUs;
}

function times(count: number, seconds: number): number[] {
  return Array.from({ length: count }, () => seconds);
}

t.test("configured before learned before unknown", (t) => {
  const learner = new CycleLearner();
  t.same(idealCycle(null, null), { seconds: null, source: "unknown" });
  t.same(idealCycle(null, learner), { seconds: null, source: "unknown" });
  feed(learner, times(51, 4));
  t.same(idealCycle(null, learner), { seconds: 4, source: "learned" });
  t.same(idealCycle(3.5, learner), { seconds: 3.5, source: "configured" });
  t.end();
});

t.test("it takes 50 uninterrupted cycles, which is 51 seals", (t) => {
  const learner = new CycleLearner();
  const nowUs = feed(learner, times(50, 4));
  t.equal(learner.seconds, null);
  feed(learner, [4], nowUs);
  t.equal(learner.seconds, 4);
  t.equal(learner.windows, 1);
  t.end();
});

t.test("the figure of a window is its mean: one short cycle proves nothing", (t) => {
  const learner = new CycleLearner();
  feed(learner, [0.1, 2, ...times(49, 6)]);
  t.equal(learner.seconds?.toFixed(4), ((2 + 49 * 6) / 50).toFixed(4));
  t.end();
});

t.test("of a hundred windows the fifth fastest is taken", (t) => {
  const learner = new CycleLearner();
  let nowUs = feed(learner, [1]);
  // 10.0, 9.9, ... 0.1 s in an order of no meaning
  for (let i = 0; i < 100; i++) nowUs = feed(learner, times(50, (((i * 37) % 100) + 1) / 10), nowUs);
  t.equal(learner.windows, 100);
  t.equal(learner.seconds?.toFixed(6), "0.500000");
  t.end();
});

t.test("a micro-stop begins the window anew, also when it is the first cycle", (t) => {
  for (const before of [0, 1, 20, 48, 49]) {
    const learner = new CycleLearner();
    // from 4 + 2.5 * 4 = 14 s on it is one
    const nowUs = feed(learner, [1, ...times(before, 4), 14, ...times(49, 4)]);
    t.equal(learner.windows, 0, `${before} cycles before it`);
    feed(learner, [4], nowUs);
    t.equal(learner.seconds, 4, `${before} cycles before it`);
  }
  t.end();
});

t.test("a slow cycle does not interrupt", (t) => {
  const learner = new CycleLearner();
  feed(learner, [1, ...times(25, 4), 13.9, ...times(24, 4)]);
  t.equal(learner.windows, 1);
  t.end();
});

t.test("the end of a run begins the window anew, and the time to the next run is no cycle", (t) => {
  const learner = new CycleLearner();
  const nowUs = feed(learner, times(40, 4));
  learner.interrupt();
  feed(learner, times(50, 4), nowUs);
  t.equal(learner.windows, 0);
  t.end();
});

t.test("limits of a micro-stop", (t) => {
  t.equal(shortestMicroStopSeconds(0.5), 2);
  t.equal(shortestMicroStopSeconds(0.8), 2);
  t.equal(shortestMicroStopSeconds(6), 15);
  t.equal(shortestMicroStopSeconds(0.5, 3), 3);
  t.end();
});

t.test("time runs on", (t) => {
  const learner = new CycleLearner();
  learner.push(5);
  t.throws(() => learner.push(5), RangeError);
  t.throws(() => learner.push(Number.NaN), RangeError);
  t.end();
});

t.test("memory is bounded, and the fast end stays exact", (t) => {
  const learner = new CycleLearner();
  let nowUs = feed(learner, [1]);
  for (let i = 0; i < 3000; i++) nowUs = feed(learner, times(50, 2 + i / 100), nowUs);
  t.ok(learner.save().buckets.length <= 512);
  t.equal(learner.windows, 3000);
  t.ok(Math.abs((learner.seconds as number) - 3.49) < 0.005, String(learner.seconds));
  t.end();
});

t.test("a save anywhere changes nothing, and it is near the sorted list's percentile", (t) => {
  const figures = fc.array(fc.integer({ min: 40, max: 60 }), { minLength: 1, maxLength: 30 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(figures, fc.nat(49), (tenths, saveAt) => {
        let learner = new CycleLearner();
        let nowUs = feed(learner, [1]);
        for (const tenth of tenths) {
          nowUs = feed(learner, times(saveAt, tenth / 10), nowUs);
          learner = CycleLearner.restore(JSON.parse(JSON.stringify(learner.save())));
          nowUs = feed(learner, times(50 - saveAt, tenth / 10), nowUs);
        }
        const expected = (tenths.toSorted((a, b) => a - b)[Math.ceil(0.05 * tenths.length) - 1] as number) / 10;
        return Math.abs((learner.seconds as number) - expected) < 1e-9;
      }),
    ),
  );
  t.end();
});

t.test("speed above ideal for ten minutes", (t) => {
  const alarms = (cycles: readonly number[], ideal = 4) => {
    const check = new SpeedCheck(ideal);
    let nowUs = 0;
    return cycles.flatMap((seconds) => {
      nowUs += Math.round(seconds * S);
      return check.push(nowUs) ?? [];
    });
  };
  t.test("proposes the mean cycle, once every ten minutes", (t) => {
    const found = alarms(times(401, 3));
    t.same(
      found.map(({ startUs, endUs }) => [startUs / S, endUs / S]),
      [
        [3, 603],
        [603, 1203],
      ],
    );
    t.equal(found[0]?.proposedSeconds, 3);
    t.end();
  });
  t.test("not at the ideal speed, not below it, not for nine minutes", (t) => {
    t.same(alarms(times(1000, 4)), []);
    t.same(alarms(times(1000, 4.2)), []);
    t.same(alarms(times(180, 3)), []);
    t.end();
  });
  t.test("not with a micro-stop in them", (t) => {
    t.same(alarms([...times(190, 3), 14, ...times(190, 3)]), []);
    t.end();
  });
  t.test("not across runs", (t) => {
    const check = new SpeedCheck(4);
    for (let i = 0; i < 190; i++) t.equal(check.push(i * 3 * S), undefined);
    check.interrupt();
    t.equal(check.push(650 * S), undefined);
    t.throws(() => new SpeedCheck(0), RangeError);
    t.end();
  });
  t.end();
});
