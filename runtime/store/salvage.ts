import { copyFile, mkdir, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { Level } from "level";
import { type Database, isDiskFault, openDatabase, type Step, writeAll } from "./database.ts";
import { getEntry, readEntry } from "./entries.ts";
import { seqKey, seqOf } from "./keys.ts";

// Missing in the package's types, which also speak for browsers.
const { repair } = Level as unknown as { readonly repair: (folder: string) => Promise<void> };
const PIECE = 256;
const MOST_SKIPS = 3;

/**
 * Takes everything sound out of one table or log of a damaged database and puts it into a fresh one.
 *
 * The file is repaired alone in a folder of its own, so that the others cannot hide or spoil it. Damage can end the
 * process: run this in a child.
 * @returns records that were not as they were written.
 */
export async function salvageFile(file: string, workFolder: string, target: Database): Promise<number> {
  await rm(workFolder, { recursive: true, force: true });
  await mkdir(workFolder);
  await copyFile(file, join(workFolder, basename(file)));
  await repair(workFolder);
  const source = await openDatabase(workFolder, false);
  let badRecords = 0;
  let steps: Step[] = [];
  for await (const [key, value] of readThrough(source)) {
    const revision = revisionOf(key, value);
    if (revision === null) badRecords++;
    else if (await isNews(target, key, revision)) steps.push({ type: "put", key, value });
    if (steps.length < PIECE) continue;
    await writeAll(target, steps);
    steps = [];
  }
  await writeAll(target, steps);
  await source.close();
  return badRecords;
}

/** Null for a damaged record, -1 for one that is written only once. */
function revisionOf(key: Buffer, record: Buffer): number | null {
  const entry = readEntry(key, record);
  if (entry === null) return null;
  return "revision" in entry ? entry.revision : -1;
}

async function isNews(target: Database, key: Buffer, revision: number): Promise<boolean> {
  const known = await getEntry(target, key);
  if (known === undefined || known === null) return true;
  return "revision" in known && known.revision < revision;
}

/** All records that can be read; where reading fails it goes on behind the place. */
async function* readThrough(database: Database): AsyncGenerator<[Buffer, Buffer]> {
  let from: Buffer = Buffer.alloc(0);
  for (let skips = 0; skips < MOST_SKIPS; skips++) {
    const iterator = database.iterator({ gt: from });
    try {
      for (let some = await iterator.nextv(PIECE); some.length > 0; some = await iterator.nextv(PIECE)) {
        skips = 0;
        for (const record of some) {
          from = record[0];
          yield record;
        }
      }
      return;
    } catch (error) {
      if (isDiskFault(error)) throw error;
      from = behind(from);
    } finally {
      await iterator.close();
    }
  }
}

function behind(key: Buffer): Buffer {
  const [kind = 0, line = 0] = key;
  return key.length === 8 ? seqKey(kind, line, seqOf(key) + PIECE) : Buffer.of(kind + 1);
}
