import { makeFolder } from "../make-folder.ts";
import { type Database, errorText, isDiskFault, type OpenDatabase, openDatabase, type Step } from "./database.ts";
import {
  ChunkBuilder,
  cutChunk,
  type JournalChunk,
  journalKey,
  MAX_CHANNEL,
  readJournalChunk,
} from "./journal-chunk.ts";
import { JournalPartitions } from "./journal-partitions.ts";
import type { AlarmConsumer } from "./store-alarm.ts";
import { MONOTONIC_CLOCK, type StoreClock } from "./store-clock.ts";
import { isWhole, MAX_EXACT } from "./stored-event.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** Some 260,000 edges, below 1 MB. */
const MOST_WAITING_CHUNKS = 64;
// LevelDB's own log may stand beside what it has written to tables already.
const LOG_BYTES = 2 << 20;

export interface JournalOptions {
  /** Bytes on the disk, at least four partitions: 200 MB unless told. */
  readonly maxBytes?: number;
  /** Bytes of a partition, which is removed as a whole: 16 MB unless told. */
  readonly partitionBytes?: number;
  /** A power cut costs at most the edges of this time: 10,000 ms unless told. */
  readonly syncEveryMs?: number;
  readonly onAlarm?: AlarmConsumer;
  readonly clock?: StoreClock;
  readonly openDatabase?: OpenDatabase;
}

/** How the journal is doing. Counts are since the start. */
export interface JournalMetrics {
  /** Why it cannot be written at present, else null. */
  readonly fault: string | null;
  readonly edges: number;
  readonly dropped: number;
  readonly partitions: number;
  /** Pieces of up to 4,096 edges that wait in memory, and so many may: what comes then is dropped. */
  readonly waitingChunks: number;
  readonly mostWaitingChunks: number;
}

/**
 * Keeps the raw edges of the last days or weeks, as many as fit a number of bytes, for looking at what the contacts
 * really did. Nothing waits for it: edges that cannot be written in time are dropped and counted, the count is kept with
 * the next edges, and a damaged journal never prevents a start.
 */
export class Journal {
  readonly #maxBytes: number;
  readonly #partitionBytes: number;
  readonly #syncEveryMs: number;
  readonly #onAlarm: AlarmConsumer;
  readonly #clock: StoreClock;
  readonly #partitions: JournalPartitions;
  readonly #builder: ChunkBuilder;
  #database: Database | null = null;
  #partitionWritten = 0;
  #waiting: Step[] = [];
  #writing: Promise<void> | null = null;
  #endSyncWait: (() => void) | null = null;
  #endRetryWait: () => void = () => {};
  #isSyncDue = false;
  #isClosing = false;
  #fault: string | null = null;
  #edges = 0;
  #dropped = 0;
  #droppedUntold = 0;

