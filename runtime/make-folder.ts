import { mkdirSync, statSync } from "node:fs";
import { mkdir, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InputError } from "../drivers/input-error.ts";

const IMPOSSIBLE = new Set(["ENOENT", "ENOTDIR", "ELOOP", "ENAMETOOLONG", "EINVAL"]);

/**
 * Makes a folder and those above it, unless they are there. `mkdir` of Node.js with `recursive` tries for ever where the
 * kernel says of a folder just made that it is not there, as below /proc.
 * @throws InputError where there can be no such folder; other faults of the disk as they are.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await make(resolve(path));
  } catch (cause) {
    const code = String((cause as NodeJS.ErrnoException).code);
    if (!IMPOSSIBLE.has(code)) throw cause;
    throw new InputError(
      { source: path, problem: `no folder can be made there (${code})`, remedy: "give a place that can hold files" },
      { cause },
    );
  }
}

/** As `makeFolder`, at once. @throws each fault as the system tells it. */
export function makeFolderSync(path: string): void {
  const folder = resolve(path);
  try {
    mkdirSync(folder);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && statSync(folder).isDirectory()) return;
    if (code !== "ENOENT" || dirname(folder) === folder) throw error;
    makeFolderSync(dirname(folder));
    mkdirSync(folder);
  }
}

async function make(path: string): Promise<void> {
  try {
    await mkdir(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EEXIST" && (await stat(path)).isDirectory()) return;
    if (code !== "ENOENT" || dirname(path) === path) throw error;
    await make(dirname(path));
    await mkdir(path);
  }
}
