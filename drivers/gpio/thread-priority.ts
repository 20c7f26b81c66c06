import { createRequire } from "node:module";

const SCHED_FIFO = 1;
const SCHED_RESET_ON_FORK = 0x4000_0000;
const LOWEST_PRIORITY = 1;

/** The part of koffi that is used. */
interface Koffi {
  load(path: null): { func(prototype: string): (...args: unknown[]) => number };
}

/**
 * Asks the kernel to let the calling thread go before all ordinary ones whenever it has something to do, so that it
 * wakes on time on a busy computer; false where koffi is missing or there is no right to it (`RLIMIT_RTPRIO`), and then
 * everything goes on as before. Only for a thread that sleeps most of the time.
 *
 * Source: sched(7), SCHED_FIFO.
 */
export function askForRealTime(): boolean {
  const priority = Buffer.alloc(4);
  priority.writeInt32LE(LOWEST_PRIORITY);
  try {
    const libc = (createRequire(import.meta.url)("koffi") as Koffi).load(null);
    const schedule = libc.func("int sched_setscheduler(int pid, int policy, void *priority)");
    return schedule(0, SCHED_FIFO | SCHED_RESET_ON_FORK, priority) === 0;
  } catch {
    return false;
  }
}
