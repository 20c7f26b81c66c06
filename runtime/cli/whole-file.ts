import { constants } from "node:fs";
import { access, type FileHandle, open, realpath, rename, rm, stat } from "node:fs/promises";
import { InputError } from "../../drivers/input-error.ts";
import { createPart, releasePart } from "./part-files.ts";

const NO_ROOM = ["ENOSPC", "EDQUOT", "EFBIG"];

/**
 * A file that appears under its name when it is complete. Until then it is `NAME.<process id>.part` beside it, which goes
 * when writing fails or SIGINT, SIGTERM or SIGHUP ends the program; a file of this name stays as it was.
 *
 * A pipe or a device is written as it is: it cannot be replaced.
 *
 * All methods throw an InputError that names the file when it cannot be written.
 */
export class WholeFile {
  readonly #path: string;
  readonly #target: string;
  /** Null for a pipe or a device. */
  readonly #part: string | null;
  readonly #handle: FileHandle;

  private constructor(path: string, target: string, part: string | null, handle: FileHandle) {
    this.#path = path;
    this.#target = target;
    this.#part = part;
    this.#handle = handle;
  }

  static async create(path: string): Promise<WholeFile> {
    try {
      return await openWhole(path, (...parts) => new WholeFile(path, ...parts));
    } catch (error) {
      throw outputFault(path, error);
    }
  }

  async append(data: string | Uint8Array): Promise<void> {
    try {
      await this.#handle.appendFile(data);
    } catch (error) {
      throw outputFault(this.#path, error);
    }
  }

  /** Gives the file its name; nothing can be added afterwards. */
  async complete(): Promise<void> {
    try {
      if (this.#part !== null) await this.#handle.sync();
      await this.#handle.close();
      if (this.#part === null) return;
      await rename(this.#part, this.#target);
      releasePart(this.#part);
    } catch (error) {
      throw outputFault(this.#path, error);
    }
  }

  /** Leaves nothing behind; after `complete` it does nothing. Never fails. */
  async discard(): Promise<void> {
    await this.#handle.close().catch(() => {});
    if (this.#part === null) return;
    await rm(this.#part, { force: true }).catch(() => {});
    releasePart(this.#part);
  }
}

/** Writes a file at once, whole or not at all. @throws InputError that names the file when it cannot be written. */
export async function writeWhole(path: string, data: string | Uint8Array): Promise<void> {
  const file = await WholeFile.create(path);
  try {
    await file.append(data);
    await file.complete();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

async function openWhole<T>(
  path: string,
  made: (target: string, part: string | null, handle: FileHandle) => T,
): Promise<T> {
  const there = await statIfThere(path);
  if (path === "" || there?.isDirectory())
    throw new InputError({
      source: path === "" ? "output" : path,
      problem: path === "" ? "the name is empty" : "is no plain file",
      remedy: "give the name of a file",
    });
  if (there !== null && !there.isFile()) return made(path, null, await open(path, "w"));
  // What a link points at is replaced, not the link; and a file that is protected stays.
  const target = there === null ? path : await realpath(path);
  if (there !== null) await access(target, constants.W_OK);
  const part = `${target}.${process.pid}.part`;
  createPart(part, there === null ? 0o666 : there.mode & 0o777);
  try {
    return made(target, part, await open(part, "r+"));
  } catch (error) {
    await rm(part, { force: true });
    releasePart(part);
    throw error;
  }
}

async function statIfThere(path: string) {
  try {
    return await stat(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return null;
    throw error;
  }
}

function outputFault(path: string, cause: unknown): InputError {
  if (cause instanceof InputError) return cause;
  const { code = String(cause), path: part = path } = cause as NodeJS.ErrnoException;
  if (code === "EEXIST")
    return new InputError(
      { source: part, problem: "is left of a run that was ended, or being written", remedy: "remove it and try again" },
      { cause },
    );
  const remedy = NO_ROOM.includes(code) ? "give a place with room for it" : "give a path that this user can write";
  return new InputError({ source: path, problem: `cannot be written (${code})`, remedy }, { cause });
}
