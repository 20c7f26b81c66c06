import { controlChart } from "./control-chart.ts";
import { median } from "./median.ts";
import { figuresOf, LEAST_SEALS, LEAST_SHIFTS, type ProductFigures, type ShiftHistory } from "./shift-figures.ts";
import type { NotJudged, SealingTimeDrift, SealingTimeDriftInShift } from "./signals.ts";

const LEAST_CHANGE = 0.005;
const LEAST_STANDARD_ERRORS = 3;
const KIND = "sealing-time drift";

/** A product's sealing time of the current shift on the control chart of its own earlier shifts. */
export function driftSinceEarlier(history: ShiftHistory, now: ProductFigures): SealingTimeDrift | NotJudged | null {
  const { product } = now;
  if (now.seals < LEAST_SEALS) return { kind: KIND, product, lacks: "seals", needed: LEAST_SEALS, has: now.seals };
  const earlier = figuresOf(history, product);
  if (earlier.length < LEAST_SHIFTS)
    return { kind: KIND, product, lacks: "shifts", needed: LEAST_SHIFTS, has: earlier.length };
  const usual = earlier.reduce((sum, it) => sum + varianceOfMean(it), 0) / earlier.length;
  const chart = controlChart(
    earlier.map(({ sealingTimeSeconds }) => sealingTimeSeconds),
    now.sealingTimeSeconds,
    { leastChange: LEAST_CHANGE, extraVariance: Math.max(0, varianceOfMean(now) - usual) },
  );
  return chart === null ? null : { kind: KIND, product, since: "earlier shifts", ...chart };
}

/** Of the logarithm, so relative. */
function varianceOfMean({ sealingTimeSdSeconds, sealingTimeSeconds, seals }: ProductFigures): number {
  return (sealingTimeSdSeconds / sealingTimeSeconds) ** 2 / seals;
}

/**
 * The last fifth of a product's seals in the shift against the first: told beyond 3 standard errors and beyond 0.5 %.
 *
 * Their difference has the standard error `sd * sqrt(2 / (seals / 5))`.
 */
export function driftInShift(history: ShiftHistory, now: ProductFigures): SealingTimeDriftInShift | null {
  const { product, seals, headSeconds, tailSeconds, sealingTimeSdSeconds } = now;
  if (headSeconds === null || tailSeconds === null || seals < LEAST_SEALS) return null;
  const change = tailSeconds / headSeconds - 1;
  const standardError = sealingTimeSdSeconds * Math.sqrt(10 / seals);
  if (!(Math.abs(change) >= LEAST_CHANGE)) return null;
  const standardErrors = Math.abs(tailSeconds - headSeconds) / standardError;
  if (!(standardErrors > LEAST_STANDARD_ERRORS)) return null;
  const usual = figuresOf(history, product).flatMap(({ headSeconds: head, tailSeconds: tail }) =>
    head === null || tail === null ? [] : [tail / head - 1],
  );
  const usualChange = usual.length === 0 ? null : median(usual);
  const since = "start of the shift";
  return { kind: KIND, product, since, headSeconds, tailSeconds, change, standardErrors, usualChange };
}
