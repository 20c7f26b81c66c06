import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { openSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../runtime/main.js", import.meta.url));
const SOCKET_FOLDER = "/run/sealtrace";
const RUN = {
  env: { ...process.env, SEALTRACE_SOCKET_DIR: SOCKET_FOLDER },
  encoding: "utf8",
  maxBuffer: 2 ** 26,
} as const;

/** `sealtrace run` in the machine, as systemd would run it. */
export class Daemon {
  readonly #process: ChildProcess;
  readonly #logPath: string;

  private constructor(child: ChildProcess, logPath: string) {
    this.#process = child;
    this.#logPath = logPath;
  }

  /** Starts it and waits until it watches the contacts. @throws Error with its log when it ends instead. */
  static async start(configPath: string, dataFolder: string, logPath: string): Promise<Daemon> {
    const log = openSync(logPath, "a");
    const args = ["run", "--config", configPath, "--data", dataFolder, "--socket", SOCKET_FOLDER];
    const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", log, log] });
    const daemon = new Daemon(child, logPath);
    const before = daemon.log().length;
    while (!daemon.log().slice(before).includes(" started ")) {
      if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}:\n${daemon.log()}`);
      await sleep(20);
    }
    return daemon;
  }

  get pid(): number {
    return this.#process.pid as number;
  }

  /** What it has logged so far. */
  log(): string {
    return readFileSync(this.#logPath, "utf8");
  }

  /** Lets it stop in order; resolves to its exit status. */
  async stop(): Promise<number | null> {
    this.#process.kill("SIGTERM");
    if (this.#process.exitCode === null) await once(this.#process, "exit");
    return this.#process.exitCode;
  }
}

/** Runs a command of sealtrace against the daemon and returns what it prints. @throws Error when it fails. */
export function sealtrace(...args: readonly string[]): string {
  return execFileSync(process.execPath, [MAIN, ...args], RUN);
}

/** What `sealtrace status` says, also when something needs somebody. */
export function statusOf(): unknown {
  return JSON.parse(spawnSync(process.execPath, [MAIN, "status", "--json"], RUN).stdout);
}
