import type { EdgeCounts, Level, RemovedKind } from "./signal.ts";

/**
 * Raw edges at most this far apart belong to one disturbance: 60 ms.
 *
 * Mains pick-up has an edge at least every 20 ms (half-wave at 50 Hz), so three times that holds a train together even
 * when two waves in a row stay below the threshold; a relay that bounces is quiet after some 10 ms. Longer would join
 * what has nothing to do with each other: people and machines seldom do two things in 60 ms.
 */
export const GROUP_GAP_US = 60_000;

/** From this many edges on (more than two excursions) a disturbance is a burst. */
const BURST_EDGES = 5;

/** Fewer edges show fewer than two periods, and anything has one. */
const MAINS_EDGES = 6;

/** What bounces at true changes: a worn contact bounces more often and for longer. */
export interface Bounce {
  /** Groups in which a kept edge has removed company. */
  readonly groups: number;
  /** From the first to the last edge of the longest such group, microseconds. */
  readonly longestUs: number;
  /** The same of all such groups, added up. */
  readonly sumUs: number;
}

type Shape = "few" | "burst" | "mains";

/** Everything the accounting knows, as a plain object; only {@link EdgeAccounting} reads its fields. */
export interface EdgeAccountingState {
  readonly groupGapUs: number;
  seen: number;
  kept: number;
  glitch: number;
  chatter: number;
  dropout: number;
  burst: number;
  mains: number;
  short: number;
  bounceGroups: number;
  bounceLongestUs: number;
  bounceSumUs: number;
  // the group that may still grow
  edges: number;
  keptInside: number;
  holdsCandidate: boolean;
  firstUs: number;
  lastUs: number;
  riseUs: number;
  periods: number;
  near8: number;
  near10: number;
  near17: number;
  near20: number;
  // the candidate's group, once it cannot grow any more
  candidateEdges: number;
  candidateKept: number;
  candidateShape: Shape;
  candidateSpanUs: number;
  // edges of complete groups after the candidate's, whose clean level is not known yet
  waitingFew: number;
  waitingBurst: number;
  waitingMains: number;
}

function emptyState(groupGapUs: number): EdgeAccountingState {
  return {
    groupGapUs,
    seen: 0,
    kept: 0,
    glitch: 0,
    chatter: 0,
    dropout: 0,
    burst: 0,
    mains: 0,
    short: 0,
    bounceGroups: 0,
    bounceLongestUs: 0,
    bounceSumUs: 0,
    edges: 0,
    keptInside: 0,
    holdsCandidate: false,
    firstUs: 0,
    lastUs: 0,
    riseUs: -1,
    periods: 0,
    near8: 0,
    near10: 0,
    near17: 0,
    near20: 0,
    candidateEdges: 0,
    candidateKept: 0,
    candidateShape: "few",
    candidateSpanUs: 0,
    waitingFew: 0,
    waitingBurst: 0,
    waitingMains: 0,
  };
}

/**
 * Says for every raw edge that a level filter removed why it had to go; `edges = kept + sum of removed`, always.
 *
 * Edges at most `groupGapUs` apart form a group. In a group that holds a kept edge the others are `chatter`. Any other
 * group is `mains` when most of its rises follow each other at a period of the mains, else `burst` from five edges
 * on, else `dropout` where the clean level is 1 and `glitch` where it is 0. The two edges of a disturbance longer than
 * the group gap form a group each, of the same kind.
 *
 * Which edges are kept and which level is clean is known late, but only one candidate is ever undecided: what lies
 * before its group is final, its group is kept as one shape, and of the groups after it only the edges are counted,
 * by shape. So memory is fixed, and everything under decision counts as `pending` and not yet as an edge.
 */
export class EdgeAccounting {
  readonly #state: EdgeAccountingState;

  /**
   * @param groupGapUs microseconds, above 0; below 20 ms no mains pick-up is recognised.
   * @throws RangeError for any other gap.
   */
  constructor(groupGapUs: number = GROUP_GAP_US) {
    if (!(groupGapUs > 0)) throw new RangeError(`the group gap must be above 0 us, not ${groupGapUs}`);
    this.#state = emptyState(groupGapUs);
  }

