import type { ShiftInput } from "./shift-input.ts";
import type { WorstHour } from "./shift-result.ts";
import { removedEdges } from "./signal-counts.ts";

const HOUR_US = 3_600_000_000;
/** Local hours are full somewhere at each quarter of an hour of UTC. */
const QUARTER_US = 900_000_000;

/**
 * The hour in which the contacts' filters removed most; two edges are a pulse. Of equal ones the first. Null when there
 * was none, and when it cannot be known: edges were counted at the hours of a clock that was wrong.
 * @param startWallUs wall time of the input's time 0.
 */
export function worstHour(input: ShiftInput, startWallUs: number): WorstHour | null {
  const { window, removedByHour, countsBefore, countsAfter, seenUntilUs } = input;
  if (removedByHour === undefined || window.kind !== "shift") return null;
  const untilUs = Math.min(window.endUs, seenUntilUs);
  const marks = [
    [window.startUs, removedEdges(countsBefore)] as const,
    ...removedByHour.filter(([atUs]) => window.startUs < atUs && atUs < untilUs),
    [untilUs, removedEdges(countsAfter)] as const,
  ];
  if (!areHours(marks.map(([atUs]) => atUs + startWallUs))) return null;
  let worst: WorstHour | null = null;
  for (const [i, [endUs, removed]] of marks.entries()) {
    const [startUs, before] = marks[i - 1] ?? [endUs, removed];
    const rejectedPulses = Math.round((removed - before) / 2);
    if (rejectedPulses > (worst?.rejectedPulses ?? 0)) worst = { startUs, endUs, rejectedPulses };
  }
  return worst;
}

/** Whether what lies between the first and the last moment was divided at full hours of one clock. */
function areHours(momentsUs: readonly number[]): boolean {
  const inner = momentsUs.slice(1, -1);
  const phaseUs = (inner[0] ?? 0) % HOUR_US;
  if (phaseUs % QUARTER_US !== 0 || inner.some((atUs) => atUs % HOUR_US !== phaseUs)) return false;
  return momentsUs.every((atUs, i) => atUs - (momentsUs[i - 1] ?? atUs) <= HOUR_US);
}
