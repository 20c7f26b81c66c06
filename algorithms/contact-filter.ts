import { LevelFilter, type LevelFilterState } from "./level-filter.ts";
import { EdgeAccounting, type EdgeAccountingState, GROUP_GAP_US } from "./removed-edges.ts";
import type { Level } from "./signal.ts";

/** Both states; see {@link ContactFilter}. */
export interface ContactFilterState {
  readonly filter: LevelFilterState;
  readonly edges: EdgeAccountingState;
}

/**
 * A contact's level filter that also accounts for every edge: push here, read `filter` and `edges`.
 *
 * @example
 * if (contact.push(timeUs, level)) use(contact.filter.changeUs, contact.filter.level);
 */
export class ContactFilter {
  readonly filter: LevelFilter;
  readonly edges: EdgeAccounting;

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
    return new ContactFilter(state.filter.betaUs, state);
  }

  /** A copy of the state. */
  save(): ContactFilterState {
    return { filter: this.filter.save(), edges: this.edges.save() };
  }

  /** As {@link LevelFilter.push}. */
  push(timeUs: number, level: Level): boolean {
    const filter = this.filter;
    const isEdge = filter.running && level !== filter.rawLevel;
    const wasKnown = filter.known;
    const isFinal = filter.push(timeUs, level);
    // the first final level after a start is where the contact was, not an edge
    if (isFinal && wasKnown) this.edges.changed(filter.level);
    const nothingElsePending = filter.known && filter.pendingSinceUs === timeUs;
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
    if (isFinal && wasKnown) this.edges.changed(this.filter.level);
    this.edges.finish(this.filter.level);
    return isFinal;
  }
}
