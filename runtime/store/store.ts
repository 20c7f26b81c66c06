import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { type Beginning, begin, joinBlind } from "./blind-start.ts";
import { CommitQueue, type DurableConsumer, MOST_WAITING_EVENTS } from "./commit-queue.ts";
import { type Database, type OpenDatabase, openDatabase, type Step } from "./database.ts";
import { DurableWriter } from "./durable-writer.ts";
import {
  BOOT_SLOT,
  frontStep,
  getEntry,
  noteStep,
  resultStep,
  SNAPSHOT_SLOTS,
  type StoredState,
  snapshotStep,
} from "./entries.ts";
import { CHUNK_EVENTS } from "./event-chunk.ts";
import { type Heads, readHeads } from "./heads.ts";
import { resultKey, resultKeyOf, snapshotKey } from "./keys.ts";
import { LineLog } from "./line-log.ts";
import type { LineMarks } from "./marks.ts";
import { MarksKeeper } from "./marks-keeper.ts";
import { type Opening, tellOpening } from "./opening.ts";
import { dataFiles } from "./preflight.ts";
import { type LoggedEvent, readBootState, readEvents, readFront, readSnapshot } from "./read-log.ts";
import { type KeyedResult, pruneSteps, readNotes, readResults } from "./read-records.ts";
import type { AlarmConsumer, StoreAlarm } from "./store-alarm.ts";
import { MONOTONIC_CLOCK, type StoreClock } from "./store-clock.ts";
import type { StoreLock } from "./store-lock.ts";
import { isWhole, type StoredEvent } from "./stored-event.ts";

const MOST_FRONT_BYTES = 64 << 10;
const MOST_SNAPSHOT_BYTES = 16 << 20;
const MOST_RECORD_BYTES = 1 << 20;
const PRUNE_AT_ONCE = 1_000;

export interface StoreOptions {
  /** How long an event may wait for others to share its commit with: 0 to 30,000 ms, 1,000 unless told. */
  readonly commitWindowMs?: number;
  /** Why what stands there is not to be trusted although it opens: it is rescued first. */
  readonly doubt?: string;
  readonly onAlarm?: AlarmConsumer;
  readonly onDurable?: DurableConsumer;
  readonly clock?: StoreClock;
  readonly openDatabase?: OpenDatabase;
}

/** How the store is doing. Counts are since the start. */
export interface StoreMetrics {
  /** Why nothing can be written at present, else null. */
  readonly fault: string | null;
  readonly pendingEvents: number;
  /** So many may wait in memory: what comes then is dropped. */
  readonly mostPendingEvents: number;
  readonly droppedEvents: number;
  readonly droppedRecords: number;
  readonly commits: number;
  /** Keys and values handed to LevelDB; what reaches the card is some 16 KB a commit. */
  readonly writtenBytes: number;
}

/** What a line begins with after a start. */
export interface LineStart {
  readonly snapshot: StoredState | null;
  readonly front: StoredState | null;
  readonly nextSeq: number;
}

/**
 * Everything that must survive a power cut: the event logs of up to eight lines, their states, results and notes.
 *
 * Nothing but `commit`, `appendNote`, `prune` and reading waits for the disk, and no fault of the disk is thrown at
 * whoever appends: it becomes an alarm, and what was not written waits in memory. Readers see what is on the disk, and
 * get an Error while the disk does not work.
 * Lines are numbered from 0 to 7. Values are plain data: numbers, texts, booleans, null, arrays, objects, Uint8Array;
 * they are copied at the call, and a TypeError is thrown for anything else.
 */
export class Store {
  /** How it was opened. */
  readonly opened: Opening;
  readonly #folder: string;
  readonly #open: OpenDatabase;
  readonly #onAlarm: AlarmConsumer;
  readonly #writer: DurableWriter;
  readonly #queue: CommitQueue;
  readonly #lines: readonly LineLog[];
  /** Place of the newest snapshot of each line as far as known. */
  readonly #slots = new Map<number, number>();
  /** Where writing goes on while the disk has never worked since the start; null otherwise. */
  #blindHeads: Heads | null;
  #lock: StoreLock | null;
  readonly #marks: MarksKeeper;
  #nextNote: number;
  #hasSeenDamage = false;
  #closing: Promise<void> | null = null;

