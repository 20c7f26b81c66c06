import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { processIdentity } from "../store/process-identity.ts";

/**
 * Says on the disk which process works on a target, so that a daemon that is started anew does not send a second one
 * while the first still hangs in the kernel. It need not survive a power cut: neither does the process.
 */
export class HelperMark {
  readonly #path: string;
  #isSet: boolean | null = null;

  constructor(memory: string, root: string) {
    const name = createHash("sha256").update(root).digest("hex").slice(0, 16);
    this.#path = join(memory, `helper-${name}`);
  }

  /** Whether a process of before is still there. */
  isAlive(): boolean {
    if (this.#isSet === false) return false;
    const text = readOrNull(this.#path);
    const pid = Number(/^(\d{1,10}) /.exec(text ?? "")?.[1] ?? 0);
    const isAlive = pid > 0 && processIdentity(pid) === text;
    if (!isAlive) this.#isSet = false;
    return isAlive;
  }

  set(pid: number | undefined): void {
    const text = pid === undefined ? null : processIdentity(pid);
    if (text === null) return;
    try {
      mkdirSync(dirname(this.#path), { recursive: true });
      writeFileSync(this.#path, text);
      this.#isSet = true;
    } catch {
      // a full disk has its own alarm; a restart in just this state may send a second process
    }
  }

  clear(): void {
    this.#isSet = false;
    rmSync(this.#path, { force: true });
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
