import fc from "fast-check";
import t from "tap";
import type { AvailabilityInterval } from "../algorithms/availability.ts";
import type { PlacedSeal } from "../algorithms/gaps.ts";
import { clip, type Interval, lengthUs, subtract, union } from "../algorithms/interval.ts";
import { timesOf } from "../algorithms/oee-sums.ts";
import { findStops, type StopsInput, type TimeUse } from "../algorithms/stops.ts";
import { Machine } from "../sim/machine.ts";
import { Random } from "../sim/random.ts";
import { loadScenario } from "../sim/scenario.ts";
import { truthOf } from "../sim/simulation.ts";

const S = 1_000_000;
const CYCLE = 10;

/** Seals of a cycle of 10 s and 4 s long, at these seconds. */
function seals(product: number | null, ...onSeconds: readonly number[]): PlacedSeal[] {
  return onSeconds.map((on) => ({ onUs: on * S, offUs: (on + 4) * S, product }));
}

/** Seals every 10 s, from the first second given to before the last one. */
function work(product: number | null, from: number, until: number): PlacedSeal[] {
  const count = Math.ceil((until - from) / CYCLE);
  return seals(product, ...Array.from({ length: count }, (_, i) => from + i * CYCLE));
}

function span(from: number, until: number): Interval {
  return { startUs: from * S, endUs: until * S };
}

function notReady(from: number, until: number): AvailabilityInterval {
  return { ...span(from, until), ready: false };
}

/** A window of 1000 s of which everything is known, ideal cycles 10 s. */
function use(given: Partial<StopsInput> & { readonly seals: Iterable<PlacedSeal> }): TimeUse {
  const nothing = { availability: [], holes: [], breaks: [], plannedStops: [] };
  const idealCycleSeconds = new Map([1, 2, 3].map((product) => [product, CYCLE]));
  return findStops({ ...span(0, 1000), ...nothing, idealCycleSeconds, ...given });
}

/** `from..until kind`, the name if it says more, `+` for continued, `?` for open. */
function told({ stops }: TimeUse): string[] {
  return stops.map(({ startUs, endUs, kind, name, open, continued }) => {
    const own = name.replace(" ", "-") === kind ? "" : ` (${name})`;
    return `${startUs / S}..${endUs / S} ${kind}${own}${continued ? " +" : ""}${open ? " ?" : ""}`;
  });
}

t.test("no gap: nothing but running", (t) => {
  const result = use({ seals: work(1, 0, 1000) });
  t.same(told(result), []);
  t.equal(result.runningUs, 1000 * S);
  t.same([...result.runUsByProduct], [[1, 1000 * S]]);
  t.same([...result.cyclesByProduct], [[1, 100]]);
  t.end();
});

t.test("a gap starts one ideal cycle after the last seal and ends at the next rising edge", (t) => {
  const [stop] = use({ seals: [...work(1, 0, 300), ...work(1, 500, 1000)] }).stops;
  t.same([stop?.startUs, stop?.endUs, stop?.gapUs], [300 * S, 500 * S, 200 * S]);
  t.end();
});

t.test("a seal that takes longer than a cycle is no gap before its end", (t) => {
  const long = { onUs: 300 * S, offUs: 380 * S, product: null };
  t.same(told(use({ seals: [...work(1, 0, 300), long, ...work(1, 420, 1000)] })), ["380..420 micro-stop"]);
  t.end();
});

t.test("a micro-stop: from 2.5 ideal cycles, and not below 2 s, to 120 s", (t) => {
  const gapOf = (seconds: number) => told(use({ seals: [...work(1, 0, 300), ...work(1, 300 + seconds, 1000)] }));
  t.same(gapOf(24), []);
  t.same(gapOf(25), ["300..325 micro-stop"]);
  t.same(gapOf(120), ["300..420 micro-stop"]);
  t.same(gapOf(121), ["300..421 waiting"]);
  const fast = (seconds: number) =>
    told(
      use({
        ...span(0, 6 + seconds),
        idealCycleSeconds: new Map([[1, 0.5]]),
        seals: [5, 5.5 + seconds].map((on) => ({ onUs: on * S, offUs: (on + 0.5) * S, product: 1 })),
        seenFromUs: 5 * S,
        breaks: [span(0, 5)],
      }),
    ).filter((line) => line.includes("micro"));
  t.same(fast(1.9), []);
  t.same(fast(2), ["5.5..7.5 micro-stop"]);
  t.end();
});

