import { access, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { InputError } from "../../drivers/input-error.ts";
import { makeFolder } from "../make-folder.ts";
import { type Database, errorText, isDiskFault, isRefusal, type OpenDatabase, writeAll } from "./database.ts";
import { SCHEMA_VERSION, schemaStep } from "./entries.ts";
import { type Heads, readHeads } from "./heads.ts";
import { LINES } from "./keys.ts";
import { type Marks, NO_MARKS, readMarks, STARTS_BEFORE_SALVAGE, writeMarks } from "./marks.ts";
import type { Opening } from "./opening.ts";
import { dataFiles, preflight } from "./preflight.ts";
import { checkInChild, mendInChild, type Rescued, RescueStoppedError, salvageInChild } from "./rescue.ts";
import { copyDatabase, moveSafely, removeFolder, syncTree } from "./safe-files.ts";
import { StoreLock } from "./store-lock.ts";

const STARTS_BEFORE_EMPTY = 6;

/** An open store's parts. */
export interface Started {
  readonly database: Database;
  readonly heads: Heads;
  readonly opening: Opening;
  /** Null only when blind. */
  readonly lock: StoreLock | null;
  /** As it stands in the side file now. */
  readonly marks: Marks;
}

interface Opened {
  readonly database: Database;
  readonly heads: Heads;
  readonly opening: Opening;
}

const NO_LOSS: Rescued = { lostEvents: new Array(LINES).fill(0), badRecords: 0, faultyFiles: 0 };

/**
 * Opens the store in `folder`, whatever state a power cut, a dying card or a person left it in.
 *
 * Throws an InputError when another process has it, when a newer program wrote it or when this one may not write there;
 * any other error means that the disk does not work at present.
 * @param doubt why what stands there is not to be trusted although it opens; it is rescued then.
 * @param isRetry true for a further attempt of the same process: it does not count as a start.
 */
export async function startUp(
  folder: string,
  open: OpenDatabase,
  isRetry: boolean,
  doubt: string | null = null,
): Promise<Started> {
  try {
    await makeFolder(folder);
    // 1. Nobody else.
    const lock = await StoreLock.take(join(folder, "lock"));
    try {
      return { ...(await openLocked(folder, open, isRetry, doubt)), lock };
    } catch (error) {
      await lock.release();
      throw error;
    }
  } catch (error) {
    if (!isRefusal(error) || error instanceof InputError) throw error;
    const remedy = "stop what uses it, or give the daemon a folder that it may write to";
    throw new InputError({ source: folder, problem: `cannot open the store: ${errorText(error)}`, remedy });
  }
}

async function openLocked(
  folder: string,
  open: OpenDatabase,
  isRetry: boolean,
  doubt: string | null,
): Promise<Opened & { marks: Marks }> {
  const before = (await readMarks(folder)) ?? NO_MARKS;
  refuseNewer(folder, before.schema);
  const starts = before.starts + (isRetry ? 0 : 1);
  const marks = { ...before, starts, closedFiles: null };
  await writeMarks(folder, marks);
  try {
    const opened = await new StartUp(folder, open, before, doubt).run();
    return { ...opened, marks: opened.opening.way === "emptied" ? { ...marks, starts: 1 } : marks };
  } catch (error) {
    // A start that counts as failed leads to a rescue in the end.
    if (saysNothing(error)) await writeMarks(folder, { ...before, closedFiles: null }).catch(() => {});
    throw error;
  }
}

class StartUp {
  readonly #folder: string;
  readonly #open: OpenDatabase;
  readonly #marks: Marks;
  readonly #doubt: string | null;
  readonly #home: string;
  /** The database as it was found; there only while a start-up is at work. */
  readonly #aside: string;
  /** Under construction, and finished but not in its place yet. */
  readonly #draft: string;
  readonly #ready: string;

  constructor(folder: string, open: OpenDatabase, marks: Marks, doubt: string | null) {
    this.#doubt = doubt;
    this.#folder = folder;
    this.#open = open;
    this.#marks = marks;
    this.#home = join(folder, "db");
    this.#aside = join(folder, "db.aside");
    this.#draft = join(folder, "db.new");
    this.#ready = join(folder, "db.ready");
  }

  async run(): Promise<Opened> {
    await this.#finishInterrupted();
    // 2. Nothing there.
    if (!(await exists(this.#home)) && !(await exists(this.#aside))) return this.#create();
    // 7. Neither as it was nor salvaged did it ever last.
    if (this.#marks.starts >= STARTS_BEFORE_EMPTY) return this.#empty(`${this.#marks.starts} starts failed in a row`);
    // 3. What can be seen from outside.
    const { fault, tables, isCut } = await preflight(this.#home);
    const doubt = this.#doubt ?? this.#crashLoop() ?? (await this.#changeSinceClose());
    // 4. Closed in order and unchanged.
    const isClosed = this.#marks.closedFiles !== null && !isCut && !(await exists(this.#aside));
    const clean = fault === null && doubt === null && isClosed ? await this.#tryOpen("clean") : null;
    if (clean !== null && typeof clean !== "string") return clean;
    if (!(await exists(this.#aside))) await copyDatabase(this.#home, this.#aside, tables);
    // 5. Read by somebody who may die of it.
    const found = fault ?? clean ?? (await checkInChild(this.#home, this.#marks.lines));
    if (typeof found === "number") await this.#leaveAlone(found);
    const checked = found === null && doubt === null ? await this.#tryOpen("checked") : null;
    if (checked !== null && typeof checked !== "string") {
      await removeFolder(this.#aside);
      return checked;
    }
    // 6. Keep what is sound.
    return this.#salvage(String(found ?? doubt ?? checked));
  }

  /** A start-up that a power cut ended goes on where it was. */
  async #finishInterrupted(): Promise<void> {
    for (const name of await readdir(this.#folder))
      if (name.endsWith(".tmp") && name.startsWith("db.")) await rm(join(this.#folder, name), { recursive: true });
    if (await exists(this.#ready)) await this.#promote();
    await removeFolder(this.#draft);
    if ((await exists(this.#aside)) && !(await exists(this.#home)))
      await copyDatabase(this.#aside, this.#home, new Set());
  }

  #crashLoop(): string | null {
    const { starts } = this.#marks;
    return starts > 0 && starts % STARTS_BEFORE_SALVAGE === 0 ? `${starts} starts failed in a row` : null;
  }

  async #changeSinceClose(): Promise<string | null> {
    const { closedFiles } = this.#marks;
    if (closedFiles === null) return null;
    const isSame = JSON.stringify(closedFiles) === JSON.stringify(await dataFiles(this.#home));
    return isSame ? null : "its files changed after it was closed";
  }

  async #create(): Promise<Opened> {
    const { lines } = this.#marks;
    if (lines?.next.some((next) => next > 0)) return this.#empty("the database is gone");
    await this.#build(() => this.#fillEmpty());
    return this.#mustOpen("created", null, NO_LOSS, null);
  }

  async #fillEmpty(): Promise<void> {
    const database = await this.#open(this.#draft, true);
    await writeAll(database, [schemaStep()]);
    await database.close();
    await syncTree(this.#draft);
  }

  async #salvage(reason: string): Promise<Opened> {
    try {
      const rescued = await this.#build(() => salvageInChild(this.#aside, this.#draft, this.#marks.lines));
      return await this.#mustOpen("salvaged", reason, rescued.result, rescued.setAside);
    } catch (error) {
      if (saysNothing(error)) throw error;
      return this.#empty(`${reason}; ${errorText(error)}`);
    }
  }

  async #empty(reason: string): Promise<Opened> {
    if ((await exists(this.#home)) && !(await exists(this.#aside))) await moveSafely(this.#home, this.#aside);
    await removeFolder(this.#draft);
    const { result: lostEvents, setAside } = await this.#build(() => mendInChild(this.#draft, this.#marks.lines));
    return this.#mustOpen("emptied", reason, { ...NO_LOSS, lostEvents }, setAside);
  }

  /** Fills the draft and puts it in its place; a power cut leaves the old database or the new one, never half of it. */
  async #build<Result>(fill: () => Promise<Result>): Promise<{ result: Result; setAside: string | null }> {
    const result = await fill();
    await moveSafely(this.#draft, this.#ready);
    return { result, setAside: await this.#promote() };
  }

  /** Returns where the damaged database went. */
  async #promote(): Promise<string | null> {
    const damaged = (await exists(this.#aside)) ? await this.#nextDamaged() : null;
    if (damaged !== null) await moveSafely(this.#aside, damaged);
    await removeFolder(this.#home);
    await moveSafely(this.#ready, this.#home);
    return damaged;
  }

  /** A free name; of earlier ones stays the first, which is nearest to the truth. */
  async #nextDamaged(): Promise<string> {
    const numbers = (await readdir(this.#folder))
      .map((name) => Number(/^db\.damaged-(\d+)$/.exec(name)?.[1] ?? Number.NaN))
      .filter((number) => Number.isInteger(number))
      .sort((a, b) => a - b);
    const path = (number: number) => join(this.#folder, `db.damaged-${number}`);
    for (const number of numbers.slice(1)) await removeFolder(path(number));
    return path((numbers.at(-1) ?? 0) + 1);
  }

  async #mustOpen(
    way: Opening["way"],
    reason: string | null,
    rescued: Rescued,
    setAside: string | null,
  ): Promise<Opened> {
    const opened = await this.#tryOpen(way);
    if (typeof opened === "string") throw new Error(opened);
    return { ...opened, opening: { way, reason, ...rescued, setAside } };
  }

  /** A text says what is damaged inside. */
  async #tryOpen(way: Opening["way"]): Promise<Opened | string> {
    let database: Database;
    try {
      database = await this.#open(this.#home, false);
    } catch (error) {
      if (isDiskFault(error) || isRefusal(error)) throw error;
      return errorText(error);
    }
    const heads = await readHeads(database).catch(errorText);
    const fault = typeof heads === "string" ? heads : this.#behindMarks(heads);
    if (typeof heads !== "string" && fault === null && heads.schema <= SCHEMA_VERSION)
      return { database, heads, opening: { way, reason: null, ...NO_LOSS, setAside: null } };
    await database.close();
    if (typeof heads !== "string") refuseNewer(this.#folder, heads.schema);
    return String(fault);
  }

  #behindMarks({ schema, lines }: Heads): string | null {
    if (schema > SCHEMA_VERSION) return null;
    const { first, next } = this.#marks.lines ?? { first: [], next: [] };
    const behind = lines.findIndex(
      ({ firstSeq, nextSeq }, line) => nextSeq < (next[line] ?? 0) || firstSeq > (first[line] ?? nextSeq),
    );
    return behind < 0 ? null : `events of line ${behind} are missing`;
  }

  async #leaveAlone(schema: number): Promise<void> {
    await removeFolder(this.#aside);
    refuseNewer(this.#folder, schema);
  }
}

/** A full disk, or a person who stops the service, is no reason to doubt what stands on the disk. */
function saysNothing(error: unknown): boolean {
  return isDiskFault(error) || error instanceof RescueStoppedError;
}

function refuseNewer(folder: string, schema: number): void {
  if (schema <= SCHEMA_VERSION) return;
  throw new InputError({
    source: folder,
    problem: `the store has layout ${schema}, this program knows layouts up to ${SCHEMA_VERSION}`,
    remedy: "install the newer program again, or give this one another folder",
  });
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
