import fc from "fast-check";
import t from "tap";
import {
  cellOf,
  modeOf,
  narrowestScale,
  OUTLIER_PRICE,
  RUN_PRICE,
  SCALES,
  withinGrid,
} from "../algorithms/mobisea/grid.ts";
import { Mobisea, type MobiseaOptions, type MobiseaView } from "../algorithms/mobisea/mobisea.ts";
import { NoiseScale } from "../algorithms/mobisea/noise-scale.ts";
import { RunTracker } from "../algorithms/mobisea/run-tracker.ts";
import { segment } from "../algorithms/mobisea/segment.ts";
import { FAMILIES } from "../scripts/bench/families.ts";
import { createRandom, type Random } from "../scripts/bench/random.ts";

type Values = readonly number[];

const list = <T>(length: number, value: (i: number) => T): T[] => Array.from({ length }, (_, i) => value(i));

type Piece = (random: Random, seals: number, mode: number) => number[];

/** What a recording may be made of. */
const PIECES: readonly Piece[] = [
  (random, seals, mode) => list(seals, () => random.normal(mode, 0.015 * mode)),
  (random, seals, mode) => list(seals, () => random.normal(mode, 1e-6 * mode)),
  (_random, seals, mode) => list(seals, () => mode),
  (random, seals, mode) =>
    list(seals, () => Math.round(random.normal(mode, 0.02 * mode) / (0.05 * mode)) * 0.05 * mode),
  (random, seals, mode) => list(seals, () => mode * random.between(0.2, 2.5)),
  (random, seals) => list(seals, () => Math.exp(random.between(Math.log(0.001), Math.log(50_000)))),
  (random, seals, mode) => list(seals, (i) => (i % 2 === 0 ? mode : 1.3 * mode) + random.normal(0, 0.01 * mode)),
  (_random, seals, mode) => list(seals, (i) => mode * 1.003 ** i),
  (random, seals) => list(seals, () => Math.round(random.between(1, 9))),
];

const MODES = [3, 3.2, 4, 120, 0.001, 50_000];

/** Anything from a fine shift to garbage: up to five pieces, `most` seals in all. */
function anyShift(most: number): fc.Arbitrary<number[]> {
  const piece = fc.record({
    kind: fc.nat({ max: PIECES.length - 1 }),
    // The common modes come first, so that products return.
    mode: fc.oneof(
      { weight: 4, arbitrary: fc.nat({ max: 2 }) },
      { weight: 1, arbitrary: fc.nat({ max: MODES.length - 1 }) },
    ),
    seals: fc.integer({ min: 1, max: Math.max(1, Math.floor(most / 5)) }),
    seed: fc.nat(),
  });
  return fc
    .array(piece, { maxLength: 5, size: "max" })
    .map((pieces) =>
      pieces
        .flatMap(({ kind, mode, seals, seed }) =>
          (PIECES[kind] as Piece)(createRandom(seed), seals, MODES[mode] as number),
        )
        .map((seconds) => Math.max(0.001, seconds)),
    );
}

const isNear = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

function track(values: Values) {
  const starts: number[] = [];
  const seen: number[] = [];
  const consume = (index: number, _seconds: number, startsSegment: boolean) => {
    seen.push(index);
    if (startsSegment) starts.push(index);
  };
  const tracker = new RunTracker(consume);
  for (const x of values) tracker.push(x);
  tracker.tail(consume);
  return { starts, seen, cost: tracker.cost };
}

/** What a segmentation costs, straight from the definition: each segment takes the mode and scale that suit it best. */
function priceOf(values: Values, starts: readonly number[]): number {
  const noise = new NoiseScale();
  const usual = values.map((value) => {
    const scale = noise.at(withinGrid(value));
    const narrowest = narrowestScale(withinGrid(value), noise.clockStepSeconds);
    noise.push(value);
    return { scale, narrowest };
  });
  const priceIn = (i: number, mode: number, factor: number) => {
    const { scale, narrowest } = usual[i] as (typeof usual)[number];
    const s = Math.max(factor * scale, narrowest);
    return Math.min(((withinGrid(values[i] as number) - mode) / s) ** 2 + 2 * Math.log(s / scale), OUTLIER_PRICE);
  };
  return starts.reduce((total, first, n) => {
    const end = starts[n + 1] ?? values.length;
    const cells = values.slice(first, end).map(cellOf);
    let best = Number.POSITIVE_INFINITY;
    for (let cell = Math.min(...cells) - 1; cell <= Math.max(...cells) + 1; cell++)
      for (const { factor, surcharge } of SCALES) {
        let cost = RUN_PRICE + surcharge;
        for (let i = first; i < end && cost < best; i++) cost += priceIn(i, modeOf(cell), factor);
        best = Math.min(best, cost);
      }
    return total + best;
  }, 0);
}

/** Empty when the tracker found the cheapest segmentation, else what is wrong. */
function segmentationFault(values: Values): string {
  const found = track(values);
  const { cost, segments } = segment(values);
  if (found.seen.some((index, i) => index !== i) || found.seen.length !== values.length) return "seals out of order";
  if (!isNear(found.cost, cost)) return `cost ${found.cost}, not ${cost}`;
  const same = segments.length === found.starts.length && segments.every(({ first }, i) => first === found.starts[i]);
  // Where the optimum is not unique the segmentations may differ, their price may not.
  if (!same && !isNear(priceOf(values, found.starts), cost)) return `segments ${found.starts}, not optimal`;
  return "";
}

t.test("the tracker finds what the batch oracle finds", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift(90), (values) => {
        const fault = segmentationFault(values);
        if (fault !== "") throw new Error(fault);
      }),
      { numRuns: 40 },
    ),
  );
  t.end();
});

