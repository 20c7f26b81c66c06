import type { Config } from "../config.ts";
import type { Source } from "./source.ts";

/** A thread or a disk does not come back: nothing in this process can help it. */
export class HungError extends Error {
  override readonly name = "HungError";
}

/** Where edges come from for as long as the process runs; appliances come and go with the configuration. */
export interface Inputs {
  /**
   * Opens what a configuration names; what is open already and stays the same stays open.
   * @throws InputError when it cannot be opened; then nothing is open.
   */
  use(config: Config): Promise<void>;
  /** What is open, for an appliance that starts now. */
  source(config: Config): Source;
  /** An appliance has stopped: it knows every edge up to this time, and none after it. */
  leftAt(timeUs: number | null): void;
  /** Closes everything; may be called more than once. @throws HungError when it does not close. */
  close(): Promise<void>;
}
