import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { EdgeRing } from "../edge-ring.ts";
import { InputError, type InputFault } from "../input-error.ts";
import { EdgeOutlet } from "./edge-outlet.ts";
import type { ChannelTable } from "./inputs.ts";
import { WorkerControl } from "./worker-control.ts";

/** What a driver gives its thread. */
export interface WorkerTask<Job> {
  readonly ringEdges: number;
  readonly ring: SharedArrayBuffer;
  readonly control: SharedArrayBuffer;
  readonly channels: ChannelTable;
  readonly job: Job;
}

/** What the thread tells. */
export type WorkerMessage =
  | { readonly kind: "started" | "edges" }
  | { readonly kind: "trouble"; readonly message: string | null }
  | { readonly kind: "fault"; readonly fault: InputFault };

/** What a driver's loop may do besides writing edges. */
export interface WorkerVoice {
  /** The lines are open: the driver is ready. */
  started(): void;
  /** Nothing is seen, and why; null when it is over. */
  trouble(message: string | null): void;
}

// The kernel counts a thread's time in these, whatever its own clock's rate is.
const USER_HZ = 100;

/**
 * Runs a driver's loop in this worker thread until it returns; an InputError it throws becomes the driver's.
 * The loop may block: the thread has nothing else to do.
 */
export function runInputsWorker<Job>(loop: (job: Job, outlet: EdgeOutlet, voice: WorkerVoice) => void): void {
  const task = workerData as WorkerTask<Job>;
  const tell = (message: WorkerMessage) => parentPort?.postMessage(message);
  const outlet = new EdgeOutlet(
    new EdgeRing(task.ringEdges, task.ring),
    new WorkerControl(task.control),
    task.channels,
    { wake: () => tell({ kind: "edges" }), cpuUs: threadCpuUs },
  );
  const voice = {
    started: () => tell({ kind: "started" }),
    trouble: (message: string | null) => tell({ kind: "trouble", message }),
  };
  try {
    loop(task.job, outlet, voice);
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    tell({ kind: "fault", fault: error.fault });
  }
}

/** The monotonic clock in integer microseconds: the clock of the kernel's time stamps. */
export function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1_000_000 + Math.floor(nanoseconds / 1000);
}

/** CPU time of the calling thread; 0 where the kernel does not say. */
function threadCpuUs(): number {
  try {
    const stat = readFileSync("/proc/thread-self/stat", "latin1");
    // the thread's name may hold spaces and brackets: the numbers begin behind the last one
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return ((Number(fields[11]) + Number(fields[12])) * 1e6) / USER_HZ || 0;
  } catch {
    return 0;
  }
}
