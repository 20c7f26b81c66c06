import type { Truth } from "./lay-shift.ts";

/** A run as some algorithm found it; `first` and `last` index the seals. */
export interface FoundRun {
  readonly product: string | number;
  readonly first: number;
  readonly last: number;
  readonly seals: number;
}

/** How well found runs fit the truth. */
export interface RunScore {
  /** As many runs as in truth, each within two seals at both ends, and the same runs belong to the same product. */
  readonly exactlyRight: boolean;
  /** Largest |found - true| / true over the true products; 1 for a product that was not found. */
  readonly worstCountError: number;
  /** Greatest distance, in seals, from a true end of a run to the nearest found one; Infinity when no run was found. */
  readonly maxBoundaryOff: number;
  readonly products: number;
}

/** How well labels alone (a clustering that knows no order) fit the truth. */
export interface LabelScore {
  readonly worstCountError: number;
  readonly products: number;
}

const TOLERANCE_SEALS = 2;

/** Compare found runs with the truth. */
export function scoreRuns(truth: Truth, found: { readonly runs: readonly FoundRun[] }): RunScore {
  const counts = new Map<string | number, number>();
  for (const run of found.runs) counts.set(run.product, (counts.get(run.product) ?? 0) + run.seals);
  const overlap = new Overlap();
  for (const a of truth.runs) for (const b of found.runs) overlap.add(a.product, b.product, sharedSeals(a, b));
  return {
    exactlyRight: haveSameEnds(truth, found.runs) && haveSamePartition(truth, found.runs),
    worstCountError: worstCountError(truth, counts, overlap),
    maxBoundaryOff: Math.max(boundaryOff(truth, found.runs, "first"), boundaryOff(truth, found.runs, "last")),
    products: counts.size,
  };
}

/** Compare one label per seal with the truth; a negative label belongs to nobody. */
export function scoreLabels(truth: Truth, labels: ArrayLike<number>): LabelScore {
  const counts = new Map<string | number, number>();
  const overlap = new Overlap();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] ?? -1;
    if (label < 0) continue;
    counts.set(label, (counts.get(label) ?? 0) + 1);
    const product = truth.member[i] ?? -1;
    if (product >= 0) overlap.add(product, label, 1);
  }
  return { worstCountError: worstCountError(truth, counts, overlap), products: counts.size };
}

type Interval = Pick<FoundRun, "first" | "last">;

function sharedSeals(a: Interval, b: Interval): number {
  return Math.max(0, Math.min(a.last, b.last) - Math.max(a.first, b.first) + 1);
}

function haveSameEnds(truth: Truth, found: readonly FoundRun[]): boolean {
  const isNear = (a: Interval, b: Interval | undefined) =>
    b !== undefined && Math.abs(a.first - b.first) <= TOLERANCE_SEALS && Math.abs(a.last - b.last) <= TOLERANCE_SEALS;
  return truth.runs.length === found.length && truth.runs.every((run, i) => isNear(run, found[i]));
}

/** Whether the names can be translated one to one; the runs are paired by their order. */
function haveSamePartition(truth: Truth, found: readonly FoundRun[]): boolean {
  const toFound = new Map<number, string | number>();
  const toTrue = new Map<string | number, number>();
  return truth.runs.every((run, i) => {
    const name = found[i]?.product;
    if (name === undefined) return false;
    if (!toFound.has(run.product)) toFound.set(run.product, name);
    if (!toTrue.has(name)) toTrue.set(name, run.product);
    return toFound.get(run.product) === name && toTrue.get(name) === run.product;
  });
}

function boundaryOff(truth: Truth, found: readonly FoundRun[], end: "first" | "last"): number {
  return truth.runs.reduce((worst, run) => {
    const nearest = found.reduce((best, other) => Math.min(best, Math.abs(run[end] - other[end])), Infinity);
    return Math.max(worst, nearest);
  }, 0);
}

/** Seals that a true and a found product have in common. */
class Overlap {
  readonly #pairs = new Map<number, Map<string | number, number>>();

  add(product: number, name: string | number, seals: number): void {
    if (seals <= 0) return;
    const row = this.#pairs.get(product) ?? new Map<string | number, number>();
    this.#pairs.set(product, row.set(name, (row.get(name) ?? 0) + seals));
  }

  /** Each true product with at most one found one, greatest overlap first: two true products never share a match. */
  match(): Map<number, string | number> {
    const pairs = [...this.#pairs].flatMap(([product, row]) =>
      [...row].map(([name, seals]) => ({ product, name, seals })),
    );
    const matches = new Map<number, string | number>();
    const taken = new Set<string | number>();
    for (const { product, name } of pairs.sort((a, b) => b.seals - a.seals)) {
      if (matches.has(product) || taken.has(name)) continue;
      matches.set(product, name);
      taken.add(name);
    }
    return matches;
  }
}

function worstCountError(truth: Truth, counts: ReadonlyMap<string | number, number>, overlap: Overlap): number {
  const matches = overlap.match();
  return truth.products.reduce((worst, { seals }, product) => {
    const name = matches.get(product);
    const found = name === undefined ? 0 : (counts.get(name) ?? 0);
    return Math.max(worst, Math.abs(found - seals) / seals);
  }, 0);
}
