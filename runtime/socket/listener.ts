import { type BigIntStats, lstatSync, rmdirSync, unlinkSync } from "node:fs";
import { chmod, lstat, mkdtemp, rename } from "node:fs/promises";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { basename, join } from "node:path";
import { InputError } from "../../drivers/input-error.ts";
import { type Door, socketPath } from "./doors.ts";

/** Anyone may connect to look, the owning group to write; to connect needs the right to write the socket file. */
const MODES: Readonly<Record<Door, number>> = { status: 0o666, control: 0o660 };

/** A socket file that is listened on. */
export interface Listener {
  /** Takes no more clients and removes the file; resolves when the last client is gone. */
  close(): Promise<void>;
}

/**
 * Listens on one of the daemon's sockets.
 *
 * The socket is made in a folder of the daemon's own, gets its mode there and is then moved to its place: at no moment
 * can somebody connect whom the mode shuts out, and a dead daemon's file is replaced in one step.
 *
 * @throws InputError when another daemon answers there, something else than a socket is there, or the folder is missing
 * or not writable.
 */
export async function listenAt(
  folder: string,
  door: Door,
  onClient: (socket: Socket) => void,
  onFault: (error: unknown) => void,
): Promise<Listener> {
  const path = socketPath(folder, door);
  await refuseOccupied(path);
  const server = createServer({ allowHalfOpen: true }, onClient);
  try {
    await placeSocket(server, folder, path, MODES[door]);
  } catch (error) {
    server.close();
    throw explain(error, path);
  }
  server.on("error", onFault);
  const { ino } = lstatSync(path, { bigint: true });
  return { close: () => closeListener(server, path, ino) };
}

async function placeSocket(server: Server, folder: string, path: string, mode: number): Promise<void> {
  const own = await mkdtemp(`${folder}/.`);
  const made = join(own, basename(path));
  try {
    await new Promise<void>((resolve, reject) => server.once("error", reject).listen(made, resolve));
    server.removeAllListeners("error");
    await chmod(made, mode);
    await rename(made, path);
  } finally {
    removeQuietly(made, unlinkSync);
    removeQuietly(own, rmdirSync);
  }
}

function closeListener(server: Server, path: string, ino: bigint): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  removeQuietly(path, (file) => {
    if (lstatSync(file, { bigint: true }).ino === ino) unlinkSync(file);
  });
  return closed;
}

async function refuseOccupied(path: string): Promise<void> {
  const there = await lookAt(path);
  if (there === null) return;
  if (!there.isSocket())
    throw new InputError({ source: path, problem: "not a socket", remedy: "remove it or set SEALTRACE_SOCKET_DIR" });
  const answer = await knock(path);
  if (answer === "ECONNREFUSED" || answer === "ENOENT") return;
  const problem = answer === null ? "a running daemon answers here" : `in use by another (${answer})`;
  const remedy = "stop that daemon (systemctl stop sealtrace) or set another SEALTRACE_SOCKET_DIR";
  throw new InputError({ source: path, problem, remedy });
}

async function lookAt(path: string): Promise<BigIntStats | null> {
  try {
    return await lstat(path, { bigint: true });
  } catch (error) {
    if (codeOf(error) === "ENOENT") return null;
    throw explain(error, path);
  }
}

/** Null when somebody answers, else why not. */
function knock(path: string): Promise<string | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => resolve(null));
    socket.on("error", (error) => resolve(codeOf(error)));
    socket.once("connect", () => socket.destroy());
  });
}

function explain(error: unknown, path: string): unknown {
  const code = codeOf(error);
  if (code === "") return error;
  const remedy = "make its folder for the daemon's user (RuntimeDirectory=sealtrace) or set SEALTRACE_SOCKET_DIR";
  return new InputError({ source: path, problem: `the socket cannot be made (${code})`, remedy }, { cause: error });
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

// What is not there needs no removing, and a daemon that ends has nobody to tell.
function removeQuietly(path: string, remove: (path: string) => void): void {
  try {
    remove(path);
  } catch {
    return;
  }
}
