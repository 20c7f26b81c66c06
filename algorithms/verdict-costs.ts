import type { Level } from "./signal.ts";
import { type EdgeSeries, eachEdge } from "./signal-check/edge-series.ts";

/** What the level filter weighs against each other for one excursion to a level, in microseconds. */
export interface VerdictCosts {
  /** Two changes, and the time within it in which the raw level was the other one. */
  readonly keepUs: number;
  /** The time within it in which the raw level was this one. */
  readonly removeUs: number;
}

/** Part of a contact's time: raw edges that follow each other, all at one filtered level. */
export interface Excursion {
  readonly startUs: number;
  readonly endUs: number;
  readonly edges: number;
}

/**
 * What a stretch [startUs, endUs) at this level costs the level filter when it is kept, and when it is removed; the cheaper
 * one is its answer, where nothing else is near. See docs/algorithms/level-filter.md.
 */
export function verdictCosts(
  series: EdgeSeries,
  stretch: { readonly startUs: number; readonly endUs: number; readonly level: Level },
  betaUs: number,
): VerdictCosts {
  let sinceUs = stretch.startUs;
  let raw = series.startLevel;
  let removeUs = 0;
  const account = (untilUs: number) => {
    const endUs = Math.min(untilUs, stretch.endUs);
    if (endUs <= sinceUs) return;
    if (raw === stretch.level) removeUs += endUs - sinceUs;
    sinceUs = endUs;
  };
  eachEdge(series, (timeUs, level) => {
    account(timeUs);
    raw = level;
  });
  account(stretch.endUs);
  return { keepUs: 2 * betaUs + (stretch.endUs - stretch.startUs - removeUs), removeUs };
}

/**
 * Where the raw level left the filtered one between two moments: each excursion begins and ends with an edge, and those
 * at most `joinUs` apart are one disturbance.
 */
export function excursions(
  series: EdgeSeries,
  stretch: { readonly startUs: number; readonly endUs: number; readonly level: Level },
  joinUs: number,
): readonly Excursion[] {
  const found: Excursion[] = [];
  let leftUs: number | null = null;
  eachEdge(series, (timeUs, level) => {
    if (timeUs < stretch.startUs || timeUs > stretch.endUs) return;
    if (level !== stretch.level) leftUs = timeUs;
    else if (leftUs !== null) {
      const last = found.at(-1);
      if (last !== undefined && leftUs - last.endUs <= joinUs)
        found[found.length - 1] = { startUs: last.startUs, endUs: timeUs, edges: last.edges + 2 };
      else found.push({ startUs: leftUs, endUs: timeUs, edges: 2 });
      leftUs = null;
    }
  });
  return found;
}
