import { CycleLearner, type CycleLearnerState } from "../algorithms/ideal-cycle.ts";
import type { PlacedSeal } from "./seal-ledger.ts";

/** Ideal cycles in seconds, by number of the product; null where there were too few cycles. */
export type LearnedCycles = readonly (readonly [product: number, seconds: number | null])[];

/** Everything `CycleLearning` knows, for going on later with identical results. */
export interface CycleLearningState {
  readonly learners: readonly (readonly [product: number, learner: CycleLearnerState])[];
  readonly learning: number | null;
}

/** Learns the ideal cycle of each product of a line from its seals, in the order in which they got their final places. */
export class CycleLearning {
  #learners = new Map<number, CycleLearner>();
  #product: number | null = null;

  /** @param isAfterHole nobody knows how many seals there were since the one before. */
  push({ onUs, product }: PlacedSeal, isAfterHole: boolean): void {
    if (isAfterHole) this.#current()?.interrupt();
    if (product !== null && product !== this.#product) {
      this.#current()?.interrupt();
      this.#product = product;
      if (!this.#learners.has(product)) this.#learners.set(product, new CycleLearner());
    }
    this.#current()?.push(onUs);
  }

  /** As learned so far. */
  get learned(): LearnedCycles {
    return [...this.#learners].map(([product, learner]) => [product, learner.seconds]);
  }

  save(): CycleLearningState {
    return {
      learners: [...this.#learners].map(([product, learner]) => [product, learner.save()]),
      learning: this.#product,
    };
  }

  restore({ learners, learning }: CycleLearningState): void {
    this.#learners = new Map(learners.map(([product, learner]) => [product, CycleLearner.restore(learner)]));
    this.#product = learning;
  }

  #current(): CycleLearner | undefined {
    return this.#product === null ? undefined : this.#learners.get(this.#product);
  }
}
