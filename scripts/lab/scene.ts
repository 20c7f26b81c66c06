import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** What a scene works with. */
export interface Stage {
  /** The kernel as a program. */
  readonly kernel: string;
  /** An empty folder of its own, shared with its machines. */
  readonly folder: string;
}

/** Something that must hold on a real kernel. */
export interface Scene<OnStage = Stage> {
  /** How it is called on the command line. */
  readonly name: string;
  /** What must hold, in a few words. */
  readonly title: string;
  /**
   * Longer than this is a failure. Generous: computers differ fivefold in what it costs to stop a process, and a machine
   * does that for each of its system calls.
   */
  readonly limitSeconds: number;
  /** Plays it. Resolves to what was measured, in one line; rejects when something does not hold. */
  play(stage: OnStage): Promise<string>;
}

/** What a machine's program has left in the shared folder. */
export async function left<Data>({ folder }: Stage, name: string): Promise<Data> {
  return JSON.parse(await readFile(join(folder, name), "utf8")) as Data;
}
