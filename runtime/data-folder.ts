import { realpathSync, type Stats } from "node:fs";
import { realpath, stat } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { InputError } from "../drivers/input-error.ts";
import type { SyncConfig } from "./sync/config-sync.ts";
import { TOP_FOLDER } from "./sync/names.ts";

/** The data folder of any appliance that a place is, or lies in; null: none. The place itself need not be there. */
export async function dataFolderOf(place: string): Promise<string | null> {
  const there = await realpath(place).catch(() => null);
  if (there === null) return dirname(place) === place ? null : dataFolderOf(dirname(place));
  for (let path = there; ; path = dirname(path)) {
    if (await isDataFolder(path)) return path === there ? place : path;
    if (dirname(path) === path) return null;
  }
}

/** By kinds, too: below a browser of a network (smbnetfs, autofs) there is a folder of every name. */
async function isDataFolder(path: string): Promise<boolean> {
  const kindOf = (...names: string[]): Promise<Stats | null> => stat(join(path, ...names)).catch(() => null);
  return ((await kindOf("db", "CURRENT"))?.isFile() && (await kindOf("journal"))?.isDirectory()) ?? false;
}

/**
 * Refuses targets that are, or lie in, the appliance's own data, by their names only: a share may hang, and is touched by
 * no process but its helper, which looks closer.
 * @param source of the configuration, for errors.
 * @throws InputError for the first such target.
 */
export function refuseOwnData({ sync }: { readonly sync: SyncConfig }, source: string, dataFolder: string): void {
  const own = [resolve(dataFolder), realPathOf(resolve(dataFolder))];
  const refuse = (at: string, value: string): never => {
    const problem = `${JSON.stringify(value)} is in the way of the appliance's own data (${dataFolder})`;
    throw new InputError({
      source,
      at,
      problem,
      remedy: "name a folder elsewhere, or keep the data elsewhere (--data)",
    });
  };
  for (const [i, { path }] of sync.folder.entries())
    if (own.some((data) => isWithin(join(path, TOP_FOLDER), data) || isWithin(path, data)))
      refuse(`sync.folder.${i}.path`, path);
  // what is mounted below it has any name
  if (own.some((data) => isWithin(sync.stickFolder, data) || isWithin(data, sync.stickFolder)))
    refuse("sync.stickFolder", sync.stickFolder);
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
