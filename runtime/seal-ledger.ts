import type { PlacedSeal as SealInRun } from "../algorithms/gaps.ts";
import { LongPause, type LongPauseState } from "../algorithms/long-pause.ts";
import { Mobisea, type MobiseaState } from "../algorithms/mobisea/mobisea.ts";
import type { Match, Product, ProductBookState } from "../algorithms/mobisea/product-book.ts";
import type { Seal } from "../algorithms/signal.ts";

/** A seal in its place: in a run of a product, or nobody's. */
export interface PlacedSeal extends SealInRun {
  /** Null when not both ends were seen. */
  readonly sealingTimeSeconds: number | null;
  /** Interference sits at an end of it: its time says nothing about the product. */
  readonly isDoubtful: boolean;
  /** Number of the run, counted since the line's first seal; null as `product`. */
  readonly run: number | null;
  /** Another product that the run could be as well. */
  readonly rival: number | null;
}

/** What `SealLedger.view` tells. */
export interface LedgerView {
  readonly waiting: readonly PlacedSeal[];
  readonly products: readonly Product[];
}

/** Receives each seal once its place is final, in order. */
export type PlacedSealConsumer = (seal: PlacedSeal) => void;

type WaitingSeal = Seal & { isDoubtful: boolean };

/** What `SealLedger.save` gives. */
export interface SealLedgerState {
  readonly mobisea: MobiseaState;
  readonly pauses: LongPauseState;
  readonly waiting: readonly WaitingSeal[];
  readonly timedBefore: number;
  readonly runsBefore: number;
}

const NOBODY = -1;

/**
 * The seals of a line on their way into runs: keeps those that wait for their place.
 *
 * A seal without a sealing time is counted and belongs to nobody.
 */
export class SealLedger {
  readonly #minRunSeals: number;
  readonly #onPlaced: PlacedSealConsumer;
  #mobisea: Mobisea;
  #pauses = new LongPause();
  #waiting: WaitingSeal[] = [];
  /** Timed seals that this Mobisea has placed. */
  #timedBefore = 0;
  /** Runs of the Mobiseas before this one. */
  #runsBefore = 0;
  #latestRun = 0;

  constructor(minRunSeals: number, onPlaced: PlacedSealConsumer, book?: ProductBookState) {
    this.#minRunSeals = minRunSeals;
    this.#onPlaced = onPlaced;
    this.#mobisea = this.#newMobisea(book);
  }

  /** Seals whose place is not final. */
  get waitingCount(): number {
    return this.#waiting.length;
  }

  /** End of the first of them; null when there is none. */
  get waitingSinceUs(): number | null {
    return this.#waiting[0]?.offUs ?? null;
  }

  /** Other sealing times that the seal pushed last may have had, see `OtherReadings`. */
  doubtLast(otherSeconds: readonly number[]): void {
    const last = this.#waiting.at(-1);
    if (last !== undefined) last.isDoubtful = true;
    this.#mobisea.doubtLast(otherSeconds);
  }

  push(seal: Seal): void {
    this.#waiting.push({ ...seal, isDoubtful: false });
    const afterStop = this.#pauses.push(seal.onUs, seal.offUs);
    if (seal.sealingTimeSeconds !== null) this.#mobisea.push(seal.sealingTimeSeconds, afterStop);
    else if (this.#waiting.length === 1) this.#passUntimed();
  }

  /** The machine has stopped working: every seal gets its place, and the next one begins a new run. */
  settle(): void {
    const { runs, firstRun, book } = this.#mobisea.finish();
    this.#passUntimed();
    this.#runsBefore += firstRun + runs.length;
    this.#timedBefore = 0;
    this.#mobisea = this.#newMobisea(book.save());
  }

  /** As things stand: the products, and the seals whose place is not final in the place they have now. */
  view(): LedgerView {
    const { runs, firstRun, book } = this.#mobisea.view();
    let index = this.#timedBefore;
    const waiting = this.#waiting.map((seal) => {
      const at = seal.sealingTimeSeconds === null ? null : index++;
      const number = at === null ? -1 : runs.findIndex(({ first, last }) => first <= at && at <= last);
      const run = runs[number];
      return run === undefined ? nobodys(seal) : inRun(seal, this.#runsBefore + firstRun + number, run);
    });
    return { waiting, products: book.products };
  }

  /** Everything needed to go on later with identical results. */
  save(): SealLedgerState {
    return {
      mobisea: this.#mobisea.save(),
      pauses: this.#pauses.save(),
      waiting: this.#waiting.map((seal) => ({ ...seal })),
      timedBefore: this.#timedBefore,
      runsBefore: this.#runsBefore,
    };
  }

  /** Goes on where `save` was called. */
  restore(state: SealLedgerState): void {
    this.#mobisea = Mobisea.restore(state.mobisea, (_index, run) => this.#place(run));
    this.#pauses = LongPause.restore(state.pauses);
    this.#waiting = state.waiting.map((seal) => ({ ...seal }));
    this.#timedBefore = state.timedBefore;
    this.#runsBefore = state.runsBefore;
  }

  #newMobisea(book?: ProductBookState): Mobisea {
    const products = book === undefined ? {} : { book };
    return new Mobisea({ minRunSeals: this.#minRunSeals, ...products, onAssigned: (_index, run) => this.#place(run) });
  }

  #place(run: number): void {
    this.#passUntimed();
    const seal = this.#waiting.shift() as WaitingSeal;
    this.#timedBefore++;
    if (run === NOBODY) this.#onPlaced(nobodys(seal));
    else this.#onPlaced(inRun(seal, this.#runsBefore + run, this.#matchOf(run)));
    this.#passUntimed();
  }

  #matchOf(run: number): Match {
    if (run !== this.#latestRun) this.#mobisea.forgetRuns();
    this.#latestRun = run;
    return this.#mobisea.matchOfRun(run);
  }

  #passUntimed(): void {
    while (this.#waiting[0]?.sealingTimeSeconds === null) this.#onPlaced(nobodys(this.#waiting.shift() as WaitingSeal));
  }
}

function nobodys({ onUs, offUs, sealingTimeSeconds, isDoubtful }: WaitingSeal): PlacedSeal {
  return { onUs, offUs, sealingTimeSeconds, isDoubtful, product: null, run: null, rival: null };
}

function inRun(seal: WaitingSeal, run: number, { product, rival }: Match): PlacedSeal {
  return { ...nobodys(seal), product, run, rival };
}