t.test("both limits can be set, and are told for the report", (t) => {
  const given = { seals: [...work(1, 0, 300), ...work(1, 360, 1000)] };
  const result = use({ ...given, longestMicroStopSeconds: 50, shortestMicroStopSeconds: 40 });
  t.same(told(result), ["300..360 waiting"]);
  t.equal(result.longestMicroStopSeconds, 50);
  t.same(result.limits.get(1), { cycleSeconds: 10, basis: "ideal", shortestMicroStopSeconds: 40 });
  t.equal(use(given).limits.get(1)?.shortestMicroStopSeconds, 25);
  t.equal(use(given).longestMicroStopSeconds, 120);
  t.throws(() => use({ ...given, longestMicroStopSeconds: 1 }), RangeError);
  t.end();
});

t.test("a stop is not-ready while the contact is open, waiting for the rest", (t) => {
  const given = { seals: [...work(1, 0, 300), ...work(1, 800, 1000)] };
  const stops = (...availability: AvailabilityInterval[]) => told(use({ ...given, availability }));
  t.same(stops(), ["300..800 waiting"]);
  t.same(stops(notReady(290, 800)), ["300..800 not-ready"]);
  t.same(stops(notReady(310, 600)), ["300..310 waiting", "310..600 not-ready", "600..800 waiting +"]);
  t.same(stops({ ...span(300, 800), ready: null }), ["300..800 waiting"], "unknown is the rest");
  t.same(stops(notReady(302, 799)), ["300..302 waiting", "302..800 not-ready"], "the second before the first seal");
  t.same(stops(notReady(301, 799)), ["300..800 not-ready"]);
  t.same(stops(notReady(301, 302)), ["300..800 waiting"]);
  const flicker = Array.from({ length: 250 }, (_, i) => notReady(300 + 2 * i, 301 + 2 * i));
  t.same(stops(...flicker), ["300..800 not-ready"], "a contact that never lasts: what it began with");
  t.end();
});

t.test("a machine that is not ready twice in one stop stood once", (t) => {
  const availability = [notReady(300, 400), notReady(500, 600)];
  const result = use({ seals: [...work(1, 0, 300), ...work(1, 600, 1000)], availability });
  t.same(told(result), ["300..400 not-ready", "400..500 waiting", "500..600 not-ready +"]);
  t.match(timesOf(result), { notReadySeconds: 200, notReadyEvents: 1, waitingSeconds: 100 });
  t.end();
});

t.test("changeover", (t) => {
  t.test("from the last seal of the old run to the first of the new one; trial seals do not end it", (t) => {
    const trials = seals(null, 500, 513, 540);
    const result = use({ seals: [...work(1, 0, 300), ...trials, ...work(2, 560, 1000)] });
    t.same(told(result), ["300..560 changeover"]);
    t.same(
      [...result.runUsByProduct],
      [
        [1, 300 * S],
        [2, 440 * S],
      ],
    );
    t.same(
      [...result.cyclesByProduct],
      [
        [1, 30],
        [null, 3],
        [2, 44],
      ],
    );
    t.end();
  });
  t.test("is never a micro-stop, and is one whatever the contact says", (t) => {
    const given = { seals: [...work(1, 0, 300), ...work(2, 340, 1000)], availability: [notReady(300, 340)] };
    t.same(told(use(given)), ["300..340 changeover"]);
    t.end();
  });
  t.test("in no time is none", (t) => {
    t.same(told(use({ seals: [...work(1, 0, 300), ...work(2, 320, 1000)] })), []);
    t.end();
  });
  t.test("does not come of seals that belong to nobody", (t) => {
    const given = { seals: [...work(1, 0, 300), ...seals(null, 350), ...work(1, 400, 1000)] };
    t.same(told(use(given)), ["300..350 micro-stop", "360..400 micro-stop"]);
    t.end();
  });
  t.test("a break in it is a break, but trial seals in the break give it back", (t) => {
    const trials = seals(null, 410, 440);
    const given = { seals: [...work(1, 0, 300), ...trials, ...work(2, 600, 1000)], breaks: [span(400, 500)] };
    const result = use(given);
    t.same(told(result), [
      "300..400 changeover",
      "400..410 break",
      "410..420 changeover +",
      "420..440 break",
      "440..450 changeover +",
      "450..500 break",
      "500..600 changeover +",
    ]);
    t.equal(result.workedThroughUs, 20 * S);
    t.end();
  });
  t.end();
});

