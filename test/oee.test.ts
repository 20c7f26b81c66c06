import fc from "fast-check";
import t from "tap";
import { type OeeInput, oee, rollUp } from "../algorithms/oee.ts";
import { timesOf } from "../algorithms/oee-sums.ts";

const EMPTY: OeeInput = {
  shiftSeconds: 0,
  breakSeconds: 0,
  noDataSeconds: 0,
  changeoverSeconds: 0,
  microStopSeconds: 0,
  notReadySeconds: 0,
  waitingSeconds: 0,
  lateStartSeconds: 0,
  lateRestartSeconds: 0,
  earlyFinishSeconds: 0,
  notReadyEvents: 0,
  products: [],
  quality: null,
  calendarSeconds: null,
};

// 8 h with a break of 30 min, two products: golden figures 3 and 4.
const TWO_PRODUCTS: OeeInput = {
  ...EMPTY,
  shiftSeconds: 28_800,
  breakSeconds: 1800,
  microStopSeconds: 22 * 60,
  changeoverSeconds: 18 * 60,
  notReadySeconds: 33 * 60,
  waitingSeconds: 12 * 60,
  lateStartSeconds: 6 * 60,
  lateRestartSeconds: 4 * 60,
  notReadyEvents: 1,
  calendarSeconds: 86_400,
  products: [
    { id: "P1", cycles: 3780, idealCycleSeconds: 3.0, runSeconds: 13_200 },
    { id: "P2", cycles: 2010, idealCycleSeconds: 4.0, runSeconds: 9420 },
  ],
};

function product(cycles: number, idealCycleSeconds: number | null, id = "P1") {
  return { id, cycles, idealCycleSeconds };
}

function digits(value: number | null): string {
  return value === null ? "null" : value.toFixed(4);
}

t.test("golden 1: 480 min, 60 min breaks, 47 min stops, 19,271 made, 423 rejected", (t) => {
  const result = oee({
    ...EMPTY,
    shiftSeconds: 480 * 60,
    breakSeconds: 60 * 60,
    notReadySeconds: 47 * 60,
    products: [product(19_271, 1)],
    quality: { goodUnits: 19_271 - 423, totalUnits: 19_271 },
  });
  t.same([result.availability, result.performance, result.quality, result.oee].map(digits), [
    "0.8881",
    "0.8611",
    "0.9780",
    "0.7479",
  ]);
  t.equal(result.headline, "OEE");
  t.end();
});

t.test("golden 2: 12 h, 2 h stops, 95,000 made, 90,000 good, 10,000 an hour", (t) => {
  const result = oee({
    ...EMPTY,
    shiftSeconds: 12 * 3600,
    waitingSeconds: 2 * 3600,
    products: [product(95_000, 0.36)],
    quality: { goodUnits: 90_000, totalUnits: 95_000 },
  });
  t.same([result.availability, result.performance, result.quality, result.oee].map(digits), [
    "0.8333",
    "0.9500",
    "0.9474",
    "0.7500",
  ]);
  t.end();
});

t.test("golden 3: two products, both splits", (t) => {
  const result = oee(TWO_PRODUCTS);
  t.equal(result.plannedBusySeconds, 27_000);
  t.equal(result.runSeconds, 22_620);
  t.equal(result.netSeconds, 19_380);
  t.same([result.availability, result.performance, result.oee].map(digits), ["0.8378", "0.8568", "0.7178"]);
  t.equal(result.headline, "OEE (A x P)");
  const { iso } = result;
  t.equal(iso.actualProductionSeconds, 21_300);
  t.equal(iso.actualUnitProcessingSeconds, 22_380);
  t.equal(iso.actualSetupSeconds, 1080);
  t.equal(iso.actualDelaySeconds, 77 * 60);
  const product = (iso.availability as number) * (iso.effectiveness as number);
  t.same([iso.availability, iso.effectiveness, product, iso.nee].map(digits), ["0.7889", "0.9099", "0.7178", "0.7542"]);
  t.same([iso.technicalEfficiency, iso.setupRatio, result.teep].map(digits), ["0.8218", "0.0483", "0.2243"]);
  t.equal(4 * result.products.reduce((sum, { cycles }) => sum + cycles, 0), 23_160);
  t.equal(result.mttrSeconds, 1980);
  t.equal(result.mtbfSeconds, 22_620);
  t.end();
});

t.test("golden 4: an ideal cycle that is too slow is not capped", (t) => {
  const products = TWO_PRODUCTS.products.map((p) => (p.id === "P1" ? { ...p, idealCycleSeconds: 3.6 } : p));
  const result = oee({ ...TWO_PRODUCTS, products });
  t.same([result.products[0]?.performance ?? null, result.performance].map(digits), ["1.0309", "0.9570"]);
  const capped = result.products.reduce((sum, p) => sum + Math.min(p.netSeconds as number, p.runSeconds as number), 0);
  t.equal(digits(capped / result.runSeconds), "0.9390");
  t.end();
});

