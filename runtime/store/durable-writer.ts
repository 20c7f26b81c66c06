import type { Database, Step } from "./database.ts";
import { errorText } from "./database.ts";
import type { AlarmConsumer } from "./store-alarm.ts";
import type { StoreClock } from "./store-clock.ts";

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;

/**
 * Writes batches so that a resolved write is on the disk.
 *
 * After any error LevelDB may acknowledge writes that are gone after the next start, so the database is closed and
 * opened again before the same batch is tried again. Batches are written one after the other by one caller.
 */
export class DurableWriter {
  readonly #reopen: () => Promise<Database>;
  readonly #clock: StoreClock;
  readonly #onAlarm: AlarmConsumer;
  #database: Database | null;
  #fault: string | null = null;
  #attempts = 0;
  #isStopping = false;
  #isClosed = false;
  #endWait: () => void = () => {};

  /** @param database null when it could not be opened so far. */
  constructor(
    database: Database | null,
    fault: string | null,
    reopen: () => Promise<Database>,
    clock: StoreClock,
    onAlarm: AlarmConsumer,
  ) {
    this.#database = database;
    this.#fault = fault;
    this.#reopen = reopen;
    this.#clock = clock;
    this.#onAlarm = onAlarm;
  }

  /** Why nothing can be written at present; null when all is well. */
  get fault(): string | null {
    return this.#fault;
  }

  /** For reading. Throws an Error while the database is closed because of a fault. */
  get database(): Database {
    if (this.#database === null) throw new Error(`the store cannot be read until its disk works: ${this.#fault}`);
    return this.#database;
  }

  /** Resolves when the steps are on the disk, however long that takes; rejects only after `stop`. */
  async write(steps: readonly Step[]): Promise<void> {
    for (;;) {
      if (this.#isClosed) throw new Error("the store is closed");
      try {
        this.#database ??= await this.#openAgain();
        await this.#database.batch([...steps], { sync: true });
        return this.#recover();
      } catch (error) {
        await this.#fail(error);
        if (this.#isStopping) throw new Error("the store was closed before this was written", { cause: error });
      }
    }
  }

  /** From here on a write that fails rejects; one that waits for its next attempt makes it at once. */
  stop(): void {
    this.#isStopping = true;
    this.#endWait();
  }

  /** Closes the database; from here on every write rejects. */
  async close(): Promise<void> {
    this.stop();
    this.#isClosed = true;
    await this.#closeDatabase();
  }

  async #closeDatabase(): Promise<void> {
    const database = this.#database;
    this.#database = null;
    await database?.close();
  }

  async #openAgain(): Promise<Database> {
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** this.#attempts++, LONGEST_WAIT_MS);
    if (!this.#isStopping) {
      await new Promise<void>((resolve) => {
        const cancel = this.#clock.after(waitMs, resolve);
        this.#endWait = () => {
          cancel();
          resolve();
        };
      });
    }
    return this.#reopen();
  }

  async #fail(error: unknown): Promise<void> {
    const isNew = this.#fault === null;
    this.#fault = errorText(error);
    if (isNew)
      this.#onAlarm({ kind: "write-failed", raised: true, message: `the store cannot be written: ${this.#fault}` });
    await this.#closeDatabase().catch(() => {});
  }

  #recover(): void {
    this.#attempts = 0;
    if (this.#fault === null) return;
    this.#fault = null;
    this.#onAlarm({ kind: "write-failed", raised: false, message: "the store can be written again" });
  }
}
