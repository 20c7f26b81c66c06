import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";

/** The clock ticks of /proc: a hundred a second on every Linux. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;
const PATIENCE_MS = 20_000;

/** What a program and those that it started need at one moment. */
export interface Need {
  /** User and system time since its start. */
  readonly cpuSeconds: number;
  readonly residentMib: number;
  /** The most that was ever resident. */
  readonly peakMib: number;
}

/** A program that is watched from outside, with everything that it starts. */
export class WatchedProcess {
  readonly #child: ChildProcess;
  readonly #output: Buffer[] = [];
  /** Rejects when it has ended. */
  readonly ended: Promise<never>;

  constructor(args: readonly string[], env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, args, {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#child.stdout?.on("data", (chunk: Buffer) => this.#output.push(chunk));
    this.ended = once(this.#child, "close").then(() => {
      throw this.#tooEarly();
    });
    // heard by those who wait for it
    this.ended.catch(() => {});
  }

  /** What it has printed. */
  get output(): string {
    return Buffer.concat(this.#output).toString();
  }

  /** Resolves when it prints something more. @throws Error when it ends instead. */
  async printed(): Promise<void> {
    if (this.#child.stdout !== null) await Promise.race([once(this.#child.stdout, "data"), this.ended]);
  }

  /** @throws Error when it has ended. */
  need(): Need {
    const { pid, exitCode, signalCode } = this.#child;
    if (pid === undefined || exitCode !== null || signalCode !== null) throw this.#tooEarly();
    const needs = familyOf(pid).flatMap((member) => needOf(member) ?? []);
    const sum = (of: (need: Need) => number) => needs.reduce((total, need) => total + of(need), 0);
    return {
      cpuSeconds: sum(({ cpuSeconds }) => cpuSeconds),
      residentMib: sum(({ residentMib }) => residentMib),
      peakMib: sum(({ peakMib }) => peakMib),
    };
  }

  /** Asks it to end, and ends it when it does not. */
  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = once(this.#child, "close");
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), PATIENCE_MS);
    await closed;
    clearTimeout(timer);
  }

  #tooEarly(): Error {
    const { exitCode, signalCode } = this.#child;
    return new Error(`the program ended too early (${exitCode ?? signalCode}): ${this.output.slice(-500)}`);
  }
}

function familyOf(pid: number): number[] {
  const children = (read(`/proc/${pid}/task/${pid}/children`) ?? "").trim().split(" ").filter(Boolean);
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

/** Null when it is no more. */
function needOf(pid: number): Need | null {
  const stat = read(`/proc/${pid}/stat`);
  const memory = read(`/proc/${pid}/status`);
  if (stat === null || memory === null) return null;
  // the name in brackets may hold spaces; user and system time are the 12th and 13th field after it
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  // one that has ended and is still listed has no memory
  const mib = (key: string) => Number(new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(memory)?.[1] ?? 0) / KIB_PER_MIB;
  const residentMib = mib("VmRSS");
  return {
    cpuSeconds: (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND,
    residentMib,
    // the kernel notes the most now and then only
    peakMib: Math.max(residentMib, mib("VmHWM")),
  };
}

/** Null when there is no such process any more. */
function read(path: string): string | null {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ESRCH") return null;
    throw error;
  }
}