t.test("golden 5: a roll-up adds times and counts, then divides", (t) => {
  const x = oee({ ...EMPTY, shiftSeconds: 27_000, waitingSeconds: 4000, products: [product(6460, 3)] });
  const y = oee({ ...EMPTY, shiftSeconds: 9000, waitingSeconds: 5000, products: [product(675, 4, "P2")] });
  t.equal(x.netSeconds, 19_380);
  t.equal(y.netSeconds, 2700);
  t.equal(digits(rollUp([x, y]).oee), "0.6133");
  t.equal(digits(((x.oee as number) + (y.oee as number)) / 2), "0.5089");
  t.end();
});

t.test("a roll-up", (t) => {
  const one = oee({ ...TWO_PRODUCTS, quality: { goodUnits: 90, totalUnits: 100 } });
  t.test("of one shift is that shift", (t) => {
    t.same(rollUp([one], 86_400), one);
    t.end();
  });
  t.test("of roll-ups is the roll-up of all", (t) => {
    const other = oee({ ...TWO_PRODUCTS, quality: { goodUnits: 10, totalUnits: 20 }, waitingSeconds: 0 });
    t.same(rollUp([rollUp([one, other]), one]), rollUp([one, other, one]));
    t.end();
  });
  t.test("takes the calendar time of the whole: shifts of a day share it", (t) => {
    t.equal(rollUp([one, one, one]).teep, null);
    t.equal(rollUp([one, one, one]).reasons.teep, "the calendar time is not given");
    t.equal(digits(rollUp([one, one, one], 86_400).teep), digits(3 * (one.teep as number)));
    t.end();
  });
  t.test("adds a product whose ideal cycle has changed", (t) => {
    const slow = oee({ ...EMPTY, shiftSeconds: 1000, products: [product(100, 5)] });
    const fast = oee({ ...EMPTY, shiftSeconds: 1000, products: [product(100, 4)] });
    t.equal(rollUp([slow, fast]).netSeconds, 900);
    t.equal(rollUp([slow, fast]).products[0]?.cycles, 200);
    t.end();
  });
  t.test("does not know what one of its shifts does not know", (t) => {
    const unknown = oee({ ...EMPTY, shiftSeconds: 100, products: [product(5, null, "P7")] });
    const sum = rollUp([one, unknown]);
    t.same([sum.performance, sum.quality, sum.oee], [null, null, null]);
    t.equal(sum.reasons.oee, "ideal cycle of P7 is not known");
    t.equal(digits(sum.availability), digits((22_620 + 100) / 27_100));
    t.end();
  });
  t.test("takes Q from the shifts that made something", (t) => {
    const idle = oee({ ...EMPTY, shiftSeconds: 100, waitingSeconds: 100 });
    t.equal(rollUp([one, idle]).quality, 0.9);
    t.equal(rollUp([idle, idle]).quality, null);
    t.end();
  });
  t.test("of nothing has only reasons", (t) => {
    t.equal(rollUp([]).reasons.availability, "there is no planned time");
    t.end();
  });
  t.end();
});

t.test("what is unknown is null, with the reason", (t) => {
  t.test("an ideal cycle: P and everything that rests on it", (t) => {
    const products = [product(100, 3), product(10, null, "P2"), product(10, null, "P4"), product(0, null, "P9")];
    const result = oee({ ...TWO_PRODUCTS, products });
    const reason = "ideal cycle of P2, P4 is not known";
    t.same([result.netSeconds, result.performance, result.oee, result.teep], [null, null, null, null]);
    t.same([result.iso.effectiveness, result.iso.nee], [null, null]);
    for (const figure of ["net", "performance", "oee", "teep", "effectiveness", "nee"] as const)
      t.equal(result.reasons[figure], reason, figure);
    t.equal(digits(result.availability), "0.8378");
    t.equal(result.products[1]?.performance, null);
    t.end();
  });
  t.test("quality: the headline says so", (t) => {
    const result = oee(TWO_PRODUCTS);
    t.equal(result.quality, null);
    t.equal(result.reasons.quality, "quality is not measured");
    t.equal(result.headline, "OEE (A x P)");
    t.equal(result.oee, 19_380 / 27_000);
    t.end();
  });
  t.test("quality of nothing", (t) => {
    const result = oee({ ...EMPTY, shiftSeconds: 60, quality: { goodUnits: 0, totalUnits: 0 } });
    t.equal(result.quality, null);
    t.equal(result.reasons.quality, "nothing was made");
    t.end();
  });
  t.test("no planned time: never 0 or 100 %", (t) => {
    const result = oee({ ...EMPTY, shiftSeconds: 1800, breakSeconds: 1800, calendarSeconds: 86_400 });
    t.same([result.availability, result.oee, result.teep, result.iso.availability], [null, null, null, null]);
    t.equal(result.reasons.availability, "there is no planned time");
    t.equal(result.reasons.oee, "there is no planned time");
    t.end();
  });
  t.test("no event: no mean time between events", (t) => {
    const result = oee({ ...EMPTY, shiftSeconds: 1800 });
    t.same([result.mtbfSeconds, result.mttrSeconds], [null, null]);
    t.equal(result.reasons.mtbf, "it was never not ready");
    t.end();
  });
  t.end();
});

