import { Worker } from "node:worker_threads";
import { EdgeRing } from "../edge-ring.ts";
import { InputError } from "../input-error.ts";
import {
  type ChannelOptions,
  type ContactLine,
  channelTable,
  type InputCounters,
  type InputsDriver,
} from "./inputs.ts";
import type { WorkerMessage, WorkerTask } from "./inputs-worker.ts";
import { WorkerControl } from "./worker-control.ts";

const RING_EDGES = 2 ** 16;

/** A thread that watches lines. */
export interface WorkerPlan<Job> {
  /** The compiled module that calls `runInputsWorker`. */
  readonly module: URL;
  readonly lines: readonly ContactLine[];
  readonly channels: ChannelOptions;
  /** Plain data for its loop. */
  readonly job: Job;
  /** Called when the thread exists and when it has ended. */
  readonly onStart?: () => void;
  readonly onEnd?: () => void;
}

/**
 * Starts a thread that watches lines and waits until they are open.
 * @throws InputError what the thread found wrong; RangeError for channels that do not fit.
 */
export async function startWorkerDriver<Job>(plan: WorkerPlan<Job>): Promise<InputsDriver> {
  const ringEdges = plan.channels.ringEdges ?? RING_EDGES;
  const driver = new WorkerDriver(new EdgeRing(ringEdges));
  await driver.start(plan);
  return driver;
}

/**
 * The main thread's end of a driver of pins. The thread fills a ring of its own, which outlasts stalls of this one, and
 * is never terminated: it would leave its lines or mappings behind.
 */
class WorkerDriver implements InputsDriver {
  readonly startWallUs = null;
  readonly progress = null;
  readonly #own: EdgeRing;
  readonly #control = new WorkerControl();
  #toldLost = 0;
  #fault: unknown = null;
  #trouble: string | null = null;
  #closing = false;
  #isInterrupted = false;
  #ended: Promise<void> = Promise.resolve();
  #wake: () => void = () => {};

  constructor(own: EdgeRing) {
    this.#own = own;
  }

  get counters(): InputCounters {
    return { ...this.#control.counters(), lostEdges: this.#own.lost };
  }

  get trouble(): string | null {
    return this.#trouble;
  }

  async start<Job>({ module, lines, channels, job, onStart, onEnd }: WorkerPlan<Job>): Promise<void> {
    const workerData: WorkerTask<Job> = {
      ringEdges: this.#own.capacity,
      ring: this.#own.buffer,
      control: this.#control.buffer,
      channels: channelTable(lines, channels),
      job,
    };
    // loaders of the main program are no concern of this thread; the kernel, not Node.js, opens the descriptor of lines
    const worker = new Worker(module, { workerData, execArgv: [], trackUnmanagedFds: false });
    onStart?.();
    const started = new Promise<boolean>((resolve) => {
      worker.on("message", (message: WorkerMessage) => {
        if (message.kind === "started") resolve(true);
        else this.#hear(message);
      });
      worker.on("exit", () => resolve(false));
    });
    worker.on("error", (error) => this.#fail(error));
    this.#ended = new Promise((resolve) => {
      worker.on("exit", (code) => {
        this.#fail(new Error(`the thread of ${module.pathname} ended with code ${code}`));
        onEnd?.();
        resolve();
      });
    });
    if (await started) return;
    await this.#ended;
    throw this.#fault;
  }

  async read(ring: EdgeRing): Promise<boolean> {
    while (!this.#closing) {
      if (ring.free === 0 || this.#transfer(ring) > 0) return true;
      if (this.#fault !== null) throw this.#fault;
      if (this.#isInterrupted) {
        this.#isInterrupted = false;
        return true;
      }
      await this.#news();
    }
    return false;
  }

  interrupt(): void {
    this.#isInterrupted = true;
    this.#wake();
  }

  close(): Promise<void> {
    this.#closing = true;
    this.#control.stop();
    this.#wake();
    return this.#ended;
  }

  #transfer(ring: EdgeRing): number {
    return this.#own.drain((timeUs, channel, level, lostBefore) => {
      if (lostBefore) {
        const { lost } = this.#own;
        ring.lose(lost - this.#toldLost);
        this.#toldLost = lost;
      }
      ring.push(timeUs, channel, level);
    }, ring.free);
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      this.#control.wait();
      // something may have come before the thread could see that somebody waits
      if (this.#own.length > 0) resolve();
    });
  }

  #hear(message: WorkerMessage): void {
    if (message.kind === "trouble") this.#trouble = message.message;
    else if (message.kind === "fault") this.#fail(new InputError(message.fault));
    else this.#wake();
  }

  /** The first fault is the one that says most. */
  #fail(error: unknown): void {
    this.#fault ??= error;
    this.#wake();
  }
}
