import type { Segment, TrueSeal } from "./machine.ts";
import { type MachineSpec, type StopKind, toUs } from "./machine-spec.ts";

/** Above this many seals the truth leaves out its list of seals. */
export const MAX_LISTED_SEALS = 200_000;

/** One seal of the list; product and run are null where it belongs to nobody. */
export type ListedSeal = readonly [
  onUs: number,
  offUs: number,
  product: number | null,
  run: number | null,
  mark: "" | "outlier" | "trial" | "rejected",
];

/** Consecutive seals of one product, without the outliers at its ends. */
export interface TrueRun {
  readonly product: string;
  /** Zero-based numbers, among all seals, of the first and the last seal. */
  readonly first: number;
  readonly last: number;
  /** Seals of the product: first to last without outliers. */
  readonly seals: number;
  readonly units: number;
  readonly rejectedSeals: number;
  readonly startUs: number;
  readonly endUs: number;
  /** Mean of the run's own sealing times, outliers left out. */
  readonly sealingTimeSeconds: number;
}

/** A stop; where the recorder saw nothing it is cut, and `no-data` takes its place. */
export interface TrueStop {
  readonly kind: StopKind;
  readonly startUs: number;
  readonly endUs: number;
}

/** A product with its mode and all it made. */
export interface TrueProduct {
  readonly name: string;
  readonly sealingTimeSeconds: number;
  readonly cycleTimeSeconds: number;
  readonly unitsPerSeal: number;
  readonly seals: number;
  readonly units: number;
}

/** Where the time went; the minutes add up to the duration. */
export type TrueMinutes = Readonly<Record<"running" | StopKind, number>>;

/** What is true about a simulated recording. */
export interface Truth {
  readonly schema: "sealtrace/truth@1";
  readonly scenario: string;
  readonly seed: number;
  readonly startUs: 0;
  readonly endUs: number;
  readonly products: readonly TrueProduct[];
  readonly runs: readonly TrueRun[];
  readonly stops: readonly TrueStop[];
  readonly totals: {
    readonly seals: number;
    readonly unassigned: number;
    readonly units: number;
    readonly rejectedSeals: number;
    readonly minutes: TrueMinutes;
  };
  /** How to read a row of `seals`; products and runs are indexes into the lists above. */
  readonly sealColumns: readonly ["onUs", "offUs", "product", "run", "mark"];
  /** Null when there are more than 200,000; `sealsOmitted` says why. */
  readonly seals: readonly ListedSeal[] | null;
  readonly sealsOmitted?: string;
}

type Open<T> = { -readonly [K in keyof T]: T[K] };

