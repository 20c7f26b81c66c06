import type { PlacedSeal } from "../algorithms/gaps.ts";
import { LongPause } from "../algorithms/long-pause.ts";
import { Mobisea } from "../algorithms/mobisea/mobisea.ts";
import type { Run } from "../algorithms/mobisea/run-builder.ts";
import type { Seal } from "../algorithms/signal.ts";

/** A run with its place in time. */
export interface TimedRun extends Run {
  /** Start of its first seal and end of its last one. */
  readonly startUs: number;
  readonly endUs: number;
}

/** A product of the recording, counted. */
export interface ProductCount {
  readonly product: number;
  readonly sealingTimeSeconds: number;
  readonly seals: number;
}

/** Receives each seal once its place is final, in order; `run` and `product` are null when it belongs to nobody. */
export type AssignedSealConsumer = (seal: Seal, run: number | null, product: number | null) => void;

const NOBODY = -1;
const IGNORE: AssignedSealConsumer = () => {};

/**
 * The seals of a line on their way into runs: keeps those that wait for their place, and when each run began and ended.
 *
 * A seal without a sealing time is counted and belongs to nobody.
 */
export class SealLedger {
  readonly #mobisea: Mobisea;
  readonly #onAssigned: AssignedSealConsumer;
  readonly #pauses = new LongPause();
  #count = 0;
  #waiting: Seal[] = [];
  /** Of each run that has a seal in its final place: when, and which product, asked for once. */
  #places: { readonly startUs: number; endUs: number; readonly product: number }[] = [];
  #timedBefore = 0;

  constructor(minRunSeals: number, onAssigned: AssignedSealConsumer = IGNORE) {
    this.#onAssigned = onAssigned;
    this.#mobisea = new Mobisea({ minRunSeals, onAssigned: (_index, run) => this.#assign(run) });
  }

  /** All accepted seals. */
  get count(): number {
    return this.#count;
  }

  /** Other sealing times that the seal pushed last may have had, see `OtherReadings`. */
  doubtLast(otherSeconds: readonly number[]): void {
    this.#mobisea.doubtLast(otherSeconds);
  }

  push(seal: Seal): void {
    this.#count++;
    this.#waiting.push(seal);
    const afterStop = this.#pauses.push(seal.onUs, seal.offUs);
    if (seal.sealingTimeSeconds !== null) this.#mobisea.push(seal.sealingTimeSeconds, afterStop);
    else if (this.#waiting.length === 1) this.#passUntimed();
  }

  /** Ends the shift: every seal gets its place. */
  finish(): void {
    this.#mobisea.finish();
    this.#passUntimed();
  }

  /** Runs as they stand, each with its times; the last ones may change as long as the shift runs. */
  runs(): readonly TimedRun[] {
    const waiting = this.#waiting.filter(({ sealingTimeSeconds }) => sealingTimeSeconds !== null);
    const at = (index: number) => waiting[index - this.#timedBefore];
    return this.#mobisea.view().runs.map((run, i) => {
      const known = this.#places[i];
      const startUs = known?.startUs ?? (at(run.first)?.onUs as number);
      return { ...run, startUs, endUs: at(run.last)?.offUs ?? (known?.endUs as number) };
    });
  }

  /** Seals whose place is not final, with the product of the run in which they lie as things stand. */
  waiting(): PlacedSeal[] {
    const { runs } = this.#mobisea.view();
    let index = this.#timedBefore;
    return this.#waiting.map(({ onUs, offUs, sealingTimeSeconds }) => {
      const at = sealingTimeSeconds === null ? null : index++;
      const run = at === null ? undefined : runs.find(({ first, last }) => first <= at && at <= last);
      return { onUs, offUs, product: run?.product ?? null };
    });
  }

  #assign(run: number): void {
    this.#passUntimed();
    const seal = this.#waiting.shift() as Seal;
    this.#timedBefore++;
    if (run === NOBODY) this.#onAssigned(seal, null, null);
    else this.#onAssigned(seal, run, this.#extendRun(run, seal));
    this.#passUntimed();
  }

  /** Tells the run's product. */
  #extendRun(run: number, { onUs, offUs }: Seal): number {
    const known = this.#places[run];
    if (known !== undefined) known.endUs = offUs;
    const place = known ?? { startUs: onUs, endUs: offUs, product: this.#mobisea.productOfRun(run) };
    this.#places[run] = place;
    return place.product;
  }

  #passUntimed(): void {
    while (this.#waiting[0]?.sealingTimeSeconds === null) this.#onAssigned(this.#waiting.shift() as Seal, null, null);
  }
}

/** Sums of runs by product, in order of product number. */
export function countProducts(runs: readonly TimedRun[]): readonly ProductCount[] {
  const counts = new Map<number, { seals: number; seconds: number }>();
  for (const { product, seals, sealingTimeSeconds } of runs) {
    const sum = counts.get(product) ?? { seals: 0, seconds: 0 };
    counts.set(product, { seals: sum.seals + seals, seconds: sum.seconds + seals * sealingTimeSeconds });
  }
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([product, { seals, seconds }]) => ({ product, seals, sealingTimeSeconds: seconds / seals }));
}
