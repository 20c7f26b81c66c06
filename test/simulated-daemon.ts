import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Test } from "tap";
import { SocketClient } from "../runtime/socket/socket-client.ts";
import { DaemonProcess } from "../scripts/torture/daemon-process.ts";
import { killInTheEnd } from "./daemon-folder.ts";

/** The program as it is built. */
export const MAIN = fileURLToPath(new URL("../runtime/main.js", import.meta.url));

/** A daemon to be started. */
export interface DaemonSpec {
  /** Holds `config.toml`, and gets the data: see `daemonFolder`. */
  readonly folder: string;
  readonly speed: number;
  /** `demo` unless told. */
  readonly scenario?: string;
  /** Where its sockets are: a folder of its own unless told. */
  readonly sockets?: string;
}

/** A daemon of a test, as a process. */
export interface StartedDaemon {
  /** Where its sockets are. */
  readonly folder: string;
  readonly process: DaemonProcess;
  /** For commands that are to ask it. */
  readonly env: Readonly<Record<string, string>>;
}

/** A daemon of a test, with a client on its socket. */
export interface Running extends StartedDaemon {
  readonly client: SocketClient;
}

/**
 * Starts a daemon and waits until it says so; it is killed when the test ends. Its sockets are not where its data is, for
 * their paths may not be long.
 */
export async function startDaemon(t: Test, spec: DaemonSpec): Promise<StartedDaemon> {
  const { folder, speed, scenario = "demo", sockets } = spec;
  const place = sockets ?? mkdtempSync(join(tmpdir(), "st-"));
  const files = ["--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", place];
  const daemon = new DaemonProcess([MAIN, "run", ...files, "--sim", scenario, "--speed", String(speed)]);
  if (sockets === undefined) t.teardown(() => rmSync(place, { recursive: true }));
  killInTheEnd(t, daemon, folder);
  await daemon.up();
  return { folder: place, process: daemon, env: { SEALTRACE_SOCKET_DIR: place } };
}

/** The same, with a client. */
export async function started(t: Test, folder: string, speed: number): Promise<Running> {
  const daemon = await startDaemon(t, { folder, speed });
  const client = await SocketClient.connect({ folder: daemon.folder });
  t.teardown(() => client.close());
  return { ...daemon, client };
}

/** Asks until the answer is what is waited for: the daemon goes at its own pace. */
export async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
