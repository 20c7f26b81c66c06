import { shown } from "../formats/printable.ts";
import { InputError } from "../input-error.ts";
import {
  EVENT_BYTES,
  IOCTL,
  type LineDescription,
  type LineEvent,
  type LineSetting,
  lineRequestBytes,
  lineValuesBytes,
  parseEvents,
  parseLineValues,
  requestedFd,
} from "./chardev-abi.ts";
import { type Chip, chipFault, findChip, findLine, listLines, withChip } from "./chardev-chips.ts";
import type { Bias } from "./inputs.ts";
import { type Kernel, KernelError, POLL_IN } from "./kernel.ts";

/** Who holds our lines, for others to see. */
export const CONSUMER = "sealtrace";

const EVENTS_A_READ = 64;

/** The lines that are meant, on which chip. */
export interface WantedLines {
  /** See `findChip`. */
  readonly chip: string | null;
  readonly lines: readonly WantedLine[];
}

/** A line by number or name. */
export interface WantedLine {
  readonly line: number | string;
  readonly bias: Bias | null;
  readonly activeLow: boolean;
}

/** Lines that this program holds. */
export class LineRequest {
  readonly #kernel: Kernel;
  readonly #fd: number;
  readonly #offsets: readonly number[];
  readonly #buffer = Buffer.alloc(EVENTS_A_READ * EVENT_BYTES);

  constructor(kernel: Kernel, fd: number, offsets: readonly number[]) {
    this.#kernel = kernel;
    this.#fd = fd;
    this.#offsets = offsets;
  }

  /** Index of a line in the request by its number on the chip. */
  indexOf(offset: number): number {
    return this.#offsets.indexOf(offset);
  }

  /** The levels now, in the order of the request. @throws KernelError */
  levels(): readonly (0 | 1)[] {
    const bytes = lineValuesBytes(this.#offsets.length);
    this.#kernel.ioctl(this.#fd, IOCTL.lineValues, bytes);
    return parseLineValues(bytes, this.#offsets.length);
  }

  /** Waits for events, no more than 64 of them; none when the time is over. @throws KernelError */
  wait(timeoutMs: number): readonly LineEvent[] {
    const ready = this.#kernel.poll(this.#fd, timeoutMs);
    if (ready === 0) return [];
    // hung up: the chip is gone, and a read would say so or wait for ever
    if ((ready & ~POLL_IN) !== 0) throw new KernelError("poll", "ENODEV");
    const count = this.#kernel.read(this.#fd, this.#buffer);
    return parseEvents(this.#buffer.subarray(0, count));
  }

  close(): void {
    this.#kernel.close(this.#fd);
  }
}

/**
 * Takes lines as inputs, all in one request, so that one sequence number counts the edges of all.
 * @throws InputError when chip or line are missing, a line is busy, or there is no right.
 */
export function requestLines(kernel: Kernel, { chip: wanted, lines }: WantedLines): LineRequest {
  const chip = findChip(kernel, wanted);
  const all = listLines(kernel, chip);
  const found = lines.map(({ line }) => findLine(chip, all, line));
  const twice = found.find(({ offset }, i) => found.findIndex((other) => other.offset === offset) < i);
  if (twice !== undefined) throw lineFault(chip, twice, "is named twice", "give each contact its own line");
  const offsets = found.map(({ offset }) => offset);
  return new LineRequest(kernel, requestFd(kernel, chip, found, lines), offsets);
}

function requestFd(
  kernel: Kernel,
  chip: Chip,
  found: readonly LineDescription[],
  lines: readonly WantedLine[],
): number {
  const settings = lines.map(
    ({ bias, activeLow }, i): LineSetting => ({ offset: (found[i] as LineDescription).offset, bias, activeLow }),
  );
  const bytes = lineRequestBytes(settings, CONSUMER);
  try {
    withChip(kernel, chip.path, (fd) => kernel.ioctl(fd, IOCTL.lineRequest, bytes));
  } catch (error) {
    throw requestFault(chip, found, lines, error);
  }
  return requestedFd(bytes);
}

function requestFault(
  chip: Chip,
  found: readonly LineDescription[],
  lines: readonly WantedLine[],
  error: unknown,
): InputError {
  const code = error instanceof KernelError ? error.code : "";
  const busy = found.find(({ isUsed }) => isUsed) ?? found[0];
  if (code === "EBUSY" && busy !== undefined) return busyFault(chip, busy);
  if (lines.some(({ bias }) => bias !== null) && code !== "EACCES" && code !== "ENODEV")
    return new InputError({
      source: chip.path,
      problem: `refuses the lines: ${code}`,
      remedy: "leave out `bias`: this chip may have no resistors of its own",
    });
  return chipFault(chip.path, error);
}

/** What to say of a line that somebody else holds. */
export function busyFault(chip: Chip, line: LineDescription): InputError {
  const holder = line.consumer === "" ? "another program or driver" : shown(line.consumer);
  return lineFault(chip, line, `is in use by ${holder}`, busyRemedy(line));
}

function busyRemedy({ consumer, offset }: LineDescription): string {
  if (consumer === CONSUMER) return "stop the other sealtrace, or ask it: `sealtrace inputs`";
  if (consumer === "sysfs") return `run \`echo ${offset} > /sys/class/gpio/unexport\``;
  return "end that program, take its overlay out of /boot/firmware/config.txt and restart, or use another line";
}

function lineFault(chip: Chip, line: LineDescription, problem: string, remedy: string): InputError {
  const name = line.name === "" ? "" : ` (${line.name})`;
  return new InputError({ source: chip.path, at: `line ${line.offset}${name}`, problem, remedy });
}
