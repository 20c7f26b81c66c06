import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { startProcess } from "../own-process.ts";
import { SCHEMA_VERSION } from "./entries.ts";
import type { LineMarks, Marks } from "./marks.ts";
import { dataFiles } from "./preflight.ts";
import type { Checked, RescueMessage, RescueTask } from "./rescue-task.ts";
import { syncTree } from "./safe-files.ts";

const CHILD = fileURLToPath(new URL("./rescue-child.js", import.meta.url));
const LEAST_MS = 60_000;
const BYTES_PER_MS = 1_000;

/** What came out of a damaged database. */
export interface Rescued {
  /** Missing events per line. */
  readonly lostEvents: readonly number[];
  readonly badRecords: number;
  /** Files that could not be read at all, or not to their end. */
  readonly faultyFiles: number;
}

/** Somebody stopped the process that read or mended: that says nothing of the database. */
export class RescueStoppedError extends Error {}

/**
 * Opens and reads the whole database in a child process and tells what is wrong with it, null when nothing is.
 * A number is the version of a layout that is newer than ours.
 */
export async function checkInChild(folder: string, marks: LineMarks | null): Promise<string | number | null> {
  const answer = await runChild({ kind: "check", folder }, await limitMs(folder), () => {});
  if (answer.fault !== undefined) return answer.fault;
  const { schema, badRecords, hasDropped, lines } = answer.result as Checked;
  if (schema !== null && schema > SCHEMA_VERSION) return schema;
  if (schema === null) return "the schema record is missing";
  if (badRecords > 0) return `${badRecords} damaged records`;
  if (hasDropped) return "LevelDB had to leave records out";
  for (const [line, { spans, overlaps, next }] of lines.entries()) {
    const [span, second] = spans;
    if (overlaps || second !== undefined || (span?.to ?? 0) < next) return `the log of line ${line} has a hole`;
    if ((span?.from ?? next) > (marks?.first[line] ?? next)) return `the beginning of line ${line} is missing`;
    if (next < (marks?.next[line] ?? 0)) return `the end of line ${line} is missing`;
  }
  return null;
}

/**
 * Builds a fresh database in `target` out of whatever can be read in `source`.
 * Rejects when not even that works; `source` is only read.
 */
export async function salvageInChild(source: string, target: string, marks: LineMarks | null): Promise<Rescued> {
  await removeTarget(target);
  let files = (await dataFiles(source)).map(([name]) => name).filter((name) => /^\d/.test(name));
  files = files.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10)).map((name) => join(source, name));
  let faultyFiles = 0;
  let badRecords = 0;
  while (files.length > 0) {
    let done = 0;
    const answer = await runChild({ kind: "salvage", files, target }, await limitMs(source), (message) => {
      done++;
      badRecords += message.badRecords ?? 0;
    });
    if (answer.fault === undefined) break;
    faultyFiles++;
    files = files.slice(done + 1);
  }
  return { lostEvents: await mendInChild(target, marks), badRecords, faultyFiles };
}

/** Makes a database, new where there is none, complete and gap-free in the child; returns lost events per line. */
export async function mendInChild(target: string, marks: Marks["lines"]): Promise<readonly number[]> {
  await mkdir(target, { recursive: true });
  const answer = await runChild({ kind: "mend", folder: target, marks }, await limitMs(target), () => {});
  if (answer.fault !== undefined) throw new Error(`the database cannot be mended: ${answer.fault}`);
  await rm(`${target}.work`, { recursive: true, force: true });
  await syncTree(target);
  return answer.result as number[];
}

async function removeTarget(target: string): Promise<void> {
  for (const folder of [target, `${target}.work`]) await rm(folder, { recursive: true, force: true });
}

/** Rejects for a fault of the disk and when it is stopped; any other fault is the answer. */
async function runChild(
  task: RescueTask,
  ms: number,
  onFile: (message: RescueMessage) => void,
): Promise<RescueMessage> {
  const child = startProcess(CHILD, task);
  let answer: RescueMessage | null = null;
  const timer = setTimeout(() => child.kill("SIGKILL"), ms);
  child.on("message", (message: RescueMessage) => {
    timer.refresh();
    if (message.badRecords === undefined) answer = message;
    else onFile(message);
  });
  const ending = await new Promise<string>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      const text = `the reading process ended with ${signal ?? code}`;
      // a signal in its first moments, before it looks away from them
      if (signal === "SIGTERM" || signal === "SIGINT") reject(new RescueStoppedError(text));
      else resolve(text);
    });
  });
  clearTimeout(timer);
  const said = (answer as RescueMessage | null) ?? { fault: ending };
  if (said.isDiskFault === true) throw new Error(said.fault);
  return said;
}

async function limitMs(folder: string): Promise<number> {
  const names = await readdir(folder);
  const bytes = names.length === 0 ? 0 : (await dataFiles(folder)).reduce((sum, [, size]) => sum + size, 0);
  return LEAST_MS + bytes / BYTES_PER_MS;
}
