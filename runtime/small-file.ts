import { closeSync, constants, fstatSync, openSync, readFileSync } from "node:fs";
import { InputError } from "../drivers/input-error.ts";

const MOST_BYTES = 1_000_000;

/**
 * The text of a file that people write by hand.
 * @throws InputError unless it is a plain file of at most 1 MB that can be read; a pipe is never waited for.
 */
export function readSmallFile(path: string): string {
  let file: number | null = null;
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = fstatSync(file);
    if (!stat.isFile()) throw fault(path, "is no plain file");
    if (stat.size > MOST_BYTES) throw fault(path, `has ${stat.size} bytes where ${MOST_BYTES} are the most`);
    return readFileSync(file, "utf8");
  } catch (cause) {
    if (cause instanceof InputError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw fault(path, code === "ENOENT" ? "there is no such file" : `cannot be read (${code})`, cause);
  } finally {
    if (file !== null) closeSync(file);
  }
}

function fault(source: string, problem: string, cause?: unknown): InputError {
  return new InputError({ source, problem, remedy: "check the path and its rights" }, { cause });
}
