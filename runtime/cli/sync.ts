import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { printable } from "../../drivers/formats/printable.ts";
import { InputError } from "../../drivers/input-error.ts";
import type { CopyTask, SyncProgress } from "../daemon/sync-service.ts";
import { SocketClient } from "../socket/socket-client.ts";
import { Helper } from "../sync/helper.ts";
import type { TargetStatus } from "../sync/target-watch.ts";
import type { Target } from "../sync/targets.ts";
import type { HelperMessage, Proof, Visit } from "../sync/task.ts";
import { ask, printJson } from "./ask.ts";
import { makeOutputFolder } from "./output-folder.ts";

const LOOK_EVERY_MS = 300;
const COPY_DEADLINE_MS = 120_000;
/** The files of a shift are written a minute after its end. */
const NOTHING_YET = "no shift is over yet, there is nothing to bring";
const PROOF_WORDS: Readonly<Record<Proof, string>> = {
  written: "written, not read again yet",
  "re-read": "read again and right",
  "re-read-direct": "read again from the device and right",
  "re-read-after-mount": "read again after unmounting and right",
};

interface SyncOptions {
  readonly to?: string;
  readonly json?: true;
}

/** `sealtrace sync`: brings every stick and share up to date now; with `--to`, a folder. Exit status 1 when one is not. */
export async function sync({ to, json }: SyncOptions): Promise<void> {
  if (to !== undefined) await copyTo(to, json === true);
  else await syncAll(json === true);
}

async function syncAll(asJson: boolean): Promise<void> {
  await ask("control", "sync-now");
  const client = await SocketClient.connect({ door: "status" });
  try {
    let progress = (await client.call("sync-progress")) as SyncProgress;
    for (let said = ""; progress.isAtWork; progress = (await client.call("sync-progress")) as SyncProgress) {
      said = tell(progress, said);
      await sleep(LOOK_EVERY_MS);
    }
    conclude(progress, asJson);
  } finally {
    client.close();
  }
}

function tell({ targets }: SyncProgress, said: string): string {
  const busy = targets.filter(({ state }) => state === "syncing");
  const words = busy.map(({ kind, target, pendingFiles }) => `${kind} ${target}: ${pendingFiles ?? "?"} files to go`);
  const text = words.join("; ") || "writing the files of the latest shifts";
  if (text !== said) process.stderr.write(`${printable(text)}\n`);
  return text;
}

function conclude({ targets, files }: SyncProgress, asJson: boolean): void {
  const present = targets.filter(({ state }) => state !== "gone");
  if (present.length === 0)
    throw new InputError({
      source: "sync",
      problem: "there is no stick, and no share is configured",
      remedy: "plug a stick in, name a [[sync.folder]], or copy to a folder with --to DIR",
    });
  if (asJson) printJson(present);
  else for (const target of present) process.stdout.write(`${printable(targetLine(target, files))}\n`);
  if (present.some(({ problem }) => problem !== null)) process.exitCode = 1;
}

function targetLine(status: TargetStatus, files: number): string {
  const { kind, target, problem, pendingFiles, proof, lastVisit, isSafeToRemove } = status;
  const head = `${kind} ${target}`;
  if (problem !== null) return `${head}: NOT SYNCED: ${problem}; ${pendingFiles ?? "unknown"} files wait`;
  const words = [
    ...(lastVisit === null ? [files === 0 ? NOTHING_YET : "up to date"] : visitWords(lastVisit, files)),
    ...(proof ? [PROOF_WORDS[proof]] : []),
  ];
  return `${head}: ${words.join(", ")}${isSafeToRemove ? "; safe to remove" : ""}`;
}

function visitWords({ sentFiles, sentBytes, foundFiles, removedFiles, damagedFiles }: Visit, files: number): string[] {
  const megabytes = `${(sentBytes / 1e6).toFixed(1)} MB`;
  return [
    sentFiles > 0 ? `${sentFiles} files (${megabytes}) written` : files === 0 ? NOTHING_YET : "up to date",
    ...(foundFiles === 0 ? [] : [`${foundFiles} were there already`]),
    ...(removedFiles === 0 ? [] : [`${removedFiles} older versions removed`]),
    ...(damagedFiles === 0 ? [] : [`${damagedFiles} were damaged and written again`]),
  ];
}

async function copyTo(folder: string, asJson: boolean): Promise<void> {
  await makeOutputFolder(folder);
  const root = resolve(folder);
  const { files, ...task } = (await ask("control", "sync-copy")) as CopyTask;
  const target: Target = { kind: "folder", root, types: null, requireMount: false };
  const visit = await copy({ ...task, memory: null, target }, root);
  if (asJson) printJson(visit);
  else {
    const proof = visit.proof === null ? [] : [PROOF_WORDS[visit.proof]];
    process.stdout.write(`${printable(root)}: ${[...visitWords(visit, files), ...proof].join(", ")}\n`);
  }
}

/** @throws InputError when the folder cannot be brought up to date. */
function copy(task: ConstructorParameters<typeof Helper>[0], source: string): Promise<Visit> {
  return new Promise((done, fail) => {
    let outcome: Visit | string = "the process that copies ended before it was done";
    const end = () => {
      if (typeof outcome !== "string") return done(outcome);
      fail(new InputError({ source, problem: outcome, remedy: "then try again: what is there is not copied twice" }));
    };
    new Helper(task, COPY_DEADLINE_MS, {
      onMessage: (message: HelperMessage) => {
        if (message.kind === "done") outcome = message.visit;
        else if (message.kind === "problem") outcome = message.problem;
        else if (message.kind === "target") process.stderr.write(`${message.pendingFiles} files to be looked at\n`);
      },
      onSilent: () => {
        outcome = `it has not answered for ${COPY_DEADLINE_MS / 1000} s`;
        end();
      },
      onGone: end,
    });
  });
}
