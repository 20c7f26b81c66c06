import type { NoiseScale } from "./noise-scale.ts";
import { type Match, ProductBook, type ProductBookState } from "./product-book.ts";
import { type AssignedConsumer, type Run, RunBuilder, type RunBuilderState } from "./run-builder.ts";
import type { PlacedSeal } from "./run-draft.ts";
import { RunTracker, type RunTrackerState } from "./run-tracker.ts";

/** Runs shorter than this make no product. */
export const DEFAULT_MIN_RUN_SEALS = 5;
// Two blocks of seals are looked at when a run begins, and some of them may be outliers.
const MOST_MIN_RUN_SEALS = 100;

/** Settings of a line's product finder. */
export interface MobiseaOptions {
  /** Fewest seals that make a run, 3 to 100. */
  readonly minRunSeals?: number;
  /** Products known from earlier shifts. */
  readonly book?: ProductBookState;
  /** Told each seal's final place, in order, as soon as nothing that follows can change it. */
  readonly onAssigned?: AssignedConsumer;
}

/** What `Mobisea.save` gives: plain numbers that survive JSON and CBOR. */
export interface MobiseaState {
  readonly tracker: RunTrackerState;
  readonly builder: RunBuilderState;
  readonly doubtful: readonly (readonly [index: number, otherSeconds: readonly number[]])[];
  readonly afterStop: readonly number[];
}

/** Runs and products as they stand. */
export interface MobiseaView {
  /** From run number `firstRun` on. */
  readonly runs: readonly Run[];
  readonly firstRun: number;
  readonly book: ProductBook;
}

const IGNORE: AssignedConsumer = () => {};
const NO_OTHERS: readonly number[] = [];

/**
 * MoBiSea, incremental: sealing times in, runs and products out, at any moment of the shift.
 *
 * The idea of Herrero, Sanguesa, Garrido, Martinez and Calafate (Electronics 2023, 12(15), 3262): each product's sealing
 * times pile up at a mode and products come in runs, so modes and the places where they change tell the products. Here
 * both are found together by dynamic programming while the shift runs, see docs/algorithms/mobisea.md.
 *
 * The result depends on the sealing times alone: not on when it is asked for, nor on saving and restoring in between.
 */
export class Mobisea {
  #tracker: RunTracker;
  #builder: RunBuilder;
  // Other readings of seals that are not settled yet.
  #doubtful = new Map<number, readonly number[]>();
  // Seals before which the machine stood, until they are settled.
  #afterStop = new Set<number>();
  #final: MobiseaView | null = null;

  /** @throws RangeError for minRunSeals below 3 or above 100. */
  constructor(options: MobiseaOptions = {}) {
    const { minRunSeals = DEFAULT_MIN_RUN_SEALS, book, onAssigned = IGNORE } = options;
    if (!Number.isInteger(minRunSeals) || minRunSeals < 3 || minRunSeals > MOST_MIN_RUN_SEALS)
      throw new RangeError(`the fewest seals of a run are 3 to ${MOST_MIN_RUN_SEALS}, not ${minRunSeals}`);
    const products = book === undefined ? new ProductBook() : ProductBook.restore(book);
    this.#builder = new RunBuilder(minRunSeals, products, onAssigned);
    this.#tracker = new RunTracker((...seal) => this.#settle(...seal));
  }

  /**
   * Adds the next sealing time in seconds; `afterStop` says that the machine stood before it for longer than within a
   * run. A lone seal after a stop that happens to fit may be a trial seal: the run goes on only when more follow.
   * @throws RangeError unless it is positive and finite, and after `finish`.
   */
  push(seconds: number, afterStop = false): void {
    if (this.#final !== null) throw new RangeError("the shift is finished: its next seal belongs to another Mobisea");
    if (afterStop) this.#afterStop.add(this.#tracker.seals);
    this.#tracker.push(seconds);
  }

  /**
   * Says that the seal pushed last may have had other sealing times (seconds) than its own. It then belongs to a run that
   * one of them fits; where runs begin and end, and their modes, are not touched by it.
   */
  doubtLast(otherSeconds: readonly number[]): void {
    if (otherSeconds.length > 0) this.#doubtful.set(this.#tracker.seals - 1, otherSeconds);
  }

  /** Sealing times pushed so far. */
  get seals(): number {
    return this.#tracker.seals;
  }

  /** Runs and products if nothing followed: the last ones may still change. Changes nothing. */
  view(): MobiseaView {
    if (this.#final !== null) return this.#final;
    const builder = RunBuilder.restore(this.#builder.save(), IGNORE);
    this.#tracker.tail((index, seconds, startsSegment, noise) =>
      builder.push(this.#placed(index, seconds), startsSegment, noise),
    );
    builder.finish(this.#tracker.noise);
    return { runs: builder.runs, firstRun: builder.firstRun, book: builder.book };
  }

  /** Ends the shift: every seal gets its final place. Nothing may be pushed afterwards. */
  finish(): MobiseaView {
    if (this.#final !== null) return this.#final;
    this.#tracker.tail((...seal) => this.#settle(...seal));
    this.#builder.finish(this.#tracker.noise);
    this.#final = { runs: this.#builder.runs, firstRun: this.#builder.firstRun, book: this.#builder.book };
    return this.#final;
  }

  /** Product of a run that has been named to `onAssigned`. @throws RangeError for a run that is not known (any more). */
  matchOfRun(run: number): Match {
    const match = this.#builder.matchOf(run);
    if (match === undefined) throw new RangeError(`there is no run ${run}`);
    return match;
  }

  /** Forgets runs that are over: whoever follows `onAssigned` for months has no use for them. */
  forgetRuns(): void {
    this.#builder.forgetRuns();
  }

  /** Everything needed to go on later with identical results. */
  save(): MobiseaState {
    return {
      tracker: this.#tracker.save(),
      builder: this.#builder.save(),
      doubtful: [...this.#doubtful],
      afterStop: [...this.#afterStop],
    };
  }

  /** Goes on where `save` was called. */
  static restore(state: MobiseaState, onAssigned: AssignedConsumer = IGNORE): Mobisea {
    const mobisea = new Mobisea();
    mobisea.#builder = RunBuilder.restore(state.builder, onAssigned);
    mobisea.#tracker = RunTracker.restore(state.tracker, (...seal) => mobisea.#settle(...seal));
    mobisea.#doubtful = new Map(state.doubtful);
    mobisea.#afterStop = new Set(state.afterStop);
    return mobisea;
  }

  #settle(index: number, seconds: number, startsSegment: boolean, noise: NoiseScale): void {
    this.#builder.push(this.#placed(index, seconds), startsSegment, noise);
    this.#doubtful.delete(index);
    this.#afterStop.delete(index);
  }

  #placed(index: number, seconds: number): PlacedSeal {
    const otherSeconds = this.#doubtful.get(index) ?? NO_OTHERS;
    return { index, seconds, otherSeconds, afterStop: this.#afterStop.has(index) };
  }
}
