import type { Refuse } from "./scenario-checks.ts";
import type { ScenarioFile } from "./scenario-schema.ts";

const MOST_SEALS = 200_000_000;
// The truth lists every run and every stop in memory.
const MOST_RUNS = 500_000;
const MOST_STOPS = 500_000;
const LONGEST_SECONDS = 10 * 366 * 86_400;

/**
 * Checks that a scenario ends within a reasonable time, memory and range of numbers.
 * @throws InputError for the first thing that is too much of.
 */
export function checkSize(file: ScenarioFile, refuse: Refuse): void {
  const less = "plan fewer, or lower planRepeats";
  const runs = file.plan.length * file.planRepeats;
  const seals = file.plan.reduce((sum, run) => sum + run.seals, 0) * file.planRepeats;
  if (seals > MOST_SEALS) refuse("plan", `makes ${seals} seals, more than ${MOST_SEALS}`, less);
  if (runs > MOST_RUNS) refuse("plan", `makes ${runs} runs, more than ${MOST_RUNS}`, less);
  const workSeconds = Math.min(plannedSeconds(file), file.durationSeconds ?? Number.POSITIVE_INFINITY);
  const stops = randomStops(file, workSeconds);
  if (stops > MOST_STOPS)
    refuse("stops", `make some ${Math.round(stops)} stops, more than ${MOST_STOPS}`, "give a lower perHour");
  const wholeSeconds = workSeconds + stoppedSeconds(file, workSeconds);
  if (file.durationSeconds === undefined && wholeSeconds > LONGEST_SECONDS)
    refuse(
      "plan",
      `takes some ${Math.round(wholeSeconds / 86_400)} days, more than ${LONGEST_SECONDS / 86_400}`,
      "plan less, or give durationSeconds",
    );
}

/** The plan with its changeovers, each as long as it can be. */
function plannedSeconds({ products, plan, planRepeats, changeover }: ScenarioFile): number {
  const cycles = new Map(products.map(({ name, cycleTimeSeconds }) => [name, cycleTimeSeconds]));
  const once = plan.reduce((sum, { product, seals }) => {
    const cycleSeconds = cycles.get(product) ?? 0;
    const trialsSeconds = changeover.trialSeals[1] * cycleSeconds;
    return sum + seals * cycleSeconds + Math.max(changeover.lengthSeconds[1], trialsSeconds);
  }, 0);
  return once * planRepeats;
}

function randomStops({ stops }: ScenarioFile, workSeconds: number): number {
  return stops.reduce((sum, stop) => sum + ("perHour" in stop ? (stop.perHour * workSeconds) / 3600 : 0), 0);
}

function stoppedSeconds({ stops, breaks, lateStartSeconds }: ScenarioFile, workSeconds: number): number {
  const stopped = stops.reduce((sum, stop) => {
    if (!("perHour" in stop)) return sum + stop.lengthSeconds;
    return sum + ((stop.perHour * workSeconds) / 3600) * stop.lengthSeconds[1];
  }, 0);
  return lateStartSeconds + stopped + breaks.reduce((sum, { lengthSeconds }) => sum + lengthSeconds, 0);
}
