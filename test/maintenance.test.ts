import fc from "fast-check";
import t from "tap";
import type { Stop } from "../algorithms/gap-stops.ts";
import type { PlacedSeal } from "../algorithms/gaps.ts";
import { controlChart } from "../algorithms/maintenance/control-chart.ts";
import { maintenanceSignals } from "../algorithms/maintenance/maintenance.ts";
import { median } from "../algorithms/maintenance/median.ts";
import { binomialTail, normalTail } from "../algorithms/maintenance/probability.ts";
import {
  type FigureStop,
  MOST_SHIFTS,
  type ProductFigures,
  type ShiftFigures,
  type ShiftHistory,
} from "../algorithms/maintenance/shift-figures.ts";
import type { MaintenanceSignal, RecurringStop } from "../algorithms/maintenance/signals.ts";
import { summarise } from "../algorithms/maintenance/summarise.ts";
import { createRandom, type Random } from "../scripts/bench/random.ts";

const S = 1_000_000;
const SHIFT_SEALS = 8000;

const PRODUCT: ProductFigures = {
  product: 1,
  seals: 1000,
  sealingTimeSeconds: 2.4,
  sealingTimeSdSeconds: 0.05,
  headSeconds: 2.4,
  tailSeconds: 2.4,
  medianCycleSeconds: 6,
};

function shift(i: number, changes: Partial<ShiftFigures> = {}, product: Partial<ProductFigures> = {}): ShiftFigures {
  return {
    shiftId: `shift ${i}`,
    startUs: i * 28_800 * S,
    runSeconds: 25_000,
    seals: SHIFT_SEALS,
    products: [{ ...PRODUCT, ...product }],
    bounceSeconds: 0.003,
    removedPerSeal: 5,
    notReadyEvents: 4,
    stops: [],
    ...changes,
  };
}

function shifts(count: number, make: (i: number) => ShiftFigures = shift): ShiftFigures[] {
  return Array.from({ length: count }, (_, i) => make(i));
}

/** The only signal; fails when there are others or none. */
function only<K extends MaintenanceSignal["kind"]>(history: ShiftHistory, current: ShiftFigures, kind: K) {
  const { signals } = maintenanceSignals(history, current);
  const [found] = signals;
  if (found?.kind !== kind || signals.length > 1) throw new Error(`not one ${kind}: ${JSON.stringify(signals)}`);
  return found as MaintenanceSignal & { kind: K };
}

/** Alternates about 1, so that the mean moving range is 2 % and the median 1. */
function swing(i: number): number {
  return 1 + (i % 2 === 0 ? 0.01 : -0.01);
}

t.test("tails against tables", (t) => {
  t.equal(binomialTail(8, 8, 0.5).toFixed(8), "0.00390625");
  t.equal(binomialTail(3, 5, 0.5).toFixed(6), "0.500000");
  // 1 - 0.9^20 - 20 * 0.1 * 0.9^19
  t.equal(binomialTail(2, 20, 0.1).toFixed(4), "0.6083");
  t.equal(binomialTail(0, 7, 0.3), 1);
  t.equal(binomialTail(8, 7, 0.3), 0);
  t.equal(binomialTail(0, 0, 0), 1);
  t.equal(normalTail(0).toFixed(6), "0.500000");
  t.equal(normalTail(1.959964).toFixed(5), "0.02500");
  t.equal(normalTail(-3).toFixed(5), "0.99865");
  t.throws(() => binomialTail(1.5, 2, 0.5), RangeError);
  t.throws(() => binomialTail(1, 2, 1.1), RangeError);
  t.end();
});

t.test("a binomial tail is the sum of the probabilities", (t) => {
  const sum = (from: number, n: number, p: number) => {
    let chance = 0;
    for (let k = from; k <= n; k++) {
      let choose = 1;
      for (let i = 0; i < k; i++) choose *= (n - i) / (i + 1);
      chance += choose * p ** k * (1 - p) ** (n - k);
    }
    return chance;
  };
  const counts = fc.integer({ min: 0, max: 40 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(counts, counts, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (k, n, p) => {
        const expected = sum(k, n, p);
        return Math.abs(binomialTail(k, n, p) - expected) <= 1e-9 * expected + 1e-12;
      }),
      // where the factorials are worst: the smallest that are approximated
      { examples: [[10, 20, 0.5]] },
    ),
  );
  t.end();
});

