import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { isDataFile } from "./database.ts";
import { type Manifest, readManifest } from "./manifest.ts";
import { readRecordFile } from "./record-file.ts";

/** What can be said about a database without opening it. */
export interface Preflight {
  /** One line, or null when nothing speaks against opening it. */
  readonly fault: string | null;
  /** True when the end of a log is missing, as after a power cut. */
  readonly isCut: boolean;
  /** Names of the live tables: nobody writes into these any more. */
  readonly tables: ReadonlySet<string>;
}

/** A database file and its size in bytes. */
export type FileSize = readonly [name: string, bytes: number];

/**
 * Looks at the files of a database, read only: `CURRENT`, the checksums of the MANIFEST and of the live logs, and
 * whether each live table is there with its full size.
 *
 * LevelDB opens most damaged databases without a word and deletes what it no longer knows.
 */
export async function preflight(folder: string): Promise<Preflight> {
  const sizes = await dataFiles(folder);
  const manifest = await liveFiles(folder);
  if (typeof manifest === "string") return { fault: manifest, isCut: false, tables: new Set() };
  const tables = new Set<string>();
  for (const [number, bytes] of manifest.tables) {
    const found = sizes.find(([name]) => name === tableName(number, "ldb") || name === tableName(number, "sst"));
    if (found === undefined) return { fault: `table ${number} is missing`, isCut: false, tables };
    if (found[1] < bytes) return { fault: `${found[0]} is cut short`, isCut: false, tables };
    tables.add(found[0]);
  }
  return { ...(await checkLogs(folder, sizes, manifest.logNumber)), tables };
}

/** Data files of a database, by name. */
export async function dataFiles(folder: string): Promise<readonly FileSize[]> {
  const names = (await readdir(folder)).filter(isDataFile).sort();
  return Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).size] as const));
}

async function liveFiles(folder: string): Promise<Manifest | string> {
  const current = await readFile(join(folder, "CURRENT"), "latin1").catch(() => null);
  if (current === null) return "CURRENT is missing";
  if (!/^MANIFEST-\d+\n$/.test(current)) return "CURRENT is damaged";
  const bytes = await readFile(join(folder, current.trim())).catch(() => null);
  if (bytes === null) return `${current.trim()} is missing`;
  const { records, fault } = readRecordFile(bytes);
  const manifest = fault === "damaged" ? null : readManifest(records);
  return manifest ?? `${current.trim()} is damaged`;
}

async function checkLogs(
  folder: string,
  sizes: readonly FileSize[],
  logNumber: number,
): Promise<Omit<Preflight, "tables">> {
  const live = sizes.filter(([name]) => name.endsWith(".log") && Number.parseInt(name, 10) >= logNumber);
  if (live.length === 0) return { fault: "the log is missing", isCut: false };
  let isCut = false;
  for (const [name] of live) {
    const { fault } = readRecordFile(await readFile(join(folder, name)));
    if (fault === "damaged") return { fault: `${name} is damaged`, isCut };
    isCut ||= fault === "cut";
  }
  return { fault: null, isCut };
}

function tableName(number: number, extension: string): string {
  return `${String(number).padStart(6, "0")}.${extension}`;
}