  private constructor(folder: string, options: StoreOptions, { database, heads, opening, lock, marks }: Beginning) {
    const { commitWindowMs = 1_000, onDurable = () => {}, onAlarm = () => {}, clock = MONOTONIC_CLOCK } = options;
    this.opened = opening;
    this.#folder = folder;
    this.#open = options.openDatabase ?? openDatabase;
    this.#onAlarm = onAlarm;
    this.#lock = lock;
    this.#marks = new MarksKeeper(folder, clock, () => this.#reach(), database && marks);
    this.#nextNote = heads.nextNote;
    this.#blindHeads = database === null ? heads : null;
    this.#lines = heads.lines.map((state, line) => new LineLog(line, state));
    this.#writer = new DurableWriter(
      database,
      database === null ? opening.reason : null,
      () => this.#reopen(),
      clock,
      onAlarm,
    );
    this.#queue = new CommitQueue(this.#writer, this.#lines, heads.revision, {
      windowMs: commitWindowMs,
      clock,
      onAlarm,
      onDurable: (line, seq, oldestPendingMs) => {
        onDurable(line, seq, oldestPendingMs);
        this.#marks.writeHourly();
      },
    });
  }

  /**
   * Opens the store of a folder, creates it, or rescues what can be rescued; see docs/store.md.
   * Throws an InputError when another process uses it, a newer program wrote it, or this one may not write there.
   */
  static async open(folder: string, options: StoreOptions = {}): Promise<Store> {
    const { commitWindowMs = 0 } = options;
    if (!(commitWindowMs >= 0 && commitWindowMs <= 30_000))
      throw new RangeError(`commitWindowMs must be 0 to 30,000, not ${commitWindowMs}`);
    const store = new Store(
      folder,
      options,
      await begin(folder, options.openDatabase ?? openDatabase, options.doubt ?? null),
    );
    tellOpening(store.opened, store.#onAlarm);
    if (store.#lock !== null) await store.mark().catch(() => {});
    return store;
  }

  /**
   * Adds an event to a line's log and returns its number: from 0, without gaps. It is durable after the next commit.
   * Null when the disk has not worked for so long that memory is full: the event is lost, and counted.
   * Throws a RangeError for an event that is out of range.
   */
  append(line: number, event: StoredEvent): number | null {
    return this.#queue.append(this.#line(line), event);
  }

  /**
   * Sets the small state that goes to the disk in one piece with the events appended before it. At most 64 KiB.
   * `load` tells behind which event it belongs.
   */
  setFront(line: number, state: unknown): void {
    const lastSeq = this.#line(line).nextSeq - 1;
    this.#put(frontStep(line, this.#queue.nextRevision(), { state, lastSeq }), MOST_FRONT_BYTES);
  }

  /** Keeps a large state, at most 16 MiB, as of the last event appended. The three before it stay as a reserve. */
  putSnapshot(line: number, state: unknown): void {
    const lastSeq = this.#line(line).nextSeq - 1;
    const slot = ((this.#slots.get(line) ?? -1) + 1) % SNAPSHOT_SLOTS;
    this.#put(snapshotStep(line, slot, this.#queue.nextRevision(), { state, lastSeq }), MOST_SNAPSHOT_BYTES);
    this.#slots.set(line, slot);
  }

  /** Keeps the state that a boot begins with until another one is put. @param lastSeq the last event before it. */
  putBootState(line: number, state: unknown, lastSeq: number): void {
    const { line: number } = this.#line(line);
    this.#put(snapshotStep(number, BOOT_SLOT, this.#queue.nextRevision(), { state, lastSeq }), MOST_SNAPSHOT_BYTES);
  }

  deleteBootState(line: number): void {
    this.#put({ type: "del", key: snapshotKey(this.#line(line).line, BOOT_SLOT) }, MOST_RECORD_BYTES);
  }

  /** The durable state that a boot began with; null when there is none. */
  async bootState(line: number): Promise<StoredState | null> {
    const database = this.#reader();
    return database === null ? null : readBootState(database, this.#line(line).line, this.#damage);
  }

  /** Keeps a result, or replaces it. @param key 0 to 2^32 - 1, for instance the start of a shift in minutes. */
  putResult(line: number, key: number, value: unknown): void {
    this.#put(resultStep(this.#line(line).line, checkedKey(key), this.#queue.nextRevision(), value), MOST_RECORD_BYTES);
  }

  deleteResult(line: number, key: number): void {
    this.#put({ type: "del", key: resultKey(this.#line(line).line, checkedKey(key)) }, MOST_RECORD_BYTES);
  }

  /** The durable result under a key; undefined when there is none. */
  async result(line: number, key: number): Promise<unknown> {
    const database = this.#reader();
    if (database === null) return undefined;
    const entry = await getEntry(database, resultKey(this.#line(line).line, checkedKey(key)));
    if (entry === null) this.#damage(`result ${key} of line ${line} is damaged`);
    return entry?.kind === "result" ? entry.value : undefined;
  }

  /** Durable results in order of their keys, beginning at `fromKey`. */
  async *results(line: number, fromKey = 0, limit = Number.POSITIVE_INFINITY): AsyncGenerator<KeyedResult> {
    const database = this.#reader();
    if (database !== null)
      yield* readResults(database, this.#line(line).line, checkedKey(fromKey), limit, this.#damage);
  }

  /** Keys of a line's durable results, in order. */
  async resultKeys(line: number): Promise<readonly number[]> {
    const database = this.#reader();
    if (database === null) return [];
    const keys = await database.keys({ gte: resultKey(line, 0), lte: resultKey(line, 2 ** 32 - 1) }).all();
    return keys.map(resultKeyOf);
  }

  /** Keeps a note for ever. Resolves to its number when it is durable. */
  async appendNote(note: unknown): Promise<number> {
    const number = this.#nextNote;
    this.#put(noteStep(number, note), MOST_RECORD_BYTES);
    this.#nextNote++;
    await this.commit();
    return number;
  }

  /** Durable notes, oldest first. */
  async *notes(): AsyncGenerator<unknown> {
    const database = this.#reader();
    if (database !== null) yield* readNotes(database, this.#damage);
  }

  /** Resolves when everything handed over before is on the disk; rejects only when the store is closed before that. */
  commit(): Promise<void> {
    return this.#queue.commit();
  }

  /** Number of the last event of a line that is on the disk, -1 when there is none. */
  durableSeq(line: number): number {
    return this.#line(line).durableSeq;
  }

  /** The durable states of a line and the number of its next event. */
  async load(line: number): Promise<LineStart> {
    const { nextSeq } = this.#line(line);
    const database = this.#reader();
    if (database === null) return { snapshot: null, front: null, nextSeq };
    const newest = await readSnapshot(database, line, this.#damage);
    if (newest !== null && !this.#slots.has(line)) this.#slots.set(line, newest.slot);
    const snapshot = newest && { state: newest.state, lastSeq: newest.lastSeq };
    return { snapshot, front: await readFront(database, line, this.#damage), nextSeq };
  }

  /** Durable events of a line, both ends included. What is lost or damaged is left out: the numbers tell. */
  async *events(line: number, fromSeq = 0, toSeq = 2 ** 48 - 1): AsyncGenerator<LoggedEvent> {
    const database = this.#reader();
    if (database !== null) yield* readEvents(database, this.#line(line).line, fromSeq, toSeq, this.#damage);
  }

  /** Removes events that are older than `beforeSeq`, in whole chunks; the newest 256 always stay. */
  async prune(line: number, beforeSeq: number): Promise<void> {
    const log = this.#line(line);
    // Something must stay from which a start can tell the next number.
    const end = Math.min(beforeSeq, log.durableSeq + 1 - CHUNK_EVENTS);
    const { steps, firstSeq } = await pruneSteps(this.#writer.database, line, end);
    if (steps.length === 0) return;
    // The side file first: a start in between must not take the removed ones for lost.
    log.firstSeq = firstSeq;
    await this.mark();
    for (let at = 0; at < steps.length; at += PRUNE_AT_ONCE) {
      for (const step of steps.slice(at, at + PRUNE_AT_ONCE)) this.#put(step, MOST_RECORD_BYTES);
      await this.commit();
    }
  }

  /** Number of the commit that the disk is at work on; null while there is none, or none can be made. */
  get runningCommit(): number | null {
    return this.#writer.fault === null ? this.#queue.running : null;
  }

  metrics(): StoreMetrics {
    const { waitingEvents, droppedEvents, droppedRecords, commits, writtenBytes } = this.#queue;
    const fault = this.#writer.fault;
    return {
      fault,
      pendingEvents: waitingEvents,
      mostPendingEvents: MOST_WAITING_EVENTS,
      droppedEvents,
      droppedRecords,
      commits,
      writtenBytes,
    };
  }

  /** Bytes of the database on the disk. */
  async sizeBytes(): Promise<number> {
    const home = join(this.#folder, "db");
    let sum = 0;
    for (const name of await readdir(home).catch(() => []))
      sum += await stat(join(home, name))
        .then(({ size }) => size)
        .catch(() => 0);
    return sum;
  }

  /** Says that all that was needed has been read: whatever ends the daemon now, the store is not to be given up for it. */
  async markStarted(): Promise<void> {
    await this.#marks.worked();
  }

  /** Says that the start went well: five minutes are a good measure. Without it three starts in a row mean a rescue. */
  async markHealthy(): Promise<void> {
    this.#marks.forgetStarts();
    await this.mark();
  }

  /** Writes down how far the logs reach, at the end of a shift for instance: a loss before it cannot go unnoticed. */
  mark(): Promise<void> {
    return this.#marks.write(null);
  }

  /** Commits, and leaves a mark that the next start may trust. What cannot be written is lost, with an alarm. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const committed = this.commit();
    this.#writer.stop();
    const isWritten = await committed.then(
      () => true,
      () => false,
    );
    const { waitingEvents } = this.#queue;
    if (waitingEvents > 0) this.#alarm("dropped", `${waitingEvents} events could not be written before the end`);
    await this.#writer.close().catch(() => {});
    if (this.#lock === null) return;
    this.#marks.forgetStarts();
    const isClean = isWritten && !this.#hasSeenDamage && this.#writer.fault === null;
    const files = isClean ? await dataFiles(join(this.#folder, "db")) : null;
    await this.#marks.write(files).catch(() => {});
    await this.#lock.release().catch(() => {});
  }

  #reach(): LineMarks {
    return {
      first: this.#lines.map(({ firstSeq }) => firstSeq),
      next: this.#lines.map(({ durableSeq }) => durableSeq + 1),
      nextNote: this.#nextNote,
      revision: this.#queue.revision,
    };
  }

  /** Null while there is nothing that could be read; throws an Error while the database is closed by a fault. */
  #reader(): Database | null {
    return this.#blindHeads === null ? this.#writer.database : null;
  }

  async #reopen(): Promise<Database> {
    if (this.#blindHeads !== null) return this.#join(this.#blindHeads);
    const database = await this.#open(join(this.#folder, "db"), false);
    const heads = await readHeads(database);
    const isComplete =
      typeof heads !== "string" && heads.lines.every(({ nextSeq }, line) => nextSeq > this.durableSeq(line));
    if (isComplete) return database;
    await database.close();
    throw new Error(`restart the daemon: ${typeof heads === "string" ? heads : "events are missing after a fault"}`);
  }

  async #join(blind: Heads): Promise<Database> {
    const { database, heads, opening, lock, marks } = await joinBlind(this.#folder, this.#open, blind);
    this.#blindHeads = null;
    this.#lock = lock;
    this.#marks.begin(marks);
    for (const [line, { firstSeq }] of heads.lines.entries()) this.#line(line).firstSeq = firstSeq;
    this.#onAlarm({ kind: "blind", raised: false, message: "the store can be read again: restart to count it in" });
    tellOpening(opening, this.#onAlarm);
    return database;
  }

  #put(step: Step, mostBytes: number): void {
    if (step.type === "put" && step.value.length > mostBytes)
      throw new RangeError(`a record takes ${step.value.length} bytes, at most ${mostBytes} are allowed here`);
    this.#queue.put(step);
  }

  #line(line: number): LineLog {
    const log = this.#lines[line];
    if (log === undefined) throw new RangeError(`there is no line ${line}`);
    return log;
  }

  readonly #damage = (what: string): void => {
    this.#hasSeenDamage = true;
    this.#alarm("damaged", what);
  };

  #alarm(kind: StoreAlarm["kind"], message: string): void {
    this.#onAlarm({ kind, raised: true, message });
  }
}

function checkedKey(key: number): number {
  if (!isWhole(key, 2 ** 32 - 1)) throw new RangeError(`the key of a result must be 0 to 2^32 - 1, not ${key}`);
  return key;
}
