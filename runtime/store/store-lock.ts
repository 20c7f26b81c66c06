import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { InputError } from "../../drivers/input-error.ts";
import { processIdentity } from "./process-identity.ts";

interface Holder {
  readonly pid: number;
  readonly text: string;
}

/**
 * A file that says which process owns a store. LevelDB's own lock gets lost when its file is merely read.
 *
 * It holds process id, start time of that process and number of the boot, so that one left behind by a power cut or a
 * kill is known as such and taken over.
 */
export class StoreLock {
  readonly #path: string;
  readonly #text: string;

  private constructor(path: string, text: string) {
    this.#path = path;
    this.#text = text;
  }

  /** Throws an InputError that names the other process when that lives and owns the store. */
  static async take(path: string): Promise<StoreLock> {
    const text = processIdentity(process.pid) as string;
    const draft = `${path}.${process.pid}.${randomBytes(4).toString("hex")}`;
    try {
      await writeFile(draft, text);
      for (let attempt = 0; attempt < 8; attempt++) {
        if (await tryLink(draft, path)) return new StoreLock(path, text);
        await evictDead(path);
      }
      throw new InputError({
        source: path,
        problem: "several processes fight for it",
        remedy: "start only one daemon",
      });
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Gives the store free, unless somebody else has it by now. */
  async release(): Promise<void> {
    if ((await readHolder(this.#path))?.text === this.#text) await rm(this.#path, { force: true });
  }
}

async function tryLink(draft: string, path: string): Promise<boolean> {
  try {
    await link(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

/** Removes the lock of a process that is no more. */
async function evictDead(path: string): Promise<void> {
  const holder = await readHolder(path);
  if (holder === null) return;
  refuseLiving(path, holder);
  // Another process may have done the same and locked already: look at what was really taken away.
  const evicted = `${path}.dead.${process.pid}`;
  await rename(path, evicted).catch(() => {});
  const taken = await readHolder(evicted);
  if (taken !== null && taken.text !== holder.text) await tryLink(evicted, path);
  await rm(evicted, { force: true });
}

function refuseLiving(path: string, { pid, text }: Holder): void {
  if (pid === 0 || processIdentity(pid) !== text) return;
  throw new InputError({
    source: path,
    problem: `the store is in use by process ${pid}`,
    remedy: "stop that daemon first, or give this one another folder",
  });
}

/** Null when there is no lock; process 0 when nobody can tell whose it is. */
async function readHolder(path: string): Promise<Holder | null> {
  const text = await readFile(path, "latin1").catch(() => null);
  if (text === null) return null;
  return { pid: Number(/^(\d{1,10}) /.exec(text)?.[1] ?? 0), text };
}