/** Collects the truth from the machine's segments as they pass, in memory bounded by runs and stops. */
export class TruthCollector {
  readonly #spec: MachineSpec;
  readonly #holes: readonly { readonly startUs: number; readonly endUs: number }[];
  readonly #runs: Open<TrueRun>[] = [];
  readonly #stops: Open<TrueStop>[] = [];
  readonly #stateUs: Record<"running" | StopKind, number> = {
    running: 0,
    "not-ready": 0,
    waiting: 0,
    changeover: 0,
    "micro-stop": 0,
    break: 0,
    "no-data": 0,
  };
  #seals: ListedSeal[] | null = [];
  #sealCount = 0;
  #product: number | null = null;
  #endUs = 0;

  constructor(spec: MachineSpec) {
    this.#spec = spec;
    this.#holes = spec.holes.map((h) => ({ startUs: toUs(h.atSeconds), endUs: toUs(h.atSeconds + h.lengthSeconds) }));
  }

  /** Passes the segments on and takes note of them. */
  *watch(segments: Iterable<Segment>): Generator<Segment, void, undefined> {
    for (const segment of segments) {
      this.#push(segment);
      yield segment;
    }
  }

  /** The truth about all segments so far. */
  truth(scenario: string, seed: number): Truth {
    const products = this.#spec.products.map((product) => {
      const runs = this.#runs.filter((run) => run.product === product.name);
      const { name, sealingTimeSeconds, cycleTimeSeconds, unitsPerSeal } = product;
      const sums = { seals: sum(runs.map((r) => r.seals)), units: sum(runs.map((r) => r.units)) };
      return { name, sealingTimeSeconds, cycleTimeSeconds, unitsPerSeal, ...sums };
    });
    return {
      schema: "sealtrace/truth@1",
      scenario,
      seed,
      startUs: 0,
      endUs: this.#endUs,
      products,
      runs: this.#runs,
      stops: this.#stops,
      totals: this.#totals(products),
      sealColumns: ["onUs", "offUs", "product", "run", "mark"],
      seals: this.#seals,
      ...(this.#seals === null && {
        sealsOmitted: `${this.#sealCount} seals: the list is left out above ${MAX_LISTED_SEALS}`,
      }),
    };
  }

  #totals(products: readonly TrueProduct[]): Truth["totals"] {
    const minutes = Object.fromEntries(Object.entries(this.#stateUs).map(([state, us]) => [state, us / 6e7]));
    return {
      seals: this.#sealCount,
      unassigned: this.#sealCount - sum(products.map((p) => p.seals)),
      units: sum(products.map((p) => p.units)),
      rejectedSeals: sum(this.#runs.map((r) => r.rejectedSeals)),
      minutes: minutes as TrueMinutes,
    };
  }

  #push(segment: Segment): void {
    let fromUs = segment.startUs;
    for (const hole of this.#holes) {
      if (hole.endUs <= fromUs || hole.startUs >= segment.endUs) continue;
      this.#spend(segment.state, fromUs, hole.startUs);
      const untilUs = Math.min(hole.endUs, segment.endUs);
      this.#spend("no-data", Math.max(fromUs, hole.startUs), untilUs);
      fromUs = untilUs;
    }
    this.#spend(segment.state, fromUs, segment.endUs);
    if (segment.seal !== null) this.#pushSeal(segment.seal);
    this.#endUs = segment.endUs;
  }

  #spend(state: Segment["state"], startUs: number, endUs: number): void {
    if (endUs <= startUs) return;
    this.#stateUs[state] += endUs - startUs;
    if (state === "running") return;
    const last = this.#stops.at(-1);
    if (last?.kind === state && last.endUs === startUs) last.endUs = endUs;
    else this.#stops.push({ kind: state, startUs, endUs });
  }

  #pushSeal(seal: TrueSeal): void {
    const index = this.#sealCount++;
    if (seal.kind === "product") this.#extendRun(seal, index);
    if (this.#sealCount > MAX_LISTED_SEALS) this.#seals = null;
    if (this.#seals === null) return;
    const own = seal.kind === "product";
    const mark = seal.kind !== "product" ? seal.kind : seal.rejected ? "rejected" : "";
    this.#seals.push([seal.onUs, seal.offUs, own ? seal.product : null, own ? this.#runs.length - 1 : null, mark]);
  }

  #extendRun(seal: TrueSeal, index: number): void {
    const product = this.#spec.products[seal.product];
    if (product === undefined) throw new RangeError(`no product ${seal.product} in the scenario`);
    if (this.#product !== seal.product) this.#runs.push(newRun(product.name, seal.onUs, index));
    this.#product = seal.product;
    const run = this.#runs.at(-1) as Open<TrueRun>;
    run.last = index;
    run.seals++;
    run.units += product.unitsPerSeal;
    run.rejectedSeals += seal.rejected ? 1 : 0;
    run.endUs = seal.offUs;
    run.sealingTimeSeconds += ((seal.offUs - seal.onUs) / 1e6 - run.sealingTimeSeconds) / run.seals;
  }
}

function newRun(product: string, startUs: number, first: number): Open<TrueRun> {
  const counts = { seals: 0, units: 0, rejectedSeals: 0 };
  return { product, first, last: first, ...counts, startUs, endUs: startUs, sealingTimeSeconds: 0 };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
