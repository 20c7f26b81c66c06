import { join } from "node:path";
import { deliveryPlan } from "./delivery-plan.ts";
import { Helper } from "./helper.ts";
import { HelperMark } from "./helper-mark.ts";
import { listMemory, type Recalled, recallAt, recallKnown } from "./target-memory.ts";
import type { Target, TargetKind } from "./targets.ts";
import type { HelperMessage, InboxFile, InboxResult, Proof, SyncTask, Visit } from "./task.ts";
import { isVisitDue, retryDelayMs } from "./visit-rules.ts";

/** How a target is, as `status --json` has it. Unknown is null. */
export interface TargetStatus {
  /** Where it is, or would be, mounted. */
  readonly target: string;
  readonly kind: TargetKind;
  /** `gone`: a stick that was pulled out. `not answering`: a call on it hangs, or it was too slow. */
  readonly state: "syncing" | "synced" | "waiting" | "failed" | "not answering" | "gone";
  /** When it last had everything. */
  readonly lastDeliveredUs: number | null;
  readonly pendingFiles: number | null;
  /** What is known about what was delivered last, see docs/sync.md. */
  readonly proof: Proof | null;
  /** A stick may be pulled out now without harm. */
  readonly isSafeToRemove: boolean;
  /** In words; null while all is well. */
  readonly problem: string | null;
  /** What the last visit did since this start; null before the first one. */
  readonly lastVisit: Visit | null;
}

/** What a watch needs from its surroundings. */
export interface WatchHooks {
  readonly memory: string;
  readonly deadlineMs: number;
  readonly nowMs: () => number;
  readonly taskOf: (target: Target) => SyncTask;
  /** All files there are, and how often that changed. */
  readonly outbox: () => { readonly paths: readonly string[]; readonly serial: number } | null;
  readonly onInbox: (files: readonly InboxFile[]) => Promise<readonly InboxResult[]>;
  /** A visit has ended, well (null) or not. */
  readonly onEnd: (watch: TargetWatch, problem: string | null) => void;
}

/** Where a target is at the moment, from the list of mounts. */
export interface Presence {
  readonly target: Target;
  /** Number of the mount that makes it present; another one means that it was plugged in anew. */
  readonly mountId: number | null;
  /** Mounted now, not only when it is used. */
  readonly isMounted: boolean;
}

/** One target, and the only helper that may work on it. Nothing here ever touches the target itself. */
export class TargetWatch {
  target: Target;
  readonly #hooks: WatchHooks;
  readonly #mark: HelperMark;
  #presence: Presence | null = null;
  #helper: Helper | null = null;
  #isSilent = false;
  #isNew = true;
  #isRequested = false;
  #failures = 0;
  #notBeforeMs = 0;
  #doneSerial = -1;
  #isProofDue = false;
  #problem: string | null = null;
  #lastVisit: Visit | null = null;
  #key: string | null;
  #recalled: Recalled | null;
  #visitPending: number | null = null;
  #pending: { readonly serial: number; readonly files: number } | null = null;
  #ended = false;

  constructor(target: Target, hooks: WatchHooks) {
    this.target = target;
    this.#hooks = hooks;
    this.#mark = new HelperMark(hooks.memory, target.root);
    // a stick at this place may be another one than the last time
    const known = target.kind === "stick" ? null : recallAt(hooks.memory, target, listMemory(hooks.memory));
    this.#key = known?.key ?? null;
    this.#recalled = known;
  }

  /** A helper of it lives: ours, or one that was given up before a restart. */
  get isBusy(): boolean {
    return this.#helper !== null || this.#mark.isAlive();
  }

  /** A person waits for a visit, or one goes on. */
  get isAtWork(): boolean {
    return this.#isRequested || (this.#helper !== null && !this.#isSilent);
  }

  get isPresent(): boolean {
    return this.#presence !== null;
  }

