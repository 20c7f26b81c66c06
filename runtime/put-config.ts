import {
  closeSync,
  existsSync,
  fsyncSync,
  linkSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { InputError } from "../drivers/input-error.ts";
import { makeFolderSync } from "./make-folder.ts";

/**
 * Puts a configuration in its place, so that after a power cut either the old or the new one is there. The old one stays
 * beside it, under a name with the time. A link stays one: what it leads to is replaced.
 * @returns where the old one is; null when there was none, or it was the same.
 * @throws InputError when it cannot be written.
 */
export function putConfig(given: string, text: string, now: Date): string | null {
  try {
    const path = placeOf(given);
    makeFolderSync(dirname(path));
    const isThere = isPlainFile(path);
    if (isThere && readFileSync(path, "utf8") === text) return null;
    const part = `${path}.part`;
    write(part, text);
    const old = isThere ? kept(path, now) : null;
    renameSync(part, path);
    syncFolder(dirname(path));
    return old;
  } catch (cause) {
    throw unwritable(given, cause);
  }
}

/** Finds out before any question whether the place can be written. @throws InputError when it cannot. */
export function checkPlace(given: string): void {
  try {
    const path = placeOf(given);
    const probe = `${path}.part`;
    makeFolderSync(dirname(path));
    isPlainFile(path);
    writeFileSync(probe, "");
    rmSync(probe);
  } catch (cause) {
    throw unwritable(given, cause);
  }
}

/** A link that leads nowhere is replaced itself. */
function placeOf(given: string): string {
  return existsSync(given) ? realpathSync(given) : given;
}

/** Whether there is one. @throws InputError for anything else: a device would be read without end, and replaced by a file. */
function isPlainFile(path: string): boolean {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined || there.isFile()) return there !== undefined;
  throw new InputError({ source: path, problem: "is no plain file", remedy: "give another --config" });
}

function write(part: string, text: string): void {
  const file = openSync(part, "w", 0o644);
  try {
    writeFileSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function kept(path: string, now: Date): string {
  const time = now.toISOString().replace(/\D/g, "").slice(0, 14);
  for (let i = 0; ; i++) {
    const old = `${path}.${time}${i === 0 ? "" : `-${i}`}`;
    try {
      linkSync(path, old);
      return old;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
  }
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  fsyncSync(handle);
  closeSync(handle);
}

function unwritable(path: string, cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const { code = String(cause) } = cause as NodeJS.ErrnoException;
  const remedy = ["EACCES", "EPERM"].includes(code) ? "run it as root: sudo sealtrace setup" : "give another --config";
  return new InputError({ source: path, problem: `cannot be written (${code})`, remedy }, { cause });
}