t.test("break", (t) => {
  t.test("only while the machine is not sealing; the rest is worked through", (t) => {
    const given = { seals: [...work(1, 0, 350), ...work(1, 600, 1000)], breaks: [span(300, 600)] };
    const result = use(given);
    t.same(told(result), ["350..600 break"]);
    t.equal(result.workedThroughUs, 50 * S);
    t.end();
  });
  t.test("worked through as a whole", (t) => {
    const result = use({ seals: work(1, 0, 1000), breaks: [span(300, 600)] });
    t.same(told(result), []);
    t.equal(result.workedThroughUs, 300 * S);
    t.end();
  });
  t.test("followed by a late restart; stopping early is waiting", (t) => {
    const given = { seals: [...work(1, 0, 300), ...work(1, 700, 1000)], breaks: [span(340, 650)] };
    t.same(told(use(given)), ["300..340 waiting", "340..650 break", "650..700 waiting (late restart) +"]);
    t.end();
  });
  t.test("nobody starts to the second: less than a micro-stop beside it is a slow cycle", (t) => {
    const given = { seals: [...work(1, 0, 290), ...work(1, 610, 1000)], breaks: [span(300, 600)] };
    t.same(told(use(given)), ["300..600 break"]);
    t.end();
  });
  t.test("in the middle of a repair does not make it a late restart", (t) => {
    const given = { seals: [...work(1, 0, 300), ...work(1, 800, 1000)], breaks: [span(400, 600)] };
    const result = use({ ...given, availability: [notReady(300, 800)] });
    t.same(told(result), ["300..400 not-ready", "400..600 break", "600..800 not-ready +"]);
    t.equal(timesOf(result).notReadyEvents, 1);
    t.end();
  });
  t.test("a planned stop is one, with its own name; where both are, it is a break", (t) => {
    const given = { seals: [...work(1, 0, 300), ...work(1, 760, 1000)], plannedStops: [span(300, 700)] };
    const result = use({ ...given, breaks: [span(350, 400)] });
    t.same(told(result), [
      "300..350 break (planned stop)",
      "350..400 break",
      "400..700 break (planned stop)",
      "700..760 waiting (late restart)",
    ]);
    t.end();
  });
  t.end();
});

t.test("start and finish of the shift", (t) => {
  t.test("late start and early finish, whatever the contact says", (t) => {
    const availability = [notReady(0, 100)];
    const result = use({ seals: work(1, 130, 800), availability });
    t.same(told(result), [
      "0..100 not-ready (late start)",
      "100..130 waiting (late start)",
      "800..1000 waiting (early finish) ?",
    ]);
    t.match(timesOf(result), { notReadyEvents: 0, lateStartSeconds: 130, earlyFinishSeconds: 200 });
    t.end();
  });
  t.test("a late start of a minute is one if the machine stood before, a micro-stop if nobody knows", (t) => {
    t.same(told(use({ seals: work(1, 60, 1000), seenFromUs: -500 * S })), ["0..60 waiting (late start)"]);
    t.same(told(use({ seals: work(1, 60, 1000) })), ["0..60 micro-stop"]);
    t.end();
  });
  t.test("a shift without a seal neither starts nor finishes", (t) => {
    t.same(told(use({ seals: [], availability: [notReady(0, 400)] })), ["0..400 not-ready ?", "400..1000 waiting ?"]);
    t.end();
  });
  t.test("another product than yesterday's: the night is no changeover", (t) => {
    const given = { seals: [...work(2, -900, -600), ...seals(null, 150), ...work(1, 300, 1000)], seenFromUs: -900 * S };
    t.same(told(use(given)), ["0..150 waiting (late start)", "160..300 waiting"]);
    t.end();
  });
  t.end();
});

