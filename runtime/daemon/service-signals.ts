/** Who does what signals ask for. */
export interface SignalListener {
  /** SIGTERM, SIGINT: once, however many come. */
  stop(): void;
  /** SIGHUP. */
  reload(): void;
}

const STOP_SIGNALS = ["SIGTERM", "SIGINT"] as const;

/**
 * The signals of a daemon, from its first moment on: by their own they would end the process. A stop that comes before
 * anybody listens is kept; the configuration is read after that in any case.
 */
export class ServiceSignals {
  #listener: SignalListener | null = null;
  #isStopAsked = false;

  constructor() {
    for (const signal of STOP_SIGNALS) process.on(signal, () => this.#stop());
    process.on("SIGHUP", () => this.#listener?.reload());
  }

  /** From here on somebody listens. */
  tell(listener: SignalListener): void {
    this.#listener = listener;
    if (this.#isStopAsked) listener.stop();
  }

  #stop(): void {
    if (this.#isStopAsked) return;
    this.#isStopAsked = true;
    this.#listener?.stop();
  }
}
