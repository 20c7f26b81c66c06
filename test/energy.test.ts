import fc from "fast-check";
import t from "tap";
import {
  ENERGY_STATES,
  type EnergyInput,
  type EnergyUse,
  energySlots,
  energyUse,
  productSpans,
} from "../algorithms/energy.ts";
import { STOP_KINDS, type Stop, type StopKind } from "../algorithms/gap-stops.ts";
import { clip, type Interval, union } from "../algorithms/interval.ts";

const S = 1_000_000;
const QUARTER = 900;

function span(from: number, until: number): Interval {
  return { startUs: from * S, endUs: until * S };
}

function stop(kind: StopKind, from: number, until: number): Stop {
  return { ...span(from, until), kind, name: "waiting", open: false, continued: false, gapUs: (until - from) * S };
}

function at(...seconds: readonly number[]): number[] {
  return seconds.map((second) => second * S);
}

/** Pulses every so many seconds, both ends included. */
function every(step: number, from: number, until: number): number[] {
  return at(...Array.from({ length: Math.floor((until - from) / step) + 1 }, (_, i) => from + i * step));
}

/** An hour of product 1 and a meter of 10 pulses per kWh, nothing else. */
function given(parts: Partial<EnergyInput>): EnergyInput {
  const nothing = { pulseUs: [], stops: [], holes: [], unitsByProduct: new Map() };
  return { ...span(0, 3600), pulsesPerKwh: 10, spans: [{ fromUs: 0, product: 1 }], ...nothing, ...parts };
}

function use(parts: Partial<EnergyInput>): EnergyUse {
  return energyUse(given(parts)) as EnergyUse;
}

/** The states that used any, in kWh to a millionth. */
function states({ kwhByState }: EnergyUse): Record<string, number> {
  return Object.fromEntries(
    Object.entries(kwhByState)
      .filter(([, kwh]) => kwh > 0)
      .map(([state, kwh]) => [state, rounded(kwh)]),
  );
}

function rounded(kwh: number): number {
  return Math.round(kwh * 1e6) / 1e6;
}

t.test("each pulse is spread evenly over the time since the one before it", (t) => {
  // 0.1 kWh in 100 s, of which the machine waited the last 30 s
  const result = use({ pulseUs: at(-50, 100, 200), stops: [stop("waiting", 170, 300)] });
  t.same(states(result), { running: rounded(0.1 * (100 / 150) + 0.07), waiting: 0.03 });
  t.equal(rounded(result.kwh), rounded(0.1 * (100 / 150) + 0.1), "what was used before the window is not its own");
  t.end();
});

t.test("a shift by hand: 2 kWh an hour while it works, half of that while it stands", (t) => {
  // running 0..1800 with a pulse every 180 s, waiting 1800..3600 with one every 360 s
  const pulseUs = [...every(180, 0, 1800), ...every(360, 2160, 3600)];
  const result = use({ pulseUs, stops: [stop("waiting", 1800, 3600)], unitsByProduct: new Map([[1, 500]]) });
  // the very first pulse has no known beginning and counts for its instant
  t.same(states(result), { running: 1.1, waiting: 0.5 });
  t.equal(rounded(result.kwh), 1.6);
  t.equal(result.kwhPerUnit?.toFixed(6), "0.003200");
  t.equal(result.products[0]?.kwhPerUnit?.toFixed(6), "0.002200", "while it was made");
  t.equal(rounded(result.otherKwh), 0.5);
  t.end();
});

t.test("every kind of stop is a state of its own, by its kind and not by its name", (t) => {
  const stops = STOP_KINDS.map((kind, i) => ({ ...stop(kind, i * 600, (i + 1) * 600), name: "late start" as const }));
  const result = use({ pulseUs: every(60, -60, 3600), stops, holes: [] });
  t.same(Object.keys(result.kwhByState), ENERGY_STATES);
  t.same(states(result), Object.fromEntries(STOP_KINDS.map((kind) => [kind, 1])));
  t.end();
});

t.test("by product: running and micro-stops, from its first seal to the next product's", (t) => {
  const seals = [1, 1, null, 2, 2, 1].map((product, i) => {
    return { onUs: (i * 600 - 300) * S, offUs: (i * 600 - 299) * S, product };
  });
  const spans = productSpans(seals);
  t.same(spans, [
    { fromUs: -300 * S, product: 1 },
    { fromUs: 1500 * S, product: 2 },
    { fromUs: 2700 * S, product: 1 },
  ]);
  const stops = [stop("micro-stop", 200, 300), stop("changeover", 900, 1500), stop("not-ready", 2000, 2100)];
  const unitsByProduct = new Map([
    [2, 0],
    [1, 100],
    [3, 7],
  ]);
  const { products, otherKwh } = use({
    pulseUs: every(10, -10, 3600),
    pulsesPerKwh: 100,
    spans,
    stops,
    unitsByProduct,
  });
  // 1 W per thousandth: 0.001 kWh a second; product 1 in 0..900 and 2700..3600, product 2 in 1500..2700 less 100
  t.same(
    products.map(({ product, kwh, kwhPerUnit }) => [product, rounded(kwh), kwhPerUnit && rounded(kwhPerUnit)]),
    [
      [1, 1.8, 0.018],
      [2, 1.1, null],
      [3, 0, 0],
    ],
  );
  t.equal(rounded(otherKwh), 0.7);
  t.end();
});

