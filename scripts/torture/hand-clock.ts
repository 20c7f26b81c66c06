import type { StoreClock } from "../../runtime/store/store-clock.ts";

/** Time that passes only when somebody says so. */
export class HandClock implements StoreClock {
  #nowMs = 0;
  #timers: { readonly dueMs: number; readonly action: () => void }[] = [];

  readonly nowMs = (): number => this.#nowMs;

  readonly after = (ms: number, action: () => void): (() => void) => {
    const timer = { dueMs: this.#nowMs + ms, action };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((each) => each !== timer);
    };
  };

  /** Timers that have not run yet. */
  get waiting(): number {
    return this.#timers.length;
  }

  advance(ms: number): void {
    this.#nowMs += ms;
    const due = this.#timers.filter(({ dueMs }) => dueMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { action } of due) action();
  }
}

/** The real time, but nothing takes longer than 20 ms, and the process stays alive meanwhile. */
export const IMPATIENT_CLOCK: StoreClock = {
  nowMs: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, Math.min(ms, 20));
    return () => clearTimeout(timer);
  },
};
