import { readFile } from "node:fs/promises";
import { join } from "node:path";

const SECONDS_PER_DAY = 86_400;
/** A rate over less time says more about the start than about a day. */
const LEAST_SECONDS = 600;

/**
 * Bytes a day that this process makes the disk write, by the kernel's count (`/proc/self/io`); null before ten minutes
 * have passed, or where the kernel does not count.
 * @param upSeconds how long the process has run.
 * @param root where the file system begins; for tests.
 */
export async function writtenBytesPerDay(upSeconds: number, root = "/"): Promise<number | null> {
  if (upSeconds < LEAST_SECONDS) return null;
  const text = await readFile(join(root, "proc/self/io"), "utf8").catch(() => "");
  const bytes = /^write_bytes: (\d+)$/m.exec(text)?.[1];
  return bytes === undefined ? null : Math.round((Number(bytes) / upSeconds) * SECONDS_PER_DAY);
}
