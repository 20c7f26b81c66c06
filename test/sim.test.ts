import { createHash } from "node:crypto";
import fc from "fast-check";
import t from "tap";
import { Machine, type Segment } from "../sim/machine.ts";
import { AVAILABILITY, contactsOf, machineSignals, SEALING } from "../sim/machine-signals.ts";
import type { MachineSpec, ProductSpec } from "../sim/machine-spec.ts";
import { PANELS } from "../sim/panel-spec.ts";
import { Random } from "../sim/random.ts";
import { loadScenario, parseScenario } from "../sim/scenario.ts";
import { type Scenario, Simulation, truthOf } from "../sim/simulation.ts";
import { MAX_LISTED_SEALS } from "../sim/truth.ts";

const PLAIN: ProductSpec = {
  name: "A",
  sealingTimeSeconds: 2,
  noiseSeconds: 0,
  cycleTimeSeconds: 6,
  cycleNoiseSeconds: 0,
  unitsPerSeal: 3,
  driftPercent: 0,
  rejectShare: 0,
};

const BASE: MachineSpec = {
  products: [PLAIN, { ...PLAIN, name: "B", sealingTimeSeconds: 3 }],
  plan: [{ product: 0, seals: 10 }],
  planRepeats: 1,
  durationSeconds: null,
  lateStart: { lengthSeconds: 0, kind: "waiting" },
  earlyFinish: { lengthSeconds: 0, kind: "waiting" },
  changeover: { lengthSeconds: [300, 300], trialSeals: [0, 0], trialSealingTimeFactor: [0.6, 1.6], contact: "open" },
  stops: [],
  randomStops: [],
  breaks: [],
  outliers: { share: 0, prolongedShare: 0.5, cutShortFactor: [0.6, 0.85], prolongedFactor: [1.2, 2] },
  energy: null,
  holes: [],
};

function scenarioOf(machine: MachineSpec): Scenario {
  return { name: "test", title: "", seed: 1, startWallUs: null, timeStepUs: 1, machine, panel: PANELS.none };
}

function segmentsOf(spec: MachineSpec, seed = 1): Segment[] {
  return [...new Machine(spec, new Random(seed)).segments()];
}

/** Pulses of one clean channel of a machine. */
function pulsesOf(spec: MachineSpec, channel: number, seed = 1): [number, number][] {
  const simulation = new Simulation(scenarioOf(spec), seed);
  const own = [...simulation.edges()].filter((edge) => edge.channel === channel);
  const pulses: [number, number][] = [];
  own.slice(0, -1).forEach((edge, i) => {
    if (edge.level === 1) pulses.push([edge.timeUs, own[i + 1]?.timeUs as number]);
  });
  return pulses;
}

function hashOf(simulation: Simulation): string {
  const hash = createHash("sha256");
  for (const { timeUs, channel, level } of simulation.edges()) hash.update(`${timeUs},${channel},${level}\n`);
  return hash.digest("hex");
}

const seconds = (max: number) => fc.integer({ min: 0, max: max * 1000 }).map((ms) => ms / 1000);
const kinds = fc.constantFrom("not-ready" as const, "waiting" as const);

