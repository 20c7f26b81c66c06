import { Availability, type AvailabilityInterval, type AvailabilityState } from "../algorithms/availability.ts";
import type { Interval } from "../algorithms/interval.ts";
import { BoundedList } from "./bounded-list.ts";

const MOST_ENTRIES = 300_000;

/** Everything `LineSight` knows. */
export interface LineSightState {
  readonly availability: AvailabilityState;
  readonly states: readonly AvailabilityInterval[] | null;
  readonly holes: readonly Interval[] | null;
  readonly blindSinceUs: number | null;
}

/** When a line was ready and when it was not, and when nobody saw it, as far back as a shift needs it. */
export class LineSight {
  #availability = new Availability();
  readonly #states = new BoundedList<AvailabilityInterval>(MOST_ENTRIES, ({ endUs }) => endUs);
  readonly #holes = new BoundedList<Interval>(MOST_ENTRIES, ({ endUs }) => endUs);
  #blindSinceUs: number | null = null;

  /** @param ready null: nobody knows any more. */
  ready(atUs: number, ready: boolean | null): void {
    const ended = ready === null ? this.#availability.finish(atUs) : this.#availability.push(atUs, ready ? 1 : 0);
    if (ended !== undefined && ended.ready !== null) this.#states.push(ended);
  }

  sees(atUs: number, sees: boolean): void {
    const since = this.#blindSinceUs;
    this.#blindSinceUs = sees ? null : atUs;
    if (sees && since !== null && since < atUs) this.addHole({ startUs: since, endUs: atUs });
  }

  /** Whatever was seen in this time counts for nothing. */
  addHole(hole: Interval): void {
    this.#holes.push(hole);
  }

  /** A hole has ended after the one moment and up to the other. */
  isHoleBetween(afterUs: number, untilUs: number): boolean {
    const holes = this.#holes.items ?? [];
    for (let i = holes.length - 1; i >= 0; i--) {
      const { endUs } = holes[i] as Interval;
      if (endUs <= afterUs) return false;
      if (endUs <= untilUs) return true;
    }
    return false;
  }

  /** Null once there were too many. */
  statesUntil(untilUs: number): readonly AvailabilityInterval[] | null {
    const known = this.#states.items;
    const { startUs, ready } = this.#availability.open;
    if (known === null || startUs === null || ready === null || startUs >= untilUs) return known;
    return [...known, { startUs, endUs: untilUs, ready }];
  }

  /** Null once there were too many. */
  holesUntil(untilUs: number): readonly Interval[] | null {
    const since = this.#blindSinceUs;
    const known = this.#holes.items;
    return known === null || since === null || since >= untilUs
      ? known
      : [...known, { startUs: since, endUs: untilUs }];
  }

  /** Forgets what had ended before this. */
  dropBefore(timeUs: number): void {
    this.#states.dropBefore(timeUs);
    this.#holes.dropBefore(timeUs);
  }

  save(): LineSightState {
    return {
      availability: this.#availability.save(),
      states: this.#states.save(),
      holes: this.#holes.save(),
      blindSinceUs: this.#blindSinceUs,
    };
  }

  restore({ availability, states, holes, blindSinceUs }: LineSightState): void {
    this.#availability = Availability.restore({ ...availability });
    this.#states.restore(states);
    this.#holes.restore(holes);
    this.#blindSinceUs = blindSinceUs;
  }
}