t.test("median", (t) => {
  t.equal(median([3, 1, 2]), 2);
  t.equal(median([4, 1, 2, 3]), 2.5);
  t.throws(() => median([]), RangeError);
  t.end();
});

t.test("no signal without history, and what is lacking is said", (t) => {
  const { signals, notJudged } = maintenanceSignals(shifts(3), shift(3));
  t.same(signals, []);
  t.same(
    notJudged.map(({ kind, product, lacks, needed, has }) => [kind, product, lacks, needed, has]),
    [
      ["sealing-time drift", 1, "shifts", 8, 3],
      ["cycle-time creep", 1, "shifts", 8, 3],
      ["contact bounce", null, "shifts", 8, 3],
      ["interference", null, "shifts", 8, 3],
      ["recurring stop", null, "similar stops", 4, 0],
      ["not-ready events", null, "shifts", 8, 3],
    ],
  );
  t.end();
});

t.test("what the current shift did not measure or make enough of is not judged", (t) => {
  const changes = { bounceSeconds: null, removedPerSeal: null, runSeconds: 60 };
  const current = shift(20, changes, { seals: 29, headSeconds: null, tailSeconds: null });
  const { signals, notJudged } = maintenanceSignals(shifts(20), current);
  t.same(signals, []);
  t.same(
    notJudged.map(({ lacks, needed, has }) => [lacks, needed, has]),
    [
      ["seals", 30, 29],
      ["seals", 30, 29],
      ["measurement", 1, 0],
      ["measurement", 1, 0],
      ["similar stops", 4, 0],
      ["run time", 1800, 60],
    ],
  );
  t.end();
});

t.test("shifts that made too little of a product are no history of it", (t) => {
  const history = shifts(12, (i) => shift(i, {}, { seals: i < 5 ? 29 : 1000 }));
  const lacking = maintenanceSignals(history, shift(12)).notJudged.filter(({ product }) => product === 1);
  t.same(
    lacking.map(({ has }) => has),
    [7, 7],
  );
  t.end();
});

t.test("the same every shift: nothing to tell", (t) => {
  t.same(maintenanceSignals(shifts(60), shift(60)).signals, []);
  t.end();
});

t.test("the limits of a chart, computed by hand", (t) => {
  // 20 values about 1: centre exp(0) nearly, moving range ln(1.01 / 0.99) = 0.020001, sigma 0.017731
  const history = Array.from({ length: 20 }, (_, i) => swing(i));
  // t = 3 + 7.5/11.4 + 17.25/129.96 + 30.19/1481.5 = 3.8110; times sqrt(1 + pi/40) = 3.9579; limit 0.07018
  const reading = { leastChange: 0.005 };
  const beyond = controlChart(history, 1.08, reading);
  t.equal(beyond?.rule, "limit");
  t.equal(Math.log((beyond?.highLimit as number) / (beyond?.centre as number)).toFixed(4), "0.0702");
  t.equal(controlChart(history, 1.07, reading), null);
  t.equal(controlChart(history, 0.93, reading)?.rule, "limit");
  t.equal(controlChart(history, 0.93, { ...reading, onlyUp: true }), null);
  t.equal(controlChart(history, 1.08, { ...reading, leastChange: 0.09 }), null);
  t.throws(() => controlChart([1], 1, reading), RangeError);
  t.throws(() => controlChart([1, 0], 1, reading), RangeError);
  t.end();
});

t.test("sealing time beyond the limits, either way", (t) => {
  const history = shifts(20, (i) => shift(i, {}, { sealingTimeSeconds: 2.4 * swing(i) }));
  for (const ratio of [1.1, 0.9]) {
    const found = only(history, shift(20, {}, { sealingTimeSeconds: 2.4 * ratio }), "sealing-time drift");
    t.equal(found.since, "earlier shifts");
    t.equal(found.change.toFixed(3), (ratio - 1).toFixed(3));
    t.equal("values" in found && found.values.length, 21);
  }
  t.end();
});

t.test("the eighth shift in a row on one side, not the seventh", (t) => {
  const level = (i: number) => 2.4 * swing(i) * (i >= 24 ? 1.03 : 1);
  const upTo = (count: number) => shifts(count, (i) => shift(i, {}, { sealingTimeSeconds: level(i) }));
  t.same(maintenanceSignals(upTo(30), upTo(31)[30] as ShiftFigures).signals, []);
  const found = only(upTo(31), upTo(32)[31] as ShiftFigures, "sealing-time drift");
  t.equal("rule" in found && found.rule, "run");
  t.end();
});

