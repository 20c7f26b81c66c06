import { readFileSync, statSync } from "node:fs";
import { InputError } from "../../drivers/input-error.ts";

const START = "start it with `systemctl start sealtrace` or `sealtrace run`; `systemctl status sealtrace` tells more";

/** Why a connection to the daemon failed, and what to do about it. */
export function explainNoConnection(error: NodeJS.ErrnoException, path: string): InputError {
  const { problem, remedy } = reason(error.code ?? error.message, path);
  return new InputError({ source: path, problem, remedy }, { cause: error });
}

function reason(code: string, path: string): { readonly problem: string; readonly remedy: string } {
  if (code === "ENOENT" || code === "ECONNREFUSED" || code === "ENOTDIR")
    return { problem: "the daemon is not running", remedy: START };
  if (code === "EACCES" || code === "EPERM")
    return { problem: "this user may not connect", remedy: joinGroup(owningGroup(path)) };
  if (code === "EAGAIN") return { problem: "too many clients wait for the daemon", remedy: "try again" };
  return { problem: `the daemon cannot be reached (${code})`, remedy: START };
}

function joinGroup(group: string | null): string {
  if (group === null) return "ask the administrator for the right to read its folder";
  return `join the group ${group} (sudo usermod -aG ${group} "$USER", then log in again) or use sudo`;
}

/** Name of the socket's group, its number where it has no name; null when even that may not be seen. */
function owningGroup(path: string): string | null {
  try {
    const { gid } = statSync(path);
    const lines = readFileSync("/etc/group", "utf8").split("\n");
    const entry = lines.map((line) => line.split(":")).find((fields) => fields[2] === String(gid));
    return entry?.[0] ?? String(gid);
  } catch {
    return null;
  }
}