const machines: fc.Arbitrary<MachineSpec> = fc.record({
  products: fc.array(
    fc.record({
      name: fc.uuid(),
      sealingTimeSeconds: fc.integer({ min: 1000, max: 4000 }).map((ms) => ms / 1000),
      noiseSeconds: fc.constantFrom(0, 0.05, 0.5),
      cycleTimeSeconds: fc.integer({ min: 5000, max: 9000 }).map((ms) => ms / 1000),
      cycleNoiseSeconds: fc.constantFrom(0, 0.1, 2),
      unitsPerSeal: fc.integer({ min: 1, max: 8 }),
      driftPercent: fc.constantFrom(0, -10, 5),
      rejectShare: fc.constantFrom(0, 0.1),
    }),
    { minLength: 2, maxLength: 3 },
  ),
  plan: fc.array(fc.record({ product: fc.integer({ min: 0, max: 1 }), seals: fc.integer({ min: 1, max: 90 }) }), {
    minLength: 1,
    maxLength: 5,
  }),
  planRepeats: fc.integer({ min: 1, max: 2 }),
  durationSeconds: fc.option(seconds(3000).map((s) => s + 401)),
  lateStart: fc.record({ lengthSeconds: seconds(200), kind: kinds }),
  earlyFinish: fc.record({ lengthSeconds: seconds(200), kind: kinds }),
  changeover: fc.record({
    lengthSeconds: fc.constantFrom([0, 0] as const, [60, 200] as const),
    trialSeals: fc.constantFrom([0, 0] as const, [1, 5] as const),
    trialSealingTimeFactor: fc.constant([0.6, 1.6] as const),
    contact: fc.constantFrom("open" as const, "closed" as const),
  }),
  stops: fc.array(fc.record({ kind: kinds, atSeconds: seconds(2000), lengthSeconds: seconds(400) }), { maxLength: 3 }),
  randomStops: fc.array(
    fc.record({ kind: kinds, perHour: fc.constantFrom(0, 4, 60), lengthSeconds: fc.constant([10, 90] as const) }),
    { maxLength: 2 },
  ),
  breaks: fc
    .tuple(seconds(900), seconds(300), fc.boolean(), seconds(300), fc.boolean())
    .map(([at, length, first, later, second]) => [
      { atSeconds: at, lengthSeconds: length + 1, workedThrough: first },
      { atSeconds: at + length + later + 2, lengthSeconds: 100, workedThrough: second },
    ]),
  outliers: fc.record({
    share: fc.constantFrom(0, 0.1),
    prolongedShare: fc.constant(0.5),
    cutShortFactor: fc.constant([0.6, 0.85] as const),
    prolongedFactor: fc.constant([1.2, 4] as const),
  }),
  energy: fc.option(fc.constant({ pulsesPerKwh: 1000, sealingKw: 9, readyKw: 1.5, notReadyKw: 0 })),
  holes: fc.constantFrom([], [{ atSeconds: 100, lengthSeconds: 250 }]),
});

t.test("random numbers: the same on every platform, forks independent", (t) => {
  const random = new Random(1);
  t.same(
    [1, 2, 3].map(() => random.integer([0, 999_999_999])),
    [699_897_035, 765_405_500, 307_798_136],
    "frozen: recordings of a seed stay the same for ever",
  );
  const untouched = new Random(7).fork("panel");
  const parent = new Random(7);
  for (let i = 0; i < 100; i++) parent.normal(0, 1);
  const late = parent.fork("panel");
  for (let i = 0; i < 50; i++) t.equal(late.fraction(), untouched.fraction());
  t.not(new Random(7).fork("panel").fraction(), new Random(7).fork("machine").fraction());
  t.not(new Random(7).fraction(), new Random(7 + 2 ** 32).fraction(), "all 53 bits of a seed count");
  for (const seed of [-1, 0.5, Number.NaN, 2 ** 53]) t.throws(() => new Random(seed), RangeError);
  t.end();
});

t.test("random numbers have the distributions they say", (t) => {
  const random = new Random(3);
  const draw = (of: () => number) => Array.from({ length: 100_000 }, of);
  const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
  const normal = draw(() => random.normal(5, 2));
  t.ok(Math.abs(mean(normal) - 5) < 0.03);
  t.ok(Math.abs(Math.sqrt(mean(normal.map((x) => (x - 5) ** 2))) - 2) < 0.03);
  t.ok(Math.abs(mean(draw(() => random.exponential(3))) - 3) < 0.05);
  const dice = draw(() => random.integer([1, 6]));
  for (const side of [1, 2, 3, 4, 5, 6]) t.ok(Math.abs(dice.filter((d) => d === side).length / 1e5 - 1 / 6) < 0.006);
  t.ok(Math.abs(mean(draw(() => (random.chance(0.2) ? 1 : 0))) - 0.2) < 0.006);
  t.end();
});

t.test("the same seed gives the same bytes, another seed others", (t) => {
  const frozen = `products = [{ name = "A", sealingTimeSeconds = 2, noiseSeconds = 0.1, cycleTimeSeconds = 6 }]
    plan = [{ product = "A", seals = 500 }]
    panel = { preset = "hostile" }`;
  t.equal(
    hashOf(new Simulation(parseScenario(frozen, "x"))),
    "c80f22014fc5b6ef6850825a860e72a936830eb783d85ef0113d10ca0ca26d73",
    "frozen: changes only together with the panels",
  );
  const demo = loadScenario("demo");
  t.equal(hashOf(new Simulation(demo)), hashOf(new Simulation(demo)));
  t.not(hashOf(new Simulation(demo, 1)), hashOf(new Simulation(demo, 2)));
  t.end();
});