t.test("a few seals of a product are allowed more than many", (t) => {
  const history = shifts(20, (i) => shift(i, {}, { sealingTimeSdSeconds: 0.2, sealingTimeSeconds: 2.4 }));
  const moved = { sealingTimeSeconds: 2.46, sealingTimeSdSeconds: 0.2 };
  t.equal(maintenanceSignals(history, shift(20, {}, moved)).signals.length, 1);
  t.same(maintenanceSignals(history, shift(20, {}, { ...moved, seals: 40 })).signals, []);
  t.end();
});

t.test("drift within the shift", (t) => {
  const warm = (i: number) => shift(i, {}, { tailSeconds: 2.41 });
  // sd 0.05, 1000 seals: standard error 0.05 * sqrt(2 / 200) = 0.005
  const found = only(shifts(3, warm), shift(3, {}, { tailSeconds: 2.424 }), "sealing-time drift");
  if (found.since !== "start of the shift") throw new Error(found.since);
  t.equal(found.change.toFixed(4), "0.0100");
  t.equal(found.standardErrors.toFixed(1), "4.8");
  t.equal(found.usualChange?.toFixed(5), "0.00417");
  const isTold = (tailSeconds: number, sealingTimeSdSeconds: number) =>
    maintenanceSignals([], shift(3, {}, { tailSeconds, sealingTimeSdSeconds })).signals.length > 0;
  t.equal(isTold(2.41, 0.005), false, "sure, but below 0.5 %");
  t.equal(isTold(2.424, 0.1), false, "above 0.5 %, but 2.4 standard errors");
  t.end();
});

t.test("a cycle that creeps", (t) => {
  const creep = (i: number) => shift(i, {}, { medianCycleSeconds: 6 + 0.01 * i + (i % 3) * 0.001 });
  const found = only(shifts(20, creep), creep(20), "cycle-time creep");
  t.equal(found.fromSeconds.toFixed(2), "6.00");
  t.equal(found.toSeconds.toFixed(2), "6.20");
  t.equal(found.change.toFixed(3), "0.033");
  t.equal(found.shifts, 21);
  t.ok(found.chance < 1e-6);
  const faster = (i: number) => shift(i, {}, { medianCycleSeconds: 7 - 0.01 * i });
  t.same(maintenanceSignals(shifts(20, faster), faster(20)).signals, [], "faster is no wear");
  const little = (i: number) => shift(i, {}, { medianCycleSeconds: 6 + 0.005 * i });
  t.same(maintenanceSignals(shifts(20, little), little(20)).signals, [], "1.7 % in all");
  t.end();
});

t.test("one slow shift does not make a creep", (t) => {
  const history = shifts(20, (i) => shift(i, {}, { medianCycleSeconds: 6 * swing(i) }));
  t.same(maintenanceSignals(history, shift(20, {}, { medianCycleSeconds: 9 })).signals, []);
  t.end();
});

t.test("bounce and interference: only more of it is told", (t) => {
  t.equal(only(shifts(20), shift(20, { bounceSeconds: 0.006 }), "contact bounce").change.toFixed(2), "1.00");
  t.equal(only(shifts(20), shift(20, { removedPerSeal: 15 }), "interference").change.toFixed(2), "2.00");
  t.same(maintenanceSignals(shifts(20), shift(20, { bounceSeconds: 0.001, removedPerSeal: 1 })).signals, []);
  const clean = shifts(20, (i) => shift(i, { removedPerSeal: 0, bounceSeconds: 0 }));
  t.same(maintenanceSignals(clean, shift(20, { removedPerSeal: 0, bounceSeconds: 0 })).signals, []);
  t.equal(only(clean, shift(20, { removedPerSeal: 0.1, bounceSeconds: 0 }), "interference").rule, "limit");
  t.end();
});

