import { Level } from "level";

/** An open LevelDB database with bytes for keys and values. */
export type Database = Level<Buffer, Buffer>;
/** One step of a batch. */
export type Step =
  | { readonly type: "put"; readonly key: Buffer; readonly value: Buffer }
  | { readonly type: "del"; readonly key: Buffer };
/** Opens the database in a folder, or creates it. Tests put faults in here. */
export type OpenDatabase = (folder: string, create: boolean) => Promise<Database>;

// A small log opens fast and wears little. Never set `compression: false`: damaged tables then end the process.
const OPTIONS = {
  keyEncoding: "buffer",
  valueEncoding: "buffer",
  writeBufferSize: 1 << 20,
  cacheSize: 4 << 20,
} as const;

/** What LevelDB keeps its data in; its `LOCK` and its text log are not among them. */
const DATA_FILE = /^(CURRENT|MANIFEST-\d+|\d+\.(ldb|sst|log))$/;

export const openDatabase: OpenDatabase = async (folder, create) => {
  const database = new Level<Buffer, Buffer>(folder, { ...OPTIONS, createIfMissing: create });
  await database.open();
  return database;
};

/** Writes the steps in pieces, each of them synchronously: a last synchronous one would not hold for those before it. */
export async function writeAll(database: Database, steps: readonly Step[]): Promise<void> {
  const piece = 512;
  for (let at = 0; at < steps.length; at += piece) await database.batch(steps.slice(at, at + piece), { sync: true });
}

export function isDataFile(name: string): boolean {
  return DATA_FILE.test(name);
}

/** True when there is no room or no permission to change anything: what stands on the disk may be sound. */
export function isDiskFault(error: unknown): boolean {
  const text = errorText(error);
  return /ENOSPC|EROFS|EDQUOT|EMFILE|No space left|Read-only file system|quota exceeded|Too many open/i.test(text);
}

/** True when the store may not be opened by this process at all. */
export function isRefusal(error: unknown): boolean {
  return /LEVEL_LOCKED|EACCES|EPERM|ENOTDIR|EEXIST|Permission denied|Not a directory/i.test(errorText(error));
}

/** The whole chain of causes on one line. */
export function errorText(error: unknown): string {
  const texts: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause)
    texts.push(`${"code" in cause ? `${String(cause.code)} ` : ""}${cause.message}`);
  return (texts.length > 0 ? texts.join(": ") : String(error)).replace(/\p{C}+/gu, " ");
}
