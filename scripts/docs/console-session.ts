import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { SocketClient } from "../../runtime/socket/socket-client.ts";
import type { ConsoleBlock } from "./console-blocks.ts";

const MAIN = resolve("dist/runtime/main.js");
const SCENARIO = join("sim", "scenarios", "demo.toml");
/** From when on a live session looks at the simulated shift: after its long stop; from there on it only runs. */
const LIVE_FROM_SEALS = 1150;
const LOOK_EVERY_MS = 50;
const FAST = 20_000;
const LIVE_FAST = 1000;

const CONFIG = `appliance = "sealer-hall-2"

[[shift]]
name = "Early"
start = "06:00"
end = "14:00"
breaks = [{ start = "10:00", end = "10:30" }]
`;

/**
 * A terminal for the examples of the documentation: a folder of its own, and a daemon on the simulated shift. Paths and
 * folders look as on an installed appliance.
 */
export class ConsoleSession {
  readonly #folder: string;
  #daemon: ChildProcess | null = null;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  /** @param isLive the shift is under way, in real time; otherwise it is over. */
  static async start(isLive: boolean): Promise<ConsoleSession> {
    const session = new ConsoleSession(await mkdtemp(join(tmpdir(), "st-")));
    await mkdir(join(session.#folder, "work"));
    await writeFile(session.#config, CONFIG);
    const shift = await readFile(SCENARIO, "utf8");
    await writeFile(session.#scenario, isLive ? endless(shift) : shift);
    if (!isLive) await session.#startDaemon(FAST, "source-ended");
    else {
      await session.#startDaemon(LIVE_FAST, "started");
      while ((await session.#seals()) < LIVE_FROM_SEALS) await sleep(LOOK_EVERY_MS);
      await session.#stopDaemon();
      await session.#startDaemon(1, "started");
    }
    return session;
  }

  /** What a command prints, with its errors, and how it ends. */
  async run({ command }: ConsoleBlock): Promise<{ readonly output: string; readonly status: number }> {
    const places = command.replaceAll("/etc/sealtrace/config.toml", this.#config);
    const line = `sealtrace() { ${JSON.stringify(process.execPath)} ${JSON.stringify(MAIN)} "$@"; }; ${places}`;
    const child = spawn("bash", ["-c", line], {
      cwd: join(this.#folder, "work"),
      env: { ...process.env, SEALTRACE_SOCKET_DIR: this.#socket, NO_COLOR: "1", COLUMNS: "80", LANG: "C.UTF-8" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    const [status] = (await once(child, "close")) as [number];
    return { output: this.#asInstalled(Buffer.concat(chunks).toString()), status };
  }

  async end(): Promise<void> {
    await this.#stopDaemon();
    await rm(this.#folder, { recursive: true, force: true });
  }

  get #config(): string {
    return join(this.#folder, "config.toml");
  }

  get #scenario(): string {
    return join(this.#folder, "demo.toml");
  }

  get #socket(): string {
    return join(this.#folder, "socket");
  }

  #asInstalled(output: string): string {
    return output
      .replaceAll(this.#config, "/etc/sealtrace/config.toml")
      .replaceAll(join(this.#folder, "data"), "/var/lib/sealtrace")
      .replaceAll(this.#socket, "/run/sealtrace")
      .replaceAll(`${join(this.#folder, "work")}/`, "");
  }

  /** Resolves when the daemon has logged `event`. */
  async #startDaemon(speed: number, event: "started" | "source-ended"): Promise<void> {
    const data = join(this.#folder, "data");
    const args = ["--sim", this.#scenario, "--speed", String(speed), "--config", this.#config, "--data", data];
    const daemon = spawn(process.execPath, [MAIN, "run", ...args, "--socket", this.#socket]);
    this.#daemon = daemon;
    let said = "";
    const logged = new Promise<void>((resolve, reject) => {
      const take = (chunk: Buffer) => {
        said += chunk.toString();
        if (said.includes(` ${event}`)) resolve();
      };
      daemon.stdout.on("data", take);
      daemon.stderr.on("data", take);
      daemon.on("close", () => reject(new Error(`the daemon of the examples ended: ${said}`)));
    });
    await logged.catch(async (error: unknown) => {
      await this.end();
      throw error;
    });
  }

  async #seals(): Promise<number> {
    const client = await SocketClient.connect({ folder: this.#socket });
    try {
      const { lines } = (await client.call("status")) as Status;
      return lines[0]?.shift?.seals ?? 0;
    } finally {
      client.close();
    }
  }

  async #stopDaemon(): Promise<void> {
    const daemon = this.#daemon;
    this.#daemon = null;
    if (daemon === null || daemon.exitCode !== null) return;
    const closed = once(daemon, "close");
    daemon.kill("SIGTERM");
    await closed;
  }
}

interface Status {
  readonly lines: readonly { readonly shift?: { readonly seals: number } | null }[];
}

/** A shift of one product that runs on after its long stop: it may be looked at whenever it comes to it. */
function endless(shift: string): string {
  return shift
    .replace(/^seals = 2150$/m, "seals = 20000")
    .replaceAll(/\[\[stops\]\]\nkind = "(?:micro-stop|waiting)"\n(?:\w.*\n)*/g, "")
    .replace(/\[\[breaks\]\]\n(?:\w.*\n?)*/, "");
}