t.test("a stop across the boundary of two shifts: minutes split, counted once, where it began", (t) => {
  const all = [...work(1, 0, 900), ...work(1, 1200, 2000)];
  const seen = { seals: all, seenFromUs: 0, seenUntilUs: 2000 * S, availability: [notReady(900, 1150)] };
  const first = use({ ...seen, shiftAfter: true });
  const second = use({ ...seen, ...span(1000, 2000), shiftBefore: true });
  t.same(told(first), ["900..1000 not-ready"]);
  t.same(told(second), ["1000..1150 not-ready +", "1150..1200 waiting"]);
  t.equal(first.stops[0]?.gapUs, 300 * S);
  t.equal(second.stops[0]?.gapUs, 300 * S);
  t.equal(timesOf(first).notReadyEvents + timesOf(second).notReadyEvents, 1);
  t.test("it is a stop in both shifts, though each sees but a minute", (t) => {
    const given = { ...seen, seals: [...work(1, 0, 940), ...work(1, 1070, 2000)], availability: [] };
    t.same(told(use({ ...given, shiftAfter: true })), ["940..1000 waiting"]);
    t.same(told(use({ ...given, ...span(1000, 2000), shiftBefore: true })), ["1000..1070 waiting +"]);
    t.end();
  });
  t.test("a changeover too", (t) => {
    const given = { ...seen, seals: [...work(1, 0, 900), ...work(2, 1200, 2000)] };
    t.same(told(use({ ...given, shiftAfter: true })), ["900..1000 changeover"]);
    t.same(told(use({ ...given, ...span(1000, 2000), shiftBefore: true })), ["1000..1200 changeover +"]);
    t.end();
  });
  t.end();
});

t.test("a cycle belongs to the shift in which its seal ends", (t) => {
  const all = seals(1, 992, 996, 1010).map(({ onUs, product }) => ({ onUs, offUs: onUs + 4 * S, product }));
  const given = { seals: all, seenFromUs: 0, seenUntilUs: 2000 * S, idealCycleSeconds: new Map([[1, 4]]) };
  t.equal(use({ ...given, shiftAfter: true }).cyclesByProduct.get(1), 1);
  t.equal(use({ ...given, ...span(1000, 2000), shiftBefore: true }).cyclesByProduct.get(1), 2);
  t.equal(use({ ...given, seenUntilUs: 1000 * S, seals: all.slice(0, 2) }).cyclesByProduct.get(1), 2, "nobody else's");
  t.end();
});

t.test("an open gap is provisional", (t) => {
  const given = { seals: work(1, 0, 300), availability: [notReady(310, 900)] };
  const at = (seconds: number) => {
    const result = use({ ...given, seenUntilUs: seconds * S });
    t.equal(result.lengthUs, seconds * S);
    return told(result);
  };
  t.same(at(320), []);
  t.same(at(330), ["300..330 micro-stop ?"]);
  t.same(at(500), ["300..310 waiting ?", "310..500 not-ready ?"]);
  t.same(told(use({ seals: [], seenUntilUs: 200 * S })), ["0..200 waiting (late start) ?"]);
  t.same(told(use({ seals: [], seenUntilUs: 0 })), []);
  t.end();
});

t.test("no data", (t) => {
  t.test("is its own category, in running time as in stops", (t) => {
    const result = use({ seals: [...work(1, 0, 100), ...work(1, 400, 1000)], holes: [span(105, 396)] });
    t.same(told(result), ["105..396 no-data"]);
    t.equal(result.runningUs, 709 * S);
    t.end();
  });
  t.test("a machine that stood before and after it stood on: the kind is that of the whole", (t) => {
    const given = { seals: [...work(1, 0, 300), ...work(1, 500, 1000)], availability: [notReady(300, 500)] };
    const result = use({ ...given, holes: [span(340, 450)] });
    t.same(told(result), ["300..340 not-ready", "340..450 no-data", "450..500 not-ready +"]);
    t.end();
  });
  t.test("what is seen on one side only is judged by itself", (t) => {
    const given = { seals: [...work(1, 0, 300), ...work(1, 700, 1000)] };
    t.same(told(use({ ...given, holes: [span(340, 690)] })), ["300..340 micro-stop", "340..690 no-data"]);
    t.same(told(use({ ...given, holes: [span(305, 550)] })), ["305..550 no-data", "550..700 waiting"]);
    t.end();
  });
  t.test("in a break is no break", (t) => {
    const given = { seals: [...work(1, 0, 300), ...work(1, 600, 1000)], breaks: [span(300, 600)] };
    const result = use({ ...given, holes: [span(400, 500)] });
    t.same(told(result), ["300..400 break", "400..500 no-data", "500..600 break"]);
    t.equal(result.workedThroughUs, 0);
    t.end();
  });
  t.test("at the start hides the start: no late start behind it", (t) => {
    t.same(told(use({ seals: work(1, 400, 1000), holes: [span(0, 100)] })), ["0..100 no-data", "100..400 waiting"]);
    t.end();
  });
  t.test("until now is open; begun in the shift before, it is counted there", (t) => {
    t.same(told(use({ seals: work(1, 0, 900), holes: [span(900, 1000)] })), ["900..1000 no-data ?"]);
    const given = { seals: work(1, 100, 1000), holes: [span(-50, 100)], seenFromUs: -100 * S };
    t.same(told(use({ ...given, shiftBefore: true })), ["0..100 no-data +"]);
    t.same(told(use(given)), ["0..100 no-data"]);
    t.end();
  });
  t.end();
});

