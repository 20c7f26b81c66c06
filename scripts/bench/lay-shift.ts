import type { Random } from "./random.ts";

/** One run as it truly was: indices of its first and last member seal, and how many seals are members. */
export interface TrueRun {
  readonly product: number;
  readonly first: number;
  readonly last: number;
  readonly seals: number;
}

/** What was really made in a generated shift. */
export interface Truth {
  readonly runs: readonly TrueRun[];
  readonly products: readonly { readonly modeSeconds: number; readonly seals: number }[];
  /** Product index of each seal; -1 belongs to nobody (an outlier or a trial seal). */
  readonly member: Int32Array;
}

/** A generated shift: what the appliance would have seen, and the truth it must find. */
export interface BenchShift {
  /** Start of each seal. */
  readonly timesSeconds: Float64Array;
  readonly sealingTimesSeconds: Float64Array;
  readonly truth: Truth;
}

/** A product as it is drawn: sealing times are normal about the mode. */
export interface PlannedProduct {
  readonly modeSeconds: number;
  readonly sdSeconds: number;
}

/** What to lay: products, the runs in their order, and what disturbs them. */
export interface Plan {
  readonly products: readonly PlannedProduct[];
  /** `seals` counts members; outliers and trial seals come on top. */
  readonly runs: readonly { readonly product: number; readonly seals: number }[];
  /** Share of all seals that are outliers, uniform in 0.2-2.5 times the mode. */
  readonly outlierShare?: number;
  /** Trial seals at each changeover: a whole number from 1 to this. */
  readonly maxTrialSeals?: number;
  /** Relative change of all modes from the first to the last seal, linear in the seals. */
  readonly drift?: number;
  /** The recorder's time step: sealing times and starts are rounded to it. */
  readonly clockSeconds?: number;
}

/** Nearer to a mode than this many standard deviations, a seal would not truly be an outlier. */
const OUTLIER_SD = 6;

interface LaidSeal {
  readonly startSeconds: number;
  readonly sealingTimeSeconds: number;
  readonly member: number;
}

/** Lay one shift seal by seal after a plan. Same plan and same random, same shift. */
export function layShift(random: Random, plan: Plan): BenchShift {
  const layer = new Layer(random, plan);
  plan.runs.forEach((run, index) => {
    if (index > 0) layer.changeover(run.product, plan.runs[index - 1]?.product ?? run.product);
    layer.run(run.product, run.seals);
  });
  return layer.shift();
}

class Layer {
  readonly #random: Random;
  readonly #plan: Plan;
  readonly #planned: number;
  readonly #seals: LaidSeal[] = [];
  readonly #runs: TrueRun[] = [];
  readonly #modeSums: number[];
  readonly #counts: number[];
  #members = 0;
  #nowSeconds = 0;

  constructor(random: Random, plan: Plan) {
    this.#random = random;
    this.#plan = plan;
    this.#planned = plan.runs.reduce((sum, run) => sum + run.seals, 0);
    this.#modeSums = plan.products.map(() => 0);
    this.#counts = plan.products.map(() => 0);
  }

  run(product: number, seals: number): void {
    const share = this.#plan.outlierShare ?? 0;
    let first = -1;
    for (let laid = 0; laid < seals; laid++) {
      while (this.#random.uniform() < share) this.#stray([product], 0.2, 2.5);
      if (laid === 0) first = this.#seals.length;
      this.#memberSeal(product);
    }
    this.#runs.push({ product, first, last: this.#seals.length - 1, seals });
  }

  changeover(to: number, from: number): void {
    // Half of the changeovers are on the fly: nothing may lean on a pause between two products.
    if (this.#random.uniform() < 0.5) this.#nowSeconds += this.#random.between(60, 1200);
    const maxTrials = this.#plan.maxTrialSeals ?? 0;
    const trials = maxTrials > 0 ? this.#random.whole(1, maxTrials) : 0;
    for (let i = 0; i < trials; i++) this.#stray([to, from], 0.4, 1.8);
  }

  shift(): BenchShift {
    const seals = this.#seals;
    return {
      timesSeconds: Float64Array.from(seals, (seal) => this.#read(seal.startSeconds)),
      sealingTimesSeconds: Float64Array.from(seals, (seal) => this.#read(seal.sealingTimeSeconds)),
      truth: {
        runs: this.#runs,
        products: this.#counts.map((count, p) => ({ modeSeconds: (this.#modeSums[p] ?? 0) / count, seals: count })),
        member: Int32Array.from(seals, (seal) => seal.member),
      },
    };
  }

  #memberSeal(product: number): void {
    const modeSeconds = this.#modeNow(product);
    const { sdSeconds } = this.#product(product);
    this.#modeSums[product] = (this.#modeSums[product] ?? 0) + modeSeconds;
    this.#counts[product] = (this.#counts[product] ?? 0) + 1;
    this.#members++;
    this.#lay(this.#random.normal(modeSeconds, sdSeconds), product);
  }

  /** A seal that is nobody's: of a length that cannot be mistaken for one of the products given. */
  #stray(products: readonly number[], low: number, high: number): void {
    const base = this.#modeNow(products[0] ?? 0);
    const isNear = (seconds: number) =>
      products.some((p) => Math.abs(seconds - this.#modeNow(p)) <= OUTLIER_SD * this.#product(p).sdSeconds);
    let seconds = base * this.#random.between(low, high);
    while (isNear(seconds)) seconds = base * this.#random.between(low, high);
    this.#lay(seconds, -1);
  }

  #lay(sealingTimeSeconds: number, member: number): void {
    this.#seals.push({ startSeconds: this.#nowSeconds, sealingTimeSeconds, member });
    this.#nowSeconds += sealingTimeSeconds + Math.max(0.5, this.#random.normal(2, 0.2));
  }

  #modeNow(product: number): number {
    const drift = ((this.#plan.drift ?? 0) * this.#members) / this.#planned;
    return this.#product(product).modeSeconds * (1 + drift);
  }

  #product(product: number): PlannedProduct {
    const found = this.#plan.products[product];
    if (found === undefined) throw new RangeError(`the plan has no product ${product}`);
    return found;
  }

  #read(seconds: number): number {
    const step = this.#plan.clockSeconds;
    if (step === undefined) return seconds;
    // dividing gives the 2.4 that a file would hold, multiplying by 0.1 gives 2.4000000000000004
    const ticksPerSecond = 1 / step;
    return Math.round(seconds * ticksPerSecond) / ticksPerSecond;
  }
}
