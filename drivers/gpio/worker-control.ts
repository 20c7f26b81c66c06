import type { InputCounters } from "./inputs.ts";

const STOP = 0;
const WAITING = 1;
const BEATS = 2;
const FLAGS = 4;

const COUNTERS = [
  "edges",
  "blindIntervals",
  "blindUs",
  "worstGapUs",
  "hiddenGlitches",
  "corrections",
  "cpuUs",
] as const;

/** What is counted in the driver's thread. */
export type WorkerCounter = (typeof COUNTERS)[number];

/** The memory that a driver shares with its thread: a flag to stop, a flag to wake, and counters. */
export class WorkerControl {
  /** Hand this to the thread, which builds its end over it. */
  readonly buffer: SharedArrayBuffer;
  readonly #flags: Int32Array;
  readonly #counters: BigInt64Array;

  constructor(buffer = new SharedArrayBuffer(FLAGS * 4 + COUNTERS.length * 8)) {
    this.buffer = buffer;
    this.#flags = new Int32Array(buffer, 0, FLAGS);
    this.#counters = new BigInt64Array(buffer, FLAGS * 4, COUNTERS.length);
  }

  get stopped(): boolean {
    return Atomics.load(this.#flags, STOP) === 1;
  }

  /** Asks the thread to end; wakes it when it sleeps. */
  stop(): void {
    Atomics.store(this.#flags, STOP, 1);
    Atomics.notify(this.#flags, STOP);
  }

  /** Blocks the calling thread for so long, or until it is asked to end. */
  sleep(ms: number): void {
    if (ms > 0) Atomics.wait(this.#flags, STOP, 0, ms);
  }

  /** The consumer is about to wait for edges. */
  wait(): void {
    Atomics.store(this.#flags, WAITING, 1);
  }

  /** True, once, when the consumer waits. */
  takeWaiting(): boolean {
    return Atomics.exchange(this.#flags, WAITING, 0) === 1;
  }

  /** The thread's loop has turned once more. */
  beat(): void {
    Atomics.add(this.#flags, BEATS, 1);
  }

  add(counter: WorkerCounter, count: number): void {
    Atomics.add(this.#counters, COUNTERS.indexOf(counter), BigInt(count));
  }

  set(counter: WorkerCounter, value: number): void {
    Atomics.store(this.#counters, COUNTERS.indexOf(counter), BigInt(value));
  }

  /** Everything but the losses, which the ring counts. */
  counters(): Omit<InputCounters, "lostEdges"> {
    const values = COUNTERS.map((name, i) => [name, Number(Atomics.load(this.#counters, i))]);
    const beats = Atomics.load(this.#flags, BEATS) >>> 0;
    return { beats, ...(Object.fromEntries(values) as Record<WorkerCounter, number>) };
  }
}
