import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { startProcess } from "../own-process.ts";
import type { HelperMessage, InboxResult, SyncTask } from "./task.ts";

const CHILD = fileURLToPath(new URL("./helper-child.js", import.meta.url));

/** Who listens to a helper. */
export interface HelperHooks {
  readonly onMessage: (message: HelperMessage) => void;
  /** It gave no sign of life for so long that it was told to die. It may not be able to. */
  readonly onSilent: () => void;
  /** It is no more. Only now may there be another one for the same target. */
  readonly onGone: () => void;
}

/**
 * A process that works on one foreign disk, and that can be given up: a call that hangs in the kernel holds nobody but
 * itself. It is killed when it gives no sign of life, and never waited for; a process that cannot die while its write is
 * on the way is gone when the kernel lets go of it.
 */
export class Helper {
  readonly #child: ChildProcess;
  readonly #timer: NodeJS.Timeout;
  #isGone = false;

  constructor(task: SyncTask, deadlineMs: number, { onMessage, onSilent, onGone }: HelperHooks) {
    this.#child = startProcess(CHILD, task);
    this.#timer = setTimeout(() => {
      onSilent();
      this.giveUp();
    }, deadlineMs);
    this.#child.unref();
    this.#child.channel?.unref();
    this.#child.on("message", (message: HelperMessage) => {
      this.#timer.refresh();
      onMessage(message);
    });
    const gone = () => {
      if (this.#isGone) return;
      this.#isGone = true;
      clearTimeout(this.#timer);
      onGone();
    };
    this.#child.on("exit", gone);
    this.#child.on("error", () => {
      // it never was, or a signal or a message did not reach it
      if (this.#child.pid === undefined) gone();
    });
  }

  /** Its number; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Answers what it brought from the inbox. */
  answer(results: readonly InboxResult[]): void {
    if (this.#child.connected) this.#child.send(results as InboxResult[], () => {});
  }

  /** Kills it without waiting. */
  giveUp(): void {
    clearTimeout(this.#timer);
    this.#child.kill("SIGKILL");
    if (this.#child.connected) this.#child.disconnect();
  }
}
