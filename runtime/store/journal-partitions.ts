import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Database, errorText, type OpenDatabase } from "./database.ts";
import { dataFiles, preflight } from "./preflight.ts";
import type { AlarmConsumer } from "./store-alarm.ts";

interface Handle {
  readonly database: Promise<Database>;
  users: number;
}

/**
 * The folders `0`, `1`, ... of a journal, each a database of its own: the oldest goes by removing its folder, which
 * costs a millisecond however large it is. A damaged one is dropped with an alarm.
 */
export class JournalPartitions {
  readonly #folder: string;
  readonly #open: OpenDatabase;
  readonly #onAlarm: AlarmConsumer;
  readonly #handles = new Map<number, Handle>();
  #numbers: number[] = [];

  private constructor(folder: string, open: OpenDatabase, onAlarm: AlarmConsumer) {
    this.#folder = folder;
    this.#open = open;
    this.#onAlarm = onAlarm;
  }

  static async list(folder: string, open: OpenDatabase, onAlarm: AlarmConsumer): Promise<JournalPartitions> {
    const partitions = new JournalPartitions(folder, open, onAlarm);
    const names = await readdir(folder).catch(() => []);
    partitions.#numbers = names
      .filter((name) => /^\d{1,9}$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
    return partitions;
  }

  /** Oldest first. */
  get numbers(): readonly number[] {
    return this.#numbers;
  }

  /** The newest one, to be written to again; null when it is missing, damaged or has `enoughBytes` already. */
  async reuse(enoughBytes: number): Promise<Database | null> {
    const number = this.#numbers.at(-1);
    if (number === undefined) return null;
    const database = await this.#openSound(number);
    if (database === null) return null;
    if ((await this.sizeBytes(number)) < enoughBytes) return this.#hold(number, database);
    await database.close();
    return null;
  }

  /** A new one, which becomes the newest. */
  async create(): Promise<Database> {
    const number = (this.#numbers.at(-1) ?? -1) + 1;
    const path = this.#path(number);
    await mkdir(path, { recursive: true });
    try {
      const database = await this.#open(path, true);
      this.#numbers.push(number);
      return this.#hold(number, database);
    } catch (error) {
      await rm(path, { recursive: true, force: true });
      throw error;
    }
  }

  /** Runs `use` on a partition, which is opened for it if need be; ends early where that is damaged. */
  async *read<Item>(number: number, use: (database: Database) => AsyncIterable<Item>): AsyncGenerator<Item> {
    const handle = this.#handles.get(number) ?? { database: this.#mustOpen(number), users: 0 };
    this.#handles.set(number, handle);
    handle.users++;
    try {
      yield* use(await handle.database);
    } catch (error) {
      const isStillThere = this.#numbers.includes(number) && this.#handles.get(number) === handle;
      if (isStillThere) this.#tellDamage(number, errorText(error));
    } finally {
      await this.#letGo(number, handle);
    }
  }

  /** The newest one is complete: it stays open only for those who read it. */
  async finishNewest(): Promise<void> {
    const number = this.#numbers.at(-1) ?? -1;
    const handle = this.#handles.get(number);
    if (handle !== undefined) await this.#letGo(number, handle);
  }

  /** Closes the newest one at once, as after a write error. */
  async closeNewest(): Promise<void> {
    await this.#close(this.#numbers.at(-1) ?? -1);
  }

  /** Removes the oldest ones until all together take at most `bytes`; the newest one stays. */
  async shrinkTo(bytes: number): Promise<void> {
    let sum = 0;
    for (const number of this.#numbers) sum += await this.sizeBytes(number);
    while (sum > bytes && this.#numbers.length > 1) {
      sum -= await this.sizeBytes(this.#numbers[0] as number);
      await this.dropOldest();
    }
  }

  /** Removes the oldest one unless it is the only one; whoever reads it finds its end. */
  async dropOldest(): Promise<void> {
    const number = this.#numbers[0];
    if (number !== undefined && this.#numbers.length > 1) await this.#drop(number);
  }

  async sizeBytes(number: number): Promise<number> {
    const files = await dataFiles(this.#path(number)).catch(() => []);
    return files.reduce((sum, [, bytes]) => sum + bytes, 0);
  }

  async #drop(number: number): Promise<void> {
    this.#numbers = this.#numbers.filter((each) => each !== number);
    await this.#close(number);
    await rm(this.#path(number), { recursive: true, force: true });
  }

  async #mustOpen(number: number): Promise<Database> {
    const { fault } = await preflight(this.#path(number));
    if (fault !== null) throw new Error(fault);
    return this.#open(this.#path(number), false);
  }

  async #openSound(number: number): Promise<Database | null> {
    try {
      return await this.#mustOpen(number);
    } catch (error) {
      this.#tellDamage(number, errorText(error));
      await this.#drop(number);
      return null;
    }
  }

  #hold(number: number, database: Database): Database {
    this.#handles.set(number, { database: Promise.resolve(database), users: 1 });
    return database;
  }

  async #letGo(number: number, handle: Handle): Promise<void> {
    handle.users--;
    if (handle.users === 0 && this.#handles.get(number) === handle) await this.#close(number);
  }

  async #close(number: number): Promise<void> {
    const handle = this.#handles.get(number);
    this.#handles.delete(number);
    await handle?.database.then((database) => database.close()).catch(() => {});
  }

  #tellDamage(number: number, reason: string): void {
    this.#onAlarm({ kind: "journal-damaged", raised: true, message: `part ${number} of the edge journal: ${reason}` });
  }

  #path(number: number): string {
    return join(this.#folder, String(number));
  }
}
