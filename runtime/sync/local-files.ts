import { readdirSync } from "node:fs";
import { isSafePath } from "./names.ts";

/** Paths of all files in a folder and those below it that may stand on a target. */
export function listFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`.slice(folder.length + 1))
    .filter((path) => isSafePath(path) && !path.endsWith(".tmp"));
}
