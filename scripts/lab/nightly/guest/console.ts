import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

// An emulated computer and its scene share nothing but the serial line and the pins.

/** What the scene asks of its program. */
export function task<Task>(): Task {
  return JSON.parse(readFileSync("/task.json", "utf8")) as Task;
}

/** Tells the scene something. */
export function say(text: string): void {
  process.stdout.write(`lab: ${text}\n`);
}

/** Leaves something for the scene: plain data. */
export function leave(name: string, data: unknown): void {
  say(`left ${name} ${JSON.stringify(data)}`);
}

/** Waits until the scene says something. */
export async function heardLine(): Promise<void> {
  const input = createInterface({ input: process.stdin });
  for await (const _line of input) break;
  process.stdin.pause();
}
