import { LevelFilter, type LevelFilterState } from "./level-filter.ts";
import { EdgeAccounting, type EdgeAccountingState, GROUP_GAP_US } from "./removed-edges.ts";
import type { Level } from "./signal.ts";

// A contact bounces after it has touched: 5-15 ms for relay auxiliaries, a little more for contactors.
const BOUNCE_GAP_US = 10_000;
const LONGEST_BOUNCE_US = 20_000;
// Finite, so that it survives JSON.
const NEVER_US = Number.MIN_SAFE_INTEGER;

/** All states; see {@link ContactFilter}. */
export interface ContactFilterState {
  readonly filter: LevelFilterState;
  readonly edges: EdgeAccountingState;
  readonly bounce: { readonly startUs: number; readonly level: Level; readonly lastUs: number };
  readonly candidateUs: number;
  readonly changeUs: number;
}

/**
 * A contact's level filter that also accounts for every edge and knows that contacts bounce: push here, read `changeUs`
 * and `level`.
 *
 * The level filter stamps a change with the edge of the bounce that fits best, somewhere in it, at each end of a pulse
 * on its own. A contact changes when it first touches or first leaves, and bounces afterwards; so a change is stamped
 * with the first edge of its bounce.
 *
 * @example
 * if (contact.push(timeUs, level)) use(contact.changeUs, contact.level);
 */
export class ContactFilter {
  readonly filter: LevelFilter;
  readonly edges: EdgeAccounting;
  // The latest series of edges that follow each other within the gap of a bounce: its first edge and its last.
  #bounceStartUs = NEVER_US;
  #bounceLevel: Level = 0;
  #lastEdgeUs = NEVER_US;
  // First edge of the bounce in which the pending change is.
  #candidateUs = 0;
  #changeUs = 0;

  /**
   * @param betaUs the price of a change, see {@link LevelFilter}.
   * @param state goes on from here instead; prefer `restore`.
   * @throws RangeError as the level filter does.
   */
  constructor(betaUs: number, state?: ContactFilterState) {
    this.filter = state ? LevelFilter.restore(state.filter) : new LevelFilter(betaUs);
    // edges 2 beta apart may each be a true change, as on a fast energy contact: they share no group
    this.edges = state ? EdgeAccounting.restore(state.edges) : new EdgeAccounting(Math.min(GROUP_GAP_US, 2 * betaUs));
  }

  /** A filter that goes on where the saved one was. */
  static restore(state: ContactFilterState): ContactFilter {
    const contact = new ContactFilter(state.filter.betaUs, state);
    contact.#bounceStartUs = state.bounce.startUs;
    contact.#bounceLevel = state.bounce.level;
    contact.#lastEdgeUs = state.bounce.lastUs;
    contact.#candidateUs = state.candidateUs;
    contact.#changeUs = state.changeUs;
    return contact;
  }

  /** A copy of the state. */
  save(): ContactFilterState {
    return {
      filter: this.filter.save(),
      edges: this.edges.save(),
      bounce: { startUs: this.#bounceStartUs, level: this.#bounceLevel, lastUs: this.#lastEdgeUs },
      candidateUs: this.#candidateUs,
      changeUs: this.#changeUs,
    };
  }

  /** When the latest final change was, as `LevelFilter.changeUs`, but at the first edge of its bounce. */
  get changeUs(): number {
    return this.#changeUs;
  }

  /** As {@link LevelFilter.level}. */
  get level(): Level {
    return this.filter.level;
  }

  /** No later answer can be stamped before this; not before `changeUs`. */
  get finalUntilUs(): number {
    return Math.max(this.#changeUs, this.filter.pendingSinceUs - LONGEST_BOUNCE_US);
  }

  /** As {@link LevelFilter.push}. */
  push(timeUs: number, level: Level): boolean {
    const filter = this.filter;
    const isEdge = filter.running && level !== filter.rawLevel;
    const wasKnown = filter.known;
    const isFinal = filter.push(timeUs, level);
    if (isFinal) this.#makeFinal(wasKnown);
    if (isEdge) this.#followBounce(timeUs, level);
    const nothingElsePending = filter.known && filter.pendingSinceUs === timeUs;
    if (nothingElsePending) this.#candidateUs = isEdge ? this.#bounceStart(timeUs, level) : timeUs;
    if (!isEdge) {
      if (nothingElsePending) this.edges.quiet(timeUs, filter.level);
    } else if (nothingElsePending) this.edges.candidate(timeUs, level, filter.level);
    else this.edges.edge(timeUs, level);
    return isFinal;
  }

  /** As {@link LevelFilter.finish}; afterwards no edge is pending. */
  finish(timeUs: number): boolean {
    const wasKnown = this.filter.known;
    const isFinal = this.filter.finish(timeUs);
    if (isFinal) this.#makeFinal(wasKnown);
    this.edges.finish(this.filter.level);
    this.#lastEdgeUs = NEVER_US;
    return isFinal;
  }

  #makeFinal(wasKnown: boolean): void {
    // the first final level after a start is where the contact was, not an edge
    if (wasKnown) this.edges.changed(this.filter.level);
    this.#changeUs = wasKnown ? this.#candidateUs : this.filter.changeUs;
  }

  #followBounce(timeUs: number, level: Level): void {
    if (timeUs - this.#lastEdgeUs > BOUNCE_GAP_US) {
      this.#bounceStartUs = timeUs;
      this.#bounceLevel = level;
    }
    this.#lastEdgeUs = timeUs;
  }

  #bounceStart(timeUs: number, level: Level): number {
    const isBounce = this.#bounceLevel === level && timeUs - this.#bounceStartUs <= LONGEST_BOUNCE_US;
    // never before the change before it, which was part of the same disturbance then
    return isBounce && this.#bounceStartUs >= this.#changeUs ? this.#bounceStartUs : timeUs;
  }
}
