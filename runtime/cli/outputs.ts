import { realpathSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { InputError } from "../../drivers/input-error.ts";

/**
 * Refuses to write two things into one file, or over what is read.
 * @param paths files by the name of their option or argument; those that are not given are undefined.
 * @throws InputError that names both.
 */
export function refuseSameFile(paths: Readonly<Record<string, string | undefined>>): void {
  const seen = new Map<string, string>();
  for (const [option, path] of Object.entries(paths)) {
    if (path === undefined) continue;
    const target = realPath(path);
    const other = seen.get(target);
    if (other !== undefined)
      throw new InputError({
        source: path,
        problem: `is both ${other} and ${option}`,
        remedy: "give each its own file",
      });
    seen.set(target, option);
  }
}

/** A file that is not there yet is known by the real path of its folder. */
function realPath(path: string): string {
  for (const real of [() => realpathSync(path), () => join(realpathSync(dirname(path)), basename(path))])
    try {
      return real();
    } catch {
      // not there: the next best
    }
  return resolve(path);
}
