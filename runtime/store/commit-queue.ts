import type { Step } from "./database.ts";
import type { DurableWriter } from "./durable-writer.ts";
import { putStep } from "./entries.ts";
import { CHUNK_EVENTS } from "./event-chunk.ts";
import { REVISION_KEY } from "./keys.ts";
import type { LineLog, LineTake } from "./line-log.ts";
import type { AlarmConsumer } from "./store-alarm.ts";
import type { StoreClock } from "./store-clock.ts";
import type { StoredEvent } from "./stored-event.ts";

/** Events of all lines that wait in memory, at most: some 10 MB. */
export const MOST_WAITING_EVENTS = 100_000;
/** Bytes of states, results and notes that wait in memory, at most. */
const MOST_WAITING_BYTES = 64 << 20;

/** Tells that all events of a line up to `seq` are on the disk, and how long the oldest of this commit had waited. */
export type DurableConsumer = (line: number, seq: number, oldestPendingMs: number) => void;

export interface CommitOptions {
  readonly windowMs: number;
  readonly clock: StoreClock;
  readonly onAlarm: AlarmConsumer;
  readonly onDurable: DurableConsumer;
}

interface Batch {
  readonly steps: readonly Step[];
  readonly bytes: number;
  readonly lines: readonly LineTake[];
  readonly waiters: Waiter[];
}

interface Waiter {
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * What waits for the next commit, and when that is: after the commit window, or at once when somebody asks or when a
 * line has a chunk full. One batch is in flight at any time; what comes meanwhile goes into the next one.
 */
export class CommitQueue {
  readonly #writer: DurableWriter;
  readonly #lines: readonly LineLog[];
  readonly #options: CommitOptions;
  #revision: number;
  #records = new Map<string, Step>();
  #recordBytes = 0;
  #waiters: Waiter[] = [];
  #inFlight: Batch | null = null;
  #again = false;
  #isAsked = false;
  #cancelTimer: (() => void) | null = null;
  #waitingEvents = 0;
  #isDropping = false;
  /** For metrics: since the start. */
  commits = 0;
  /** Number of batches begun. */
  #begun = 0;
  writtenBytes = 0;
  droppedEvents = 0;
  droppedRecords = 0;

  constructor(writer: DurableWriter, lines: readonly LineLog[], revision: number, options: CommitOptions) {
    this.#writer = writer;
    this.#lines = lines;
    this.#revision = revision;
    this.#options = options;
  }

  /** Events that are not on the disk yet. */
  get waitingEvents(): number {
    return this.#waitingEvents;
  }

  /** Number of the batch in flight; null when there is none. */
  get running(): number | null {
    return this.#inFlight === null ? null : this.#begun;
  }

  /** Takes an event; null, and counted, when memory is full. */
  append(log: LineLog, event: StoredEvent): number | null {
    if (this.#waitingEvents >= MOST_WAITING_EVENTS) {
      this.droppedEvents++;
      this.#startDropping();
      return null;
    }
    const seq = log.append(event, this.#options.clock.nowMs());
    this.#waitingEvents++;
    if (log.waiting >= CHUNK_EVENTS) this.#ask();
    else this.#arm();
    return seq;
  }

  /** Takes a record; a later one with the same key replaces it. False, and counted, when memory is full. */
  put(step: Step): boolean {
    const name = step.key.toString("latin1");
    const known = this.#records.get(name);
    const bytes = this.#recordBytes + sizeOf(step) - (known === undefined ? 0 : sizeOf(known));
    if (bytes > MOST_WAITING_BYTES) {
      this.droppedRecords++;
      this.#startDropping();
      return false;
    }
    this.#recordBytes = bytes;
    this.#records.set(name, step);
    this.#arm();
    return true;
  }

  /** The latest version number given out. */
  get revision(): number {
    return this.#revision;
  }

  /** For a record that may be written again: of several versions the highest number counts. */
  nextRevision(): number {
    return ++this.#revision;
  }

  /** Resolves when everything taken so far is on the disk; rejects when the store is closed before that. */
  commit(): Promise<void> {
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (this.#hasWaiting) this.#waiters.push(waiter);
      else if (this.#inFlight !== null) this.#inFlight.waiters.push(waiter);
      else return resolve();
      this.#ask();
    });
  }

  get #hasWaiting(): boolean {
    return this.#records.size > 0 || this.#lines.some(({ waiting }) => waiting > 0);
  }

  #arm(): void {
    if (this.#cancelTimer !== null || this.#isAsked) return;
    if (this.#options.windowMs === 0) this.#ask();
    else this.#cancelTimer = this.#options.clock.after(this.#options.windowMs, () => this.#flush());
  }

  /** Not in this very moment: what belongs to an event comes right after it. */
  #ask(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = null;
    this.#isAsked = false;
    this.#again = true;
    if (this.#inFlight === null) void this.#drain();
  }

  async #drain(): Promise<void> {
    while (this.#again) {
      this.#again = false;
      const batch = this.#take();
      if (batch === null) break;
      this.#inFlight = batch;
      this.#begun++;
      try {
        await this.#writer.write(batch.steps);
        this.#settle(batch);
      } catch (error) {
        for (const { reject } of [...batch.waiters, ...this.#waiters]) reject(error);
        this.#waiters = [];
      }
      this.#inFlight = null;
    }
  }

  #take(): Batch | null {
    const steps: Step[] = [];
    const lines = this.#lines.map((log) => log.takeInto(steps)).filter((take) => take !== null);
    if (this.#records.size > 0) steps.push(...this.#records.values(), putStep(REVISION_KEY, [1, this.#revision]));
    this.#records = new Map();
    this.#recordBytes = 0;
    const waiters = this.#waiters;
    this.#waiters = [];
    if (steps.length === 0) return null;
    return { steps, bytes: steps.reduce((sum, step) => sum + sizeOf(step), 0), lines, waiters };
  }

  #settle({ bytes, lines, waiters }: Batch): void {
    this.commits++;
    this.writtenBytes += bytes;
    const nowMs = this.#options.clock.nowMs();
    for (const { line, lastSeq, count, oldestMs } of lines) {
      this.#waitingEvents -= count;
      (this.#lines[line] as LineLog).durableSeq = lastSeq;
      this.#options.onDurable(line, lastSeq, nowMs - oldestMs);
    }
    this.#stopDropping();
    for (const { resolve } of waiters) resolve();
  }

  #startDropping(): void {
    if (this.#isDropping) return;
    this.#isDropping = true;
    this.#options.onAlarm({
      kind: "dropped",
      raised: true,
      message: "memory is full of unwritten data: new data is lost",
    });
  }

  #stopDropping(): void {
    if (!this.#isDropping) return;
    this.#isDropping = false;
    const message = `${this.droppedEvents} events and ${this.droppedRecords} records were lost since the start`;
    this.#options.onAlarm({ kind: "dropped", raised: false, message });
  }
}

function sizeOf(step: Step): number {
  return step.key.length + (step.type === "put" ? step.value.length : 0);
}