t.test("a simulation runs once, and knows the truth only then", (t) => {
  const simulation = new Simulation(scenarioOf(BASE));
  t.throws(() => simulation.truth(), /once all edges/);
  t.equal(simulation.progress, 0);
  const edges = simulation.edges();
  for (const _ of edges) t.ok(simulation.progress >= 0 && simulation.progress <= 1);
  t.equal(simulation.progress, 1);
  t.equal(simulation.truth().totals.seals, 10);
  t.throws(() => simulation.edges(), /runs once/);
  t.end();
});

t.test("whatever the machine is told, its segments follow without gap", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(machines, fc.nat(), (spec, seed) => {
        let nowUs = 0;
        for (const s of segmentsOf(spec, seed)) {
          if (s.startUs !== nowUs || s.endUs <= nowUs) throw new Error(`segment ${s.startUs}-${s.endUs} at ${nowUs}`);
          if (s.readyUs < s.startUs || s.readyUs > s.endUs) throw new Error("ready outside the segment");
          if (s.seal && (s.seal.onUs !== s.startUs || s.seal.offUs >= s.endUs)) throw new Error("seal outside");
          if (s.seal && s.readyUs !== s.startUs) throw new Error("sealed while not ready");
          nowUs = s.endUs;
        }
        return spec.durationSeconds === null || nowUs === Math.round(spec.durationSeconds * 1e6);
      }),
      { numRuns: 300 },
    ),
  );
  t.end();
});

t.test("clean channels alternate in order of time, and the sealing pulses are the true seals", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(machines, fc.nat(), (spec, seed) => {
        const levels = contactsOf(spec).map(() => 0);
        const seals: number[] = [];
        let nowUs = 0;
        for (const change of machineSignals(spec, new Machine(spec, new Random(seed).fork("machine")).segments())) {
          if (!Number.isInteger(change.timeUs) || change.timeUs < nowUs) throw new Error("time runs backwards");
          if (levels[change.channel] === change.level) throw new Error(`channel ${change.channel} does not alternate`);
          if (change.channel === SEALING && levels[AVAILABILITY] === 0) throw new Error("sealing while not ready");
          levels[change.channel] = change.level;
          nowUs = change.timeUs;
          if (change.channel === SEALING) seals.push(change.timeUs);
        }
        const truth = truthOf(scenarioOf(spec), seed);
        return JSON.stringify((truth.seals ?? []).flatMap((seal) => seal.slice(0, 2))) === JSON.stringify(seals);
      }),
      { numRuns: 300 },
    ),
  );
  t.end();
});

t.test("the truth adds up: minutes to the duration, stops to the minutes, runs to the seals", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(machines, fc.nat(), (spec, seed) => {
        const { totals, runs, stops, seals, endUs, products } = truthOf(scenarioOf(spec), seed);
        const equal = (a: number, b: number) => Math.abs(a - b) < 1e-6 * Math.max(1, b);
        const minutes = Object.values(totals.minutes).reduce((a, b) => a + b, 0);
        if (!equal(minutes, endUs / 6e7)) throw new Error(`${minutes} min of ${endUs / 6e7}`);
        const stopped = stops.reduce((sum, stop) => sum + stop.endUs - stop.startUs, 0) / 6e7;
        if (!equal(stopped, minutes - totals.minutes.running)) throw new Error("stops do not add up");
        if (stops.some((stop, i) => stop.startUs < (stops[i - 1]?.endUs ?? 0))) throw new Error("stops overlap");
        runs.forEach((run, index) => {
          const own = (seals ?? []).filter((seal) => seal[3] === index);
          if (own.length !== run.seals || run.first <= (runs[index - 1]?.last ?? -1)) throw new Error("run is wrong");
          if (seals?.[run.first]?.[0] !== run.startUs || seals[run.last]?.[1] !== run.endUs)
            throw new Error("run times");
          if (own.some((seal) => spec.products[seal[2] ?? -1]?.name !== run.product)) throw new Error("product");
          if (run.product === runs[index - 1]?.product) throw new Error("two runs of one product in a row");
        });
        const units = products.reduce((sum, product) => sum + product.units, 0);
        const assigned = runs.reduce((sum, run) => sum + run.seals, 0);
        return totals.units === units && totals.seals === assigned + totals.unassigned;
      }),
      { numRuns: 300 },
    ),
  );
  t.end();
});