t.test("seals while not ready: the time is running, and they are counted for a warning", (t) => {
  const result = use({ seals: work(1, 0, 1000), availability: [notReady(100, 200), notReady(302, 303)] });
  t.same(told(result), []);
  t.equal(result.sealsWhileNotReady, 10);
  t.end();
});

t.test("an unknown ideal cycle: the median cycle stands in for it", (t) => {
  const given = { seals: [...work(7, 0, 300), ...work(7, 345, 1000)], idealCycleSeconds: new Map() };
  const result = use(given);
  t.same(told(result), ["300..345 micro-stop"]);
  t.same(result.limits.get(7), { cycleSeconds: 10, basis: "typical", shortestMicroStopSeconds: 25 });
  t.same(told(use({ ...given, seals: seals(7, 500), seenUntilUs: 900 * S })), [
    "0..500 waiting (late start)",
    "504..900 waiting ?",
  ]);
  t.end();
});

t.test("impossible input is refused", (t) => {
  t.throws(() => use({ seals: [], ...span(10, 9) }), RangeError);
  t.throws(() => use({ seals: seals(1, 20, 10) }), RangeError);
  t.throws(() => use({ seals: [], breaks: [span(9, 8)] }), RangeError);
  t.throws(() => use({ seals: [], idealCycleSeconds: new Map([[1, 0]]) }), RangeError);
  t.throws(() => use({ seals: seals(1, 20).values() }), TypeError);
  t.throws(() => use({ seals: [], holes: [{ startUs: Number.NaN, endUs: 8 }] }), RangeError);
  t.end();
});

const LENGTH = 3000;
const RUNS = 500;

const intervals = (most: number, longest: number) =>
  fc.array(
    fc.tuple(fc.nat(LENGTH), fc.nat(longest)).map(([at, length]) => span(at, Math.min(LENGTH, at + length))),
    { maxLength: most },
  );

/** Seals, mostly one after the other, with gaps now and then, in runs of three products and nobody. */
const anySeals = fc
  .array(fc.tuple(fc.constantFrom(10, 10, 10, 10, 12, 40, 90, 200, 400), fc.constantFrom(1, 1, 1, 1, 2, 3, null)), {
    maxLength: 200,
  })
  .map((steps) => {
    let at = -200;
    let product: number | null = 1;
    return steps.flatMap(([wait, next], i) => {
      at += wait;
      if (i % 7 === 0) product = next;
      return at < LENGTH - 10 ? seals(product, at) : [];
    });
  });

const anyInput = fc.record({
  seals: anySeals,
  holes: intervals(3, 300),
  breaks: intervals(3, 400),
  plannedStops: intervals(2, 400),
  availability: intervals(6, 300).map((list) => union(list).map((interval) => ({ ...interval, ready: false }))),
  shiftBefore: fc.boolean(),
  shiftAfter: fc.boolean(),
});

t.test("whatever happens, each microsecond of the window is in exactly one place", (t) => {
  const check = fc.property(anyInput, fc.nat(LENGTH), fc.nat(LENGTH), (given, a, b) => {
    const window = span(Math.min(a, b), Math.max(a, b));
    const result = use({ ...given, ...window, seenFromUs: -200 * S, seenUntilUs: LENGTH * S });
    const { stops } = result;
    const disjoint = stops.every(({ startUs, endUs }, i) => {
      return startUs < endUs && startUs >= (stops[i - 1]?.endUs ?? window.startUs) && endUs <= window.endUs;
    });
    const holes = clip(union(given.holes), window);
    const pauses = union([...given.breaks, ...given.plannedStops]);
    const allIn = (kind: string, places: readonly Interval[]) =>
      stops.filter((stop) => stop.kind === kind).every((stop) => subtract(stop, places).length === 0);
    const free = given.seals
      .filter(({ product }) => product !== null)
      .map(({ onUs, offUs: endUs }) => ({ startUs: onUs, endUs }));
    const others = stops.filter(({ kind }) => kind !== "no-data");
    const shares = [...result.runUsByProduct.values()].reduce((sum, us) => sum + us, 0);
    const micro = lengthUs(stops.filter(({ kind }) => kind === "micro-stop"));
    const { shiftSeconds } = timesOf(result);
    return (
      disjoint &&
      result.runningUs >= 0 &&
      result.workedThroughUs >= 0 &&
      result.runningUs + lengthUs(stops) === result.lengthUs &&
      result.lengthUs === window.endUs - window.startUs &&
      shiftSeconds === result.lengthUs / 1e6 &&
      shares === result.runningUs + micro &&
      allIn("no-data", holes) &&
      lengthUs(holes) === lengthUs(stops.filter(({ kind }) => kind === "no-data")) &&
      allIn("break", pauses) &&
      others.every((stop) => clip(free, stop).length === 0 && clip(holes, stop).length === 0)
    );
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: RUNS }));
  t.end();
});

