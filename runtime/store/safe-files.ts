import { copyFile, link, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isDataFile } from "./database.ts";

/** Replaces a file so that after a power cut either the old or the new content stands there, complete. */
export async function replaceFile(path: string, content: Uint8Array): Promise<void> {
  const temporary = `${path}.tmp`;
  const file = await open(temporary, "w");
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** Renames, and makes sure that the new name survives a power cut. */
export async function moveSafely(from: string, to: string): Promise<void> {
  await rename(from, to);
  await syncFolder(dirname(to));
}

/** Makes sure that names and contents of all files in a folder survive a power cut. */
export async function syncTree(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await syncPath(join(folder, name), "r");
  await syncFolder(folder);
}

/**
 * A second copy of a database. Files in `linked`, which nobody writes to any more, are linked, all others copied:
 * LevelDB may give the number of an orphan to a new file and cut the one that is shared.
 */
export async function copyDatabase(from: string, to: string, linked: ReadonlySet<string>): Promise<void> {
  const building = `${to}.tmp`;
  await rm(building, { recursive: true, force: true });
  await mkdir(building);
  for (const name of (await readdir(from)).filter(isDataFile)) {
    const target = join(building, name);
    const place = (action: typeof link) => action(join(from, name), target);
    if (linked.has(name)) await place(link).catch(() => place(copyFile));
    else await place(copyFile);
  }
  await moveSafely(building, to);
}

/** Removes a folder; a leftover of the removal never looks like the folder itself. */
export async function removeFolder(folder: string): Promise<void> {
  const doomed = `${folder}.tmp`;
  await rm(doomed, { recursive: true, force: true });
  try {
    await rename(folder, doomed);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  await rm(doomed, { recursive: true, force: true });
}

async function syncFolder(folder: string): Promise<void> {
  await syncPath(folder, "r");
}

async function syncPath(path: string, flags: string): Promise<void> {
  const handle = await open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
