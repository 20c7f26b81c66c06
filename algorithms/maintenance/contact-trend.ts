import { controlChart } from "./control-chart.ts";
import { LEAST_SEALS, LEAST_SHIFTS, type ShiftFigures, type ShiftHistory } from "./shift-figures.ts";
import type { ChartEvidence, ContactBounce, Interference, NotJudged } from "./signals.ts";

// Less is no work for an electrician.
const LEAST_RISE = 0.2;
// Nobody sees a shorter bounce.
const LEAST_BOUNCE_SECONDS = 1e-4;

/** The bounce of the sealing contact on the control chart of its history; only longer ones are told. */
export function contactBounce(history: ShiftHistory, now: ShiftFigures): ContactBounce | NotJudged | null {
  const found = trend("contact bounce", history, now, ({ bounceSeconds }) =>
    bounceSeconds === null ? null : Math.max(bounceSeconds, LEAST_BOUNCE_SECONDS),
  );
  return found === null || "lacks" in found ? found : { kind: "contact bounce", product: null, ...found };
}

/** Removed raw edges for each seal on the control chart of their history; only more of them are told. */
export function interference(history: ShiftHistory, now: ShiftFigures): Interference | NotJudged | null {
  const found = trend("interference", history, now, ({ removedPerSeal, seals }) =>
    // none in so many seals is taken for half an edge: there is no logarithm of 0
    removedPerSeal === null ? null : Math.max(removedPerSeal, 0.5 / Math.max(1, seals)),
  );
  return found === null || "lacks" in found ? found : { kind: "interference", product: null, ...found };
}

function trend(
  kind: NotJudged["kind"],
  history: ShiftHistory,
  now: ShiftFigures,
  figureOf: (shift: ShiftFigures) => number | null,
): ChartEvidence | NotJudged | null {
  const value = figureOf(now);
  if (value === null) return { kind, product: null, lacks: "measurement", needed: 1, has: 0 };
  if (now.seals < LEAST_SEALS) return { kind, product: null, lacks: "seals", needed: LEAST_SEALS, has: now.seals };
  const earlier = history.filter(({ seals }) => seals >= LEAST_SEALS).flatMap((shift) => figureOf(shift) ?? []);
  if (earlier.length < LEAST_SHIFTS)
    return { kind, product: null, lacks: "shifts", needed: LEAST_SHIFTS, has: earlier.length };
  return controlChart(earlier, value, { leastChange: LEAST_RISE, onlyUp: true });
}
