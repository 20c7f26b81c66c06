import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The folder that the machine shares with the computer it runs on. */
export function sharedFolder(): string {
  const folder = process.argv[2];
  if (folder === undefined) throw new TypeError("the shared folder is the first argument");
  return folder;
}

/** What the scene asks of its program. */
export function task<Task>(): Task {
  return JSON.parse(readFileSync(join(sharedFolder(), "task.json"), "utf8")) as Task;
}

/** Leaves something for the scene: plain data as a JSON file in the shared folder. */
export function leave(name: string, data: unknown): void {
  writeFileSync(join(sharedFolder(), name), JSON.stringify(data));
}

/**
 * Does something for which this thread goes before all others whenever it has something to do. In time travel a program
 * that computes takes no time, and so the kernel may see no reason to let another one have its turn. No longer than that:
 * a loop of events that waits for another thread of its own would keep that thread from its turn.
 */
export function goingFirst(doIt: () => void): void {
  const pid = String(process.pid);
  execFileSync("chrt", ["--fifo", "--reset-on-fork", "--pid", "1", pid]);
  try {
    doIt();
  } finally {
    execFileSync("chrt", ["--other", "--pid", "0", pid]);
  }
}

/** The monotonic clock in integer microseconds. */
export function monotonicUs(): number {
  return Number(process.hrtime.bigint() / 1000n);
}

const nobody = new Int32Array(new SharedArrayBuffer(4));

/** Blocks until this moment of the monotonic clock; more exact than a timer, which counts in milliseconds. */
export function waitUntilUs(us: number): void {
  for (let leftUs = us - monotonicUs(); leftUs > 0; leftUs = us - monotonicUs())
    Atomics.wait(nobody, 0, 0, leftUs / 1000);
}

/** Wall time minus monotonic time now, in microseconds; more exact than `Date`, which counts milliseconds. */
export function wallOffsetUs(): number {
  const nowUs = monotonicUs();
  return Math.round((performance.timeOrigin + performance.now()) * 1000) - nowUs;
}
