import { binomialTail } from "./probability.ts";
import { LEAST_SHIFTS, type ShiftFigures, type ShiftHistory } from "./shift-figures.ts";
import type { NotJudged, NotReadyEvents } from "./signals.ts";

const MOST_CHANCE = 0.01;
const LEAST_RATIO = 1.5;
const LEAST_RUN_SECONDS = 1800;
const KIND = "not-ready events";

/**
 * More not-ready events for the time that the machine ran than in its history: half as many again or more, and by
 * chance less than once in a hundred.
 *
 * If nothing has changed, each of all the events fell into the current shift with a chance of its share of the run
 * time, so their number there is binomial (the exact comparison of two Poisson rates). Events that come in clusters
 * prove less: all counts are divided by the ratio of the history's variance to that of independent events.
 *
 * Sources: J. Przyborowski, H. Wilenski 1940; P. McCullagh, J. A. Nelder 1989 (the ratio of variances).
 */
export function notReadyEvents(history: ShiftHistory, now: ShiftFigures): NotReadyEvents | NotJudged | null {
  const { runSeconds, notReadyEvents: events } = now;
  const lacks = { kind: KIND, product: null } as const;
  if (runSeconds < LEAST_RUN_SECONDS)
    return { ...lacks, lacks: "run time", needed: LEAST_RUN_SECONDS, has: runSeconds };
  const earlier = history.filter((shift) => shift.runSeconds >= LEAST_RUN_SECONDS);
  if (earlier.length < LEAST_SHIFTS) return { ...lacks, lacks: "shifts", needed: LEAST_SHIFTS, has: earlier.length };
  const earlierEvents = earlier.reduce((sum, shift) => sum + shift.notReadyEvents, 0);
  const earlierRunSeconds = earlier.reduce((sum, shift) => sum + shift.runSeconds, 0);
  const clustering = clusteringOf(earlier, earlierEvents / earlierRunSeconds);
  const counted = Math.floor(events / clustering);
  const total = counted + Math.ceil(earlierEvents / clustering);
  const chance = binomialTail(counted, total, runSeconds / (runSeconds + earlierRunSeconds));
  const isMore = events * earlierRunSeconds >= LEAST_RATIO * earlierEvents * runSeconds;
  if (!(isMore && events > 0 && chance < MOST_CHANCE)) return null;
  const secondsBetween = runSeconds / events;
  const earlierSecondsBetween = earlierEvents === 0 ? null : earlierRunSeconds / earlierEvents;
  const before = { earlierEvents, earlierRunSeconds, earlierSecondsBetween };
  return { kind: KIND, product: null, events, runSeconds, secondsBetween, ...before, clustering, chance };
}

function clusteringOf(shifts: ShiftHistory, perSecond: number): number {
  if (perSecond === 0) return 1;
  const squares = shifts.map(({ notReadyEvents: events, runSeconds }) => {
    const expected = perSecond * runSeconds;
    return (events - expected) ** 2 / expected;
  });
  return Math.max(1, squares.reduce((sum, square) => sum + square, 0) / (shifts.length - 1));
}
