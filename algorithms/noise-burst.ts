import type { Interval } from "./interval.ts";
import type { Seal } from "./signal.ts";

// More than three cycles above the mechanical maximum are none of the machine's.
const MOST_FAST_CYCLES = 3;

/** What becomes of seals: each is released, or counted in one burst. */
export type BurstEvent =
  | { readonly kind: "seal"; readonly seal: Seal }
  /** Seals that came faster than the machine can; from the start of the first to the end of the last. */
  | ({ readonly kind: "burst" } & Burst);

/** A stretch of quarantined seals. */
export interface Burst extends Interval {
  /** How many; at least 5. */
  readonly seals: number;
}

/** Everything a {@link NoiseBurst} knows; plain data. */
export interface NoiseBurstState {
  readonly shortestCycleSeconds: number | null;
  /** Seals that may turn out to be the beginning of a burst; at most 4, each but the first a fast cycle after the last. */
  readonly held: readonly Seal[];
  readonly burst: Burst | null;
  /** Start of the latest seal; null before the first one. */
  readonly lastOnUs: number | null;
}

/**
 * Quarantines noise bursts: more than three cycles in a row shorter than the machine can make them, both ends of each
 * included. Up to three are let through: a drop-out that cuts a seal in two makes such a cycle, and is no burst.
 *
 * A seal is held back only while it may still be the beginning of a burst: until the next seal, or until the shortest
 * cycle has passed since its start, and then until the fourth fast cycle decides. So at most 4 wait. Order is kept, and
 * whatever comes in leaves once. A burst is told when it is over; only its count is kept, so it may go on for ever.
 *
 * @example
 * for (const event of guard.push(seal)) if (event.kind === "seal") ledger.push(event.seal);
 */
export class NoiseBurst {
  readonly #shortestUs: number | null;
  #held: Seal[] = [];
  #burst: Burst | null = null;
  #lastOnUs: number | null = null;

  /**
   * @param shortestCycleSeconds shortest time in which the machine can make a cycle; null: unknown, all seals pass.
   * @throws RangeError unless it is above 0 and finite, or null.
   */
  constructor(shortestCycleSeconds: number | null) {
    const isValid =
      shortestCycleSeconds === null || (shortestCycleSeconds > 0 && Number.isFinite(shortestCycleSeconds));
    if (!isValid) throw new RangeError(`the shortest cycle must be above 0 s, not ${shortestCycleSeconds} s`);
    this.#shortestUs = shortestCycleSeconds === null ? null : Math.round(shortestCycleSeconds * 1e6);
  }

  /** One that goes on where the saved one was. */
  static restore(state: NoiseBurstState): NoiseBurst {
    const guard = new NoiseBurst(state.shortestCycleSeconds);
    guard.#held = [...state.held];
    guard.#burst = state.burst;
    guard.#lastOnUs = state.lastOnUs;
    return guard;
  }

  /** A copy of the state. */
  save(): NoiseBurstState {
    const shortestCycleSeconds = this.#shortestUs === null ? null : this.#shortestUs / 1e6;
    return { shortestCycleSeconds, held: [...this.#held], burst: this.#burst, lastOnUs: this.#lastOnUs };
  }

  /** The burst that goes on, as far as it has come; null when there is none. */
  get burst(): Burst | null {
    return this.#burst;
  }

  /** Seals that wait for a decision, at most 4. */
  get waiting(): readonly Seal[] {
    return this.#held;
  }

  /**
   * Takes the next seal.
   * @returns what is decided by it, in order of time.
   * @throws RangeError when it does not start after the last one.
   */
  push(seal: Seal): readonly BurstEvent[] {
    if (this.#shortestUs === null) return [{ kind: "seal", seal }];
    if (this.#lastOnUs !== null && !(seal.onUs > this.#lastOnUs))
      throw new RangeError(`a seal at ${seal.onUs} us is not after the one at ${this.#lastOnUs} us`);
    // what started long enough before this seal is decided by it, and at its end perhaps the seal itself
    const decided = this.#settle(seal.onUs);
    this.#lastOnUs = seal.onUs;
    if (this.#burst === null) this.#hold(seal);
    else this.#burst = { ...this.#burst, endUs: seal.offUs, seals: this.#burst.seals + 1 };
    return [...decided, ...this.#settle(seal.offUs)];
  }

  /**
   * Moves time on, so that a seal does not wait for the next one.
   * @param untilUs no seal that starts before it is still to come.
   * @returns what is decided by it, in order of time.
   */
  tick(untilUs: number): readonly BurstEvent[] {
    return this.#settle(untilUs);
  }

  /** Nothing more comes: decides what is left. */
  finish(): readonly BurstEvent[] {
    return this.#settle(Number.POSITIVE_INFINITY);
  }

  #hold(seal: Seal): void {
    this.#held.push(seal);
    if (this.#held.length <= MOST_FAST_CYCLES + 1) return;
    const [first] = this.#held as [Seal];
    this.#burst = { startUs: first.onUs, endUs: seal.offUs, seals: this.#held.length };
    this.#held = [];
  }

  /** A next seal would start at this time or later: unless that made a fast cycle, the stretch is over. */
  #settle(nextOnUs: number): readonly BurstEvent[] {
    if (this.#shortestUs === null || this.#lastOnUs === null || nextOnUs - this.#lastOnUs < this.#shortestUs) return [];
    const events: BurstEvent[] = this.#held.map((seal) => ({ kind: "seal", seal }));
    if (this.#burst !== null) events.push({ kind: "burst", ...this.#burst });
    this.#held = [];
    this.#burst = null;
    return events;
  }
}
