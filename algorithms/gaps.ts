import { shortestMicroStopSeconds } from "./ideal-cycle.ts";
import type { Interval } from "./interval.ts";

// The median of so many cycles is typical; more would only cost memory.
const MOST_TYPICAL_CYCLES = 1000;

/** A seal with its place, as far as the use of time is concerned; product is null when it belongs to nobody. */
export interface PlacedSeal {
  readonly onUs: number;
  readonly offUs: number;
  readonly product: number | null;
}

/** A product's cycle and from which length on a gap after it is a micro-stop; printed on each report. */
export interface CycleLimits {
  readonly cycleSeconds: number;
  /** `typical`: the ideal cycle is unknown and the median of the seen ones stands in for it. */
  readonly basis: "ideal" | "typical";
  readonly shortestMicroStopSeconds: number;
}

/** Time in which no seal was due or under way: from one cycle after a seal's start to the next seal's start. */
export interface Gap extends Interval {
  /** Start of the seal before it; null when none was seen. */
  readonly afterSealUs: number | null;
  /** No seal has ended it yet: its kind is provisional. */
  readonly isOpen: boolean;
  /** From the last seal of a run to the first seal of a run of another product. */
  readonly isChangeover: boolean;
  /** Cycles of the trial seals inside a changeover, in order of time. */
  readonly trials: readonly Interval[];
  /** A shorter gap is a slow cycle. */
  readonly shortestUs: number;
}

/** The cycle of each product and of nobody's seals (key null), from ideal cycles where known, else from the seals. */
export class CycleTimes {
  readonly limits: ReadonlyMap<number | null, CycleLimits>;

  /**
   * @param seals in order of time; read once.
   * @param leastSeconds a gap shorter than this never is a micro-stop, at least 0.
   * @throws RangeError unless ideal cycles are above 0 and finite.
   */
  constructor(seals: Iterable<PlacedSeal>, idealSeconds: ReadonlyMap<number, number>, leastSeconds: number) {
    const limits = new Map<number | null, CycleLimits>();
    const add = (product: number | null, cycleSeconds: number, basis: CycleLimits["basis"]) =>
      limits.set(product, {
        cycleSeconds,
        basis,
        shortestMicroStopSeconds: shortestMicroStopSeconds(cycleSeconds, leastSeconds),
      });
    for (const [product, seconds] of typicalCycles(seals, idealSeconds)) add(product, seconds, "typical");
    for (const [product, seconds] of idealSeconds) {
      if (!(seconds > 0 && seconds < Number.POSITIVE_INFINITY))
        throw new RangeError(`the ideal cycle of product ${product} must be above 0 s, not ${seconds} s`);
      add(product, seconds, "ideal");
    }
    if (!limits.has(null)) add(null, 0, "typical");
    this.limits = limits;
  }

  of(product: number | null): CycleLimits {
    return this.limits.get(product) ?? (this.limits.get(null) as CycleLimits);
  }
}

/** Median cycle in seconds of each other product, and of all seals under null; products with a single seal are left out. */
function typicalCycles(seals: Iterable<PlacedSeal>, known: ReadonlyMap<number, number>): Map<number | null, number> {
  const cycles = new Map<number | null, number[]>();
  let before: PlacedSeal | null = null;
  for (const seal of seals) {
    if (before !== null) {
      note(cycles, null, seal.onUs - before.onUs);
      const isNews = seal.product !== null && seal.product === before.product && !known.has(seal.product);
      if (isNews) note(cycles, seal.product, seal.onUs - before.onUs);
    }
    before = seal;
  }
  return new Map([...cycles].map(([product, us]) => [product, median(us) / 1e6]));
}

