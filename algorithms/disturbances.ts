import { ContactFilter } from "./contact-filter.ts";
import type { Interval } from "./interval.ts";
import { GROUP_GAP_US } from "./removed-edges.ts";
import type { EdgeCounts, Level } from "./signal.ts";

/** Removed edges that belong together: at most {@link GROUP_GAP_US} apart. */
export interface Disturbance extends Interval {
  /** Edges removed. */
  readonly edges: number;
  /** A true change is among its edges: the contact bounced. */
  readonly isAtChange: boolean;
  /** The clean level before it. */
  readonly level: Level;
}

/** What became of a contact's edges in a stretch of time. */
export interface ContactDisturbances {
  /** When the clean level changed, in order. */
  readonly changesUs: readonly number[];
  /** In order of time. */
  readonly disturbances: readonly Disturbance[];
  readonly counts: EdgeCounts;
  /** Mean length of a bounce at a true change, in seconds; null when none bounced. */
  readonly bounceSeconds: number | null;
  /** Share of the time in which the clean level was 1; null without time. */
  readonly closedShare: number | null;
}

interface Group {
  readonly startUs: number;
  endUs: number;
  edges: number;
}

/**
 * Says of a contact's raw edges which were true changes and where the rest was, by the same filter and the same groups as
 * the live account (`EdgeAccounting`). Memory grows with the disturbances: for stretches of hours, not for ever.
 *
 * @example
 * const finder = new DisturbanceFinder(250_000);
 * for (const { timeUs, level } of edges) finder.push(timeUs, level);
 * const { disturbances } = finder.finish(endUs);
 */
export class DisturbanceFinder {
  readonly #filter: ContactFilter;
  readonly #groups: Group[] = [];
  readonly #changes: { readonly atUs: number; readonly level: Level }[] = [];
  #firstLevel: Level | null = null;
  #startUs: number | null = null;
  #raw: Level | null = null;

  /**
   * @param betaUs the price of a change, see `LevelFilter`.
   * @throws RangeError as the level filter does.
   */
  constructor(betaUs: number) {
    this.#filter = new ContactFilter(betaUs);
  }

  /** The next raw edge; a repeated level only moves time on. @throws RangeError when time runs backwards. */
  push(timeUs: number, level: Level): void {
    this.#startUs ??= timeUs;
    const isEdge = this.#raw !== null && level !== this.#raw;
    this.#raw = level;
    const wasKnown = this.#filter.filter.known;
    if (this.#filter.push(timeUs, level)) this.#change(wasKnown);
    if (isEdge) this.#group(timeUs);
  }

  /** Nothing more comes. */
  finish(untilUs: number): ContactDisturbances {
    const wasKnown = this.#filter.filter.known;
    if (this.#filter.finish(untilUs)) this.#change(wasKnown);
    const { groups, sumUs } = this.#filter.edges.bounce;
    return {
      changesUs: this.#changes.map(({ atUs }) => atUs),
      disturbances: this.#disturbances(),
      counts: this.#filter.edges.counts(),
      bounceSeconds: groups === 0 ? null : sumUs / groups / 1e6,
      closedShare: this.#closedShare(untilUs),
    };
  }

  #change(wasKnown: boolean): void {
    const { level, changeUs } = this.#filter;
    // the first final level after a start is where the contact was, not a change
    if (wasKnown) this.#changes.push({ atUs: changeUs, level });
    else this.#firstLevel = level;
  }

  #group(timeUs: number): void {
    const last = this.#groups.at(-1);
    if (last === undefined || timeUs - last.endUs > GROUP_GAP_US)
      this.#groups.push({ startUs: timeUs, endUs: timeUs, edges: 1 });
    else {
      last.endUs = timeUs;
      last.edges++;
    }
  }

  #disturbances(): Disturbance[] {
    const found: Disturbance[] = [];
    let next = 0;
    let level: Level = this.#firstLevel ?? 0;
    for (const { startUs, endUs, edges } of this.#groups) {
      const before = level;
      let kept = 0;
      for (
        let change = this.#changes[next];
        change !== undefined && change.atUs <= endUs;
        change = this.#changes[next]
      ) {
        if (change.atUs >= startUs) kept++;
        level = change.level;
        next++;
      }
      if (edges > kept) found.push({ startUs, endUs, edges: edges - kept, isAtChange: kept > 0, level: before });
    }
    return found;
  }

  #closedShare(untilUs: number): number | null {
    const startUs = this.#startUs;
    if (startUs === null || !(untilUs > startUs)) return null;
    let closedUs = 0;
    let [fromUs, level] = [startUs, this.#firstLevel ?? 0];
    for (const change of [...this.#changes, { atUs: untilUs, level: 0 as Level }]) {
      if (level === 1) closedUs += change.atUs - fromUs;
      [fromUs, level] = [change.atUs, change.level];
    }
    return closedUs / (untilUs - startUs);
  }
}