t.test("a shift by hand: late start, stop, break, changeover with trial seals, early finish", (t) => {
  const spec: MachineSpec = {
    ...BASE,
    plan: [
      { product: 0, seals: 100 },
      { product: 1, seals: 1000 },
    ],
    durationSeconds: 3600,
    lateStart: { lengthSeconds: 60, kind: "not-ready" },
    earlyFinish: { lengthSeconds: 100, kind: "not-ready" },
    changeover: { ...BASE.changeover, trialSeals: [2, 2] },
    stops: [{ kind: "waiting", atSeconds: 100, lengthSeconds: 200 }],
    breaks: [{ atSeconds: 1000, lengthSeconds: 500, workedThrough: false }],
  };
  const { stops, runs, totals, endUs } = truthOf(scenarioOf(spec));
  t.equal(endUs, 3_600_000_000);
  t.same(
    stops.map((s) => [s.kind, s.startUs / 1e6, s.endUs / 1e6]),
    [
      ["not-ready", 0, 60],
      ["waiting", 102, 302],
      ["changeover", 860, 1000],
      ["break", 1000, 1500],
      ["changeover", 1500, 1512],
      ["not-ready", 3500, 3600],
    ],
    "the break swallows the rest of the changeover, the trial seals follow it",
  );
  t.same(
    runs.map((r) => [r.product, r.first, r.last, r.seals, r.units, r.startUs / 1e6, r.endUs / 1e6]),
    [
      ["A", 0, 99, 100, 300, 60, 856],
      ["B", 102, 432, 331, 993, 1512, 3495],
    ],
  );
  t.equal(totals.unassigned, 2);
  t.same(
    pulsesOf(spec, AVAILABILITY).map(([on, off]) => [on / 1e6, off / 1e6]),
    [
      [59, 860],
      [1499, 3500],
    ],
    "ready one second before it seals again",
  );
  t.end();
});

t.test("a recording that begins at work begins after a seal, and ends with a whole cycle", (t) => {
  const { seals, stops, endUs } = truthOf(scenarioOf(BASE));
  t.same([seals?.[0]?.[0], seals?.[9]?.[1], endUs], [4_000_000, 60_000_000, 64_000_000]);
  t.same(stops, []);
  t.end();
});

t.test("a break worked through stops nothing, and stops wait for its end", (t) => {
  const spec: MachineSpec = {
    ...BASE,
    plan: [{ product: 0, seals: 200 }],
    stops: [{ kind: "waiting", atSeconds: 150, lengthSeconds: 130 }],
    breaks: [{ atSeconds: 100, lengthSeconds: 300, workedThrough: true }],
  };
  t.same(truthOf(scenarioOf(spec)).stops, [{ kind: "waiting", startUs: 400_000_000, endUs: 530_000_000 }]);
  t.end();
});

t.test("a hole is no data, in no other bucket, and nothing is recorded in it", (t) => {
  const spec: MachineSpec = {
    ...BASE,
    plan: [{ product: 0, seals: 100 }],
    stops: [{ kind: "waiting", atSeconds: 100, lengthSeconds: 200 }],
    holes: [{ atSeconds: 250, lengthSeconds: 100 }],
  };
  const simulation = new Simulation(scenarioOf(spec));
  t.same(simulation.channels, ["recorder", "availability", "sealing"]);
  const edges = [...simulation.edges()];
  t.same(
    edges.filter((edge) => edge.channel === 0).map((edge) => [edge.timeUs / 1e6, edge.level]),
    [
      [0, 1],
      [250, 0],
      [350, 1],
      [804, 1],
    ],
  );
  t.same(
    edges.filter((e) => e.channel !== 0 && e.timeUs > 250e6 && e.timeUs < 350e6),
    [],
  );
  const { stops, totals } = simulation.truth();
  t.same(
    stops.map((s) => [s.kind, s.startUs / 1e6, s.endUs / 1e6]),
    [
      ["waiting", 100, 250],
      ["no-data", 250, 350],
    ],
  );
  t.equal(totals.minutes["no-data"] * 60, 100);
  t.end();
});

