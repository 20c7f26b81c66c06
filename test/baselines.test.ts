import fc from "fast-check";
import t from "tap";
import { CloseOpenDebounce, StableDebounce } from "../algorithms/baselines/debounce.ts";
import { kMeans } from "../algorithms/baselines/kmeans.ts";
import { kRms } from "../algorithms/baselines/krms.ts";
import { type Clustering, costOf } from "../algorithms/baselines/lloyd.ts";
import { quantileStart } from "../algorithms/baselines/starts.ts";
import { xMeans } from "../algorithms/baselines/xmeans.ts";
import type { Level } from "../algorithms/signal.ts";
import { createRandom, mulberry32 } from "../scripts/bench/random.ts";

const sealingTime = fc.integer({ min: 0, max: 1_500_000 }).map((ms) => ms / 1000);
const sealingTimes = fc.oneof(
  fc.array(sealingTime, { minLength: 1, maxLength: 60 }),
  fc.array(fc.constantFrom(1.5, 1.6, 1.7, 30), { minLength: 1, maxLength: 60 }),
);
const withK = sealingTimes.chain((seconds) =>
  fc.record({ seconds: fc.constant(seconds), k: fc.integer({ min: 1, max: seconds.length }), seed: fc.nat() }),
);

/** What must hold of any clustering: nearest centres, ascending, and every sealing time counted once. */
function isSound(seconds: readonly number[], { centres, labels, counts }: Clustering): boolean {
  const distance = (x: number, c: number) => Math.abs(x - (centres[c] ?? Number.NaN));
  const isNearest = seconds.every((x, i) => centres.every((_, c) => distance(x, labels[i] ?? -1) <= distance(x, c)));
  const isCounted = counts.every((count, c) => count === labels.filter((label) => label === c).length);
  const ascends = centres.every((centre, c) => c === 0 || centre >= (centres[c - 1] ?? 0));
  return isNearest && isCounted && ascends && labels.length === seconds.length && counts.length === centres.length;
}

/** Groups of 200 sealing times with a noise of 40 ms about each mode. */
function groups(seed: number, modes: readonly number[]): number[] {
  const { normal } = createRandom(seed);
  return modes.flatMap((mode) => Array.from({ length: 200 }, () => normal(mode, 0.04)));
}

t.test("k-means by hand: two groups, their means, their counts", (t) => {
  const found = kMeans([5, 1, 2, 3, 7], 2, mulberry32(1));
  t.same(found.centres, [2, 6]);
  t.same([...found.labels], [1, 0, 0, 0, 1]);
  t.same(found.counts, [3, 2]);
  t.equal(costOf([5, 1, 2, 3, 7], found.centres), 4);
  t.end();
});

t.test("k-rms by hand: the centre is the root mean square, above the mean", (t) => {
  const found = kRms([1, 7, 30, 30], 2, mulberry32(1));
  t.same(found.centres, [5, 30], "sqrt((1 + 49) / 2) = 5, where the mean is 4");
  t.same(found.counts, [2, 2]);
  t.end();
});

t.test("an outlier takes the centre that a small product needed", (t) => {
  const seconds = [...Array(100).fill(2), ...Array(5).fill(2.5), 15];
  t.same(kMeans(seconds, 2, mulberry32(1)).counts, [105, 1]);
  t.end();
});

t.test("whatever the sealing times: labels are nearest centres and the counts add up", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(withK, ({ seconds, k, seed }) =>
        [kMeans, kRms].every((cluster) => {
          const found = cluster(seconds, k, mulberry32(seed));
          return found.centres.length === k && isSound(seconds, found);
        }),
      ),
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(sealingTimes, fc.nat(), (seconds, seed) => isSound(seconds, xMeans(seconds, mulberry32(seed)))),
    ),
  );
  t.end();
});

t.test("k-means never ends dearer than it began", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(withK, ({ seconds, k, seed }) => {
        const begun = costOf(seconds, quantileStart(seconds, k));
        return costOf(seconds, kMeans(seconds, k, mulberry32(seed)).centres) <= begun + 1e-9;
      }),
    ),
  );
  t.end();
});

t.test("the same random numbers give the same clustering, and plain arrays the same as typed ones", (t) => {
  const seconds = groups(3, [2, 2.3, 2.9, 4]);
  t.same(kMeans(seconds, 4, mulberry32(9)), kMeans(Float64Array.from(seconds), 4, mulberry32(9)));
  t.end();
});

t.test("x-means finds how many clusters there are when they are clean", (t) => {
  for (let seed = 1; seed <= 20; seed++) {
    t.equal(xMeans(groups(seed, [2.4]), mulberry32(seed)).centres.length, 1, "one tight cluster");
    t.same(xMeans(groups(seed, [2, 4]), mulberry32(seed)).counts, [200, 200], "two far ones");
    t.same(xMeans(groups(seed, [5, 1.5, 3]), mulberry32(seed)).counts, [200, 200, 200], "three far ones");
  }
  t.end();
});

t.test("x-means by hand: equal sealing times are one cluster, a handful is not split", (t) => {
  t.same(xMeans([2, 2, 2, 2, 2, 2, 2, 2], mulberry32(1)).centres, [2]);
  t.same(xMeans([1, 1, 1, 9, 9], mulberry32(1)).centres, [4.2], "five are too few for two normals");
  t.same(xMeans([1, 1, 1, 9, 9, 9], mulberry32(1)).centres, [1, 9]);
  t.end();
});

