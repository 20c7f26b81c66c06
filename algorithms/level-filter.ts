import type { Level } from "./signal.ts";

/** Everything a level filter knows, as a plain object; only {@link LevelFilter} reads its fields. */
export interface LevelFilterState {
  readonly betaUs: number;
  running: boolean;
  known: boolean;
  nowUs: number;
  raw: Level;
  level: Level;
  candidateUs: number;
  /** Cost of having changed at the candidate minus cost of having stayed; within [-betaUs, betaUs]. */
  excessUs: number;
  changeUs: number;
}

/**
 * The price of a change that suits a contact whose shortest true pulse is known.
 *
 * A quarter of that pulse: what is shorter than half of it (2 beta) then vanishes when it stands alone, and a true
 * pulse still survives when a quarter of it is missing: with a pulse of 4 beta, seen for a and missed for 4 beta - a,
 * keeping it costs 2 beta + (4 beta - a), dropping it costs a, so it stays when a > 3 beta.
 *
 * @param shortestPulseUs microseconds, 4 or more.
 * @throws RangeError when it is shorter.
 */
export function betaForShortestPulse(shortestPulseUs: number): number {
  if (!(shortestPulseUs >= 4)) throw new RangeError(`the shortest pulse must be 4 us or more, not ${shortestPulseUs}`);
  return Math.floor(shortestPulseUs / 4);
}

/**
 * The cheapest explanation of a noisy contact: the clean signal that minimises
 * (time in which clean and raw differ) + beta x (changes of the clean signal), exactly, edge by edge.
 *
 * This is the Potts functional (Potts 1952; for signals Mumford and Shah 1989, Winkler and Liebscher 2002) with two
 * levels, solved by the Viterbi recursion (1967). The level at the start is free. Two survivors suffice: the best
 * explanation that is now 0 and the best that is now 1. Whenever one of them is replaced, it becomes the other plus a
 * change here, so that all the other holds is common to both and hence final. Therefore the survivors never differ by
 * more than the one change made at the latest replacement, and the state is the settled level, that candidate's
 * time and the difference of the two costs.
 *
 * A clean change always falls on a raw edge (between edges the cost is linear in its place). Of equally cheap
 * explanations the later edge is taken, and at the end the one without the pending change, or, when nothing is
 * settled yet, the level seen first. Times are integer microseconds, so nothing is ever rounded. A push costs a few
 * operations and allocates nothing; a change becomes final at the first push at least 2 beta of net disagreement
 * after it.
 *
 * @example
 * const filter = new LevelFilter(250_000);
 * if (filter.push(timeUs, level)) use(filter.changeUs, filter.level);
 */
export class LevelFilter {
  readonly #state: LevelFilterState;

  /**
   * @param betaUs the price of one change, integer microseconds, 1 or more; see {@link betaForShortestPulse}.
   * @throws RangeError for any other price.
   */
  constructor(betaUs: number) {
    if (!Number.isSafeInteger(betaUs) || betaUs < 1)
      throw new RangeError(`the price of a change must be a whole number of microseconds from 1, not ${betaUs}`);
    this.#state = {
      betaUs,
      running: false,
      known: false,
      nowUs: 0,
      raw: 0,
      level: 0,
      candidateUs: 0,
      excessUs: 0,
      changeUs: 0,
    };
  }

  /** A filter that goes on where the saved one was. */
  static restore(state: LevelFilterState): LevelFilter {
    const filter = new LevelFilter(state.betaUs);
    Object.assign(filter.#state, state);
    return filter;
  }

  /** A copy of the state, made of numbers and booleans. */
  save(): LevelFilterState {
    return { ...this.#state };
  }

  /** Between the first push and `finish`. */
  get running(): boolean {
    return this.#state.running;
  }

  /** Whether a clean level has been settled since the recording began or the last gap ended. */
  get known(): boolean {
    return this.#state.known;
  }

  /** The clean level from `changeUs` on; while not `known`, only the level seen first. Kept after `finish`. */
  get level(): Level {
    return this.#state.level;
  }

  /** When the latest final change was; the first one after a start is the start itself. Kept after `finish`. */
  get changeUs(): number {
    return this.#state.changeUs;
  }

  /** The latest raw level. */
  get rawLevel(): Level {
    return this.#state.raw;
  }

  /** Up to here, and not further, the clean level is final: no later answer can change before it. */
  get pendingSinceUs(): number {
    const state = this.#state;
    return state.excessUs === state.betaUs ? state.nowUs : state.candidateUs;
  }

  /**
   * Takes an edge; a repeated level is a tick, which only moves time on. Ticks may make an answer come earlier, never
   * make it another one. The first push after construction or `finish` starts.
   *
   * @param timeUs integer microseconds, not before the previous push.
   * @returns true when one change became final, see `changeUs` and `level`. The first change after a start has the
   * time of the start and says which level the recording began with; from then on the levels alternate.
   * @throws RangeError when time runs backwards.
   */
  push(timeUs: number, level: Level): boolean {
    const state = this.#state;
    if (!state.running) return this.#start(timeUs, level);
    const isFinal = this.#moveTo(timeUs);
    if (level === state.raw) return isFinal;
    state.raw = level;
    if (state.excessUs === state.betaUs) state.candidateUs = timeUs;
    return isFinal;
  }

  /**
   * The recording ends or has a gap from here on: what is pending is decided by its cost so far.
   *
   * @returns true when that makes one more change final. Afterwards the level is unknown until the next push.
   * @throws RangeError when time runs backwards.
   */
  finish(timeUs: number): boolean {
    const state = this.#state;
    if (!state.running) return false;
    const isFinal = this.#moveTo(timeUs) || this.#decide();
    state.running = false;
    state.known = false;
    return isFinal;
  }

  #start(timeUs: number, level: Level): boolean {
    const state = this.#state;
    if (!(timeUs >= state.nowUs)) throw backwards(timeUs, state.nowUs);
    state.running = true;
    state.nowUs = timeUs;
    state.raw = level;
    state.level = level;
    // "it was the other level from the start" is as cheap as "it was this one", and takes the candidate's place
    state.candidateUs = timeUs;
    state.excessUs = 0;
    return false;
  }

  #moveTo(timeUs: number): boolean {
    const state = this.#state;
    const passedUs = timeUs - state.nowUs;
    if (!(passedUs >= 0)) throw backwards(timeUs, state.nowUs);
    state.nowUs = timeUs;
    if (state.raw !== state.level) {
      state.excessUs -= passedUs;
      return state.excessUs <= -state.betaUs && this.#settle((1 - state.level) as Level);
    }
    // more than beta is beta: from there the candidate can only be replaced by the next edge
    state.excessUs = Math.min(state.excessUs + passedUs, state.betaUs);
    return !state.known && state.excessUs === state.betaUs && this.#settle(state.level);
  }

  #settle(level: Level): true {
    const state = this.#state;
    state.changeUs = state.candidateUs;
    state.candidateUs = state.nowUs;
    state.level = level;
    state.known = true;
    state.excessUs = state.betaUs;
    return true;
  }

  #decide(): boolean {
    const { excessUs, known, level } = this.#state;
    if (excessUs < 0) return this.#settle((1 - level) as Level);
    return !known && this.#settle(level);
  }
}

function backwards(timeUs: number, nowUs: number): RangeError {
  return new RangeError(`time runs backwards: ${timeUs} us after ${nowUs} us`);
}
