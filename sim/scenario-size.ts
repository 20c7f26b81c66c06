import type { PanelSpec } from "./panel-spec.ts";
import type { Range } from "./random.ts";
import { panelOf } from "./scenario-panel.ts";
import type { Refuse, ScenarioFile } from "./scenario-schema.ts";

const MOST_SEALS = 200_000_000;
// The truth lists every run and every stop in memory.
const MOST_RUNS = 500_000;
const MOST_STOPS = 500_000;
// An hour or so of simulating, and a recording of some 50 GB.
const MOST_EDGES = 2e9;
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
  const edges = disturbances(file, file.durationSeconds ?? wholeSeconds, seals);
  if (edges > MOST_EDGES)
    refuse(
      "panel",
      `makes some ${edges.toPrecision(2)} edges in the time of the scenario, more than ${MOST_EDGES.toPrecision(2)}`,
      "give lower rates, or a shorter durationSeconds",
    );
}

/** Edges that the panel and the meter add to those of the machine, as far as they can be told beforehand. */
function disturbances({ panel: given, products, energy }: ScenarioFile, seconds: number, seals: number): number {
  const panel = panelOf(given);
  const pulsesPerSecond =
    energy === undefined
      ? 0
      : (energy.pulsesPerKwh * Math.max(energy.sealingKw, energy.readyKw, energy.notReadyKw)) / 3600;
  const rejects = products.some(({ rejectShare }) => rejectShare > 0);
  const contacts = panel.channels.filter((channel) => channel !== "reject" || rejects).length;
  const inversions = inversionsPerSecond(panel) * contacts * seconds;
  const bounces = mean(panel.bounce.bounces) * 2 * (seals + pulsesPerSecond * seconds);
  return 2 * (inversions + bounces + pulsesPerSecond * seconds);
}

function inversionsPerSecond({ glitches, bursts, spuriousPulses, mains }: PanelSpec): number {
  return (
    glitches.perSecond +
    bursts.perSecond * mean(bursts.glitches) +
    spuriousPulses.perSecond +
    mains.perSecond * mean(mains.lengthSeconds) * mains.frequencyHertz
  );
}

function mean([low, high]: Range): number {
  return (low + high) / 2;
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
