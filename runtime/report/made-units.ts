import type { RunResult, ShiftResult } from "../shift-result.ts";

const MINUTE_US = 60_000_000;

/** Units of each minute of the clock, corrections included; they add up to the shift's. */
export interface MadeUnits {
  /** Not whole numbers: a minute shared by two runs, or corrected. */
  readonly units: readonly number[];
  /** The product made in each minute, or made last; before the first seal the first one, null when none was made. */
  readonly products: readonly (string | null)[];
  /** Units of the first so many minutes, rounded. */
  readonly until: (minute: number) => number;
}

/** Shares the units of each run out over its minutes, by the seals that ended in them; null as `minutes` of the result. */
export function madeUnits(shift: ShiftResult): MadeUnits | null {
  const { sealsByMinute, minutesStartUs, runs } = shift;
  if (sealsByMinute === null || minutesStartUs === null) return null;
  const units = new Array<number>(sealsByMinute.length).fill(0);
  const products = new Array<string | null>(sealsByMinute.length).fill(runs[0]?.product ?? null);
  for (const run of runs) {
    const weights = weightsOf(run, minutesStartUs, sealsByMinute);
    const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
    const corrected = run.units * correction(shift, run.product);
    for (const [minute, weight] of weights) units[minute] = (units[minute] as number) + (corrected * weight) / all;
    products.fill(run.product, weights[0]?.[0] ?? products.length);
  }
  const sums = [0];
  for (const [minute, value] of units.entries()) sums.push((sums[minute] as number) + value);
  return { units, products, until: (minute) => Math.round(sums[Math.min(minute, units.length)] as number) };
}

/** Its minutes, each with the seals of it that can be the run's; above 0. */
function weightsOf({ startUs, endUs }: RunResult, originUs: number, seals: readonly number[]): [number, number][] {
  const minuteOf = (timeUs: number) =>
    Math.min(seals.length - 1, Math.max(0, Math.floor((timeUs - originUs) / MINUTE_US)));
  const weights: [number, number][] = [];
  for (let minute = minuteOf(startUs); minute <= minuteOf(endUs); minute++) {
    const fromUs = Math.max(startUs, originUs + minute * MINUTE_US);
    const untilUs = Math.min(endUs, originUs + (minute + 1) * MINUTE_US);
    const share = Math.max(0, untilUs - fromUs) / MINUTE_US;
    // a seal may have begun in the minute before the one in which it ended
    weights.push([minute, share * (seals[minute] as number) + 1e-9]);
  }
  return weights;
}

function correction({ products, runs }: ShiftResult, product: string): number {
  const counted = runs.reduce((sum, run) => sum + (run.product === product ? run.units : 0), 0);
  const units = products.find(({ id }) => id === product)?.units ?? counted;
  return counted > 0 ? units / counted : 1;
}

/** Units of all products, corrections included. */
export function unitsOf({ products }: Pick<ShiftResult, "products">): number {
  return products.reduce((sum, { units }) => sum + units, 0);
}
