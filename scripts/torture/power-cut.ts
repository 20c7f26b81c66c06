import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { deserialize } from "node:v8";
import { Appliance } from "../../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../../runtime/daemon/simulated-source.ts";
import { command, mountExt4, onOwnDisks, unmount } from "./disk-tools.ts";
import { type CutFindings, lookAfterCut, resultsOf } from "./power-cut-look.ts";
import { quietLog, type TortureMachine, tortureMachine } from "./power-cut-machine.ts";
import type { Recording } from "./power-cut-record.ts";
import { DyingDisk, powerCuts } from "./power-cut-states.ts";
import { seededRandom } from "./random.ts";

const RECORD = fileURLToPath(new URL("./power-cut-record.js", import.meta.url));
const COMMIT_WINDOW_MS = 60;
/** One state in so many lies before the first event was durable: in the creation of the store. */
const CREATION_SHARE = 7;
/** For so many states there is one of a control that writes without waiting for the disk: that one must lose. */
const CONTROL_SHARE = 8;
const MOST_FAILURES = 10;

/** What failing power did. `lost` and `wrong` must be 0, `controlLost` must not. */
export interface PowerCutReport {
  states: number;
  /** States in which something was missing that had been acknowledged. */
  lost: number;
  /** States after which anything else was wrong. */
  wrong: number;
  readonly controlStates: number;
  /** The same, for a store that does not wait for the disk. */
  controlLost: number;
  readonly ways: Record<string, number>;
  /** Age of the oldest event that any power cut took. */
  longestLossMs: number;
  /** The promise: the commit window, and the longest that an event waited for the disk on top of it. */
  readonly commitWindowMs: number;
  longestWaitMs: number;
  /** Recorded writes and flushes of the disk, and megabytes. */
  writes: number;
  flushes: number;
  megabytes: number;
  seconds: number;
  /** The first descriptions of what was wrong. */
  readonly failures: string[];
}

interface Series {
  readonly live: boolean;
  readonly sync: boolean;
  readonly states: number;
  readonly seed: number;
}

/**
 * Records every write and flush of a disk while an appliance works on it, from the creation of its store on, rebuilds
 * what failing power leaves of it, and starts an appliance on each. To be run by `onOwnDisks`.
 */
export async function powerCut(folder: string, states: number, seed: number): Promise<PowerCutReport> {
  const startedMs = performance.now();
  const controlStates = Math.ceil(states / CONTROL_SHARE);
  const report: PowerCutReport = {
    states: 0,
    lost: 0,
    wrong: 0,
    controlStates,
    controlLost: 0,
    ways: {},
    longestLossMs: 0,
    commitWindowMs: COMMIT_WINDOW_MS,
    longestWaitMs: 0,
    writes: 0,
    flushes: 0,
    megabytes: 0,
    seconds: 0,
    failures: [],
  };
  const half = Math.ceil(states / 2);
  for (const series of [
    { live: false, sync: true, states: half },
    { live: true, sync: true, states: states - half },
    { live: false, sync: false, states: controlStates },
  ])
    await runSeries(folder, { ...series, seed }, report);
  report.seconds = Math.round((performance.now() - startedMs) / 1000);
  return report;
}

async function runSeries(parent: string, series: Series, report: PowerCutReport): Promise<void> {
  const folder = join(parent, `${series.live ? "live" : "replayable"}-${series.sync ? "synced" : "unsynced"}`);
  const root = join(folder, "after");
  await mkdir(root, { recursive: true });
  const recording = await recordingIn(folder, series);
  const machine = await tortureMachine(folder);
  const calm = series.live ? null : await calmResults(machine, join(folder, "calm"));
  if (series.sync) sumUp(recording, report);
  const random = seededRandom(series.seed);
  const disk = new DyingDisk(recording, random);
  for (const cut of powerCuts(recording, series.states, series.sync ? CREATION_SHARE : 0, random)) {
    const image = join(folder, "image");
    await writeFile(image, disk.imageAt(cut));
    const what = `${series.live ? "live" : "replayable"} ${cut.fate} at ${cut.position}`;
    try {
      await mountExt4(image, root);
      try {
        const findings = await lookAfterCut({ machine, recording, cut, root, calm });
        note(findings, what, series, report);
      } finally {
        await unmount(root);
      }
    } catch (error) {
      fail(report, `${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`, series);
    }
    if (series.sync) report.states++;
  }
  await rm(folder, { recursive: true });
}

/** In a process of its own: of what dies with the computer nothing may stay. */
async function recordingIn(folder: string, { live, sync, states }: Series): Promise<Recording> {
  const seconds = String(Math.min(20, Math.max(4, states / 10)));
  const kind = [...(live ? ["--live"] : []), ...(sync ? [] : ["--unsynced"])];
  const args = ["--folder", folder, "--seconds", seconds, "--window", String(COMMIT_WINDOW_MS), ...kind];
  await command(process.execPath, RECORD, ...args);
  const path = join(folder, "recording");
  const recording = deserialize(await readFile(path)) as Recording;
  await rm(path);
  return recording;
}

/** What the same machine says when nothing happens to its computer. */
async function calmResults({ scenario, config }: TortureMachine, dataFolder: string): Promise<string> {
  const openSource = async () => new SimulatedSource(scenario, 1e6, config);
  const appliance = await Appliance.start({ config, dataFolder, openSource, log: quietLog() });
  await appliance.run();
  const results = await resultsOf(appliance);
  await appliance.stop();
  return results;
}

function sumUp({ entries, longestWaitMs }: Recording, report: PowerCutReport): void {
  report.longestWaitMs = Math.max(report.longestWaitMs, Math.ceil(longestWaitMs));
  for (const { write } of entries) {
    if (write === null) report.flushes++;
    else report.writes++;
    report.megabytes += (write?.data.length ?? 0) / 1e6;
  }
  report.megabytes = Math.round(report.megabytes * 10) / 10;
}

function note({ way, lost, lostMs, wrong }: CutFindings, what: string, series: Series, report: PowerCutReport): void {
  if (!series.sync) {
    if (lost > 0) report.controlLost++;
    return;
  }
  report.ways[way] = (report.ways[way] ?? 0) + 1;
  report.longestLossMs = Math.max(report.longestLossMs, Math.ceil(lostMs));
  if (lost > 0) report.lost++;
  const faults = lost > 0 ? [...wrong, `${lost} acknowledged events or notes are missing`] : wrong;
  if (faults.length > 0) fail(report, `${what}: ${faults.join("; ")}`, series);
}

function fail(report: PowerCutReport, text: string, { sync }: Series): void {
  // a store that does not wait for its disk may be left in any state
  if (!sync) return;
  report.wrong++;
  if (report.failures.length < MOST_FAILURES) report.failures.push(text);
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await onOwnDisks(import.meta.url, async (folder, args) => {
    const number = (value: string) => ({ type: "string", default: value }) as const;
    const { states, seed } = parseArgs({ args, options: { states: number("400"), seed: number("1") } }).values;
    const report = await powerCut(folder, Number(states), Number(seed));
    return { report, isGood: report.lost + report.wrong === 0 && report.controlLost > 0 };
  });