t.test("a k that cannot be and sealing times that are none are refused", (t) => {
  for (const k of [0, -1, 1.5, 4, Number.NaN]) t.throws(() => kMeans([1, 2, 3], k, mulberry32(1)), RangeError);
  for (const bad of [-1, Number.NaN, Infinity]) t.throws(() => kRms([1, bad], 1, mulberry32(1)), RangeError);
  t.throws(() => xMeans([], mulberry32(1)), RangeError);
  t.end();
});

type Filter = CloseOpenDebounce;

/** All changes [changeUs, level] of a filter over the edges; the last time is where the recording ends. */
function changesOf(filter: Filter, edges: readonly (readonly [number, Level])[], endUs: number): [number, Level][] {
  const changes: [number, Level][] = [];
  for (const [timeUs, level] of edges) if (filter.push(timeUs, level)) changes.push([filter.changeUs, filter.level]);
  if (filter.finish(endUs)) changes.push([filter.changeUs, filter.level]);
  return changes;
}

t.test("stable debounce: a level counts once it is stable, from where it began to be", (t) => {
  const clean = [
    [0, 0],
    [1000, 1],
    [3000, 0],
  ] as const;
  t.same(changesOf(new StableDebounce(50), clean, 5000), [
    [1000, 1],
    [3000, 0],
  ]);
  const glitch = [
    [0, 0],
    [1000, 1],
    [1049, 0],
    [2000, 1],
    [2050, 0],
  ] as const;
  t.same(
    changesOf(new StableDebounce(50), glitch, 2099),
    [[2000, 1]],
    "49 is too short, 50 is enough, the end came early",
  );
  const chatter = [
    [0, 0],
    [1000, 1],
    [1010, 0],
    [1020, 1],
    [1030, 0],
    [1040, 1],
  ] as const;
  t.same(changesOf(new StableDebounce(50), chatter, 2000), [[1040, 1]], "chatter moves the stamp to its last edge");
  t.end();
});

t.test("stable debounce cuts a seal in two at a drop-out: why it is only a baseline", (t) => {
  const dropOut = [
    [0, 0],
    [1000, 1],
    [2000, 0],
    [2060, 1],
    [3000, 0],
  ] as const;
  t.same(changesOf(new StableDebounce(50), dropOut, 4000), [
    [1000, 1],
    [2000, 0],
    [2060, 1],
    [3000, 0],
  ]);
  t.end();
});

t.test("two times: quick to close, slow to open", (t) => {
  const edges = [
    [0, 0],
    [100, 1],
    [199, 0],
    [1000, 1],
    [2000, 0],
    [2999, 1],
    [4000, 0],
  ] as const;
  t.same(changesOf(new CloseOpenDebounce(100, 1000), edges, 5000), [
    [1000, 1],
    [4000, 0],
  ]);
  t.same(changesOf(new CloseOpenDebounce(1000, 100), edges, 5000), [
    [1000, 1],
    [2000, 0],
    [2999, 1],
    [4000, 0],
  ]);
  t.end();
});

t.test("a tick makes the answer come earlier and never another one", (t) => {
  const debounce = new StableDebounce(50);
  t.notOk(debounce.push(0, 1), "the first push is the level, not a change");
  t.equal(debounce.level, 1);
  t.notOk(debounce.push(100, 0));
  t.notOk(debounce.push(149, 0));
  t.ok(debounce.push(150, 0));
  t.same([debounce.changeUs, debounce.level], [100, 0]);
  t.notOk(debounce.finish(500), "nothing is pending");
  t.notOk(debounce.finish(600), "and it has ended already");
  t.end();
});

t.test("after an end it starts afresh with the level it then sees", (t) => {
  const debounce = new StableDebounce(50);
  debounce.push(0, 0);
  debounce.finish(100);
  t.notOk(debounce.push(200, 1));
  t.same([debounce.changeUs, debounce.level], [200, 1]);
  t.throws(() => debounce.push(199, 1), RangeError, "time does not run backwards");
  debounce.finish(300);
  t.throws(() => debounce.push(299, 1), RangeError, "not even over a gap");
  for (const bad of [0, -1, Number.NaN]) t.throws(() => new StableDebounce(bad), RangeError);
  t.end();
});

t.test("whatever the edges: the changes alternate, lie on edges, and were stable for their time", (t) => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 40 }), fc.constantFrom<Level>(0, 1)), {
    minLength: 1,
    maxLength: 80,
  });
  const us = fc.integer({ min: 1, max: 60 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, us, us, (steps, closeUs, openUs) => {
        let timeUs = 0;
        const edges = steps.map(([stepUs, level]) => {
          timeUs += stepUs;
          return [timeUs, level] as const;
        });
        const changes = changesOf(new CloseOpenDebounce(closeUs, openUs), edges, timeUs + 100);
        return changes.every(([changeUs, level], i) => {
          const lengthUs = level === 1 ? closeUs : openUs;
          const isStable = edges.every(([us, l]) => us <= changeUs || us >= changeUs + lengthUs || l === level);
          const before = i === 0 ? edges[0]?.[1] : changes[i - 1]?.[1];
          return isStable && before !== level && edges.some(([us, l]) => us === changeUs && l === level);
        });
      }),
    ),
  );
  t.end();
});
