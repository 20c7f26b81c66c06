import { join } from "node:path";
import { dataFolderOf } from "../data-folder.ts";
import { ApplianceFolder, type OpenTarget, openTarget } from "./appliance-folder.ts";
import { Delivery } from "./delivery.ts";
import { deliveryPlan } from "./delivery-plan.ts";
import { readInbox, writeResults } from "./inbox/inbox-folder.ts";
import { listFiles } from "./local-files.ts";
import { TOP_FOLDER } from "./names.ts";
import { TargetMemory } from "./target-memory.ts";
import { TargetProblem } from "./target-problem.ts";
import type { SyncTask, Visit, VisitHooks } from "./task.ts";

/**
 * Brings one target up to date: everything that is done on foreign disks is done here, one thing after the other, in a
 * process of its own.
 *
 * ```
 *   open -> is it the right mount? -> read again what was not proved -> inbox -> what does it have? -> send what is
 *   missing -> manifest -> remove what is superseded -> manifest -> read again
 * ```
 * It may be broken off anywhere: the next visit goes on from what the target has.
 * @throws TargetProblem or an error of the file system, see `problemOf`.
 */
export async function visitTarget(task: SyncTask, hooks: VisitHooks): Promise<Visit> {
  const opened = openTarget(task.target);
  try {
    const data = await dataFolderOf(join(task.target.root, TOP_FOLDER));
    if (data !== null) throw new TargetProblem(`it is in the data of an appliance (${data}): name a folder elsewhere`);
    return await visitOpened(task, opened, hooks);
  } finally {
    opened.root.close();
  }
}

async function visitOpened(task: SyncTask, opened: OpenTarget, hooks: VisitHooks): Promise<Visit> {
  const memory = TargetMemory.open(task.memory, opened.key);
  const wanted = listFiles(task.outbox);
  const pending = deliveryPlan(wanted, memory.known).send.length;
  hooks.tell({ kind: "target", key: opened.key, pendingFiles: pending });
  const folder = new ApplianceFolder(opened.root, task);
  try {
    if (task.readsInbox) await handleInbox(folder, hooks);
    return new Delivery({ task, hooks, opened, memory, folder }).run(wanted);
  } finally {
    folder.close();
    memory.close();
  }
}

async function handleInbox(folder: ApplianceFolder, { onInbox }: VisitHooks): Promise<void> {
  const files = readInbox(folder.top);
  if (files.length > 0) writeResults(folder.top, await onInbox(files));
}
