import { type ChildProcess, fork } from "node:child_process";

/**
 * Starts a module as a process of its own, with plain data as its argument; messages go over IPC. What it says when it
 * dies of a fault belongs to what this process says.
 */
export function startProcess(module: string, task: unknown): ChildProcess {
  return fork(module, [JSON.stringify(task)], { stdio: ["ignore", "ignore", "inherit", "ipc"], execArgv: [] });
}