t.test("reject pulses are the rejected seals, energy pulses the energy", (t) => {
  const spec: MachineSpec = {
    ...BASE,
    products: [{ ...PLAIN, rejectShare: 0.1 }],
    plan: [{ product: 0, seals: 3000 }],
    energy: { pulsesPerKwh: 1000, sealingKw: 9, readyKw: 3, notReadyKw: 0 },
  };
  const rejects = pulsesOf(spec, contactsOf(spec).indexOf("reject"));
  const { rejectedSeals } = truthOf(scenarioOf(spec)).totals;
  t.equal(rejects.length, rejectedSeals);
  t.ok(Math.abs(rejectedSeals - 300) < 60);
  const energy = pulsesOf(spec, contactsOf(spec).indexOf("energy"));
  t.equal(energy.length, 25_003, "3,000 cycles of 2 s at 9 kW and 4 s at 3 kW, and 4 s before: 25.003 kWh");
  t.ok(energy.slice(0, -1).every(([on, off]) => off - on === 50_000));
  t.end();
});

t.test("sealing times scatter, drift and go wrong as the scenario says", (t) => {
  const noisy: MachineSpec = {
    ...BASE,
    products: [{ ...PLAIN, noiseSeconds: 0.05, driftPercent: 10 }],
    plan: [{ product: 0, seals: 20_000 }],
    outliers: { ...BASE.outliers, share: 0.05 },
  };
  const { seals, totals } = truthOf(scenarioOf(noisy));
  const own = (seals ?? []).filter((seal) => seal[2] !== null).map(([on, off]) => (off - on) / 1e6);
  const mean = (xs: readonly number[]) => xs.reduce((a, b) => a + b, 0) / xs.length;
  t.ok(Math.abs(mean(own.slice(0, 500)) - 2) < 0.02);
  t.ok(Math.abs(mean(own.slice(-500)) - 2.2) < 0.02);
  t.ok(Math.abs(totals.unassigned / totals.seals - 0.05) < 0.006);
  t.end();
});

t.test("stops at random come at their rate, with their lengths", (t) => {
  const spec: MachineSpec = {
    ...BASE,
    plan: [{ product: 0, seals: 200_000 }],
    randomStops: [
      { kind: "micro-stop", perHour: 3, lengthSeconds: [20, 100] },
      { kind: "not-ready", perHour: 0.5, lengthSeconds: [300, 900] },
    ],
  };
  const { stops, totals } = truthOf(scenarioOf(spec));
  const hours = totals.minutes.running / 60;
  const micro = stops.filter((stop) => stop.kind === "micro-stop");
  t.ok(Math.abs(micro.length / hours / 3 - 1) < 0.1, `${micro.length / hours} an hour`);
  t.ok(Math.abs((stops.length - micro.length) / hours / 0.5 - 1) < 0.25);
  t.ok(micro.every((stop) => stop.endUs - stop.startUs >= 20e6 && stop.endUs - stop.startUs <= 100e6));
  t.end();
});

t.test("the list of seals is left out, and says so, when it would be too long", (t) => {
  const spec: MachineSpec = { ...BASE, plan: [{ product: 0, seals: MAX_LISTED_SEALS }] };
  t.equal(truthOf(scenarioOf(spec)).seals?.length, MAX_LISTED_SEALS);
  t.notOk("sealsOmitted" in truthOf(scenarioOf(spec)));
  const longer = truthOf(scenarioOf({ ...spec, planRepeats: 2 }));
  t.equal(longer.seals, null);
  t.match(longer.sealsOmitted, /400000 seals.*above 200000/);
  t.equal(longer.runs[0]?.seals, 400_000, "a plan that repeats one product makes one run");
  t.end();
});

t.test("changing the panel leaves the truth unchanged", (t) => {
  const text = (panel: string) => `
    panel = "${panel}"
    products = [{ name = "A", sealingTimeSeconds = 2, noiseSeconds = 0.1, cycleTimeSeconds = 6 }]
    plan = [{ product = "A", seals = 300 }]
    stops = [{ kind = "micro-stop", perHour = 10, lengthSeconds = [20, 40] }]`;
  const truths = ["none", "quiet", "busy", "hostile"].map((panel) => {
    const simulation = new Simulation(parseScenario(text(panel), "x"), 9);
    for (const _ of simulation.edges());
    return simulation.truth();
  });
  for (const truth of truths) t.same(truth, truths[0]);
  t.same(truths[0], truthOf(parseScenario(text("none"), "x"), 9));
  t.end();
});