t.test("not ready more often", (t) => {
  const found = only(shifts(10), shift(10, { notReadyEvents: 12 }), "not-ready events");
  t.equal(found.secondsBetween.toFixed(0), "2083");
  t.equal(found.earlierSecondsBetween?.toFixed(0), "6250");
  t.equal(found.clustering, 1);
  // 12 or more of 52 with a chance of 1/11 each
  t.equal(found.chance.toFixed(4), binomialTail(12, 52, 1 / 11).toFixed(4));
  t.same(maintenanceSignals(shifts(10), shift(10, { notReadyEvents: 8 })).signals, [], "so many may be chance");
  const none = shifts(10, (i) => shift(i, { notReadyEvents: 0 }));
  t.equal(only(none, shift(10, { notReadyEvents: 3 }), "not-ready events").earlierSecondsBetween, null);
  const clustered = shifts(10, (i) => shift(i, { notReadyEvents: i % 5 === 0 ? 20 : 0 }));
  t.same(maintenanceSignals(clustered, shift(10, { notReadyEvents: 12 })).signals, [], "bad days were there before");
  t.end();
});

interface Placed {
  readonly position: number;
  readonly lengthSeconds: number;
}

/** Shifts of 8,000 seals with these stops. */
function withStops(count: number, stops: readonly Placed[]): ShiftFigures[] {
  return shifts(count, (i) => {
    const own = stops.flatMap(({ position, lengthSeconds }): FigureStop[] => {
      const sealsBefore = Math.floor(position) - i * SHIFT_SEALS;
      if (sealsBefore < 0 || sealsBefore >= SHIFT_SEALS) return [];
      const startUs = Math.floor(position) * 3 * S;
      return [{ startUs, lengthSeconds, sealsBefore, kind: "waiting", product: 1 }];
    });
    return shift(i, { stops: own.sort((a, b) => a.sealsBefore - b.sealsBefore) });
  });
}

function rhythms(figures: readonly ShiftFigures[]): RecurringStop[] {
  const { signals } = maintenanceSignals(figures.slice(0, -1), figures.at(-1) as ShiftFigures);
  return signals.filter((signal) => signal.kind === "recurring stop");
}

function* everyPeriod(random: Random, period: number, jitter: number, seals: number): Generator<Placed> {
  for (let at = random.between(0, period); at < seals; at += Math.max(1, random.normal(period, jitter * period)))
    yield { position: at, lengthSeconds: 38 * Math.exp(random.normal(0, 0.1)) };
}

function anywhere(random: Random, count: number, seals: number, lengthSeconds: () => number): Placed[] {
  return Array.from({ length: count }, () => ({ position: random.between(0, seals), lengthSeconds: lengthSeconds() }));
}

/** From 4 s to 10 min, any order of magnitude alike. */
function anyLength(random: Random): () => number {
  return () => Math.exp(random.between(Math.log(4), Math.log(600)));
}

t.test("38 s every 1,150 seals", (t) => {
  const stops = Array.from({ length: 20 }, (_, i) => ({ position: 500 + 1150 * i, lengthSeconds: 38 }));
  const [found, ...others] = rhythms(withStops(3, stops));
  t.same(others, []);
  t.equal(found?.lengthSeconds, 38);
  t.equal(found?.periodSeals, 1150);
  t.equal(found?.spreadSeals, 0);
  t.equal(found?.occurrences.length, 20);
  t.equal(found?.product, 1);
  t.ok((found?.chance as number) < 1e-6);
  t.end();
});

t.test("one that is missing does not break the series", (t) => {
  const stops = Array.from({ length: 20 }, (_, i) => ({ position: 500 + 1150 * i, lengthSeconds: 38 }));
  const [found] = rhythms(withStops(3, stops.toSpliced(9, 1)));
  t.equal(found?.periodSeals, 1150);
  t.equal(found?.occurrences.length, 19);
  t.end();
});

t.test("a rhythm that has ended is told no more", (t) => {
  const stops = Array.from({ length: 16 }, (_, i) => ({ position: 500 + 1150 * i, lengthSeconds: 38 }));
  t.equal(rhythms(withStops(3, stops).slice(0, 2)).length, 1);
  t.same(rhythms(withStops(3, stops)), []);
  t.end();
});

t.test("stops without seals between them have no rhythm", (t) => {
  const stops = [1, 2, 3, 4, 5].map((i) => ({ position: i, lengthSeconds: 38 }));
  const figures = withStops(1, stops).map((it) => ({ ...it, seals: 0 }));
  t.same(rhythms(figures), []);
  t.end();
});

