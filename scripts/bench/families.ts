// The families of shifts that the product finder is measured on. Tests and the bench draw from the same ones.
import { type BenchShift, layShift, type Plan, type PlannedProduct } from "./lay-shift.ts";
import { createRandom, type Random } from "./random.ts";

export type { BenchShift, TrueRun, Truth } from "./lay-shift.ts";

/** A seed in, a shift with its truth out; the same seed gives the same shift. */
export type Family = (seed: number) => BenchShift;

type Run = Plan["runs"][number];

const LOWEST_MODE_SECONDS = 1.2;
const HIGHEST_MODE_SECONDS = 6;
const MIN_GAP_SECONDS = 0.35;
const MIN_GAP_SHARE = 0.08;

/** Where the relative gap takes over from the absolute one. */
const KNEE_SECONDS = MIN_GAP_SECONDS / MIN_GAP_SHARE;

/** Position on a scale that is so bent that modes 1 apart on it are far enough apart everywhere. */
function toGaps(modeSeconds: number): number {
  const linear = (Math.min(modeSeconds, KNEE_SECONDS) - LOWEST_MODE_SECONDS) / MIN_GAP_SECONDS;
  return linear + Math.max(0, Math.log(modeSeconds / KNEE_SECONDS) / MIN_GAP_SHARE);
}

function fromGaps(gaps: number): number {
  const knee = toGaps(KNEE_SECONDS);
  if (gaps <= knee) return LOWEST_MODE_SECONDS + gaps * MIN_GAP_SECONDS;
  return KNEE_SECONDS * Math.exp((gaps - knee) * MIN_GAP_SHARE);
}

/** `count` random modes in 1.2-6 s, any two at least 0.35 s and 8 % apart, in random order; 14 just fit. */
function drawModes(random: Random, count: number): number[] {
  const slack = toGaps(HIGHEST_MODE_SECONDS) - (count - 1);
  if (slack < 0) throw new RangeError(`${count} modes do not fit`);
  const offsets = Array.from({ length: count }, () => random.between(0, slack)).sort((a, b) => a - b);
  return random.shuffled(offsets.map((offset, rank) => fromGaps(offset + rank)));
}

/** `count` products with modes well apart and a noise of 35-50 ms each. */
function drawProducts(random: Random, count: number): PlannedProduct[] {
  return drawModes(random, count).map((modeSeconds) => ({ modeSeconds, sdSeconds: random.between(0.035, 0.05) }));
}

/** Each product once, in order, then returns; never the same product twice in a row. */
function drawOrder(random: Random, products: number, runs: number): number[] {
  const order = Array.from({ length: products }, (_, product) => product);
  while (products > 1 && order.length < runs) {
    const next = random.whole(0, products - 1);
    if (next !== order.at(-1)) order.push(next);
  }
  return order;
}

/** Runs of random length for products in the order given. */
function drawRuns(random: Random, order: readonly number[], low: number, high: number): Run[] {
  return order.map((product) => ({ product, seals: random.whole(low, high) }));
}

/** A family in which `count` products with 35-50 ms noise are each made once. */
function onceEach(count: number, low: number, high: number, disturbance: Partial<Plan> = {}): Family {
  return (seed) => {
    const random = createRandom(seed);
    const products = drawProducts(random, count);
    const runs = drawRuns(random, drawOrder(random, count, count), low, high);
    return layShift(random, { products, runs, ...disturbance });
  };
}

/** Three products once each, one of them with 30 units only, wherever in the shift. */
function withRunOf30(disturbance: Partial<Plan> = {}): Family {
  return (seed) => {
    const random = createRandom(seed);
    const products = drawProducts(random, 3);
    const small = random.whole(0, 2);
    const runs = drawRuns(random, [0, 1, 2], 300, 1500).map((run) =>
      run.product === small ? { ...run, seals: 30 } : run,
    );
    return layShift(random, { products, runs, ...disturbance });
  };
}

/** Products that come back: `fewest` to `most` runs over two or three products. */
function returning(counts: readonly [number, number], fewest: number, most: number, more: Partial<Plan> = {}): Family {
  return (seed) => {
    const random = createRandom(seed);
    const count = random.whole(...counts);
    const products = drawProducts(random, count);
    const runs = drawRuns(random, drawOrder(random, count, random.whole(fewest, most)), 150, 600);
    return layShift(random, { products, runs, ...more });
  };
}

const oneProduct = onceEach(1, 1200, 4000);
const threeProducts = onceEach(3, 300, 1500);
const threeWithRunOf30 = withRunOf30();

