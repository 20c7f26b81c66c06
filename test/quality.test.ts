import fc from "fast-check";
import t from "tap";
import { oee } from "../algorithms/oee.ts";
import { type MadeSeal, type QualityInput, type ShiftQuality, shiftQuality } from "../algorithms/quality.ts";

const S = 1_000_000;

/** Seals of 1 s that end at these seconds; the run has the number of its product, if it has one. */
function seals(product: number | null, ...endSeconds: readonly number[]): MadeSeal[] {
  return endSeconds.map((end) => ({ onUs: (end - 1) * S, offUs: end * S, product, run: product }));
}

/** Seals that end every 10 s, from the first second given to before the last one. */
function work(product: number | null, from: number, until: number): MadeSeal[] {
  return seals(product, ...Array.from({ length: Math.ceil((until - from) / 10) }, (_, i) => from + i * 10));
}

/** A window of 1000 s, a reject contact 5 s behind the sealer, 1 unit a seal, nothing entered. */
function quality(given: Partial<QualityInput> & { readonly seals: Iterable<MadeSeal> }): ShiftQuality {
  const contact = { rejectUs: [], delaySeconds: 5, unitsPerPulse: null, unitsPerSeal: new Map() };
  return shiftQuality({ startUs: 0, endUs: 1000 * S, ...contact, scrap: [], ...given });
}

function at(...seconds: readonly number[]): number[] {
  return seconds.map((second) => Math.round(second * S));
}

function rejectedOf({ products }: ShiftQuality): Record<number, number | null> {
  return Object.fromEntries(products.map(({ product, rejectedUnits }) => [product, rejectedUnits]));
}

t.test("a reject belongs to the last seal that ended at least the delay before it", (t) => {
  const made = [...seals(1, 10), ...seals(2, 20), ...seals(3, 30)];
  const rejected = (second: number) => rejectedOf(quality({ seals: made, rejectUs: at(second) }));
  t.same(rejected(15), { 1: 1, 2: 0, 3: 0 }, "exactly the delay");
  t.same(rejected(24.999999), { 1: 1, 2: 0, 3: 0 });
  t.same(rejected(25), { 1: 0, 2: 1, 3: 0 });
  t.same(rejected(999), { 1: 0, 2: 0, 3: 1 });
  const early = quality({ seals: made, rejectUs: at(14.999999) });
  t.same(rejectedOf(early), { 1: 0, 2: 0, 3: 0 });
  t.same(early.unattributed, { ofNobody: 0, beforeFirstSeal: 1, ofOtherShifts: 0 });
  t.end();
});

t.test("the golden figure: 19,271 made, 423 rejected is a quality of .9780", (t) => {
  const made = Array.from({ length: 19_271 }, (_, i) => ({ onUs: i * S, offUs: i * S + S / 2, product: 1 }));
  const rejectUs = Array.from({ length: 423 }, (_, i) => (i * 40 + 6) * S);
  const { count, products, sources } = quality({
    endUs: 28_800 * S,
    seals: made,
    rejectUs: Float64Array.from(rejectUs),
  });
  t.same(count, { goodUnits: 18_848, totalUnits: 19_271 });
  t.equal(products[0]?.quality?.toFixed(4), "0.9780");
  t.same(sources, ["reject contact"]);
  const times = { shiftSeconds: 28_800, breakSeconds: 3600, notReadySeconds: 2820, notReadyEvents: 1 };
  const others = { noDataSeconds: 0, changeoverSeconds: 0, microStopSeconds: 0, waitingSeconds: 0 };
  const edges = { lateStartSeconds: 0, lateRestartSeconds: 0, earlyFinishSeconds: 0 };
  const product = { id: "P1", cycles: 19_271, idealCycleSeconds: 1 };
  const result = oee({ ...times, ...others, ...edges, products: [product], quality: count, calendarSeconds: null });
  t.equal(result.oee?.toFixed(4), "0.7479");
  t.end();
});

t.test("units of a pulse: those of one seal of its product, unless set", (t) => {
  const given = { seals: [...work(1, 10, 100), ...work(2, 100, 200)], unitsPerSeal: new Map([[1, 4]]) };
  const rejectUs = at(16, 26, 116);
  t.same(rejectedOf(quality({ ...given, rejectUs })), { 1: 8, 2: 1 }, "4 of the first, 1 where nothing is said");
  t.same(rejectedOf(quality({ ...given, rejectUs, unitsPerPulse: 2 })), { 1: 4, 2: 2 });
  t.equal(quality({ ...given, rejectUs }).totalUnits, 9 * 4 + 10);
  t.end();
});

