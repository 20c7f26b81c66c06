import type { Level, Seal } from "./signal.ts";

/** The sealing contact's price of a change: a quarter of the shortest seal, see `betaForShortestPulse`. */
export const SEALING_BETA_US = 250_000;

/** A machine that seals in less than a second is not one that these two contacts can follow; the papers' filter. */
export const MIN_SEALING_TIME_SECONDS = 1;

/** A quarter of an hour, more than three times the longest cycle (250 s) in the recordings of machines we have. */
export const MAX_SEALING_TIME_SECONDS = 900;

/** What the seal rules can be told. */
export interface SealRulesOptions {
  /** A shorter pulse is no seal; seconds, above 0, default 1. */
  readonly minSealingTimeSeconds?: number;
  /** A longer pulse is a stuck contact; seconds, above the minimum, default 900. */
  readonly maxSealingTimeSeconds?: number;
}

/** What a clean change can mean. Each pulse, or each part of a pulse cut by a gap, ends in one of the first four. */
export type SealEvent =
  /** A seal; its time is null when not both ends were seen. */
  | { readonly kind: "seal"; readonly seal: Seal }
  /** Both ends seen, too short: hand it to `EdgeAccounting.rejectPulse`. */
  | { readonly kind: "short"; readonly onUs: number; readonly offUs: number }
  /** Part of a pulse that cannot be counted: too little was seen of it, or its seal was counted before the gap. */
  | { readonly kind: "cut"; readonly onUs: number; readonly offUs: number }
  /** Longer than any seal. offUs is null while it is closed or when a gap hid its end; a second event has the end. */
  | { readonly kind: "stuck"; readonly onUs: number; readonly offUs: number | null }
  /** Levels did not alternate: an edge is missing before this one. */
  | { readonly kind: "repeated"; readonly atUs: number; readonly level: Level };

interface Part {
  readonly onUs: number;
  /** How much of it was seen. */
  readonly seenUs: number;
  readonly isCounted: boolean;
  readonly isStuck: boolean;
}

/** Everything the seal rules know, as a plain object; only {@link SealRules} reads its fields. */
export interface SealRulesState {
  readonly minUs: number;
  readonly maxUs: number;
  nowUs: number;
  /** null: unknown since the start or the latest gap. */
  level: Level | null;
  /** Start of the open pulse, or of what is seen of it since the latest gap. */
  onUs: number;
  isWhole: boolean;
  isStuck: boolean;
  /** What was seen, before the latest gap, of a pulse that the gap cut. */
  earlier: Part | null;
}

/**
 * From clean changes to seals (the papers' Database Filter): a pulse shorter than the minimum is no seal, one longer
 * than the maximum is a stuck contact, levels must alternate.
 *
 * What nobody saw is not made up. A pulse that was already active when the recording began, or that a gap or the end
 * of the recording cut, is a seal without a sealing time if at least the minimum was seen of it. If less was seen,
 * nothing is known: it may have been a glitch that the rules would have refused, so it is reported as `cut` and not
 * counted. A contact closed on both sides of a gap is taken for one pulse when the whole, hole included, is not longer
 * than a seal can be, for then the fewest assumptions explain it; its seal is counted once, as soon as enough of it was
 * seen, and further parts are `cut`. When the whole is too long the contact must have opened in the hole, and the part
 * after it is judged on its own. A stuck contact stays one across a gap: an alarm never turns into a seal.
 *
 * Pulses of exactly the minimum or the maximum are seals. Times are integer microseconds.
 *
 * @example
 * const event = rules.push(filter.changeUs, filter.level);
 * if (event?.kind === "seal") use(event.seal);
 */
export class SealRules {
  readonly #state: SealRulesState;

