import { join } from "node:path";
import { InputError } from "../../drivers/input-error.ts";
import type { Log } from "../log.ts";
import type { InboxHandler } from "../sync/sync-targets.ts";
import type { TargetStatus } from "../sync/target-watch.ts";
import type { SyncTask } from "../sync/task.ts";
import type { Appliance } from "./appliance.ts";
import { ExportMarks } from "./export-marks.ts";
import { oneAtATime } from "./one-at-a-time.ts";
import { OutboxFiller } from "./outbox-filler.ts";
import type { Views } from "./views.ts";

const LOOK_EVERY_MS = 2_000;
const FILL_EVERY_MS = 10_000;
const RETAIN_EVERY_MS = 6 * 3_600_000;

/** How a sync that somebody asked for is going. */
export interface SyncProgress {
  /** Files are being written, or targets visited. */
  readonly isAtWork: boolean;
  readonly targets: readonly TargetStatus[];
  /** Files that there are to be brought. */
  readonly files: number;
}

/** What a copy to a folder is made with. */
export interface CopyTask extends Omit<SyncTask, "target" | "memory"> {
  /** Files that there are to be brought. */
  readonly files: number;
}

/** What the sync of a running appliance is made of. */
export interface SyncParts {
  readonly appliance: Appliance;
  readonly views: Views;
  readonly log: Log;
  /** Takes what comes on a stick. */
  readonly onInbox: InboxHandler;
}

/** Keeps the outbox and the targets of a running appliance up to date. Whatever fails here disturbs nothing else. */
export class SyncService {
  readonly #parts: SyncParts;
  readonly #timers: NodeJS.Timeout[] = [];
  #filler: OutboxFiller | null = null;
  #requests = 0;
  #opening: Promise<void> | null = null;

  constructor(parts: SyncParts) {
    this.#parts = parts;
  }

  start(): void {
    const { sync } = this.#parts.appliance;
    this.#every(LOOK_EVERY_MS, async () => sync.look());
    this.#every(FILL_EVERY_MS, async () => (await this.#opened())?.fill(1));
    this.#every(RETAIN_EVERY_MS, async () => sync.outbox?.retain());
    void this.#opened();
  }

  /** Begins to write the files of all shifts that are due, and then visits every target. */
  request(): void {
    this.#requests++;
    this.#fillAll()
      .then(() => this.#parts.appliance.sync.request())
      .catch((error: unknown) => this.#parts.log.error("sync-failed", { message: String(error) }))
      .finally(() => {
        this.#requests--;
      });
  }

  progress(): SyncProgress {
    const { sync } = this.#parts.appliance;
    return {
      isAtWork: this.#requests > 0 || sync.isAtWork,
      targets: sync.status(),
      files: sync.outbox?.paths.length ?? 0,
    };
  }

  /** What a copy to any folder is made with, when the files of all shifts that are due have been written. */
  async copyTask(): Promise<CopyTask> {
    await this.#fillAll();
    const { sync } = this.#parts.appliance;
    const task = sync.copyTask();
    if (task !== null) return { ...task, files: sync.outbox?.paths.length ?? 0 };
    throw new InputError({
      source: "sync",
      problem: "the folder of the appliance's files cannot be opened",
      remedy: "see sealtrace doctor",
    });
  }

  async #fillAll(): Promise<void> {
    await (await this.#opened())?.fill(Number.POSITIVE_INFINITY);
  }

  /** Resolves when the store is not read any more; targets are given up without waiting for them. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#parts.appliance.sync.stop();
    await this.#opening;
    await this.#filler?.stop();
  }

  #every(ms: number, work: () => Promise<unknown>): void {
    const onError = (error: unknown) => this.#parts.log.error("sync-failed", { message: String(error) });
    this.#timers.push(setInterval(oneAtATime(work, onError), ms).unref());
  }

  /** A disk on which nothing can be made yet is tried again the next time. */
  async #opened(): Promise<OutboxFiller | null> {
    this.#opening ??= this.#open().catch((error: unknown) => {
      this.#opening = null;
      this.#parts.log.error("sync-failed", { message: String(error) });
    });
    await this.#opening;
    return this.#filler;
  }

  async #open(): Promise<void> {
    const { appliance, views, log, onInbox } = this.#parts;
    const { sync } = appliance;
    const outbox = await sync.open(onInbox);
    const marks = await ExportMarks.open(join(sync.memory, "exported.json"));
    this.#filler = new OutboxFiller({ appliance, views, outbox, marks, log });
  }
}
