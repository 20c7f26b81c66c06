import { median } from "./median.ts";
import type { ChartEvidence } from "./signals.ts";

// Mean difference of two neighbours, in standard deviations of one.
const D2 = 1.128;
const RUN = 8;

/** How a chart is read. */
export interface ChartReading {
  /** A smaller change (0.005 is 0.5 %) is never told, however sure it is; above 0. */
  readonly leastChange: number;
  /** Only a rise is a bad sign. */
  readonly onlyUp?: boolean;
  /** Variance of ln(value) that the current value has beyond that of the history, for it rests on less; default 0. */
  readonly extraVariance?: number;
}

/**
 * Where the current value stands on an individuals control chart of the history; null when there is nothing to tell.
 *
 * The chart is one of logarithms, so that changes are ratios. Its centre is the median of the history, its sigma the
 * mean moving range / 1.128. It tells a value beyond the limits, or the eighth value in a row on one side of the
 * centre. The limits are at 3 sigma for a long history and wider for a short one, which knows its own sigma badly:
 * with n values they are at `t * sqrt(1 + pi / 2n)`, Student's t with 0.6 (n - 1) degrees of freedom as improbable as
 * 3 sigma.
 *
 * Sources: D. C. Montgomery, Introduction to Statistical Quality Control; NIST/SEMATECH e-Handbook 6.3.2; Western
 * Electric 1956 (the run of eight); F. S. Hillier 1969 (short histories).
 *
 * @param history oldest first, at least two values; all above 0.
 * @throws RangeError for fewer, or values not above 0.
 */
export function controlChart(history: readonly number[], value: number, reading: ChartReading): ChartEvidence | null {
  const values = [...history, value];
  if (history.length < 2 || !values.every((it) => it > 0 && it < Number.POSITIVE_INFINITY))
    throw new RangeError("a control chart needs two earlier values, all of them above 0");
  const logs = history.map(Math.log);
  const centre = median(logs);
  const limit = limitSigmas(history.length) * sigmaOf(logs, reading);
  const chart = {
    values,
    centre: Math.exp(centre),
    lowLimit: Math.exp(centre - limit),
    highLimit: Math.exp(centre + limit),
    value,
  };
  const isTold = (change: number) =>
    Math.abs(Math.log1p(change)) >= Math.log1p(reading.leastChange) && !(reading.onlyUp && change < 0);
  const change = value / chart.centre - 1;
  if (isTold(change) && Math.abs(Math.log(value) - centre) > limit) return { ...chart, change, rule: "limit" };
  const last = values.slice(-RUN);
  const isRun =
    last.length === RUN && last.every((it) => it / chart.centre - 1 > 0 === change > 0 && it !== chart.centre);
  const runChange = median(last) / chart.centre - 1;
  return isRun && isTold(runChange) ? { ...chart, change: runChange, rule: "run" } : null;
}

function sigmaOf(logs: readonly number[], { leastChange, extraVariance = 0 }: ChartReading): number {
  const ranges = logs.slice(1).map((log, i) => Math.abs(log - (logs[i] as number)));
  const sigma = ranges.reduce((sum, range) => sum + range, 0) / ranges.length / D2;
  // a history of equal values does not prove that nothing ever varies
  return Math.sqrt(Math.max(sigma, leastChange / 10) ** 2 + extraVariance);
}

/** Student's t after R. A. Fisher, E. A. Cornish 1960: its series in 1 / degrees of freedom, worked out for 3 sigma. */
function limitSigmas(shifts: number): number {
  const freedom = 0.6 * (shifts - 1);
  const t = 3 + 7.5 / freedom + 17.25 / freedom ** 2 + 30.19 / freedom ** 3;
  return t * Math.sqrt(1 + Math.PI / (2 * shifts));
}