  /** @throws RangeError unless 0 < minimum < maximum, both finite. */
  constructor(options: SealRulesOptions = {}) {
    const min = options.minSealingTimeSeconds ?? MIN_SEALING_TIME_SECONDS;
    const max = options.maxSealingTimeSeconds ?? MAX_SEALING_TIME_SECONDS;
    if (!(min > 0 && min < max && max < Number.POSITIVE_INFINITY))
      throw new RangeError(`sealing times must be 0 < min < max, not min ${min} s and max ${max} s`);
    this.#state = {
      minUs: Math.round(min * 1e6),
      maxUs: Math.round(max * 1e6),
      nowUs: 0,
      level: null,
      onUs: 0,
      isWhole: false,
      isStuck: false,
      earlier: null,
    };
  }

  /** Rules that go on where the saved ones were, with their limits. */
  static restore(state: SealRulesState): SealRules {
    const rules = new SealRules();
    Object.assign(rules.#state, state);
    return rules;
  }

  /** A copy of the state. */
  save(): SealRulesState {
    return { ...this.#state };
  }

  /**
   * From here on times are this much greater: the clock has begun anew in a gap. Call it after `finish`; what was seen
   * before the gap lies before 0 then.
   */
  moveTime(byUs: number): void {
    const { nowUs, onUs, earlier } = this.#state;
    this.#state.nowUs = nowUs + byUs;
    this.#state.onUs = onUs + byUs;
    this.#state.earlier = earlier && { ...earlier, onUs: earlier.onUs + byUs };
  }

  /**
   * Takes a clean change. The first one after construction or `finish` says which level was found there, and is not
   * a change.
   *
   * @throws RangeError when time runs backwards.
   */
  push(changeUs: number, level: Level): SealEvent | undefined {
    const state = this.#state;
    this.#moveTo(changeUs);
    const before = state.level;
    if (before === level) return this.#repeated(level);
    state.level = level;
    if (before === null) return this.#found(level);
    if (level === 0) return this.#close();
    state.onUs = changeUs;
    state.isWhole = true;
    return undefined;
  }

  /**
   * Moves time on, so that a stuck contact is told while it is still closed, once.
   *
   * @param untilUs the clean level is final up to here: `LevelFilter.pendingSinceUs`.
   * @throws RangeError when time runs backwards.
   */
  tick(untilUs: number): SealEvent | undefined {
    const state = this.#state;
    this.#moveTo(untilUs);
    if (state.level !== 1 || state.isStuck || !this.#isTooLong()) return undefined;
    state.isStuck = true;
    return { kind: "stuck", onUs: state.onUs, offUs: null };
  }

  /**
   * The recording ends or has a gap from here on; an open pulse is cut.
   * @throws RangeError when time runs backwards.
   */
  finish(untilUs: number): SealEvent | undefined {
    const state = this.#state;
    const stuck = this.tick(untilUs);
    const wasOpen = state.level === 1;
    // where nothing was found between two gaps, they are one: what the first one cut stays cut
    state.level = null;
    if (!wasOpen) return undefined;
    state.isWhole = false;
    const part = this.#part();
    const event = state.isStuck ? stuck : this.#judge(part);
    state.earlier = { ...part, isCounted: part.isCounted || event?.kind === "seal" };
    return event;
  }

  #moveTo(timeUs: number): void {
    if (!(timeUs >= this.#state.nowUs))
      throw new RangeError(`time runs backwards: ${timeUs} us after ${this.#state.nowUs} us`);
    this.#state.nowUs = timeUs;
  }

  #isTooLong(): boolean {
    return this.#state.nowUs - this.#state.onUs > this.#state.maxUs;
  }

  #repeated(level: Level): SealEvent {
    // the end, or the next start, of the open pulse was missed: its length is not known any more
    this.#state.isWhole = false;
    return { kind: "repeated", atUs: this.#state.nowUs, level };
  }

  #found(level: Level): undefined {
    const state = this.#state;
    if (level === 0) state.earlier = null;
    state.onUs = state.nowUs;
    state.isWhole = false;
    state.isStuck = false;
    if (state.earlier?.isStuck) {
      state.onUs = state.earlier.onUs;
      state.isStuck = true;
    }
  }

  #close(): SealEvent {
    const state = this.#state;
    state.isStuck ||= this.#isTooLong();
    const part = this.#part();
    const event: SealEvent = part.isStuck ? { kind: "stuck", onUs: part.onUs, offUs: state.nowUs } : this.#judge(part);
    state.earlier = null;
    state.isStuck = false;
    return event;
  }

  // The open pulse until now, with its part before the gap if they can be one seal.
  #part(): Part {
    const { onUs, nowUs, maxUs, isStuck, earlier } = this.#state;
    const seenUs = nowUs - onUs;
    if (isStuck || earlier === null || nowUs - earlier.onUs > maxUs) return { onUs, seenUs, isCounted: false, isStuck };
    return { onUs: earlier.onUs, seenUs: earlier.seenUs + seenUs, isCounted: earlier.isCounted, isStuck };
  }

  #judge(part: Part): SealEvent {
    const { minUs, nowUs, isWhole } = this.#state;
    if (part.isCounted) return { kind: "cut", onUs: this.#state.onUs, offUs: nowUs };
    if (part.seenUs < minUs) return { kind: isWhole ? "short" : "cut", onUs: this.#state.onUs, offUs: nowUs };
    const sealingTimeSeconds = isWhole ? part.seenUs / 1e6 : null;
    return { kind: "seal", seal: { onUs: part.onUs, offUs: nowUs, sealingTimeSeconds } };
  }
}
