import type { EdgeSeries } from "./edge-series.ts";

/**
 * Where one kind of raw length ends and the next begins, in seconds: glitches, bounce (5 to 25 ms), half-waves of the
 * mains (8 to 10 ms), disturbances, seals.
 */
export const LENGTH_LIMITS_SECONDS = [0.001, 0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60] as const;

/** How many raw stretches of a contact had which length; both ends were seen. */
export interface LengthHistogram {
  /** One more than limits: the last one counts what is longer than all of them. */
  readonly closed: readonly number[];
  readonly open: readonly number[];
}

/** The raw lengths of a contact, closed and open, by their size. */
export function lengthHistogram({ startLevel, timesUs }: EdgeSeries): LengthHistogram {
  const closed = new Array<number>(LENGTH_LIMITS_SECONDS.length + 1).fill(0);
  const open = [...closed];
  for (let i = 1; i < timesUs.length; i++) {
    const seconds = ((timesUs[i] as number) - (timesUs[i - 1] as number)) / 1e6;
    const bin = LENGTH_LIMITS_SECONDS.findIndex((limit) => seconds < limit);
    // the first edge leaves the start level; between it and the next one is the other level
    const isClosed = (i % 2 === 1) === (startLevel === 0);
    const counts = isClosed ? closed : open;
    const at = bin < 0 ? LENGTH_LIMITS_SECONDS.length : bin;
    counts[at] = (counts[at] as number) + 1;
  }
  return { closed, open };
}