t.test("a shift in which the machine never ran has an OEE of 0, not an unknown one", (t) => {
  const result = oee({ ...EMPTY, shiftSeconds: 1800, notReadySeconds: 1800, notReadyEvents: 1 });
  t.same([result.availability, result.oee, result.performance], [0, 0, null]);
  t.equal(result.reasons.performance, "the machine did not run");
  t.end();
});

t.test("time without data is in no bucket, but in the coverage", (t) => {
  const result = oee({ ...EMPTY, shiftSeconds: 10_000, noDataSeconds: 600, products: [product(900, 10)] });
  t.equal(result.plannedBusySeconds, 9400);
  t.equal(result.availability, 1);
  t.equal(result.coverage, 0.94);
  t.equal(result.lowConfidence, true);
  t.equal(oee({ ...EMPTY, shiftSeconds: 10_000, noDataSeconds: 500 }).lowConfidence, false);
  t.end();
});

t.test("an early finish is an availability loss, but no delay of the production", (t) => {
  const result = oee({ ...EMPTY, shiftSeconds: 3600, earlyFinishSeconds: 600, products: [product(300, 10)] });
  t.equal(digits(result.availability), "0.8333");
  t.equal(result.iso.actualDelaySeconds, 0);
  t.end();
});

t.test("impossible sums are refused", (t) => {
  const bad: Partial<OeeInput>[] = [
    { waitingSeconds: -1 },
    { waitingSeconds: Number.NaN },
    { shiftSeconds: Number.POSITIVE_INFINITY },
    { waitingSeconds: 61 },
    { microStopSeconds: 61 },
    { breakSeconds: 61 },
    { calendarSeconds: -1 },
    { quality: { goodUnits: 2, totalUnits: 1 } },
    { products: [product(-1, 3)] },
    { products: [product(1, 0)] },
    { products: [product(1, Number.POSITIVE_INFINITY)] },
  ];
  for (const part of bad)
    t.throws(() => oee({ ...EMPTY, shiftSeconds: 60, ...part }), RangeError, JSON.stringify(part));
  t.end();
});

t.test("A x P (TPM) is A x E (ISO) is OEE / Q, whatever is booked where", (t) => {
  const seconds = fc.double({ min: 0, max: 50_000, noNaN: true });
  const parts = fc.array(seconds, { minLength: 10, maxLength: 10 });
  const made = fc.array(fc.tuple(fc.nat(5000), fc.double({ min: 0.5, max: 60, noNaN: true })), { maxLength: 4 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(parts, made, fc.double({ min: 0.001, max: 1, noNaN: true }), (parts, made, good) => {
        const [pause = 0, hole = 0, changeover = 0, micro = 0, broken = 0, waiting = 0] = parts;
        const [start = 0, restart = 0, finish = 0, running = 0] = parts.slice(6);
        const result = oee({
          ...EMPTY,
          shiftSeconds: parts.reduce((sum, part) => sum + part, 1),
          breakSeconds: pause,
          noDataSeconds: hole,
          changeoverSeconds: changeover,
          microStopSeconds: micro,
          notReadySeconds: broken,
          waitingSeconds: waiting,
          lateStartSeconds: start,
          lateRestartSeconds: restart,
          earlyFinishSeconds: finish,
          products: made.map(([cycles, ideal], i) => product(cycles, ideal, `P${i}`)),
          quality: { goodUnits: good, totalUnits: 1 },
        });
        const tpm = (result.availability as number) * (result.performance as number);
        const iso = (result.iso.availability as number) * (result.iso.effectiveness as number);
        const both = (result.oee as number) / (result.quality as number);
        const near = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a));
        const all = result.iso.actualProductionSeconds + result.iso.actualDelaySeconds + changeover + finish;
        return (
          near(tpm, iso) && near(tpm, both) && near(all, result.plannedBusySeconds) && running <= result.runSeconds
        );
      }),
    ),
  );
  t.end();
});

t.test("times of a list of stops: names choose the bucket, a continued stop is no new event", (t) => {
  const stop = { kind: "waiting", open: false, continued: false, gapUs: 0 } as const;
  const names = ["not ready", "not ready", "late start", "planned stop", "break", "no data", "micro-stop"] as const;
  const stops = names.map((name, i) => ({ ...stop, name, startUs: i * 10, endUs: i * 10 + 5, continued: i === 1 }));
  const times = timesOf({ stops, lengthUs: 1_000_000 });
  t.match(times, { shiftSeconds: 1, notReadySeconds: 10e-6, notReadyEvents: 1, lateStartSeconds: 5e-6 });
  t.match(times, { breakSeconds: 10e-6, noDataSeconds: 5e-6, microStopSeconds: 5e-6, waitingSeconds: 0 });
  t.end();
});
