import type { AvailabilityInterval } from "../algorithms/availability.ts";
import type { PlacedSeal } from "../algorithms/gaps.ts";
import { CycleLearner, type IdealCycle, idealCycle } from "../algorithms/ideal-cycle.ts";
import type { Interval } from "../algorithms/interval.ts";
import { type OeeResult, oee } from "../algorithms/oee.ts";
import { timesOf } from "../algorithms/oee-sums.ts";
import type { Seal } from "../algorithms/signal.ts";
import { findStops, type TimeUse } from "../algorithms/stops.ts";

// Three weeks of a fast line. Beyond it nobody reads stops of one shift, and memory must have a bound.
const MOST_SEALS = 300_000;
const SECONDS_PER_DAY = 86_400;

/** Where the time of a shift went, and what follows from it. */
export interface TimeResult {
  readonly use: TimeUse;
  readonly oee: OeeResult;
}

/** What stops and OEE are computed from: seals in their place, readiness, holes, and the cycles of each product. */
export class ShiftRecord {
  #seals: PlacedSeal[] = [];
  #notReady: AvailabilityInterval[] = [];
  #holes: Interval[] = [];
  #learners = new Map<number, CycleLearner>();
  #current: CycleLearner | null = null;
  #isTooLong = false;

  /** A seal in its final place; product null when it belongs to nobody. */
  addSeal({ onUs, offUs }: Seal, product: number | null): void {
    if (product !== null) this.#changeTo(product);
    this.#current?.push(onUs);
    if (this.#isTooLong) return;
    if (this.#seals.length < MOST_SEALS) this.#seals.push({ onUs, offUs, product });
    else this.#giveUp();
  }

  addNotReady(interval: AvailabilityInterval): void {
    if (!this.#isTooLong) this.#notReady.push(interval);
  }

  addHole(hole: Interval): void {
    this.#current?.interrupt();
    if (!this.#isTooLong) this.#holes.push(hole);
  }

  /** The ideal cycle of a product as learned so far. */
  idealCycleOf(product: number): IdealCycle {
    return idealCycle(null, this.#learners.get(product) ?? null);
  }

  /**
   * Stops and OEE of the time from `startUs` to `nowUs`, all of it planned.
   * @param waiting seals whose place is not final yet.
   * @param open what lasts: a state of the contact and a hole that have no end yet.
   * @returns null for a recording too long to be one shift.
   */
  timeUse(
    window: Interval,
    waiting: readonly PlacedSeal[],
    open: { notReady: Interval | null; hole: Interval | null },
  ): TimeResult | null {
    if (this.#isTooLong || window.endUs <= window.startUs) return null;
    const products = [...this.#learners.keys()].sort((a, b) => a - b);
    const ideals = products.map((product) => ({ product, seconds: this.idealCycleOf(product).seconds }));
    const use = findStops({
      ...window,
      seals: [...this.#seals, ...waiting],
      availability: open.notReady === null ? this.#notReady : [...this.#notReady, { ...open.notReady, ready: false }],
      holes: open.hole === null ? this.#holes : [...this.#holes, open.hole],
      breaks: [],
      plannedStops: [],
      idealCycleSeconds: new Map(
        ideals.flatMap(({ product, seconds }) => (seconds === null ? [] : [[product, seconds]])),
      ),
    });
    return {
      use,
      oee: oee({
        ...timesOf(use),
        products: ideals.map(({ product, seconds }) => ({
          id: `P${product}`,
          cycles: use.cyclesByProduct.get(product) ?? 0,
          idealCycleSeconds: seconds,
          runSeconds: (use.runUsByProduct.get(product) ?? 0) / 1e6,
        })),
        quality: null,
        calendarSeconds: SECONDS_PER_DAY,
      }),
    };
  }

  #changeTo(product: number): void {
    const known = this.#learners.get(product);
    if (known !== undefined && known === this.#current) return;
    this.#current?.interrupt();
    this.#current = known ?? new CycleLearner();
    this.#learners.set(product, this.#current);
  }

  #giveUp(): void {
    this.#isTooLong = true;
    this.#seals = [];
    this.#notReady = [];
    this.#holes = [];
  }
}