  /** The mounts have been looked at; null when the target is not there. */
  see(presence: Presence | null): void {
    if (presence !== null && (this.#presence === null || this.#presence.mountId !== presence.mountId)) this.#arrive();
    if (presence === null && this.#presence !== null) this.#leave();
    this.#presence = presence;
    if (presence !== null) this.target = presence.target;
  }

  /** A visit as soon as possible. */
  request(): void {
    this.#isRequested = true;
  }

  /** Begins a visit if one is due. */
  visitIfDue(): void {
    const outbox = this.#hooks.outbox();
    if (outbox === null) return;
    const facts = {
      isPresent: this.#presence !== null,
      isBusy: this.isBusy,
      isNew: this.#isNew,
      isRequested: this.#isRequested,
      hasFailed: this.#failures > 0,
      hasNews: this.#doneSerial !== outbox.serial,
      isProofDue: this.#isProofDue,
      isMounted: this.#presence?.isMounted === true,
      notBeforeMs: this.#notBeforeMs,
    };
    if (this.#isRequested && this.#presence === null) this.#isRequested = false;
    if (isVisitDue(facts, this.#hooks.nowMs())) this.#visit(outbox.serial);
  }

  /** Gives up whatever goes on, without waiting. */
  stop(): void {
    this.#ended = true;
    this.#helper?.giveUp();
  }

  status(): TargetStatus {
    const { kind, root } = this.target;
    return {
      target: root,
      kind,
      state: this.#state(),
      lastDeliveredUs: this.#lastVisit?.deliveredUs ?? this.#recalled?.deliveredUs ?? null,
      pendingFiles: this.#pendingFiles(),
      proof: this.#lastVisit?.proof ?? this.#recalled?.proof ?? null,
      isSafeToRemove: kind === "stick" && this.#helper === null && this.#presence?.isMounted !== true,
      problem: this.#problem,
      lastVisit: this.#lastVisit,
    };
  }

  #state(): TargetStatus["state"] {
    if (this.#isSilent) return "not answering";
    if (this.#presence === null) return "gone";
    if (this.#helper !== null) return "syncing";
    if (this.#failures > 0) return "failed";
    return this.#lastVisit !== null && this.#doneSerial === this.#hooks.outbox()?.serial ? "synced" : "waiting";
  }

  #pendingFiles(): number | null {
    if (this.#helper !== null && this.#visitPending !== null) return this.#visitPending;
    const outbox = this.#hooks.outbox();
    if (outbox === null || this.#key === null) return null;
    if (this.#pending?.serial !== outbox.serial) {
      const known = recallKnown(this.#hooks.memory, this.#key);
      this.#pending = { serial: outbox.serial, files: deliveryPlan(outbox.paths, known).send.length };
    }
    return this.#pending.files;
  }

  #arrive(): void {
    this.#isNew = true;
    this.#failures = 0;
    this.#notBeforeMs = 0;
    this.#isProofDue = false;
  }

  #leave(): void {
    this.#problem = this.#isSilent ? this.#problem : null;
    this.#failures = 0;
  }

  #visit(serial: number): void {
    this.#isNew = false;
    this.#isRequested = false;
    let outcome: Visit | string = "the process that does it ended before it was done";
    this.#helper = new Helper(this.#hooks.taskOf(this.target), this.#hooks.deadlineMs, {
      onMessage: (message) => {
        if (message.kind === "done") outcome = message.visit;
        else if (message.kind === "problem") outcome = message.problem;
        else this.#hear(message);
      },
      onSilent: () => {
        outcome = `it has not answered for ${this.#hooks.deadlineMs / 1000} s`;
        this.#isSilent = true;
        this.#end(outcome, serial);
      },
      onGone: () => {
        this.#helper = null;
        this.#mark.clear();
        if (!this.#isSilent) this.#end(outcome, serial);
        this.#isSilent = false;
      },
    });
    this.#mark.set(this.#helper.pid);
  }

  #hear(message: HelperMessage): void {
    if (message.kind === "target") {
      if (this.#key !== message.key) this.#recalled = recallAt(this.#hooks.memory, this.target, [message.key]);
      this.#key = message.key;
      this.#visitPending = message.pendingFiles;
    }
    if (message.kind === "sent") this.#visitPending = message.pendingFiles;
    if (message.kind === "inbox")
      this.#hooks.onInbox(message.files).then(
        (results) => this.#helper?.answer(results),
        () => this.#helper?.answer([]),
      );
  }

  #end(outcome: Visit | string, serial: number): void {
    if (this.#ended) return;
    this.#visitPending = null;
    this.#pending = null;
    const problem = typeof outcome === "string" ? outcome : null;
    if (typeof outcome === "string") {
      this.#failures++;
      this.#notBeforeMs = this.#hooks.nowMs() + retryDelayMs(this.#failures);
    } else {
      this.#failures = 0;
      this.#doneSerial = serial;
      this.#lastVisit = outcome;
      this.#isProofDue = outcome.isProofDue;
    }
    // what is pulled out has no problem
    this.#problem = this.#presence === null ? null : problem;
    this.#hooks.onEnd(this, this.#problem);
  }
}

/** Where memories and marks are kept in a data folder. */
export function memoryFolder(dataFolder: string): string {
  return join(dataFolder, "sync");
}