t.test("each run has its own rejects", (t) => {
  const made = [
    ...work(1, 10, 50).map((seal) => ({ ...seal, run: 0 })),
    ...work(2, 50, 90).map((seal) => ({ ...seal, run: 1 })),
    ...work(1, 90, 130).map((seal) => ({ ...seal, run: 2 })),
  ];
  const { runs, products } = quality({ seals: made, rejectUs: at(16, 96, 97) });
  t.same(
    runs.map(({ run, product, totalUnits, rejectedUnits, quality }) => [
      run,
      product,
      totalUnits,
      rejectedUnits,
      quality,
    ]),
    [
      [0, 1, 4, 1, 0.75],
      [1, 2, 4, 0, 1],
      [2, 1, 4, 2, 0.5],
    ],
  );
  t.equal(products[0]?.quality, 5 / 8);
  t.end();
});

t.test("rejects of a seal that belongs to nobody are shown and take nothing away", (t) => {
  const made = [...work(1, 10, 50), ...seals(null, 50, 60), ...work(2, 70, 110)];
  const result = quality({ seals: made, rejectUs: at(56, 66, 67, 80) });
  t.same(result.count, { goodUnits: 7, totalUnits: 8 });
  t.same(result.unattributed, { ofNobody: 3, beforeFirstSeal: 0, ofOtherShifts: 0 });
  t.end();
});

t.test("a reject belongs to the shift of its seal, on both sides of the boundary", (t) => {
  const made = work(1, -50, 1100);
  const rejectUs = at(3, 14, 1004, 1005, 1014);
  const first = quality({ seals: made, rejectUs, shiftAfter: true });
  t.equal(first.rejectedUnits, 2, "the one at 14 s and the one after the end");
  t.equal(first.totalUnits, 100);
  t.equal(first.unattributed.ofOtherShifts, 3);
  const second = quality({ seals: made, rejectUs, startUs: 1000 * S, endUs: 2000 * S });
  t.equal(second.rejectedUnits, 2);
  t.equal(quality({ seals: made, rejectUs }).totalUnits, 101, "where no shift follows, the seal at its end is its own");
  t.end();
});

t.test("more rejects than units: no quality and a reason, never negative or capped", (t) => {
  const made = [...work(1, 10, 500), ...seals(2, 500)];
  const { products, runs, count } = quality({ seals: made, rejectUs: at(506, 507) });
  const [, second] = products;
  t.match(second, {
    totalUnits: 1,
    rejectedUnits: 2,
    quality: null,
    reason: "more units rejected or scrapped than made",
  });
  t.match(runs[1], { quality: null, reason: "more units rejected or scrapped than made" });
  t.same(count, { goodUnits: 48, totalUnits: 50 }, "the shift has one: its sum does not depend on the delay");
  const impossible = quality({ seals: seals(2, 500), rejectUs: at(506, 507) });
  t.match(impossible, { count: null, reason: "more units rejected or scrapped than made", rejectedUnits: 2 });
  t.equal(quality({ seals: seals(2, 500), rejectUs: at(506) }).products[0]?.quality, 0, "all rejected is possible");
  t.end();
});

t.test("entered scrap", (t) => {
  const made = [...work(1, 10, 510), ...work(2, 510, 1000)];
  const scrap = (...entries: readonly (readonly [product: number | null, units: number])[]) =>
    entries.map(([product, units]) => ({ product, units }));
  t.test("adds to the rejects, by product", (t) => {
    const result = quality({ seals: made, rejectUs: at(16, 26), scrap: scrap([1, 2], [1, 1]) });
    t.same(result.count, { goodUnits: 99 - 5, totalUnits: 99 });
    t.match(result.products[0], { totalUnits: 50, rejectedUnits: 2, scrapUnits: 3, quality: 0.9 });
    t.match(result.products[1], { totalUnits: 49, rejectedUnits: 0, scrapUnits: null, quality: 1 });
    t.same(result.sources, ["reject contact", "entered"]);
    t.match(result.runs[0], { quality: null, rejectedUnits: 2, reason: "scrap is not entered by run" });
    t.end();
  });
  t.test("of the shift measures the shift, not its products", (t) => {
    const result = quality({ seals: made, rejectUs: null, scrap: scrap([null, 9]) });
    t.match(result, {
      count: { goodUnits: 90, totalUnits: 99 },
      rejectedUnits: null,
      scrapUnits: 9,
      sources: ["entered"],
    });
    t.match(result.products[0], { quality: null, reason: "scrap is entered for the shift, not by product" });
    t.end();
  });
  t.test("of one product alone, without a contact, leaves the others unknown", (t) => {
    const result = quality({ seals: made, rejectUs: null, scrap: scrap([1, 5]) });
    t.match(result, { count: null, reason: "scrap is entered for some of the products only", scrapUnits: 5 });
    t.match(result.products[0], { quality: 0.9, rejectedUnits: null });
    t.match(result.products[1], { quality: null, reason: "scrap is entered for some of the products only" });
    t.match(quality({ seals: made, rejectUs: null, scrap: scrap([1, 5], [2, 0]) }), {
      count: { goodUnits: 94, totalUnits: 99 },
    });
    t.end();
  });
  t.test("of a product that was not made is a contradiction of the product, not of the shift", (t) => {
    const result = quality({ seals: made, rejectUs: [], scrap: scrap([7, 3]) });
    t.same(result.count, { goodUnits: 96, totalUnits: 99 });
    t.match(result.products[2], { product: 7, totalUnits: 0, quality: null });
    t.match(quality({ seals: made, scrap: scrap([null, 100]) }), { count: null });
    t.end();
  });
  t.end();
});