function note(cycles: Map<number | null, number[]>, product: number | null, cycleUs: number): void {
  const list = cycles.get(product);
  if (list === undefined) cycles.set(product, [cycleUs]);
  else if (list.length < MOST_TYPICAL_CYCLES) list.push(cycleUs);
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

/** What the gaps are looked for in. */
export interface GapSearch {
  /** In order of time, not overlapping. */
  readonly seals: Iterable<PlacedSeal>;
  readonly cycles: CycleTimes;
  /** When the contacts were watched, holes included. */
  readonly seen: Interval;
  /** Whether working time goes on throughout: no changeover spans a night between two shifts. */
  readonly isOneWork: (span: Interval) => boolean;
}

/**
 * All gaps between seals that are longer than a slow cycle, in order of time; between them the machine is running.
 *
 * A gap starts one cycle after the start of the last seal, or at its end when it took longer than a cycle. Where the
 * product changes there is one gap from run to run: trial seals, which belong to nobody, do not end it. The stretch
 * before the first seal is a gap that starts with the watching.
 *
 * @throws RangeError when seals are out of order or overlap.
 */
export function* findGaps({ seals, cycles, seen, isOneWork }: GapSearch): Generator<Gap, void, undefined> {
  const walk = new GapWalk(cycles, seen.startUs);
  for (const seal of seals) {
    if (seal.onUs < walk.freeUs) throw new RangeError(`the seal at ${seal.onUs} us is out of order`);
    const changeover = walk.changeoverUntil(seal);
    if (changeover !== null && isOneWork(changeover)) walk.replacePending(changeover);
    else walk.addPending(seal.onUs, false);
    if (seal.product !== null) yield* walk.takePending();
    walk.pass(seal);
  }
  walk.addPending(seen.endUs, true);
  yield* walk.takePending();
}

/** Where the search has come to, and the gaps that may still turn out to be part of a changeover. */
class GapWalk {
  /** End of the last seal. */
  freeUs = Number.NEGATIVE_INFINITY;
  readonly #cycles: CycleTimes;
  #dueUs: number;
  #afterSealUs: number | null = null;
  #product: number | null = null;
  #runEnd: { readonly dueUs: number; readonly onUs: number } | null = null;
  #pending: Gap[] = [];
  #trials: { startUs: number; endUs: number }[] = [];

  constructor(cycles: CycleTimes, fromUs: number) {
    this.#cycles = cycles;
    this.#dueUs = fromUs;
  }

  changeoverUntil({ onUs, product }: PlacedSeal): Gap | null {
    if (product === null || product === this.#product || this.#runEnd === null) return null;
    const { dueUs: startUs, onUs: afterSealUs } = this.#runEnd;
    if (startUs >= onUs) return null;
    const trials = this.#trials.map((trial) => ({ startUs: trial.startUs, endUs: Math.min(trial.endUs, onUs) }));
    const shortestUs = this.#shortestUs();
    return { startUs, endUs: onUs, afterSealUs, isOpen: false, isChangeover: true, trials, shortestUs };
  }

  replacePending(changeover: Gap): void {
    this.#pending = [changeover];
  }

  addPending(untilUs: number, isOpen: boolean): void {
    const startUs = this.#dueUs;
    const shortestUs = this.#shortestUs();
    // a slow cycle is running time, whatever comes: seals of nobody may go on for long, and this list is kept
    if (untilUs - startUs < Math.max(shortestUs, 1)) return;
    const gap = { startUs, endUs: untilUs, afterSealUs: this.#afterSealUs, isOpen, isChangeover: false, shortestUs };
    this.#pending.push({ ...gap, trials: [] });
  }

  *takePending(): Generator<Gap, void, undefined> {
    yield* this.#pending;
    this.#pending = [];
    this.#trials = [];
  }

  pass({ onUs, offUs, product }: PlacedSeal): void {
    this.#product = product ?? this.#product;
    const cycleUs = Math.round(this.#cycles.of(this.#product).cycleSeconds * 1e6);
    this.freeUs = offUs;
    this.#dueUs = Math.max(offUs, onUs + cycleUs);
    this.#afterSealUs = onUs;
    if (product !== null) this.#runEnd = { dueUs: this.#dueUs, onUs };
    else this.#addTrial(onUs);
  }

  #shortestUs(): number {
    return Math.round(this.#cycles.of(this.#product).shortestMicroStopSeconds * 1e6);
  }

  #addTrial(onUs: number): void {
    const last = this.#trials.at(-1);
    if (last !== undefined && last.endUs >= onUs) last.endUs = this.#dueUs;
    else this.#trials.push({ startUs: onUs, endUs: this.#dueUs });
  }
}