const shortRuns: Family = (seed) => onceEach(createRandom(seed).whole(6, 14), 10, 40)(seed);

/** Long runs of two or three products, with six to ten units of something else between each two. */
const shortBetween: Family = (seed) => {
  const random = createRandom(seed);
  const long = random.whole(2, 3);
  const order = drawOrder(random, long, random.whole(long, 5));
  const products = drawProducts(random, long + order.length - 1);
  const runs = drawRuns(random, order, 200, 800).flatMap((run, index): Run[] =>
    index === 0 ? [run] : [{ product: long + index - 1, seals: random.whole(6, 10) }, run],
  );
  return layShift(random, { products, runs });
};

const outliers: Family = (seed) => onceEach(createRandom(seed).whole(1, 3), 300, 1500, { outlierShare: 0.12 })(seed);

/** A-B-A-B: two products in turn, four to eight runs. */
const returns = returning([2, 2], 4, 8);

const trialSeals: Family = (seed) => onceEach(createRandom(seed).whole(2, 4), 100, 600, { maxTrialSeals: 6 })(seed);

/** Two or three products only 0.12-0.2 s from the next, noise 50 ms, runs of 100-600, with returns. */
const nearModes: Family = (seed) => {
  const random = createRandom(seed);
  const count = random.whole(2, 3);
  const modes = [random.between(LOWEST_MODE_SECONDS, HIGHEST_MODE_SECONDS - 0.4)];
  while (modes.length < count) modes.push((modes.at(-1) ?? 0) + random.between(0.12, 0.2));
  const products = random.shuffled(modes).map((modeSeconds) => ({ modeSeconds, sdSeconds: 0.05 }));
  const order = drawOrder(random, count, random.whole(count, 5));
  return layShift(random, { products, runs: drawRuns(random, order, 100, 600) });
};

/** The heater warms or cools: all modes move together by up to 5 % from the first to the last seal. */
const drift: Family = (seed) => {
  const random = createRandom(seed);
  const total = random.between(0.01, 0.05) * (random.uniform() < 0.5 ? -1 : 1);
  const count = random.whole(1, 3);
  const products = drawProducts(random, count);
  if (count === 1) return layShift(random, { products, runs: drawRuns(random, [0], 1200, 4000), drift: total });
  const order = drawOrder(random, count, random.whole(count, 6));
  return layShift(random, { products, runs: drawRuns(random, order, 150, 800), drift: total });
};

/** Three products whose noise is 15, 60 and 100 ms; two modes are at least 6 of the larger noise apart. */
const unevenNoise: Family = (seed) => {
  const random = createRandom(seed);
  const sds = random.shuffled([0.015, 0.06, 0.1]);
  const draw = () => drawModes(random, 3).map((modeSeconds, i) => ({ modeSeconds, sdSeconds: sds[i] ?? 0 }));
  let products = draw();
  while (!isApart(products)) products = draw();
  const order = drawOrder(random, 3, random.whole(3, 5));
  return layShift(random, { products, runs: drawRuns(random, order, 150, 800) });
};

function isApart(products: readonly PlannedProduct[]): boolean {
  return products.every((a, i) =>
    products
      .slice(i + 1)
      .every((b) => Math.abs(a.modeSeconds - b.modeSeconds) >= 6 * Math.max(a.sdSeconds, b.sdSeconds)),
  );
}

/** The recorder's clock ticks every 100 ms. */
const coarseClock: Family = (seed) => onceEach(createRandom(seed).whole(1, 3), 200, 1000, { clockSeconds: 0.1 })(seed);

/** The design's table, row by row. */
export const FAMILIES = {
  oneProduct,
  threeProducts,
  threeWithRunOf30,
  shortRuns,
  shortBetween,
  outliers,
  returns,
  trialSeals,
  nearModes,
  drift,
  unevenNoise,
  coarseClock,
} as const satisfies Record<string, Family>;

export type FamilyName = keyof typeof FAMILIES;

/** Six shifts after the paper's; with a `strayShare` each of them has that share of outliers, as real shifts do. */
export function paperShifts(strayShare = 0) {
  const strays = strayShare > 0 ? { outlierShare: strayShare } : {};
  return {
    one: onceEach(1, 1200, 4000, strays),
    oneWithOutliers: onceEach(1, 1200, 4000, { outlierShare: 0.12 }),
    two: onceEach(2, 300, 1500, strays),
    three: onceEach(3, 300, 1500, strays),
    threeWithRunOf30: withRunOf30(strays),
    threeWithReturns: returning([3, 3], 5, 8, strays),
  } as const satisfies Record<string, Family>;
}
