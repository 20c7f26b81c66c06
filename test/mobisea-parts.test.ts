import t from "tap";
import { cellOf, modeOf, narrowestScale, withinGrid } from "../algorithms/mobisea/grid.ts";
import { isMember, isSameMode, type LocalMode, localMode } from "../algorithms/mobisea/local-mode.ts";
import { NoiseScale } from "../algorithms/mobisea/noise-scale.ts";
import { ProductBook } from "../algorithms/mobisea/product-book.ts";
import { RunDraft } from "../algorithms/mobisea/run-draft.ts";
import { segment } from "../algorithms/mobisea/segment.ts";

type Values = readonly number[];

const list = <T>(length: number, value: (i: number) => T): T[] => Array.from({ length }, (_, i) => value(i));
const isNear = (a: number, b: number) => Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));

t.test("the oracle by hand", (t) => {
  t.same(segment([]), { segments: [], cost: 0 });
  const one = segment(list(10, () => 3));
  t.same(one.segments, [{ first: 0, last: 9 }]);
  // Half the usual noise suits ten equal seals: 4 more to begin, 2 ln 2 less for each.
  const off = (cell: number) => ((3 - modeOf(cell)) / (0.5 * 0.025 * 3)) ** 2;
  t.ok(isNear(one.cost, 26 + 4 + 10 * (off(cellOf(3)) - 2 * Math.LN2)), "a price for the run, and its seals' fit");
  const two = segment([...list(10, () => 3), ...list(10, () => 4)]);
  t.same(two.segments, [
    { first: 0, last: 9 },
    { first: 10, last: 19 },
  ]);
  t.same(
    segment([...list(10, () => 3), 5, ...list(10, () => 3)]).segments,
    [{ first: 0, last: 20 }],
    "one is an outlier",
  );
  t.end();
});

t.test("the grid ends somewhere, and what lies beyond counts as its end", (t) => {
  t.equal(withinGrid(3), 3);
  t.equal(withinGrid(0.001), 0.02);
  t.equal(withinGrid(1e300), 20_000);
  t.equal(cellOf(50_000), cellOf(20_000));
  for (const seconds of [0.02, 0.3, 1, 4.2, 777, 20_000])
    t.ok(Math.abs(modeOf(cellOf(seconds)) / seconds - 1) < 0.0021, "at most half a cell off");
  t.equal(narrowestScale(4, 0), 0.01);
  t.equal(narrowestScale(4, 0.1), 0.55 * 0.1);
  t.equal(narrowestScale(4, 3), 0.15 * 4, "no clock is that coarse");
  t.end();
});

t.test("a local mode leaves outliers out", (t) => {
  t.same(localMode(Float64Array.of(2, 2, 9, 2, 2), 0.005), { modeSeconds: 2, scaleSeconds: 0.005, members: 4 });
  const three = localMode(Float64Array.of(2.25, 1.75, 2), 0.005);
  t.same(three, { modeSeconds: 2, scaleSeconds: 0.25, members: 3 });
  t.same(localMode(Float64Array.of(7), 0.1), { modeSeconds: 7, scaleSeconds: 0.1, members: 1 });
  const narrow: LocalMode = { modeSeconds: 4, scaleSeconds: 0.01, members: 9 };
  t.ok(isMember(narrow, 4.09), "within 2.5 % in any case");
  t.notOk(isMember(narrow, 4.11));
  const wide: LocalMode = { modeSeconds: 4, scaleSeconds: 0.1, members: 9 };
  t.ok(isMember(wide, 4.54), "within 5.5 scales");
  t.notOk(isMember(wide, 4.56));
  t.end();
});

t.test("two modes are the same within 0.8 %, or within what chance does to few seals", (t) => {
  const at = (modeSeconds: number, scaleSeconds = 0.001, members = 400): LocalMode => ({
    modeSeconds,
    scaleSeconds,
    members,
  });
  t.ok(isSameMode(at(10), at(10.07)));
  t.notOk(isSameMode(at(10), at(10.09)));
  t.ok(isSameMode(at(10), at(10.09), 0.015), "the book allows more");
  // 1 + 4 / sqrt(4) = 3 scales of the larger pile.
  t.ok(isSameMode(at(10, 0.1, 400), at(10.29, 9, 4)));
  t.notOk(isSameMode(at(10, 0.1, 400), at(10.31, 9, 4)));
  t.end();
});

t.test("the usual noise is learned from differences", (t) => {
  const after = (values: Values) => {
    const noise = new NoiseScale();
    for (const x of values) noise.push(x);
    return noise;
  };
  t.equal(after([]).at(4), 0.1, "2.5 % while nothing is known");
  // The lowest 70 % of the differences are all 0.25; their mean over that of unit noise.
  const known = after(list(24, (i) => 100 + (i % 2) * 0.25));
  t.ok(isNear(known.at(100), 0.25 / 0.66986));
  t.ok(isNear(known.at(5), 0.04 * 5), "no machine scatters by more than 4 %");
  t.ok(isNear(known.at(1000), 0.0025 * 1000), "nor can the grid tell less than this");
  t.ok(isNear(after(list(23, (i) => 100 + (i % 2) * 0.25)).at(100), 2.5), "16 differences and 8 more");
  t.end();
});

