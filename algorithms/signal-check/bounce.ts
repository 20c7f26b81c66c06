import type { EdgeSeries } from "./edge-series.ts";
import type { Stretch } from "./stretches.ts";

/** A contact that has touched and is quiet for so long has bounced enough. */
const QUIET_US = 10_000;

/** How long a contact bounces when it changes, in seconds. */
export interface BounceLengths {
  readonly changes: number;
  readonly median: number;
  readonly longest: number;
}

/**
 * The bounce of a contact: around each filtered change the edges that follow each other within 10 ms. Their median says
 * what the contact does, whatever disturbance falls on one of its changes. Null where nothing changed.
 */
export function bounceLengths({ timesUs }: EdgeSeries, stretches: readonly Stretch[]): BounceLengths | null {
  const lengths: number[] = [];
  let at = 0;
  for (const { startUs } of stretches.slice(1)) {
    while (at < timesUs.length && (timesUs[at] as number) < startUs) at++;
    lengths.push(clusterSeconds(timesUs, at));
  }
  if (lengths.length === 0) return null;
  lengths.sort((a, b) => a - b);
  return {
    changes: lengths.length,
    median: lengths[lengths.length >> 1] as number,
    longest: lengths.at(-1) as number,
  };
}

function clusterSeconds(timesUs: Float64Array, index: number): number {
  let first = index;
  let last = index;
  while (first > 0 && (timesUs[first] as number) - (timesUs[first - 1] as number) <= QUIET_US) first--;
  while (last + 1 < timesUs.length && (timesUs[last + 1] as number) - (timesUs[last] as number) <= QUIET_US) last++;
  return ((timesUs[last] as number) - (timesUs[first] as number)) / 1e6;
}
