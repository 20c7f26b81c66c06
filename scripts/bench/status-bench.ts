import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { status } from "./status.ts";
import type { Table } from "./table.ts";
import { MAIN, makeYearStore, startPlant } from "./year-store.ts";

const TIMES = 30;
const MOST_MS = 150;
const WATCHERS = 20;
const WATCHED_SECONDS = 20;

/** How long somebody waits for `sealtrace status` of eight lines with a year of data, and what watching costs. */
export async function statusBench(): Promise<readonly Table[]> {
  const folder = mkdtempSync(join(tmpdir(), "st-"));
  try {
    status("making a year of eight lines");
    const shifts = await makeYearStore(folder);
    const daemon = await startPlant(folder, 1);
    const pid = daemon.child.pid as number;
    try {
      await calm(pid);
      const times = [
        row("node -e 0, for comparison", timed(["-e", "0"], folder, pid)),
        row("sealtrace status", timed([MAIN, "status"], folder, pid), MOST_MS),
        row("sealtrace status --json", timed([MAIN, "status", "--json"], folder, pid)),
      ];
      status("watching");
      const costs = await watchCosts(pid, folder);
      return [statusTable(shifts, times), costs];
    } finally {
      await daemon.stop();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function statusTable(shifts: number, rows: Table["rows"]): Table {
  return {
    title: "How long somebody waits",
    notes: [
      `8 lines at real time, ${shifts} shifts in the store, ${TIMES} runs, from the start of the process to its end`,
    ],
    columns: [
      { name: "command" },
      { name: "median ms" },
      { name: "fastest ms" },
      { name: "slowest ms" },
      { name: "CPU ms, command" },
      { name: "CPU ms, daemon" },
    ],
    rows,
  };
}

interface Timed {
  /** Sorted. */
  readonly ms: readonly number[];
  readonly commandCpuMs: number;
  readonly daemonCpuMs: number;
}

function row(name: string, { ms, commandCpuMs, daemonCpuMs }: Timed, atMost?: number) {
  const median = ms[Math.floor(ms.length / 2)] ?? Number.NaN;
  const bounded = atMost === undefined ? median : { value: median, atMost };
  return [name, bounded, ms[0] ?? null, ms.at(-1) ?? null, commandCpuMs, daemonCpuMs];
}

/** From start to end, and CPU time a run. */
function timed(args: readonly string[], folder: string, daemon: number): Timed {
  const before = { own: childrenCpuSeconds(), daemon: cpuSeconds(daemon) };
  const ms = Array.from({ length: TIMES }, () => {
    const from = performance.now();
    const { stderr } = spawnSync(process.execPath, args, { env: { SEALTRACE_SOCKET_DIR: folder } });
    // an alarm is no failure: on a busy machine there may be one
    if (stderr.length > 0) throw new Error(`it failed: ${stderr}`);
    return performance.now() - from;
  }).sort((a, b) => a - b);
  return {
    ms,
    commandCpuMs: (1000 * (childrenCpuSeconds() - before.own)) / TIMES,
    daemonCpuMs: (1000 * (cpuSeconds(daemon) - before.daemon)) / TIMES,
  };
}

/** After a start the simulation catches up with where it was. */
async function calm(pid: number): Promise<void> {
  for (let busy = 1; busy > 0.1; ) {
    const from = cpuSeconds(pid);
    await sleep(1000);
    busy = cpuSeconds(pid) - from;
  }
}

/** CPU of the daemon with nobody watching, and with 20 that watch one line. */
async function watchCosts(pid: number, folder: string): Promise<Table> {
  const share = async () => {
    const from = cpuSeconds(pid);
    await sleep(WATCHED_SECONDS * 1000);
    return (100 * (cpuSeconds(pid) - from)) / WATCHED_SECONDS;
  };
  const alone = await share();
  const watcher = new URL("watcher.js", import.meta.url).pathname;
  const child = spawn(process.execPath, [watcher, folder, String(WATCHERS)], { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  await once(child.stdout, "data");
  const watched = await share();
  child.kill();
  await gone;
  return {
    title: "What watching costs the daemon",
    notes: [`8 lines at real time, ${WATCHED_SECONDS} s each`],
    columns: [{ name: "watching" }, { name: "CPU, % of a core", decimals: 2 }],
    rows: [
      ["nobody", alone],
      [`${WATCHERS} watch a line`, watched],
    ],
  };
}

/** User and system time of a process so far, in seconds. */
function cpuSeconds(pid: number): number {
  const fields = statFields(`/proc/${pid}/stat`);
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** The same of all children of this process that have ended. */
function childrenCpuSeconds(): number {
  const fields = statFields("/proc/self/stat");
  return (Number(fields[13]) + Number(fields[14])) / 100;
}

/** Fields of proc_pid_stat(5) from the third one on: the second is a name, which may hold anything. */
function statFields(path: string): readonly string[] {
  const text = readFileSync(path, "utf8");
  return text.slice(text.lastIndexOf(")") + 2).split(" ");
}
