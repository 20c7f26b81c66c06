import { InputError } from "../input-error.ts";
import { type Board, detectBoard } from "./board.ts";
import { type ChardevLine, openChardev } from "./chardev.ts";
import { findChip } from "./chardev-chips.ts";
import type { ChannelOptions, InputsDriver } from "./inputs.ts";
import { type Kernel, openKernel } from "./kernel.ts";
import { openRpio, type RpioLine, rpioFault } from "./rpio.ts";

/** The drivers of pins. */
export type DriverName = "chardev" | "rpio";

/** The contacts of a board, for whichever driver. */
export interface InputsOptions extends ChannelOptions {
  readonly lines: readonly ChardevLine[];
  /** `auto` unless given, see `chooseDriver`. */
  readonly driver?: DriverName | "auto";
  /** See `ChardevOptions.chip`; nothing to rpio. */
  readonly chip?: string;
  /** See `RpioOptions`; nothing to the character device. */
  readonly rateHz?: number;
  readonly blindAfterMs?: number;
}

/** An open driver and which one it is. */
export interface OpenInputs {
  readonly name: DriverName;
  readonly driver: InputsDriver;
}

/**
 * Opens the contacts with the driver that was named, or that fits this computer.
 * @throws InputError and RangeError as `openChardev`, `openRpio` and `chooseDriver` do.
 */
export async function openInputs(options: InputsOptions): Promise<OpenInputs> {
  const { driver: wanted = "auto", lines, ...others } = options;
  const name = wanted === "auto" ? chooseDriver(detectBoard(), kernelOrFault()) : wanted;
  const driver = await (name === "chardev"
    ? openChardev({ lines, ...others })
    : openRpio({ lines: lines.map(rpioLine), ...others }));
  return { name, driver };
}

/**
 * Which driver fits. The character device wherever there is one: its edges have the kernel's times, it knows what it
 * lost, and it costs next to nothing; else rpio on the boards it knows.
 *
 * It does not look whether lines are free: to read a busy line past the kernel would hide the mistake.
 * @param kernel the kernel, or why it cannot be asked.
 * @param root folder under which `/dev` stands, for tests.
 * @throws InputError when neither can work here.
 */
export function chooseDriver(board: Board, kernel: Kernel | InputError, root = "/"): DriverName {
  if (!(kernel instanceof InputError) && kernel.chipPaths().length > 0) return "chardev";
  if (rpioFault(board, root) === null) return "rpio";
  if (kernel instanceof InputError) throw kernel;
  findChip(kernel, null);
  return "chardev";
}

/** The kernel, or why it cannot be asked. */
export function kernelOrFault(): Kernel | InputError {
  try {
    return openKernel();
  } catch (error) {
    if (error instanceof InputError) return error;
    throw error;
  }
}

/**
 * A line as rpio counts it.
 * @throws InputError for a name that is not of the kind of `GPIO17`.
 */
export function rpioLine({ line, ...contact }: ChardevLine): RpioLine {
  const pin = typeof line === "number" ? line : Number(/^GPIO(\d{1,2})$/.exec(line)?.[1] ?? Number.NaN);
  if (Number.isInteger(pin) && pin >= 0 && pin <= 53) return { ...contact, pin };
  throw new InputError({
    source: "rpio",
    at: contact.name,
    problem: `does not know the line ${line}`,
    remedy: 'give a GPIO number from 0 to 53, such as 17 or "GPIO17", or use the driver "chardev"',
  });
}
