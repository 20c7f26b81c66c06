import { readFileSync } from "node:fs";

/**
 * A text that differs for every process that ever ran: its number, when it was started, and in which boot. Null when
 * there is no such process, or it is dead and only waits for its parent to take note.
 */
export function processIdentity(pid: number): string | null {
  const bootId = readOrNull("/proc/sys/kernel/random/boot_id");
  const stat = readOrNull(`/proc/${pid}/stat`);
  if (stat === null) return bootId === null && isSignallable(pid) ? `${pid} \n` : null;
  // The second field, a name in parentheses, may hold anything; state and start time are the 1st and 20th behind it.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return null;
  return `${pid} ${fields[19]} ${bootId?.trim() ?? ""}\n`;
}

/** No /proc on this system: the number alone has to do. */
function isSignallable(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return null;
  }
}