t.test("nothing measured is not 100 %", (t) => {
  const result = quality({ seals: work(1, 10, 100), rejectUs: null });
  t.match(result, {
    count: null,
    reason: "quality is not measured",
    sources: [],
    rejectedUnits: null,
    scrapUnits: null,
  });
  t.match(result.products[0], { totalUnits: 9, rejectedUnits: null, quality: null, reason: "quality is not measured" });
  t.same(quality({ seals: [] }).count, { goodUnits: 0, totalUnits: 0 }, "a contact that saw nothing made");
  t.match(quality({ seals: [], scrap: [{ product: 1, units: 0 }] }).products[0], { reason: "nothing was made" });
  t.end();
});

t.test("impossible input is refused", (t) => {
  const made = work(1, 10, 100);
  t.throws(() => quality({ seals: made, delaySeconds: -1 }), RangeError);
  t.throws(() => quality({ seals: made, delaySeconds: Number.NaN }), RangeError);
  t.throws(() => quality({ seals: made, unitsPerPulse: 0 }), RangeError);
  t.throws(() => quality({ seals: made, unitsPerSeal: new Map([[1, -4]]) }), RangeError);
  t.throws(() => quality({ seals: made, scrap: [{ product: null, units: -1 }] }), RangeError);
  t.throws(() => quality({ seals: made, rejectUs: at(50, 40) }), RangeError);
  t.throws(() => quality({ seals: made.toReversed() }), RangeError);
  t.end();
});

const anySeals = fc
  .array(fc.tuple(fc.integer({ min: 1, max: 40 }), fc.constantFrom(1, 1, 2, 3, null)), { maxLength: 60 })
  .map((steps) => {
    let end = -100;
    return steps.flatMap(([wait, product]) => {
      end += wait;
      return seals(product, end);
    });
  });
const anyRejects = fc.array(fc.integer({ min: -120, max: 1200 }), { maxLength: 60 }).map((seconds) => {
  return at(...seconds.toSorted((a, b) => a - b));
});

t.test("each pulse is in one place, and it is the one that a plain search finds", (t) => {
  const check = fc.property(anySeals, anyRejects, fc.integer({ min: 0, max: 30 }), (made, rejectUs, delaySeconds) => {
    const result = quality({ seals: made, rejectUs, delaySeconds, shiftAfter: true });
    const owners = rejectUs.map((us) => made.findLast(({ offUs }) => offUs <= us - delaySeconds * S));
    const isInside = (seal: MadeSeal) => seal.offUs >= 0 && seal.offUs < 1000 * S;
    const { ofNobody, beforeFirstSeal, ofOtherShifts } = result.unattributed;
    return (
      result.products.every(({ product, rejectedUnits }) => {
        return rejectedUnits === owners.filter((seal) => seal?.product === product && isInside(seal)).length;
      }) &&
      (result.rejectedUnits as number) + ofNobody + beforeFirstSeal + ofOtherShifts === rejectUs.length &&
      result.runs.every(({ run, rejectedUnits }) => {
        return rejectedUnits === result.products.find(({ product }) => product === run)?.rejectedUnits;
      }) &&
      result.totalUnits === made.filter((seal) => seal.product !== null && isInside(seal)).length &&
      result.products.every(({ quality }) => quality === null || (quality >= 0 && quality <= 1))
    );
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: 500 }));
  t.end();
});

t.test("wherever a day is cut into two shifts, units and rejects add up to the day's", (t) => {
  const check = fc.property(anySeals, anyRejects, fc.integer({ min: -100, max: 1000 }), (made, rejectUs, cut) => {
    const given = { seals: made, rejectUs, startUs: -200 * S, endUs: 5000 * S };
    const day = quality(given);
    const early = quality({ ...given, endUs: cut * S, shiftAfter: true });
    const late = quality({ ...given, startUs: cut * S });
    return (
      day.totalUnits === early.totalUnits + late.totalUnits &&
      day.rejectedUnits === (early.rejectedUnits as number) + (late.rejectedUnits as number)
    );
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: 300 }));
  t.end();
});
