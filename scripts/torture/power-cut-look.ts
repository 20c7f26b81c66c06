import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Appliance } from "../../runtime/daemon/appliance.ts";
import type { FrontState } from "../../runtime/daemon/line-keeper.ts";
import { SimulatedSource } from "../../runtime/daemon/simulated-source.ts";
import type { Source } from "../../runtime/daemon/source.ts";
import { Views } from "../../runtime/daemon/views.ts";
import type { WatchedLine } from "../../runtime/daemon/watched-line.ts";
import { LiveSimulation, UP_US } from "./live-simulation.ts";
import { MACHINE_START_US, quietLog, type TortureMachine } from "./power-cut-machine.ts";
import { boot, type Moment, type Recording } from "./power-cut-record.ts";
import type { PowerCut } from "./power-cut-states.ts";

const AT_ONCE = 1e6;
const OFF_US = 60_000_000;
const WATCHED_AGAIN_US = 120_000_000;
const LONGEST_START_MS = 30_000;

/** What a start after a power cut found. Texts are what is wrong. */
export interface CutFindings {
  readonly way: string;
  /** Events, and notes, that had been acknowledged and are not there. */
  readonly lost: number;
  /** Age of the oldest event that is not there, acknowledged or not, when the power failed; 0 when all are. */
  readonly lostMs: number;
  readonly wrong: readonly string[];
}

/** A start after a power cut: whose disk, and what is known about it. */
export interface CutCase {
  readonly machine: TortureMachine;
  readonly recording: Recording;
  readonly cut: PowerCut;
  /** Where the disk is mounted. */
  readonly root: string;
  /** Results of the undisturbed run, as JSON; null for contacts, of which the time without power is not seen. */
  readonly calm: string | null;
}

/** Starts an appliance on the disk, compares what it knows with what was acknowledged, and lets it go on. */
export async function lookAfterCut(cutCase: CutCase): Promise<CutFindings> {
  const { machine, recording, cut, root, calm } = cutCase;
  const known = momentAt(recording, cut.position);
  const failedUs = known?.nowUs ?? 0;
  const appliance = await startedIn(LONGEST_START_MS, machine, join(root, "data"), async (names) =>
    calm === null
      ? new LiveSimulation(machine.scenario, names, lifeAfter(failedUs + OFF_US))
      : new SimulatedSource(machine.scenario, AT_ONCE, machine.config),
  );
  try {
    const wrong: string[] = [];
    const { way, lostEvents, reason } = appliance.store.opened;
    if (way !== "created" && way !== "checked") wrong.push(`opened ${way}: ${reason}`);
    if (lostEvents.some((count) => count > 0)) wrong.push(`${lostEvents.join(" ")} events given up`);
    const seqs = await readEvents(appliance, recording, wrong);
    const notes = readNotes(appliance, wrong);
    const seenUs = await seenUntil(appliance);
    await appliance.run();
    if (calm === null) wrong.push(...(await holeFaults(appliance, seenUs, failedUs)));
    else if ((await resultsOf(appliance)) !== calm) wrong.push("results differ from the undisturbed run");
    const lost = Math.max(0, (known?.durableEvents ?? 0) - seqs) + Math.max(0, (known?.durableNotes ?? 0) - notes);
    return { way, lost, lostMs: ageOfLoss(recording, cut, seqs), wrong };
  } finally {
    await appliance.stop();
  }
}

/** All shifts of the machine at the end, as text. */
export async function resultsOf(appliance: Appliance): Promise<string> {
  return JSON.stringify(await new Views(appliance).latest(appliance.lines[0] as WatchedLine, 10));
}

/** Rejects when the start takes longer than a start may. */
async function startedIn(
  mostMs: number,
  { config }: TortureMachine,
  dataFolder: string,
  openSource: (names: readonly string[]) => Promise<Source>,
): Promise<Appliance> {
  const abort = new AbortController();
  const late = sleep(mostMs, null, { signal: abort.signal }).then(() => {
    throw new Error(`the start took more than ${mostMs} ms`);
  });
  // nothing of its own is to reach the disk while we look
  const options = { config, dataFolder, openSource, log: quietLog(), commitWindowMs: 30_000 };
  try {
    return await Promise.race([Appliance.start(options), late]);
  } finally {
    abort.abort();
    late.catch(() => {});
  }
}

/** @returns how many events are there: all from the first one on, each as it was appended, or a fault is noted. */
async function readEvents(appliance: Appliance, { events }: Recording, wrong: string[]): Promise<number> {
  let next = 0;
  for await (const { seq, event } of appliance.store.events(0)) {
    const isRight = seq === next && JSON.stringify(event) === JSON.stringify(events[seq]?.event);
    if (!isRight) {
      wrong.push(`event ${seq} where ${next} should be, or another one`);
      break;
    }
    next++;
  }
  return next;
}

function readNotes({ notes }: Appliance, wrong: string[]): number {
  const scrap = notes.corrections("line-1", "1999-01-01/none");
  scrap.forEach((correction, i) => {
    if (correction.kind !== "scrap" || correction.units !== i + 1) wrong.push(`note ${i} is another one`);
  });
  return scrap.length;
}

function momentAt({ moments }: Recording, position: number): Moment | undefined {
  return moments.findLast((moment) => moment.position <= position);
}

function ageOfLoss({ moments, entries }: Recording, { position }: PowerCut, seqs: number): number {
  const deathMs = entries[position - 1]?.atMs ?? 0;
  const appended = moments.find(({ events }) => events > seqs);
  return appended === undefined ? 0 : Math.max(0, deathMs - appended.atMs);
}

function lifeAfter(powerUs: number) {
  return { bootId: boot(2), fromUs: powerUs, untilUs: powerUs + WATCHED_AGAIN_US, speed: AT_ONCE };
}

/** Until when the line was seen before the power cut, as the store knows it; null when it never was. */
async function seenUntil({ store }: Appliance): Promise<number | null> {
  const { front } = await store.load(0);
  const nowUs = (front?.state as FrontState | undefined)?.contacts?.nowUs;
  return nowUs === undefined ? null : nowUs - UP_US;
}

/** The time without power is a hole, from the last durable moment to the first edge, and every report names it. */
async function holeFaults(appliance: Appliance, seenUs: number | null, failedUs: number): Promise<readonly string[]> {
  const line = appliance.lines[0] as WatchedLine;
  const inputs = [...line.keeper.pipeline.inputs()];
  for await (const each of line.archive.backwards(10)) inputs.push(each);
  const again = MACHINE_START_US + failedUs + OFF_US;
  if (seenUs === null) return inputs.every(({ seenFromUs }) => seenFromUs === again) ? [] : ["it was not there before"];
  const since = MACHINE_START_US + seenUs;
  if (seenUs > failedUs) return [`it claims to have seen ${seenUs - failedUs} us after its end`];
  const isKnown = inputs.some(({ holes }) => holes?.some(({ startUs, endUs }) => startUs === since && endUs === again));
  const faults = isKnown ? [] : [`no hole from ${since} to ${again}`];
  for (const { plannedStartUs, plannedEndUs, stops, coverage, id } of await new Views(appliance).latest(line, 10)) {
    const isHit = (plannedStartUs ?? 0) < again && since < (plannedEndUs ?? 0);
    const isNamed = stops?.some(({ name }) => name === "no data") && (coverage ?? 1) < 1;
    if (isHit && !isNamed) faults.push(`the report of ${id} does not name the hole`);
  }
  return faults;
}