t.test("before any product is known its energy is nobody's; the first one holds for the time before it", (t) => {
  const pulseUs = every(60, 0, 3600);
  t.equal(rounded(use({ pulseUs, spans: [] }).otherKwh), 6.1);
  t.equal(rounded(use({ pulseUs, spans: [{ fromUs: 1800 * S, product: 4 }] }).products[0]?.kwh as number), 6.1);
  t.end();
});

t.test("a pulse interval across a hole is no data as a whole: pulses may have been lost", (t) => {
  const holes = [span(150, 160)];
  const result = use({ pulseUs: every(100, 0, 400), holes, stops: [stop("no-data", 150, 160)] });
  t.same(states(result), { running: 0.4, "no-data": 0.1 });
  t.equal(rounded(result.otherKwh), 0.1);
  const touching = use({ pulseUs: every(100, 0, 400), holes: [span(100, 100), span(200, 300)] });
  t.same(states(touching), { running: 0.4, "no-data": 0.1 }, "one that only touches it is not across it");
  const across = use({ pulseUs: at(-100, 100), holes: [span(-60, -50)] });
  t.same(states(across), { "no-data": 0.05 }, "also where the hole is outside the window");
  t.end();
});

t.test("a meter that never pulsed tells nothing; one that pulses later used nothing here", (t) => {
  t.equal(energyUse(given({})), null);
  t.equal(use({ pulseUs: at(5000, 6000) }).kwh, 0);
  t.equal(use({ pulseUs: at(100), unitsByProduct: new Map() }).kwhPerUnit, null);
  t.end();
});

t.test("the first pulse and two at once count for their instant, in a half-open window", (t) => {
  const kwh = (window: Interval, ...seconds: readonly number[]) =>
    rounded(use({ ...window, pulseUs: at(...seconds) }).kwh);
  t.equal(kwh(span(100, 200), 100), 0.1);
  t.equal(kwh(span(0, 100), 100), 0);
  t.equal(kwh(span(100, 200), 150, 150), 0.2);
  t.equal(kwh(span(0, 100), 50, 100, 100), 0.2);
  t.end();
});

t.test("average power by quarters of an hour of the clock", (t) => {
  const rows = (parts: Partial<EnergyInput>, offsetSeconds = 0) =>
    energySlots(given({ pulsesPerKwh: 1000, ...parts }), offsetSeconds * S).map(({ startUs, kwh, averageKw }) => {
      return [startUs / S, rounded(kwh), averageKw === null ? null : rounded(averageKw)];
    });
  t.test("a pulse every second of a meter of 1000 is 3.6 kW", (t) => {
    t.same(
      rows({ pulseUs: every(1, -1, 3600) }),
      [0, 1, 2, 3].map((i) => [i * QUARTER, 0.9, 3.6]),
    );
    t.end();
  });
  t.test("they are the clock's, whenever the recording began", (t) => {
    // begun 5 min after a quarter: 600 s are left of the first, 300 s are seen of the last
    t.same(rows({ pulseUs: every(1, -1, 3601) }, 1_775_000_700 + 300 - (1_775_000_700 % QUARTER)), [
      [0, 0.6, null],
      [600, 0.9, 3.6],
      [1500, 0.9, 3.6],
      [2400, 0.9, 3.6],
      [3300, 0.3, null],
    ]);
    t.end();
  });
  t.test("not known where a hole is, nor before the first or after the last pulse", (t) => {
    const pulseUs = [...every(1, 1000, 1900), ...every(1, 1910, 2600)];
    t.same(
      rows({ pulseUs, holes: [span(1902, 1903)] }).map(([, , kw]) => kw),
      [null, rounded(0.801 * 4), null, null],
    );
    t.same(
      rows({ pulseUs: at(0, 7200), pulsesPerKwh: 1 }).map(([, , kw]) => kw),
      [4.5, 0.5, 0.5, 0.5],
      "a slow meter's pulse is spread over two hours",
    );
    const across = [...every(1, 0, 880), ...every(1, 905, 3600)];
    t.same(
      rows({ pulseUs: across, holes: [span(901, 902)] }).map(([, , kw]) => kw),
      [null, null, 3.6, 3.6],
      "a pulse lost in the hole may have been used in the quarter before it",
    );
    t.end();
  });
  t.same(rows({ pulseUs: at(1), ...span(5, 5) }), []);
  t.end();
});

t.test("impossible input is refused", (t) => {
  t.throws(() => use({ pulseUs: at(5, 4) }), RangeError);
  t.throws(() => use({ pulseUs: at(5), pulsesPerKwh: 0 }), RangeError);
  t.throws(() => energySlots(given({ pulseUs: at(5), pulsesPerKwh: Number.NaN }), 0), RangeError);
  t.end();
});