t.test("the tracker finds what the batch oracle finds on each family", (t) => {
  for (const [name, family] of Object.entries(FAMILIES)) {
    const values = [...family(3).sealingTimesSeconds];
    const from = Math.floor(values.length / 3);
    t.equal(segmentationFault(values.slice(from, from + 200)), "", name);
  }
  t.end();
});

type Assigned = readonly (readonly [index: number, run: number])[];

interface Shift {
  readonly view: MobiseaView;
  readonly assigned: Assigned;
}

function make(values: Values, options: MobiseaOptions = {}): Shift {
  const assigned: [number, number][] = [];
  const mobisea = new Mobisea({ ...options, onAssigned: (...seal) => assigned.push(seal) });
  for (const x of values) mobisea.push(x);
  return { view: mobisea.finish(), assigned };
}

const plain = ({ view, assigned }: Shift) => JSON.stringify([view.runs, view.book.save(), assigned]);

/** Empty when runs and places agree, else what is wrong. */
function faultOf(values: Values, { view, assigned }: Shift, minRunSeals: number): string {
  if (assigned.length !== values.length) return `${assigned.length} of ${values.length} seals assigned`;
  if (assigned.some(([index], i) => index !== i)) return "assigned out of order";
  if (assigned.some(([, run]) => run >= view.runs.length)) return "a seal of a run that is not";
  for (const [n, run] of view.runs.entries()) {
    const own = assigned.filter((seal) => seal[1] === n);
    if (own.length !== run.seals || run.seals < minRunSeals) return `run ${n} of ${run.seals} seals has ${own.length}`;
    if (own[0]?.[0] !== run.first || own.at(-1)?.[0] !== run.last) return `run ${n} does not end with its own seals`;
    const before = view.runs[n - 1];
    if (before !== undefined && before.last >= run.first) return `run ${n} begins before run ${n - 1} ends`;
    if (before?.product === run.product) return `run ${n} is no other product than run ${n - 1}`;
    if (!(run.sealingTimeSeconds > 0)) return `run ${n} has no sealing time`;
  }
  const counted = view.book.products.map(({ number, seals }) => [
    seals,
    view.runs.filter(({ product }) => product === number).reduce((sum, run) => sum + run.seals, 0),
  ]);
  return counted.some(([a, b]) => a !== b) ? "the book counts otherwise" : "";
}

const normal = (seed: number, seals: number, mode: number, sd = 0.04) => {
  const random = createRandom(seed);
  return list(seals, () => random.normal(mode, sd));
};
const junk = (seed: number, seals: number, low = 0.5, high = 9) => {
  const random = createRandom(seed);
  return list(seals, () => random.between(low, high));
};
const wildJunk = (seed: number, seals: number) => {
  const random = createRandom(seed);
  return list(seals, () => Math.exp(random.between(-3, 9)));
};

t.test("every seal gets its place once, in order, and everything adds up", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift(900), fc.constantFrom(3, 5, 50), (values, minRunSeals) => {
        const fault = faultOf(values, make(values, { minRunSeals }), minRunSeals);
        if (fault !== "") throw new Error(fault);
      }),
      { numRuns: 60 },
    ),
  );
  t.end();
});

t.test("neither looking nor saving and restoring changes anything", (t) => {
  const gaps = fc.array(fc.tuple(fc.integer({ min: 1, max: 120 }), fc.boolean()), { minLength: 1, maxLength: 20 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift(600), gaps, (values, gaps) => {
        const assigned: [number, number][] = [];
        const onAssigned = (index: number, run: number) => assigned.push([index, run]);
        let mobisea = new Mobisea({ onAssigned });
        let next = 0;
        let step = 0;
        values.forEach((x, i) => {
          mobisea.push(x);
          if (i % 7 === 0) mobisea.doubtLast([3, 4]);
          if (i < next) return;
          const [gap, saves] = gaps[step++ % gaps.length] as [number, boolean];
          next = i + gap;
          if (saves) mobisea = Mobisea.restore(JSON.parse(JSON.stringify(mobisea.save())), onAssigned);
          else mobisea.view();
        });
        const seen = JSON.stringify(mobisea.view().runs);
        const interrupted = { view: mobisea.finish(), assigned };
        const straight: [number, number][] = [];
        const other = new Mobisea({ onAssigned: (...seal) => straight.push(seal) });
        values.forEach((x, i) => {
          other.push(x);
          if (i % 7 === 0) other.doubtLast([3, 4]);
        });
        if (plain(interrupted) !== plain({ view: other.finish(), assigned: straight })) throw new Error("it changed");
        return seen === JSON.stringify(interrupted.view.runs);
      }),
      { numRuns: 60 },
    ),
  );
  t.end();
});

t.test("junk without end neither stops the shift nor the run", (t) => {
  for (const seals of [4000, 4096, 9000]) {
    const values = [...normal(1, 500, 3), ...wildJunk(seals, seals), ...normal(2, 500, 3)];
    const shift = make(values);
    t.equal(faultOf(values, shift, 5), "");
    t.same(
      shift.view.runs.map(({ product }) => product),
      [1],
      `the product is known again after ${seals} seals`,
    );
    t.ok((shift.view.runs[0]?.seals ?? 0) < 1000 + 0.05 * seals);
  }
  t.end();
});

t.test("sealing times beyond all reason", (t) => {
  for (const seconds of [1e-300, 0.001, 0.02, 19_999, 20_001, 50_000, 1e300])
    t.match(make(list(100, () => seconds)).view.runs, [{ product: 1, first: 0, last: 99, seals: 100 }], `${seconds} s`);
  for (const [low, high] of [
    [1e-9, 0.001],
    [20_000, 50_000],
  ] as const) {
    const values = junk(1, 3000, low, high);
    t.equal(faultOf(values, make(values), 5), "");
  }
  t.end();
});
