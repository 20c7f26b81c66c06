import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { InputError } from "../input-error.ts";
import { type Board, boardName, detectBoard } from "./board.ts";
import type { ChannelOptions, ContactLine, InputsDriver } from "./inputs.ts";
import type { RpioJob } from "./rpio-worker.ts";
import { startWorkerDriver } from "./worker-driver.ts";

/** A contact on a pin of a Raspberry Pi's header. */
export interface RpioLine extends ContactLine {
  /** GPIO number of the Broadcom chip: 17 is GPIO17, pin 11 of the header. */
  readonly pin: number;
}

export interface RpioOptions extends ChannelOptions {
  readonly lines: readonly RpioLine[];
  /** Looks per second at all lines, 100 to 5000; 1000 unless given. */
  readonly rateHz?: number;
  /**
   * Two looks further apart than this leave a hole, in milliseconds, 2 to 1000; 20 unless given: no pulse that counts is
   * shorter (those of energy meters last 30 ms), so what a shorter delay hides is bounce.
   */
  readonly blindAfterMs?: number;
}

let isOpen = false;

/**
 * Opens pins of a Raspberry Pi 0 to 4 through `rpio`: one thread looks at their levels at a fixed rate. Each change has
 * the time of the look that found it; looks that come late are holes, see {@link RpioOptions.blindAfterMs}.
 *
 * rpio can live in one thread only: there is one such driver at a time.
 * @throws InputError on other boards, without rights, without rpio; RangeError for options out of range.
 */
export async function openRpio(options: RpioOptions): Promise<InputsDriver> {
  const job = jobOf(options);
  const fault = rpioFault(detectBoard());
  if (fault !== null) throw fault;
  if (isOpen) throw new Error("rpio is open already: there is one such driver at a time");
  const module = new URL("./rpio-worker.js", import.meta.url);
  const onStart = () => {
    isOpen = true;
  };
  const onEnd = () => {
    isOpen = false;
  };
  return startWorkerDriver({ module, lines: options.lines, channels: options, job, onStart, onEnd });
}

/**
 * Why `rpio` cannot be used on this board; null when nothing speaks against it.
 * @param root folder under which `/dev` stands, for tests.
 */
export function rpioFault(board: Board, root = "/"): InputError | null {
  if (board.kind !== "pi")
    return new InputError({
      source: "rpio",
      problem: `${boardName(board)} is not a Raspberry Pi 0 to 4, the only boards it knows`,
      remedy: 'use the driver "chardev"',
    });
  try {
    accessSync(join(root, "dev/gpiomem"), constants.R_OK | constants.W_OK);
    return null;
  } catch (cause) {
    const isMissing = (cause as NodeJS.ErrnoException).code === "ENOENT";
    const problem = isMissing ? "there is no such device" : "may not be opened";
    const remedy = isMissing
      ? 'use Raspberry Pi OS, or the driver "chardev"'
      : "add this user to the group gpio (`sudo usermod -aG gpio USER`) and log in again";
    return new InputError({ source: "/dev/gpiomem", problem, remedy }, { cause });
  }
}

function jobOf({ lines, rateHz = 1000, blindAfterMs = 20 }: RpioOptions): RpioJob {
  if (!(rateHz >= 100 && rateHz <= 5000)) throw new RangeError(`rateHz must be 100 to 5000, not ${rateHz}`);
  if (!(blindAfterMs >= 2 && blindAfterMs <= 1000))
    throw new RangeError(`blindAfterMs must be 2 to 1000, not ${blindAfterMs}`);
  if (blindAfterMs < 2000 / rateHz) throw new RangeError("blindAfterMs must be two periods or more");
  const unfit = lines.find(({ pin }) => !(Number.isInteger(pin) && pin >= 0 && pin <= 53));
  if (unfit !== undefined) throw new RangeError(`${unfit.name}: pin must be 0 to 53, not ${unfit.pin}`);
  return {
    pins: lines.map(({ pin, bias = null, activeLow = false }) => ({ pin, bias, activeLow })),
    periodUs: 1e6 / rateHz,
    blindAfterUs: blindAfterMs * 1000,
  };
}
