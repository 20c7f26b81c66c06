import { join } from "node:path";
import { InputError } from "../../drivers/input-error.ts";

/**
 * The two sockets of the daemon: at `status` anyone on the machine may look; at `control`, open to the owning group
 * only, the writing calls are answered too.
 */
export type Door = "status" | "control";

const DEFAULT_FOLDER = "/run/sealtrace";
// sun_path of Linux has 108 bytes, the last one 0; a longer name would be cut, not refused.
const LONGEST_PATH_BYTES = 107;
// The daemon makes its sockets in a folder beside their place, whose name is this long at most.
const BUILD_FOLDER_BYTES = 8;

/** Folder of the sockets: as given, else `SEALTRACE_SOCKET_DIR`, else /run/sealtrace. */
export function socketFolder(given?: string): string {
  return given ?? (process.env.SEALTRACE_SOCKET_DIR || DEFAULT_FOLDER);
}

/**
 * Where a socket is.
 * @throws InputError when the path is longer than a socket's may be.
 */
export function socketPath(folder: string, door: Door): string {
  const path = join(folder, `${door}.sock`);
  const bytes = Buffer.byteLength(path) + BUILD_FOLDER_BYTES;
  if (bytes <= LONGEST_PATH_BYTES && !path.includes("\0")) return path;
  const most = LONGEST_PATH_BYTES - BUILD_FOLDER_BYTES;
  const problem = `a socket's path of ${Buffer.byteLength(path)} bytes where ${most} are the most`;
  throw new InputError({ source: path, problem, remedy: "choose a shorter SEALTRACE_SOCKET_DIR" });
}