  private constructor(boot: number, partitions: JournalPartitions, options: JournalOptions) {
    this.#partitions = partitions;
    this.#partitionBytes = options.partitionBytes ?? 16 << 20;
    this.#maxBytes = options.maxBytes ?? 200 << 20;
    this.#syncEveryMs = options.syncEveryMs ?? 10_000;
    this.#onAlarm = options.onAlarm ?? (() => {});
    this.#clock = options.clock ?? MONOTONIC_CLOCK;
    this.#builder = new ChunkBuilder(boot);
    if (this.#maxBytes < 4 * this.#partitionBytes) throw new RangeError("a journal needs room for four partitions");
  }

  /**
   * Opens or creates the journal in `folder`. Never rejects because of what is or is not there: a disk that does not
   * work is an alarm.
   * @param boot number of this boot, 0 to 2^32 - 1; its times begin anew.
   */
  static async open(folder: string, boot: number, options: JournalOptions = {}): Promise<Journal> {
    const { openDatabase: open = openDatabase, onAlarm = () => {} } = options;
    if (!isWhole(boot, 2 ** 32 - 1)) throw new RangeError(`boot number must be 0 to 2^32 - 1, not ${boot}`);
    const partitions = await JournalPartitions.list(folder, open, onAlarm);
    const journal = new Journal(boot, partitions, options);
    try {
      await makeFolder(folder);
      await journal.#openNewest();
    } catch (error) {
      journal.#fail(error);
    }
    return journal;
  }

  /**
   * Takes an edge; never waits, never throws because of the disk.
   * @param timeUs monotonic microseconds, 0 to 2^51 - 1, not decreasing.
   * @param channel 0 to 127.
   */
  push(timeUs: number, channel: number, level: 0 | 1): void {
    if (!isWhole(timeUs, MAX_EXACT) || !isWhole(channel, MAX_CHANNEL))
      throw new RangeError(`no edge can be at ${timeUs} us on channel ${channel}`);
    this.#edges++;
    if (this.#builder.isFullAt(timeUs)) this.#endChunk();
    this.#builder.push(timeUs, channel, level);
    this.#endSyncWait ??= this.#clock.after(this.#syncEveryMs, () => void this.flush());
  }

  /** Resolves when all edges so far are on the disk, or when they could not be written this time. */
  async flush(): Promise<void> {
    this.#endSyncWait?.();
    this.#endSyncWait = null;
    this.#isSyncDue = true;
    this.#endChunk();
    if (this.#fault === null) await this.#writing;
  }

  /** Edges of a boot from `fromUs` to `toUs`, both included, chunk by chunk in order. */
  async *read(boot: number, fromUs: number, toUs: number): AsyncGenerator<JournalChunk> {
    await this.flush();
    const chunks = (database: Database) => this.#chunksOf(database, boot, fromUs, toUs);
    for (const number of this.#partitions.numbers) yield* this.#partitions.read(number, chunks);
  }

  metrics(): JournalMetrics {
    const partitions = this.#partitions.numbers.length;
    const queue = { waitingChunks: this.#waiting.length, mostWaitingChunks: MOST_WAITING_CHUNKS };
    return { fault: this.#fault, edges: this.#edges, dropped: this.#dropped, partitions, ...queue };
  }

  /** Bytes on the disk. */
  async sizeBytes(): Promise<number> {
    let sum = 0;
    for (const number of this.#partitions.numbers) sum += await this.#partitions.sizeBytes(number);
    return sum;
  }

  /** Writes what is left, if the disk works. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#endRetryWait();
    await this.flush();
    await this.#writing;
    await this.#partitions.finishNewest();
    this.#database = null;
  }

  async *#chunksOf(database: Database, boot: number, fromUs: number, toUs: number): AsyncGenerator<JournalChunk> {
    let gte = journalKey(boot, fromUs, 0);
    const before = { gte: journalKey(boot, 0, 0), lt: gte, reverse: true, limit: 1 };
    for await (const key of database.keys(before)) gte = key;
    for await (const [key, record] of database.iterator({ gte, lte: journalKey(boot, toUs, 2 ** 32 - 1) })) {
      const chunk = readJournalChunk(key, record);
      if (chunk === null)
        this.#onAlarm({ kind: "journal-damaged", raised: true, message: "a piece of the edge journal is damaged" });
      const part = chunk && cutChunk(chunk, fromUs, toUs);
      if (part !== null) yield part;
    }
  }

  #endChunk(): void {
    if (this.#waiting.length >= MOST_WAITING_CHUNKS) {
      const count = this.#builder.drop();
      this.#dropped += count;
      this.#droppedUntold += count;
    } else if (this.#builder.length + this.#droppedUntold > 0) {
      this.#waiting.push(this.#builder.take(this.#droppedUntold));
      this.#droppedUntold = 0;
    }
    if (this.#waiting.length > 0) this.#writing ??= this.#drain();
  }

  async #drain(): Promise<void> {
    for (let attempt = 0; this.#waiting.length > 0; ) {
      try {
        await this.#writeFirst();
        attempt = 0;
      } catch (error) {
        await this.#giveUp(error);
        if (this.#isClosing) break;
        await this.#waitForRetry(attempt++);
      }
    }
    this.#writing = null;
  }

  /** After a write error LevelDB is not to be trusted: the next attempt opens the partition again. */
  async #giveUp(error: unknown): Promise<void> {
    this.#fail(error);
    await this.#partitions.closeNewest();
    this.#database = null;
    // Room for newer edges is worth more than the oldest ones.
    if (isDiskFault(error)) await this.#partitions.dropOldest().catch(() => {});
  }

  async #writeFirst(): Promise<void> {
    const [step] = this.#waiting as [Step & { readonly type: "put" }];
    if (this.#partitionWritten >= this.#partitionBytes) await this.#endPartition();
    if (this.#database === null) await this.#openNewest();
    const sync = this.#isSyncDue && this.#waiting.length === 1;
    await this.#database?.batch([step], { sync });
    if (sync) this.#isSyncDue = false;
    this.#waiting.shift();
    this.#partitionWritten += step.key.length + step.value.length;
    this.#recover();
  }

  async #endPartition(): Promise<void> {
    await this.#partitions.finishNewest();
    this.#database = null;
    await this.#openNext();
  }

  async #openNewest(): Promise<void> {
    this.#database = await this.#partitions.reuse(this.#partitionBytes);
    if (this.#database === null) return this.#openNext();
    this.#partitionWritten = await this.#partitions.sizeBytes(this.#partitions.numbers.at(-1) as number);
  }

  async #openNext(): Promise<void> {
    await this.#partitions.shrinkTo(this.#maxBytes - this.#partitionBytes - LOG_BYTES);
    this.#database = await this.#partitions.create();
    this.#partitionWritten = 0;
  }

  async #waitForRetry(attempt: number): Promise<void> {
    const waitMs = Math.min(FIRST_WAIT_MS * 2 ** attempt, LONGEST_WAIT_MS);
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(waitMs, resolve);
      this.#endRetryWait = () => {
        cancel();
        resolve();
      };
    });
  }

  #fail(error: unknown): void {
    const isNew = this.#fault === null;
    this.#fault = errorText(error);
    if (!isNew) return;
    const message = `the edge journal cannot be written: ${this.#fault}`;
    this.#onAlarm({ kind: "journal-failed", raised: true, message });
  }

  #recover(): void {
    if (this.#fault === null) return;
    this.#fault = null;
    this.#onAlarm({ kind: "journal-failed", raised: false, message: "the edge journal can be written again" });
  }
}
