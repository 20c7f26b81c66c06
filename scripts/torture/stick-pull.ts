import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { deserialize } from "node:v8";
import { parseManifest } from "../../runtime/sync/manifest.ts";
import { Outbox } from "../../runtime/sync/outbox.ts";
import { visitTarget } from "../../runtime/sync/visit.ts";
import { command, mountExt4, onOwnDisks, unmount } from "./disk-tools.ts";
import { DyingDisk, FATES } from "./power-cut-states.ts";
import { type Random, seededRandom } from "./random.ts";
import { addDay, hashesBelow, targetFaults, taskOf } from "./stick-files.ts";
import type { StickMoment, StickRecording } from "./stick-pull-record.ts";

const RECORD = fileURLToPath(new URL("./stick-pull-record.js", import.meta.url));
const MOST_FAILURES = 10;
const APPLIANCE = "sealtrace/sealer-1";

/** What pulling a stick did. All but `pulls`, `sizes` and the control must be 0. */
export interface StickPullReport {
  pulls: number;
  /** States in which a file that had been acknowledged was missing or another one. */
  lost: number;
  /** States with something that is not whole under a final name. */
  half: number;
  /** States after which the next visit did not bring everything, or left something over. */
  incomplete: number;
  /** States after which something was sent that had been acknowledged. */
  sentTwice: number;
  controlPulls: number;
  /** States of the control, which writes as most programs do, with a loss. It must lose. */
  controlLost: number;
  writes: number;
  flushes: number;
  seconds: number;
  readonly failures: string[];
}

/**
 * Records every block write and flush of a real ext4 on a stick while it is filled day by day, rebuilds what pulling it
 * at random moments leaves, looks at that, and lets the next visit go on. To be run by `onOwnDisks`.
 */
export async function pullStick(folder: string, pulls: number, seed: number): Promise<StickPullReport> {
  const startedMs = performance.now();
  const report: StickPullReport = {
    pulls: 0,
    lost: 0,
    half: 0,
    incomplete: 0,
    sentTwice: 0,
    controlPulls: 0,
    controlLost: 0,
    writes: 0,
    flushes: 0,
    seconds: 0,
    failures: [],
  };
  await pullSeries(folder, { isNaive: false, pulls, random: seededRandom(seed) }, report);
  await pullSeries(folder, { isNaive: true, pulls: Math.ceil(pulls / 8), random: seededRandom(seed) }, report);
  report.seconds = Math.round((performance.now() - startedMs) / 1000);
  return report;
}

interface Series {
  readonly isNaive: boolean;
  readonly pulls: number;
  readonly random: Random;
}

async function pullSeries(parent: string, { isNaive, pulls, random }: Series, report: StickPullReport): Promise<void> {
  const folder = join(parent, isNaive ? "naive" : "ours");
  const after = join(folder, "after");
  mkdirSync(after, { recursive: true });
  await command(process.execPath, RECORD, "--folder", folder, ...(isNaive ? ["--naive"] : []));
  const recording = deserialize(readFileSync(join(folder, "recording"))) as StickRecording;
  const positions = Array.from({ length: pulls }, () => 1 + random(recording.entries.length)).sort((a, b) => a - b);
  const disk = new DyingDisk(recording, random);
  if (!isNaive)
    for (const { write } of recording.entries) {
      if (write === null) report.flushes++;
      else report.writes++;
    }
  for (const [i, position] of positions.entries()) {
    const fate = FATES[i % FATES.length] as (typeof FATES)[number];
    writeFileSync(join(folder, "image"), disk.imageAt({ position, fate }));
    await mountExt4(join(folder, "image"), after);
    try {
      const moment = recording.moments.findLast((each) => each.position <= position);
      if (isNaive) report.controlLost += lostOf(after, moment, recording).length > 0 ? 1 : 0;
      else await look({ folder, after, moment, recording, what: `${fate} at ${position}` }, report);
    } finally {
      await unmount(after);
    }
    if (isNaive) report.controlPulls++;
    else report.pulls++;
  }
  rmSync(folder, { recursive: true });
}

interface PulledStick {
  readonly folder: string;
  readonly after: string;
  readonly moment: StickMoment | undefined;
  readonly recording: StickRecording;
  readonly what: string;
}

async function look({ folder, after, moment, recording, what }: PulledStick, report: StickPullReport): Promise<void> {
  const fail = (kind: "lost" | "half" | "incomplete" | "sentTwice", names: readonly string[]) => {
    if (names.length === 0) return;
    report[kind]++;
    if (report.failures.length < MOST_FAILURES)
      report.failures.push(`${what}: ${kind}: ${names.slice(0, 3).join(", ")}`);
  };
  fail("lost", lostOf(after, moment, recording));
  fail("half", halfOf(after, recording));
  const again = join(folder, "again");
  const outbox = await Outbox.open(join(again, "outbox"));
  for (let day = 0; day < (moment?.days ?? 1); day++) await addDay(outbox, day);
  const task = { ...taskOf(again, after), applianceId: "the-one" };
  mkdirSync(task.memory as string);
  for (const [name, text] of Object.entries(moment?.memory ?? {})) writeFileSync(join(again, "memory", name), text);
  const sent: string[] = [];
  await visitTarget(task, {
    tell: (message) => {
      if (message.kind === "sent") sent.push(message.path);
    },
    onInbox: async () => [],
    nowMs: () => 0,
    wallUs: () => 0,
  });
  fail(
    "sentTwice",
    sent.filter((path) => moment?.acknowledged.includes(path)),
  );
  fail("incomplete", targetFaults(outbox.folder, join(after, APPLIANCE)));
  rmSync(again, { recursive: true });
}

function lostOf(after: string, moment: StickMoment | undefined, { hashes }: StickRecording): readonly string[] {
  const there = hashesOf(after);
  return (moment?.acknowledged ?? []).filter((path) => there.get(path) !== hashes[path]);
}

/** Final names hold whole files, of any version; the manifest can be read. */
function halfOf(after: string, { hashes }: StickRecording): readonly string[] {
  const there = hashesOf(after);
  const isOurs = (path: string) => !path.split("/").at(-1)?.startsWith("~") && path !== "appliance.id";
  return [...there.keys()].filter(isOurs).filter((path) => {
    if (path !== "manifest.sha256") return there.get(path) !== hashes[path];
    return parseManifest(readFileSync(join(after, APPLIANCE, path), "utf8")) === null;
  });
}

function hashesOf(after: string): ReadonlyMap<string, string> {
  try {
    return hashesBelow(join(after, APPLIANCE));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return new Map();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  await onOwnDisks(import.meta.url, async (folder, args) => {
    const number = (value: string) => ({ type: "string", default: value }) as const;
    const { pulls, seed } = parseArgs({ args, options: { pulls: number("200"), seed: number("1") } }).values;
    const report = await pullStick(folder, Number(pulls), Number(seed));
    const { lost, half, incomplete, sentTwice, controlLost } = report;
    return { report, isGood: lost + half + incomplete + sentTwice === 0 && controlLost > 0 };
  });
