import { access } from "node:fs/promises";
import { join } from "node:path";
import { outputOf } from "./short-program.ts";

/** Whether the computer's clock was ever set by somebody who knows the time. */
export interface ClockTrust {
  /** Null where nobody can tell. */
  readonly isSynchronized: boolean | null;
  /** Who says so; null when nobody does. */
  readonly source: "timesyncd" | "kernel" | null;
}

/**
 * Asks systemd-timesyncd's mark first, then the kernel's own flag, which any time service sets (through timedatectl,
 * for Node.js has no adjtimex).
 * @param root where the file system begins; for tests.
 */
export async function clockTrust(root = "/", ask = outputOf): Promise<ClockTrust> {
  try {
    await access(join(root, "run/systemd/timesync/synchronized"));
    return { isSynchronized: true, source: "timesyncd" };
  } catch {
    const said = await ask("timedatectl", ["show", "--property=NTPSynchronized", "--value"]);
    const flag = said?.trim();
    if (flag !== "yes" && flag !== "no") return { isSynchronized: null, source: null };
    return { isSynchronized: flag === "yes", source: "kernel" };
  }
}