t.test("wherever a day is cut into two shifts, times and occurrences add up to the day's", (t) => {
  const check = fc.property(anyInput, fc.integer({ min: 1, max: LENGTH }), (given, cut) => {
    // around the clock: what lies before and after is other shifts' too
    const neighbours = { shiftBefore: true, shiftAfter: true };
    const seen = { ...given, ...neighbours, seenFromUs: -200 * S, seenUntilUs: LENGTH * S };
    const day = use({ ...seen, ...span(0, LENGTH) });
    const early = use({ ...seen, ...span(0, cut) });
    const late = use({ ...seen, ...span(cut, LENGTH) });
    const seconds = ({ stops }: TimeUse, kind: string) => lengthUs(stops.filter((stop) => stop.kind === kind));
    const count = ({ stops }: TimeUse, kind: string) =>
      stops.filter((stop) => stop.kind === kind && !stop.continued).length;
    const cycles = ({ cyclesByProduct }: TimeUse) => [...cyclesByProduct.values()].reduce((sum, n) => sum + n, 0);
    return (
      day.runningUs === early.runningUs + late.runningUs &&
      cycles(day) === cycles(early) + cycles(late) &&
      day.workedThroughUs === early.workedThroughUs + late.workedThroughUs &&
      ["not-ready", "waiting", "changeover", "micro-stop", "break", "no-data"].every(
        (kind) =>
          seconds(day, kind) === seconds(early, kind) + seconds(late, kind) &&
          count(day, kind) === count(early, kind) + count(late, kind),
      )
    );
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: RUNS }));
  t.end();
});

t.test("the simulator's shift: minutes of each kind are the true ones", (t) => {
  for (const name of ["demo", "hole"]) {
    const scenario = loadScenario(name);
    const segments = [...new Machine(scenario.machine, new Random(scenario.seed).fork("machine")).segments()];
    const truth = truthOf(scenario);
    const holes = scenario.machine.holes.map((h) => span(h.atSeconds, h.atSeconds + h.lengthSeconds));
    const breaks = scenario.machine.breaks.map((b) => span(b.atSeconds, b.atSeconds + b.lengthSeconds));
    const isHidden = ({ startUs, endUs }: Interval) => clip(union(holes), { startUs, endUs }).length > 0;
    const placed = segments.flatMap(({ seal }) =>
      seal === null || isHidden({ startUs: seal.onUs, endUs: seal.offUs })
        ? []
        : [{ onUs: seal.onUs, offUs: seal.offUs, product: seal.kind === "product" ? seal.product : null }],
    );
    const availability = segments.map(({ startUs, readyUs: endUs }) => ({ startUs, endUs, ready: false }));
    const ideal = new Map(scenario.machine.products.map((p, i) => [i, p.cycleTimeSeconds]));
    const { startUs, endUs } = truth;
    const known = { seals: placed, holes, breaks, availability, plannedStops: [] };
    const result = findStops({ startUs, endUs, ...known, idealCycleSeconds: ideal });
    for (const [kind, minutes] of Object.entries(truth.totals.minutes)) {
      const us = kind === "running" ? result.runningUs : lengthUs(result.stops.filter((stop) => stop.kind === kind));
      t.ok(
        Math.abs(us / 6e7 - minutes) < 0.3,
        `${name}: ${kind} ${(us / 6e7).toFixed(2)} min, truly ${minutes.toFixed(2)}`,
      );
    }
  }
  t.end();
});
