import { LevelFilter } from "../level-filter.ts";
import type { Level } from "../signal.ts";
import { type EdgeSeries, eachEdge } from "./edge-series.ts";

/** Time at one filtered level. */
export interface Stretch {
  readonly startUs: number;
  readonly endUs: number;
  readonly level: Level;
  /** False for the first and the last one: their ends were not seen. */
  readonly isWhole: boolean;
}

/** What a contact's level was, as the level filter with this price of a change tells; without gaps. */
export function stretchesOf(series: EdgeSeries, betaUs: number): readonly Stretch[] {
  const changes: { atUs: number; level: Level }[] = [];
  const filter = new LevelFilter(betaUs);
  const take = (isFinal: boolean) => {
    if (isFinal) changes.push({ atUs: filter.changeUs, level: filter.level });
  };
  filter.push(series.startUs, series.startLevel);
  eachEdge(series, (timeUs, level) => take(filter.push(timeUs, level)));
  take(filter.push(series.endUs, filter.rawLevel));
  take(filter.finish(series.endUs));
  return changes.map(({ atUs, level }, i) => {
    const next = changes[i + 1];
    return { startUs: atUs, endUs: next?.atUs ?? series.endUs, level, isWhole: i > 0 && next !== undefined };
  });
}

/** Share of the time in which the raw level is not the filtered one. */
export function disagreement(series: EdgeSeries, stretches: readonly Stretch[]): number {
  let differentUs = 0;
  let sinceUs = series.startUs;
  let raw = series.startLevel;
  let i = 0;
  const account = (untilUs: number) => {
    for (; sinceUs < untilUs; ) {
      const stretch = stretches[i];
      const stepUs = Math.min(untilUs, stretch?.endUs ?? untilUs);
      if (stretch !== undefined && stretch.level !== raw) differentUs += stepUs - sinceUs;
      sinceUs = stepUs;
      if (stretch !== undefined && stretch.endUs <= sinceUs) i++;
    }
  };
  eachEdge(series, (timeUs, level) => {
    account(timeUs);
    raw = level;
  });
  account(series.endUs);
  return differentUs / (series.endUs - series.startUs);
}

/** Lengths in seconds of the stretches at a level whose ends were both seen. */
export function lengthsAt(stretches: readonly Stretch[], level: Level): readonly number[] {
  return stretches.flatMap((stretch) =>
    stretch.level === level && stretch.isWhole ? [(stretch.endUs - stretch.startUs) / 1e6] : [],
  );
}

/** Share of the time at level 1. */
export function closedShare(stretches: readonly Stretch[]): number {
  const lengthUs = ({ startUs, endUs }: Stretch) => endUs - startUs;
  const all = stretches.reduce((sum, stretch) => sum + lengthUs(stretch), 0);
  const closed = stretches.reduce((sum, stretch) => sum + (stretch.level === 1 ? lengthUs(stretch) : 0), 0);
  return all === 0 ? 0 : closed / all;
}
