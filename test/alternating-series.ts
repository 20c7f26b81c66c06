import { EdgeCollector, type EdgeSeries } from "../algorithms/signal-check/edge-series.ts";
import type { Level } from "../algorithms/signal.ts";

const LOOKED_ON_US = 10_000_000;

/** A contact that changes after each of these steps (microseconds), and then rests for ten seconds. */
export function alternatingSeries(stepsUs: readonly number[], start: Level): EdgeSeries {
  const collector = new EdgeCollector();
  let timeUs = 0;
  let level = start;
  collector.push(0, level);
  for (const step of stepsUs) {
    timeUs += step;
    level = level === 1 ? 0 : 1;
    collector.push(timeUs, level);
  }
  collector.moveTo(timeUs + LOOKED_ON_US);
  return collector.series() as EdgeSeries;
}
