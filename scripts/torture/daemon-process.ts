import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { ApplianceStatus } from "../../runtime/daemon/status.ts";

const MOST_SAID = 1_000_000;

/** A daemon as a process of its own, which is heard. */
export class DaemonProcess {
  readonly child: ChildProcess;
  /** Its exit status and the signal that ended it, once it has ended. */
  readonly ended: Promise<readonly [number | null, NodeJS.Signals | null]>;
  readonly #gone: Promise<unknown>;
  #said = "";
  #heard: () => void = () => {};

  /** @param args of Node.js: the program and what it gets. */
  constructor(args: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    this.child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"], env });
    this.ended = once(this.child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    this.#gone = once(this.child, "close");
    void this.#gone.then(() => this.#heard());
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#said = `${this.#said}${text}`.slice(-MOST_SAID);
        this.#heard();
      });
  }

  /** The end of what it has said so far. */
  get said(): string {
    return this.#said;
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Waits until it says that it has started. @throws Error with what it said when it ends instead. */
  async up(): Promise<void> {
    while (!this.#said.includes(" started ")) {
      if (this.child.stdout?.closed) throw new Error(`the daemon did not start: ${this.#said}`);
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  /** Lets it stop in order; resolves to how it ended. */
  async stop(): Promise<readonly [number | null, NodeJS.Signals | null]> {
    this.child.kill("SIGTERM");
    return await this.ended;
  }

  /** Kills it; resolves when nothing writes into its folders any more: its helpers, which hold its output, are gone too. */
  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#gone;
  }
}

/** The alarms, but for that of a program that stood still, as any may on a crowded computer. */
export function ownAlarms({ alarms }: ApplianceStatus): readonly string[] {
  return alarms.filter((alarm) => !alarm.includes("stood still"));
}
