import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { median } from "./statistics.ts";

const SAMPLE_EVERY_MS = 50;
/** The clock ticks of /proc: a hundred a second on every Linux. */
const TICKS_PER_SECOND = 100;
const KIB_PER_MIB = 1024;

interface Sample {
  readonly atMs: number;
  readonly residentMib: number;
  readonly peakMib: number;
  readonly userSeconds: number;
}

/** What a process cost from its start to its end; null where the system has no /proc. */
export interface ProcessCost {
  readonly wallSeconds: number;
  readonly userSeconds: number | null;
  readonly peakMib: number | null;
  /** Median resident memory around a tenth of its time, and around nine tenths. */
  readonly earlyMib: number | null;
  readonly lateMib: number | null;
  readonly stdout: string;
}

/**
 * Runs this Node.js with a script to its end, and watches what it needs.
 * @throws Error when it fails.
 */
export async function runNode(args: readonly string[]): Promise<ProcessCost> {
  const startMs = performance.now();
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const samples: Sample[] = [];
  const timer = setInterval(() => {
    const sample = look(child.pid, performance.now() - startMs);
    if (sample !== null) samples.push(sample);
  }, SAMPLE_EVERY_MS);
  const chunks: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
  try {
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`node ${args.join(" ")} ended with status ${code}`);
  } finally {
    clearInterval(timer);
  }
  return costOf(samples, performance.now() - startMs, Buffer.concat(chunks).toString());
}

function costOf(samples: readonly Sample[], wallMs: number, stdout: string): ProcessCost {
  const around = (share: number) => {
    const near = samples.filter(({ atMs }) => Math.abs(atMs / wallMs - share) <= 0.05);
    return near.length === 0 ? null : median(near.map(({ residentMib }) => residentMib));
  };
  const last = samples.at(-1);
  return {
    wallSeconds: wallMs / 1000,
    userSeconds: last?.userSeconds ?? null,
    peakMib: last?.peakMib ?? null,
    earlyMib: around(0.1),
    lateMib: around(0.9),
    stdout,
  };
}

/** A process may end at any moment, and not every system has /proc: then null. */
function look(pid: number | undefined, atMs: number): Sample | null {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const residentMib = sizeIn(status, "VmRSS");
    const peakMib = sizeIn(status, "VmHWM");
    if (residentMib === null || peakMib === null) return null;
    // the name in brackets may hold spaces; user time is the 12th field after it
    const userTicks = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[11]);
    return { atMs, residentMib, peakMib, userSeconds: userTicks / TICKS_PER_SECOND };
  } catch {
    return null;
  }
}

function sizeIn(status: string, key: string): number | null {
  const kib = new RegExp(`^${key}:\\s+(\\d+) kB`, "m").exec(status)?.[1];
  return kib === undefined ? null : Number(kib) / KIB_PER_MIB;
}