t.test("three are too few, and stops of different lengths have no rhythm", (t) => {
  t.same(
    rhythms(
      withStops(
        3,
        [1, 2, 3].map((i) => ({ position: 5000 * i, lengthSeconds: 38 })),
      ),
    ),
    [],
  );
  const growing = Array.from({ length: 20 }, (_, i) => ({ position: 500 + 1150 * i, lengthSeconds: 2 * 1.6 ** i }));
  t.same(rhythms(withStops(3, growing)), []);
  t.end();
});

t.test("a rhythm is found among as many stops at random: 10 % jitter, 95 % of seeds", (t) => {
  let right = 0;
  for (let seed = 1; seed <= 200; seed++) {
    const random = createRandom(seed * 104_729);
    const true_ = [...everyPeriod(random, 1150, 0.1, 10 * SHIFT_SEALS)];
    const stops = [...true_, ...anywhere(random, true_.length, 10 * SHIFT_SEALS, anyLength(random))];
    if (rhythms(withStops(10, stops)).some(({ periodSeals }) => Math.abs(periodSeals / 1150 - 1) < 0.1)) right++;
  }
  t.ok(right >= 190, `${right} of 200`);
  t.end();
});

t.test("stops at random have no rhythm: false alarms at most 1 %", (t) => {
  let tries = 0;
  let alarms = 0;
  const seeds = fc.record({ seed: fc.integer(), count: fc.integer({ min: 4, max: 200 }), isAlike: fc.boolean() });
  const look = ({ seed, count, isAlike }: { seed: number; count: number; isAlike: boolean }) => {
    const random = createRandom(seed);
    const alike = () => 38 * Math.exp(random.normal(0, 0.1));
    tries++;
    const stops = anywhere(random, count, 10 * SHIFT_SEALS, isAlike ? alike : anyLength(random));
    if (rhythms(withStops(10, stops)).length > 0) alarms++;
  };
  t.doesNotThrow(() => fc.assert(fc.property(seeds, look), { numRuns: 500, seed: 20_260_501, endOnFailure: true }));
  t.ok(alarms <= 0.01 * tries, `${alarms} of ${tries}`);
  t.end();
});

t.test("a line where nothing changes: false alarms of each kind at most 1 %", (t) => {
  const alarms = new Map<string, number>();
  const seeds = 1000;
  for (let seed = 1; seed <= seeds; seed++) {
    const random = createRandom(seed * 7919);
    const all = shifts(8 + (seed % 53), (i) => stationary(random, i));
    const { signals } = maintenanceSignals(all.slice(0, -1), all.at(-1) as ShiftFigures);
    for (const kind of new Set(signals.map((signal) => signal.kind))) alarms.set(kind, (alarms.get(kind) ?? 0) + 1);
  }
  for (const [kind, count] of alarms) t.ok(count <= 0.01 * seeds, `${kind}: ${count} of ${seeds}`);
  t.end();
});

function stationary(random: Random, i: number): ShiftFigures {
  const mean = 2.4 * Math.exp(random.normal(0, 0.01));
  const end = () => mean + random.normal(0, 0.05 / Math.sqrt(200));
  // 400 moments of which each has one chance in 100
  const notReady = Array.from({ length: 400 }, () => random.uniform()).filter((it) => it < 0.01).length;
  return shift(
    i,
    {
      bounceSeconds: 0.003 * Math.exp(random.normal(0, 0.1)),
      removedPerSeal: 5 * Math.exp(random.normal(0, 0.3)),
      notReadyEvents: notReady,
    },
    {
      sealingTimeSeconds: mean,
      headSeconds: end(),
      tailSeconds: end(),
      medianCycleSeconds: 6 * Math.exp(random.normal(0, 0.01)),
    },
  );
}

function seal(onSeconds: number, lengthSeconds: number, product: number | null): PlacedSeal {
  return { onUs: Math.round(onSeconds * S), offUs: Math.round((onSeconds + lengthSeconds) * S), product };
}

function stop(fromSeconds: number, toSeconds: number, changes: Partial<Stop> = {}): Stop {
  const gapUs = (toSeconds - fromSeconds) * S;
  const times = { startUs: fromSeconds * S, endUs: toSeconds * S, gapUs };
  return { ...times, kind: "waiting", name: "waiting", open: false, continued: false, ...changes };
}

const NOTHING = { shiftId: "early", startUs: 0, runSeconds: 1000, bounceSeconds: null, removedEdges: null };