const LENGTH = 4000;
const anyStops = fc
  .array(fc.tuple(fc.nat(400), fc.integer({ min: 1, max: 400 }), fc.constantFrom(...STOP_KINDS)), { maxLength: 15 })
  .map((steps) => {
    let end = 0;
    return steps
      .map(([wait, seconds, kind]) => {
        end += wait + seconds;
        return stop(kind, end - seconds, end);
      })
      .filter(({ endUs }) => endUs <= LENGTH * S);
  });
const anyInput = fc
  .record({
    pulses: fc.array(fc.integer({ min: -500, max: LENGTH + 500 }), { minLength: 1, maxLength: 80 }),
    stops: anyStops,
    outside: fc.constantFrom([], [span(-300, -200)], [span(LENGTH + 100, LENGTH + 150)]),
    changes: fc.array(fc.integer({ min: -500, max: LENGTH }), { maxLength: 6 }),
    pulsesPerKwh: fc.constantFrom(1, 3, 800, 10_000),
  })
  .map(({ pulses, stops, outside, changes, pulsesPerKwh }): EnergyInput => {
    const byTime = (seconds: readonly number[]) => at(...seconds.toSorted((a, b) => a - b));
    return {
      ...span(0, LENGTH),
      pulseUs: Float64Array.from(byTime(pulses)),
      pulsesPerKwh,
      stops,
      spans: byTime([...new Set(changes)]).map((fromUs, i) => ({ fromUs, product: i % 3 })),
      holes: [...stops.filter(({ kind }) => kind === "no-data"), ...outside],
      unitsByProduct: new Map([[1, 10]]),
    };
  });

function near(a: number, b: number): boolean {
  return Math.abs(a - b) < 1e-9;
}

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}

/** By the rule, each pulse looked at by itself. */
function plainly({ pulseUs, pulsesPerKwh, startUs, endUs, stops, holes }: EnergyInput, state: StopKind | null): number {
  return sum(
    Array.from(pulseUs, (us, i) => {
      const flow = { startUs: pulseUs[i - 1] ?? us, endUs: us };
      const length = flow.endUs - flow.startUs;
      const share = (span: Interval) => {
        const [inside] = clip([span], { startUs, endUs }).flatMap((part) => clip([part], flow));
        if (length > 0) return inside === undefined ? 0 : (inside.endUs - inside.startUs) / length;
        return Math.max(span.startUs, startUs) <= us && us < Math.min(span.endUs, endUs) ? 1 : 0;
      };
      const isUnsure = clip(union(holes), flow).length > 0;
      const whole = share(flow.endUs > flow.startUs ? flow : { startUs, endUs });
      if (state === null) return whole / pulsesPerKwh;
      if (isUnsure) return state === "no-data" ? whole / pulsesPerKwh : 0;
      return sum(stops.filter(({ kind }) => kind === state).map(share)) / pulsesPerKwh;
    }),
  );
}

t.test("the parts are those of a plain count, and add up to the whole", (t) => {
  const check = fc.property(anyInput, fc.integer({ min: 0, max: 5_000_000_000 }), (input, offsetUs) => {
    const { kwh, kwhByState, products, otherKwh } = energyUse(input) as EnergyUse;
    const slots = energySlots(input, offsetUs);
    return (
      near(kwh, plainly(input, null)) &&
      STOP_KINDS.every((state) => near(kwhByState[state], plainly(input, state))) &&
      near(kwh, sum(Object.values(kwhByState))) &&
      near(kwh, sum(products.map((product) => product.kwh)) + otherKwh) &&
      near(kwh, sum(slots.map((slot) => slot.kwh))) &&
      slots[0]?.startUs === input.startUs &&
      slots.at(-1)?.endUs === input.endUs &&
      slots
        .slice(1)
        .every(({ startUs }, i) => startUs === slots[i]?.endUs && (startUs + offsetUs) % (QUARTER * S) === 0)
    );
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: 500 }));
  t.end();
});

t.test("wherever a window is cut in two, the parts add up", (t) => {
  const check = fc.property(anyInput, fc.integer({ min: 0, max: LENGTH }), (input, cut) => {
    const part = (from: number, until: number) => {
      const window = span(from, until);
      const stops = input.stops.flatMap((one) => clip([one], window).map((seen) => ({ ...one, ...seen })));
      return energyUse({ ...input, ...window, stops }) as EnergyUse;
    };
    const [whole, early, late] = [part(0, LENGTH), part(0, cut), part(cut, LENGTH)];
    const ofProduct = ({ products }: EnergyUse, id: number) =>
      sum(products.filter((p) => p.product === id).map((p) => p.kwh));
    return (
      ENERGY_STATES.every((state) => near(whole.kwhByState[state], early.kwhByState[state] + late.kwhByState[state])) &&
      [0, 1, 2].every((id) => near(ofProduct(whole, id), ofProduct(early, id) + ofProduct(late, id)))
    );
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: 300 }));
  t.end();
});
