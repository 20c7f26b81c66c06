import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Log } from "../log.ts";
import { replaceFile } from "../store/safe-files.ts";
import { applianceName, type SyncConfig } from "./config-sync.ts";
import { type Mount, mountAt, parseMountinfo } from "./mountinfo.ts";
import { Outbox } from "./outbox.ts";
import { findTargets, type Target } from "./targets.ts";
import { memoryFolder, type Presence, type TargetStatus, TargetWatch } from "./target-watch.ts";
import type { InboxFile, InboxResult, SyncTask } from "./task.ts";

const MOUNTINFO = "/proc/self/mountinfo";
/** Sticks that were pulled out are shown until so many others came. */
const MOST_GONE = 4;
const ID = /^[0-9a-f-]{36}\n$/;

/** What the targets of an appliance are made with. */
export interface SyncOptions {
  readonly config: { readonly appliance?: string | undefined; readonly sync: SyncConfig };
  readonly dataFolder: string;
  readonly log: Log;
  /** For tests: milliseconds of a clock that never jumps, and the text of the list of mounts. */
  readonly nowMs?: () => number;
  readonly readMounts?: () => string;
}

/** What takes the files that people bring; resolves when each of them has been dealt with. */
export type InboxHandler = (files: readonly InboxFile[]) => Promise<readonly InboxResult[]>;

/**
 * The sticks and shares of an appliance, and the one folder from which they are filled. The list of mounts is the truth
 * about what is there: it is read every two seconds, and no path on a target is ever touched in this process.
 */
export class SyncTargets {
  readonly #options: SyncOptions;
  /** Where it is kept what each target has. */
  readonly memory: string;
  readonly #watches: TargetWatch[] = [];
  #outbox: Outbox | null = null;
  #applianceId = "";
  #onInbox: InboxHandler | null = null;

  constructor(options: SyncOptions) {
    this.#options = options;
    this.memory = memoryFolder(options.dataFolder);
  }

  /** Opens what is on the appliance's own disk; before that nothing is visited. */
  async open(onInbox: InboxHandler): Promise<Outbox> {
    this.#onInbox = onInbox;
    await mkdir(this.memory, { recursive: true });
    this.#applianceId = await applianceId(join(this.memory, "appliance.id"));
    this.#outbox = await Outbox.open(join(this.#options.dataFolder, "outbox"));
    return this.#outbox;
  }

  /** Null before `open` is done. */
  get outbox(): Outbox | null {
    return this.#outbox;
  }

  /** What a copy to a folder that somebody names is made with; null before `open` is done. */
  copyTask(): Omit<SyncTask, "target" | "memory"> | null {
    if (this.#outbox === null) return null;
    const { folder } = this.#outbox;
    const appliance = applianceName(this.#options.config);
    return { appliance, applianceId: this.#applianceId, outbox: folder, readsInbox: false };
  }

  /** Looks which targets there are, and visits those that need it. Every two seconds, or when something is new. */
  look(): void {
    if (this.#outbox === null) return;
    const mounts = parseMountinfo((this.#options.readMounts ?? readMounts)());
    const presences = findTargets(this.#options.config.sync, mounts).map((target) => presenceOf(target, mounts));
    for (const presence of presences)
      if (this.#watchOf(presence.target) === undefined) this.#watches.push(this.#newWatch(presence.target));
    for (const watch of this.#watches)
      watch.see(presences.find(({ target }) => target.root === watch.target.root) ?? null);
    this.#forgetGone();
    for (const watch of this.#watches) watch.visitIfDue();
  }

  /** Visits every target there is as soon as possible. */
  request(): void {
    for (const watch of this.#watches) if (watch.isPresent) watch.request();
    this.look();
  }

  /** Whether a visit that somebody asked for, or any other one, has not come to its end. */
  get isAtWork(): boolean {
    return this.#watches.some((watch) => watch.isAtWork);
  }

  status(): readonly TargetStatus[] {
    return this.#watches.map((watch) => watch.status());
  }

  /** What needs somebody, in words. */
  alarms(): readonly string[] {
    return this.status().flatMap(({ target, kind, problem, pendingFiles }) => {
      const wait = pendingFiles === null || pendingFiles === 0 ? "" : `; ${pendingFiles} files wait`;
      return problem === null ? [] : [`${kind} ${target}: ${problem}${wait}`];
    });
  }

  /** Gives up whatever goes on, without waiting for it. */
  stop(): void {
    for (const watch of this.#watches) watch.stop();
  }

  #watchOf({ root }: Target): TargetWatch | undefined {
    return this.#watches.find((watch) => watch.target.root === root);
  }

  #newWatch(target: Target): TargetWatch {
    const { config, log, nowMs = () => performance.now() } = this.#options;
    return new TargetWatch(target, {
      memory: this.memory,
      deadlineMs: config.sync.deadlineSeconds * 1000,
      nowMs,
      taskOf: (of) => this.#taskOf(of),
      outbox: () => this.#outbox,
      onInbox: (files) => this.#onInbox?.(files) ?? Promise.resolve([]),
      onEnd: (watch, problem) => {
        const { kind, root } = watch.target;
        if (problem !== null) return log.warning("sync-failed", { kind, target: root, message: problem });
        const { sentFiles = 0, damagedFiles = 0 } = watch.status().lastVisit ?? {};
        log.info("synced", { kind, target: root, files: sentFiles, damaged: damagedFiles });
      },
    });
  }

  #taskOf(target: Target): SyncTask {
    const accepts = this.#options.config.sync.inbox.accept !== "nothing";
    const readsInbox = target.kind === "stick" && accepts;
    return { ...(this.copyTask() as Omit<SyncTask, "target" | "memory">), memory: this.memory, target, readsInbox };
  }

  #forgetGone(): void {
    const gone = this.#watches.filter((watch) => !watch.isPresent && !watch.isBusy);
    for (const watch of gone.slice(0, Math.max(0, gone.length - MOST_GONE)))
      this.#watches.splice(this.#watches.indexOf(watch), 1);
  }
}

/** The first mount at a place is there as long as the stick is; the last one is what is seen. */
function presenceOf(target: Target, mounts: readonly Mount[]): Presence {
  const first = mounts.find(({ place }) => place === target.root);
  const seen = mountAt(mounts, target.root);
  return { target, mountId: first?.id ?? null, isMounted: seen !== undefined && seen.type !== "autofs" };
}

function readMounts(): string {
  return readFileSync(MOUNTINFO, "utf8");
}

async function applianceId(path: string): Promise<string> {
  const known = await readFile(path, "latin1").catch(() => "");
  if (ID.test(known)) return known.trim();
  const fresh = randomUUID();
  await replaceFile(path, Buffer.from(`${fresh}\n`));
  return fresh;
}
