import { execFileSync, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import type { Test } from "tap";

/** True where tmux is installed. */
export function hasTmux(): boolean {
  return spawnSync("tmux", ["-V"]).status === 0;
}

/** A real terminal with a shell in it, seen and typed into from outside. */
export class Terminal {
  readonly #server: string;

  private constructor(server: string) {
    this.#server = server;
  }

  /** Opens a terminal with a shell; it is closed when the test ends. */
  static open(t: Test, columns: number, rows: number, env: Readonly<Record<string, string>>): Terminal {
    const terminal = new Terminal(`sealtrace-test-${process.pid}-${performance.now()}`);
    const variables = Object.entries({ PS1: "$ ", NO_COLOR: "", ...env }).map(([name, value]) => `${name}=${value}`);
    const size = ["-x", String(columns), "-y", String(rows)];
    const command = ["env", ...variables, "sh"];
    terminal.#tmux("-f", "/dev/null", "new-session", "-d", ...size, ...command);
    t.teardown(() => spawnSync("tmux", ["-L", terminal.#server, "kill-server"]));
    return terminal;
  }

  /** Process id of the shell. */
  get shell(): number {
    return Number(this.#tmux("list-panes", "-F", "#{pane_pid}"));
  }

  /** Types a text as it is, or presses a key that tmux knows by name. */
  type(...keys: readonly string[]): void {
    this.#tmux("send-keys", ...keys);
  }

  resize(columns: number, rows: number): void {
    this.#tmux("resize-window", "-x", String(columns), "-y", String(rows));
  }

  /** What is to be seen, a text a row; rows at the bottom that are empty are left out. */
  screen(): readonly string[] {
    return this.#tmux("capture-pane", "-p").trimEnd().split("\n");
  }

  /** Waits until the screen is as it should be; what it shows then. */
  async until(isIt: (rows: readonly string[]) => boolean): Promise<readonly string[]> {
    for (;;) {
      const rows = this.screen();
      if (isIt(rows)) return rows;
      await sleep(50);
    }
  }

  /** What `stty -a` says of the terminal, asked in the shell's own terminal. */
  async settings(file: string): Promise<void> {
    this.type(`stty -a > ${file}; echo settings-written`, "Enter");
    await this.until((rows) => rows.some((row) => row === "settings-written"));
    this.type("clear", "Enter");
    await this.until((rows) => !rows.some((row) => row === "settings-written"));
  }

  #tmux(...args: readonly string[]): string {
    return execFileSync("tmux", ["-L", this.#server, ...args], { encoding: "utf8" });
  }
}
