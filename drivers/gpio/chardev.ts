import { detectBoard } from "./board.ts";
import type { ChardevJob } from "./chardev-worker.ts";
import type { ChannelOptions, ContactLine, InputsDriver } from "./inputs.ts";
import { startWorkerDriver } from "./worker-driver.ts";

/** A contact on a line of a GPIO chip. */
export interface ChardevLine extends ContactLine {
  /** Its number on the chip (17) or its name ("GPIO17"). */
  readonly line: number | string;
}

export interface ChardevOptions extends ChannelOptions {
  readonly lines: readonly ChardevLine[];
  /**
   * The chip's label (`pinctrl-bcm2711`), name (`gpiochip0`) or path. Without it: the chip behind the header of a
   * Raspberry Pi, or the only one there is.
   */
  readonly chip?: string;
  /** Longest wait for an edge in milliseconds, 1 to 1000; 200 unless given. Stopping takes as long at most. */
  readonly pollMs?: number;
  /** Another compiled module in the place of `chardev-worker`: a kernel of its own, for tests. */
  readonly worker?: URL;
}

/**
 * Opens lines of a GPIO character device (`/dev/gpiochipN`, Linux 5.10 or later): edges with the kernel's time stamps,
 * losses known by its sequence numbers. The levels are looked at each second. A chip that goes away while it runs is no
 * error: the driver says that it is blind, see `trouble`, and tries each second.
 * @throws InputError when chip or line are missing or busy, or there is no right; RangeError for options out of range.
 */
export function openChardev(options: ChardevOptions): Promise<InputsDriver> {
  const { lines, chip, pollMs = 200, worker } = options;
  if (!(pollMs >= 1 && pollMs <= 1000)) throw new RangeError(`pollMs must be 1 to 1000, not ${pollMs}`);
  const job: ChardevJob = {
    chip: chip ?? detectBoard().headerChip,
    lines: lines.map(({ line, bias = null, activeLow = false }) => ({ line, bias, activeLow })),
    pollMs: Math.round(pollMs),
  };
  const module = worker ?? new URL("./chardev-worker.js", import.meta.url);
  return startWorkerDriver({ module, lines, channels: options, job });
}