t.test("a coarse clock shows by ties and a step that recurs", (t) => {
  const stepOf = (values: Values) => {
    const noise = new NoiseScale();
    for (const x of values) noise.push(x);
    return noise.clockStepSeconds;
  };
  t.equal(stepOf(list(64, (i) => 3 + 0.25 * (Math.floor(i / 2) % 2))), 0.25);
  t.equal(stepOf(list(64, () => 3)), 0, "equal readings alone say nothing");
  t.equal(stepOf([...list(32, () => 3), ...list(32, () => 5)]), 0, "a change of product is no step of the clock");
  t.equal(stepOf(list(64, (i) => 3 + 0.01 * ((i * i) % 13))), 0, "too few ties");
  t.end();
});

t.test("the book knows products again", (t) => {
  const at = (modeSeconds: number): LocalMode => ({ modeSeconds, scaleSeconds: 0.005, members: 100 });
  const book = new ProductBook();
  const make = (seconds: number, previous: number | null = null, tail = seconds, seals = 100) => {
    const match = book.match(at(seconds), previous);
    book.addRun(match.product, seals, seconds, at(seconds), at(tail));
    return match;
  };
  t.same(make(2), { product: 1, rival: null });
  t.same(make(2.006), { product: 1, rival: null }, "0.3 % is noise");
  t.same(make(2.12, 1), { product: 2, rival: null }, "6 % is another product");
  t.same(make(2.006, 2, 2.006, 200), { product: 1, rival: null }, "and the first one comes back");
  t.equal(book.products[0]?.seals, 400);
  t.ok(isNear(book.products[0]?.sealingTimeSeconds ?? 0, (2 + 2.006 * 3) / 4));
  t.same(make(2.03, 1), { product: 3, rival: null }, "just after its neighbour it is another one, near as it is");
  t.same(make(2.015, 2), { product: 1, rival: 3 }, "in between it could be either, and says so");
  t.throws(() => book.addRun(4, 1, 1, at(1), at(1)), RangeError);
  t.end();
});

t.test("the book allows for a heater that warms while others are made", (t) => {
  const at = (modeSeconds: number): LocalMode => ({ modeSeconds, scaleSeconds: 0.005, members: 100 });
  const warm = (tail: number) => {
    const book = new ProductBook();
    for (const [head, end] of [
      [2, 2],
      [3, tail],
    ] as const) {
      const { product } = book.match(at(head), null);
      book.addRun(product, 100, head, at(head), at(end));
    }
    return ProductBook.restore(JSON.parse(JSON.stringify(book.save())));
  };
  t.equal(warm(3.15).match(at(2.1), 2).product, 1, "5 % longer, like the other one");
  t.equal(warm(3).match(at(2.1), 2).product, 3, "5 % longer all alone");
  t.end();
});

const placed = (index: number, seconds: number, ...otherSeconds: number[]) => ({
  index,
  seconds,
  otherSeconds,
  afterStop: false,
});

t.test("a run trims its edges", (t) => {
  const local: LocalMode = { modeSeconds: 2, scaleSeconds: 0.05, members: 20 };
  const told: [number, boolean][] = [];
  const decide = (index: number, inRun: boolean) => told.push([index, inRun]);
  const take = (draft: RunDraft, from: number, values: Values) =>
    draft.append(
      values.map((seconds, i) => placed(from + i, seconds)),
      local,
      5,
      decide,
    );
  const draft = new RunDraft(local);
  take(draft, 0, [5, 2, 2, 2.08, 1.92]);
  t.same(told, [[0, false]], "an outlier in front is nobody's, four are not yet a run");
  take(draft, 5, [2]);
  t.same([draft.first, draft.last, draft.seals, draft.heldSeals], [1, 5, 5, 0]);
  t.ok(isNear(draft.meanSeconds, 2));
  take(draft, 6, [5, 5, 5, 5, 2]);
  t.same([draft.last, draft.heldSeals], [5, 5], "one seal does not make up for four outliers");
  const other = RunDraft.restore(JSON.parse(JSON.stringify(draft.save())));
  take(draft, 11, [2]);
  t.same([draft.last, draft.seals, draft.heldSeals], [11, 7, 0], "two do");
  told.length = 0;
  other.release(decide);
  t.same(
    told,
    [6, 7, 8, 9, 10].map((index) => [index, false]),
    "if nothing follows, they are nobody's",
  );
  t.same([other.last, other.seals], [5, 5]);
  t.end();
});

t.test("a seal with a reading that fits is a member and does not move the mean", (t) => {
  const local: LocalMode = { modeSeconds: 2, scaleSeconds: 0.01, members: 20 };
  const told: [number, boolean][] = [];
  const draft = new RunDraft(local);
  const seals = [...list(5, (i) => placed(i, 2)), placed(5, 7, 9, 2.01), placed(6, 7, 9), placed(7, 2)];
  draft.append(seals, local, 5, (...seal) => told.push(seal));
  t.same(
    told,
    list(8, (i) => [i, i !== 6]),
  );
  t.same([draft.seals, draft.meanSeconds], [7, 2]);
  t.end();
});

t.test("a held seal counts for the mean by the mode it was held for", (t) => {
  const at = (modeSeconds: number): LocalMode => ({ modeSeconds, scaleSeconds: 0.01, members: 20 });
  const draft = new RunDraft(at(2));
  const seals = [...list(5, (i) => placed(i, 2)), ...list(4, (i) => placed(5 + i, 9)), placed(9, 2)];
  draft.append(seals, at(2), 5, () => {});
  draft.append([placed(10, 2.07)], at(2.07), 5, () => {});
  t.equal(draft.seals, 7);
  t.ok(isNear(draft.meanSeconds, (6 * 2 + 2.07) / 7));
  t.end();
});
