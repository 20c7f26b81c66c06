import { randomBytes } from "node:crypto";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { InputError } from "../../drivers/input-error.ts";

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
    const text = await identityOf(process.pid);
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
  await refuseLiving(path, holder);
  // Another process may have done the same and locked already: look at what was really taken away.
  const evicted = `${path}.dead.${process.pid}`;
  await rename(path, evicted).catch(() => {});
  const taken = await readHolder(evicted);
  if (taken !== null && taken.text !== holder.text) await tryLink(evicted, path);
  await rm(evicted, { force: true });
}

async function refuseLiving(path: string, { pid, text }: Holder): Promise<void> {
  if (pid === 0 || (await identityOf(pid).catch(() => null)) !== text) return;
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

/** Differs for every process that ever ran; rejects when there is no such process. */
async function identityOf(pid: number): Promise<string> {
  const bootId = await readFile("/proc/sys/kernel/random/boot_id", "latin1").catch(() => "");
  const stat = await readFile(`/proc/${pid}/stat`, "latin1").catch(() => null);
  if (stat === null) {
    // No /proc on this system: the number alone has to do.
    if (bootId !== "") throw new Error(`no process ${pid}`);
    process.kill(pid, 0);
    return `${pid} \n`;
  }
  // The second field, a name in parentheses, may hold anything; state and start time are the 1st and 20th behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // dead, and only waiting for its parent to take note
  if (fields[0] === "Z" || fields[0] === "X") throw new Error(`process ${pid} has ended`);
  const startTicks = fields[19];
  return `${pid} ${startTicks} ${bootId.trim()}\n`;
}
