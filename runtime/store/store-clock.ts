/** Time for commit windows and back-off. Its timers must not keep the process alive. */
export interface StoreClock {
  /** Monotonic milliseconds. */
  readonly nowMs: () => number;
  /** Runs `action` once after `ms`; calling the result before that prevents it. */
  readonly after: (ms: number, action: () => void) => () => void;
}

export const MONOTONIC_CLOCK: StoreClock = {
  nowMs: () => performance.now(),
  after: (ms, action) => {
    const timer = setTimeout(action, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
};
