import { ContactFilter } from "../contact-filter.ts";
import type { Contact, EdgeCounts } from "../signal.ts";
import { type BounceLengths, bounceLengths } from "./bounce.ts";
import { type EdgeSeries, eachEdge } from "./edge-series.ts";
import { type LengthHistogram, lengthHistogram } from "./length-histogram.ts";
import { type MainsPickup, mainsPickup } from "./mains-pickup.ts";
import { closedShare, disagreement, lengthsAt, type Stretch, stretchesOf } from "./stretches.ts";

/** A contact and how it is filtered. */
export interface CheckedContact {
  readonly channel: Contact;
  readonly betaSeconds: number;
  readonly series: EdgeSeries;
}

/** Lengths in seconds; null where there are none. */
export interface Lengths {
  readonly count: number;
  readonly shortest: number | null;
  readonly median: number | null;
  readonly longest: number | null;
}

/** What can be measured of a contact alone. */
export interface ContactFigures {
  readonly channel: Contact;
  readonly seconds: number;
  readonly edges: number;
  /** Share of the time at level 1, filtered. */
  readonly closedShare: number;
  /** Filtered pulses and gaps whose ends were both seen. */
  readonly closed: Lengths;
  readonly open: Lengths;
  /** The longest time at a level, its ends seen or not. */
  readonly longestClosedSeconds: number;
  readonly longestOpenSeconds: number;
  /** Share of the time in which the raw level is not the filtered one. */
  readonly disagreement: number;
  /** Share of the seconds that have two edges or more: a contact that rests has none. */
  readonly restlessShare: number;
  readonly counts: EdgeCounts;
  /** Bounce at filtered changes; null where nothing changed. */
  readonly bounce: BounceLengths | null;
  readonly mains: MainsPickup | null;
  readonly histogram: LengthHistogram;
}

/** Measures a contact, filtered with its own price of a change. */
export function contactFigures({ channel, betaSeconds, series }: CheckedContact): ContactFigures {
  const betaUs = Math.round(betaSeconds * 1e6);
  const stretches = stretchesOf(series, betaUs);
  return {
    channel,
    seconds: (series.endUs - series.startUs) / 1e6,
    edges: series.timesUs.length,
    closedShare: closedShare(stretches),
    closed: lengths(lengthsAt(stretches, 1)),
    open: lengths(lengthsAt(stretches, 0)),
    longestClosedSeconds: longest(stretches, 1),
    longestOpenSeconds: longest(stretches, 0),
    disagreement: disagreement(series, stretches),
    restlessShare: restlessShare(series),
    counts: countsOf(series, betaUs),
    bounce: bounceLengths(series, stretches),
    mains: mainsPickup(series),
    histogram: lengthHistogram(series),
  };
}

function countsOf(series: EdgeSeries, betaUs: number): EdgeCounts {
  const filter = new ContactFilter(betaUs);
  filter.push(series.startUs, series.startLevel);
  eachEdge(series, (timeUs, level) => filter.push(timeUs, level));
  filter.finish(series.endUs);
  return filter.edges.counts();
}

function lengths(values: readonly number[]): Lengths {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (index: number) => sorted[index] ?? null;
  return { count: sorted.length, shortest: at(0), median: at(sorted.length >> 1), longest: at(sorted.length - 1) };
}

function longest(stretches: readonly Stretch[], level: 0 | 1): number {
  const own = stretches.filter((stretch) => stretch.level === level);
  return own.reduce((most, { startUs, endUs }) => Math.max(most, (endUs - startUs) / 1e6), 0);
}

function restlessShare({ startUs, endUs, timesUs }: EdgeSeries): number {
  const seconds = Math.max(1, Math.floor((endUs - startUs) / 1e6));
  let restless = 0;
  let second = -1;
  let edges = 0;
  for (let i = 0; i < timesUs.length; i++) {
    const at = Math.min(seconds - 1, Math.floor(((timesUs[i] as number) - startUs) / 1e6));
    edges = at === second ? edges + 1 : 1;
    second = at;
    if (edges === 2) restless++;
  }
  return restless / seconds;
}