  /** An accounting that goes on where the saved one was. */
  static restore(state: EdgeAccountingState): EdgeAccounting {
    const accounting = new EdgeAccounting(state.groupGapUs);
    Object.assign(accounting.#state, state);
    return accounting;
  }

  /** A copy of the state, made of numbers, booleans and words. */
  save(): EdgeAccountingState {
    return { ...this.#state };
  }

  /** The decided edges since the start, a copy. */
  counts(): EdgeCounts {
    const { kept, glitch, chatter, dropout, burst, mains, short } = this.#state;
    const removed: Record<RemovedKind, number> = { glitch, chatter, dropout, burst, mains, short };
    return { edges: kept + glitch + chatter + dropout + burst + mains + short, kept, removed };
  }

  /** Edges seen that are not decided yet, hence in no count; 0 after `finish`. */
  get pending(): number {
    return this.#state.seen - this.counts().edges;
  }

  /** The bounce at true changes since the start. */
  get bounce(): Bounce {
    const { bounceGroups, bounceLongestUs, bounceSumUs } = this.#state;
    return { groups: bounceGroups, longestUs: bounceLongestUs, sumUs: bounceSumUs };
  }

  /** A raw edge after the candidate. */
  edge(timeUs: number, level: Level): void {
    const state = this.#state;
    state.seen++;
    if (state.edges === 0) this.#open(timeUs);
    else if (timeUs - state.lastUs > state.groupGapUs) {
      this.#close();
      this.#open(timeUs);
    }
    state.edges++;
    state.lastUs = timeUs;
    if (level === 1) this.#rise(timeUs);
  }

  /** A raw edge that becomes the candidate in place of the one before, which is refuted: the clean level stayed. */
  candidate(timeUs: number, level: Level, cleanLevel: Level): void {
    this.edge(timeUs, level);
    this.#decide(cleanLevel);
    this.#state.holdsCandidate = true;
  }

  /** The change at the candidate is final; `cleanLevel` is the level after it. */
  changed(cleanLevel: Level): void {
    const state = this.#state;
    state.kept++;
    if (state.holdsCandidate) state.keptInside++;
    else state.candidateKept++;
    this.#decide(cleanLevel);
  }

  /** Nothing is pending at this moment and the clean level is known: a group that has ended is decided. */
  quiet(timeUs: number, cleanLevel: Level): void {
    const state = this.#state;
    if (state.edges > 0 && timeUs - state.lastUs > state.groupGapUs) this.finish(cleanLevel);
  }

  /** The recording ends or has a gap: nothing joins what came before. */
  finish(cleanLevel: Level): void {
    this.#close();
    this.#decide(cleanLevel);
  }

  /**
   * A kept pulse turned out to be too short for what its channel means: its two edges move from kept to `short`.
   * @throws RangeError when fewer than two edges are kept.
   */
  rejectPulse(): void {
    if (this.#state.kept < 2) throw new RangeError("there is no kept pulse to reject");
    this.#state.kept -= 2;
    this.#state.short += 2;
  }

  #open(timeUs: number): void {
    const state = this.#state;
    state.firstUs = timeUs;
    state.riseUs = -1;
    state.periods = 0;
    state.near8 = 0;
    state.near10 = 0;
    state.near17 = 0;
    state.near20 = 0;
  }

  #rise(timeUs: number): void {
    const state = this.#state;
    if (state.riseUs >= 0) {
      state.periods++;
      this.#period(timeUs - state.riseUs);
    }
    state.riseUs = timeUs;
  }

  // 60 and 50 Hz, both half-waves and one: 8.33, 10, 16.67, 20 ms. 8 % leave room for the mains, for a threshold that
  // wanders and for a millisecond of sampling, and keep the four apart.
  #period(us: number): void {
    const state = this.#state;
    if (us < 7_667 || us > 21_600) return;
    if (us >= 18_400) state.near20++;
    else if (us >= 15_333 && us <= 18_000) state.near17++;
    else if (us >= 9_200 && us <= 10_800) state.near10++;
    else if (us <= 9_000) state.near8++;
  }

  #shape(): Shape {
    const { edges, periods, near8, near10, near17, near20 } = this.#state;
    if (edges < BURST_EDGES) return "few";
    return edges >= MAINS_EDGES && 2 * Math.max(near8, near10, near17, near20) > periods ? "mains" : "burst";
  }

  // The group cannot grow any more.
  #close(): void {
    const state = this.#state;
    if (state.edges === 0) return;
    if (state.holdsCandidate) this.#setAside();
    else if (state.keptInside > 0) this.#chatter(state.edges - state.keptInside, state.lastUs - state.firstUs);
    else this.#wait(this.#shape(), state.edges);
    state.edges = 0;
    state.keptInside = 0;
    state.holdsCandidate = false;
  }

  #setAside(): void {
    const state = this.#state;
    state.candidateEdges = state.edges;
    state.candidateKept = state.keptInside;
    state.candidateShape = this.#shape();
    state.candidateSpanUs = state.lastUs - state.firstUs;
  }

  #wait(shape: Shape, edges: number): void {
    if (shape === "few") this.#state.waitingFew += edges;
    else if (shape === "burst") this.#state.waitingBurst += edges;
    else this.#state.waitingMains += edges;
  }

  // No change is pending any more: the complete groups are decided.
  #decide(cleanLevel: Level): void {
    const state = this.#state;
    state.holdsCandidate = false;
    if (state.candidateEdges > 0) {
      const others = state.candidateEdges - state.candidateKept;
      if (state.candidateKept > 0) this.#chatter(others, state.candidateSpanUs);
      else this.#wait(state.candidateShape, others);
      state.candidateEdges = 0;
      state.candidateKept = 0;
    }
    if (cleanLevel === 1) state.dropout += state.waitingFew;
    else state.glitch += state.waitingFew;
    state.burst += state.waitingBurst;
    state.mains += state.waitingMains;
    state.waitingFew = 0;
    state.waitingBurst = 0;
    state.waitingMains = 0;
  }

  #chatter(others: number, spanUs: number): void {
    if (others === 0) return;
    const state = this.#state;
    state.chatter += others;
    state.bounceGroups++;
    state.bounceLongestUs = Math.max(state.bounceLongestUs, spanUs);
    state.bounceSumUs += spanUs;
  }
}
