import { opendir } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../drivers/input-error.ts";

/** More entries than this below a folder are not a share of reports. */
export const MOST_ENTRIES = 5_000_000;
const DEEPEST = 12;

/**
 * The JSON files below a folder, folder by folder. Links are never followed, and names that begin with `~` or `.` or end
 * otherwise are passed over: they are being written, or somebody else's.
 * @param onSkipped told of a folder that cannot be read.
 * @throws InputError when the folder itself cannot be read, or holds more than five million entries.
 */
export async function* findReports(
  folder: string,
  onSkipped: (path: string, reason: string) => void,
): AsyncGenerator<string> {
  const folders = [{ path: folder, depth: 0 }];
  let entries = 0;
  for (let next = folders.pop(); next !== undefined; next = folders.pop()) {
    const { path, depth } = next;
    try {
      for await (const entry of await opendir(path, { bufferSize: 256 })) {
        if (++entries > MOST_ENTRIES) throw tooMany(folder);
        if (/^[~.]/.test(entry.name)) continue;
        if (entry.isDirectory() && depth < DEEPEST) folders.push({ path: join(path, entry.name), depth: depth + 1 });
        else if (entry.isFile() && entry.name.endsWith(".json")) yield join(path, entry.name);
      }
    } catch (error) {
      if (error instanceof InputError) throw error;
      const code = (error as NodeJS.ErrnoException).code ?? String(error);
      if (path === folder) throw unreadable(folder, code);
      onSkipped(path, `cannot be read (${code})`);
    }
  }
}

function unreadable(source: string, code: string): InputError {
  const problem = code === "ENOENT" ? "there is no such folder" : `cannot be read (${code})`;
  return new InputError({ source, problem, remedy: "give the folder that the appliances write to" });
}

function tooMany(source: string): InputError {
  const problem = `holds more than ${MOST_ENTRIES} files`;
  return new InputError({ source, problem, remedy: "give a folder nearer to the reports" });
}