t.test("the figures of a shift", (t) => {
  // 100 seals, one in 6 s, from 2.00 s on by 0.001 s; one of nobody, one measured wrongly
  const seals = Array.from({ length: 100 }, (_, i) => seal(6 * i, i === 50 ? 5 : 2 + 0.001 * i, i === 70 ? null : 1));
  const stops = [
    stop(25, 26, { kind: "micro-stop", name: "micro-stop" }),
    stop(200, 210, { kind: "not-ready", name: "not ready" }),
  ];
  const figures = summarise({ ...NOTHING, seals, stops, bounceSeconds: 0.002, removedEdges: 350 });
  t.equal(figures.seals, 100);
  t.equal(figures.removedPerSeal, 3.5);
  t.equal(figures.notReadyEvents, 1);
  const [product, ...others] = figures.products;
  t.same(others, []);
  t.equal(product?.seals, 99);
  t.equal(product?.medianCycleSeconds, 6);
  // (0 + ... + 99 - 50 - 70) / 98 = 49.286
  t.equal(product?.sealingTimeSeconds.toFixed(5), "2.04929");
  t.equal(product?.headSeconds?.toFixed(5), "2.00900", "0 to 18");
  t.equal(product?.tailSeconds?.toFixed(5), "2.09000", "81 to 99");
  t.same(
    figures.stops.map(({ kind, lengthSeconds, sealsBefore, product: of }) => [kind, lengthSeconds, sealsBefore, of]),
    [
      ["micro-stop", 1, 5, 1],
      ["not-ready", 10, 34, 1],
    ],
  );
  t.end();
});

t.test("pieces of one gap are one stop, and only the machine's own stops are kept", (t) => {
  const seals = [0, 6, 100, 106, 200, 206, 300, 306].map((at) => seal(at, 2, 1));
  const stops = [
    stop(12, 40, { kind: "not-ready", name: "not ready", gapUs: 88 * S }),
    stop(40, 100, { gapUs: 88 * S }),
    stop(112, 150, { kind: "break", name: "break" }),
    stop(150, 200, { name: "late restart" }),
    stop(212, 300, { kind: "changeover", name: "changeover" }),
    stop(312, 400, { open: true }),
  ];
  const { stops: kept, products } = summarise({ ...NOTHING, seals, stops });
  t.same(
    kept.map(({ kind, lengthSeconds, sealsBefore }) => [kind, lengthSeconds, sealsBefore]),
    [["not-ready", 88, 2]],
  );
  t.equal(products[0]?.headSeconds, null, "8 seals are too few for an end");
  t.same(summarise({ ...NOTHING, seals, stops: [stop(12, 100, { continued: true })] }).stops, []);
  t.end();
});

t.test("an empty shift, and one out of order", (t) => {
  const empty = summarise({ ...NOTHING, seals: [], stops: [], removedEdges: 7 });
  t.same([empty.seals, empty.products, empty.removedPerSeal], [0, [], null]);
  t.throws(() => summarise({ ...NOTHING, seals: [seal(9, 1, 1), seal(3, 1, 1)], stops: [] }), RangeError);
  t.throws(() => summarise({ ...NOTHING, seals: [], stops: [stop(5, 9), stop(1, 3)] }), RangeError);
  t.end();
});

t.test("a shift with too many stops keeps the longest, in order of time", (t) => {
  const seals = Array.from({ length: 700 }, (_, i) => seal(20 * i, 2, 1));
  const stops = Array.from({ length: 600 }, (_, i) => stop(20 * i + 6, 20 * i + 9 + (i % 2)));
  const { stops: kept } = summarise({ ...NOTHING, seals, stops });
  t.equal(kept.length, 200);
  t.ok(kept.every(({ lengthSeconds }) => lengthSeconds === 4));
  t.ok(kept.every(({ startUs }, i) => i === 0 || startUs > (kept[i - 1] as FigureStop).startUs));
  t.end();
});

t.test("the history is plain data, and may hold the shift itself and later ones", (t) => {
  const history: ShiftHistory = shifts(70).slice(-MOST_SHIFTS);
  t.same(JSON.parse(JSON.stringify(history)), history);
  const odd = shift(40, { notReadyEvents: 40 });
  t.same(
    maintenanceSignals(history, odd),
    maintenanceSignals(history.slice(0, 30), odd),
    "a shift is not its own history, nor is what came later",
  );
  t.end();
});
