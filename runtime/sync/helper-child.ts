import { problemOf } from "./target-problem.ts";
import type { HelperMessage, InboxFile, InboxResult, SyncTask } from "./task.ts";
import { visitTarget } from "./visit.ts";

// A process of its own for all work on foreign disks: it may hang, and be given up. The task comes as JSON in the first
// argument, messages go over IPC.

function tell(message: HelperMessage): void {
  process.send?.(message);
}

function handOver(files: readonly InboxFile[]): Promise<readonly InboxResult[]> {
  tell({ kind: "inbox", files });
  return new Promise((resolve) => process.once("message", (results) => resolve(results as readonly InboxResult[])));
}

function end(message: HelperMessage): void {
  process.send?.(message, () => process.exit(0));
}

process.on("disconnect", () => process.exit(1));
const task = JSON.parse(process.argv[2] as string) as SyncTask;
const hooks = { tell, onInbox: handOver, nowMs: () => performance.now(), wallUs: () => Date.now() * 1000 };
visitTarget(task, hooks).then(
  (visit) => end({ kind: "done", visit }),
  (error: unknown) => end({ kind: "problem", problem: problemOf(error) }),
);
