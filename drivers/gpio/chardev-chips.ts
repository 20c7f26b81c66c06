import { shown, shownList } from "../formats/printable.ts";
import { InputError } from "../input-error.ts";
import {
  type ChipDescription,
  chipInfoBytes,
  IOCTL,
  type LineDescription,
  lineInfoBytes,
  parseChipInfo,
  parseLineInfo,
} from "./chardev-abi.ts";
import { type Kernel, KernelError } from "./kernel.ts";

/** What to do when a device may not be opened. */
export const RIGHTS_REMEDY = "add this user to the group gpio (`sudo usermod -aG gpio USER`) and log in again";
const PROBE_REMEDY = "see `sealtrace inputs --probe`";

/** A chip and where it is. */
export interface Chip extends ChipDescription {
  readonly path: string;
}

/** The chips that could be asked, and why others could not. */
export interface ChipList {
  readonly chips: readonly Chip[];
  readonly faults: readonly InputError[];
}

/** Every chip once: a board may have a second name for one. */
export function listChips(kernel: Kernel): ChipList {
  const chips: Chip[] = [];
  const faults: InputError[] = [];
  for (const path of kernel.chipPaths())
    try {
      const chip = withChip(kernel, path, (fd) => describeChip(kernel, fd, path));
      if (!chips.some(({ name }) => name === chip.name)) chips.push(chip);
    } catch (error) {
      faults.push(chipFault(path, error));
    }
  return { chips, faults };
}

/**
 * The chip that is meant.
 * @param wanted a path (`/dev/gpiochip0`), a name (`gpiochip0`) or, as numbers move, a label (`pinctrl-bcm2711`); null
 *   for the only one there is.
 * @throws InputError when there is none, several, or no right to open it.
 */
export function findChip(kernel: Kernel, wanted: string | null): Chip {
  if (wanted?.startsWith("/")) return chipAt(kernel, wanted);
  const { chips, faults } = listChips(kernel);
  const fitting = chips.filter(({ name, label }) => wanted === null || wanted === name || wanted === label);
  const [chip] = fitting;
  if (fitting.length === 1 && chip !== undefined) return chip;
  if (fitting.length > 1) throw severalFault(wanted, fitting);
  throw faults[0] ?? missingFault(wanted, chips);
}

/** Descriptions of all lines of a chip, in their order. @throws InputError */
export function listLines(kernel: Kernel, chip: Chip): readonly LineDescription[] {
  try {
    return withChip(kernel, chip.path, (fd) =>
      Array.from({ length: chip.lines }, (_, offset) => describeLine(kernel, fd, offset)),
    );
  } catch (error) {
    throw chipFault(chip.path, error);
  }
}

/**
 * The line that is meant.
 * @param lines all lines of the chip.
 * @param line its number or its name.
 * @throws InputError when there is none, or several have this name.
 */
export function findLine(chip: Chip, lines: readonly LineDescription[], line: number | string): LineDescription {
  const fitting = lines.filter(({ offset, name }) => (typeof line === "number" ? offset === line : name === line));
  const [found] = fitting;
  if (fitting.length === 1 && found !== undefined) return found;
  const what = typeof line === "number" ? `line ${line}` : `line named ${shown(line)}`;
  const problem = found === undefined ? `has no ${what}` : `has ${fitting.length} lines named ${shown(String(line))}`;
  const remedy = typeof line === "number" ? `its lines are 0 to ${chip.lines - 1}; ${PROBE_REMEDY}` : nameRemedy(found);
  throw new InputError({ source: chip.path, problem, remedy });
}

/** What to say of a chip that cannot be opened or asked. */
export function chipFault(path: string, error: unknown): InputError {
  if (!(error instanceof KernelError)) throw error;
  const { code } = error;
  const fault = (problem: string, remedy: string) =>
    new InputError({ source: path, problem, remedy }, { cause: error });
  if (code === "EACCES" || code === "EPERM") return fault("may not be opened", RIGHTS_REMEDY);
  if (code === "ENOENT" || code === "ENODEV" || code === "ENXIO") return fault("there is no such chip", PROBE_REMEDY);
  if (code === "ENOTTY" || code === "EINVAL")
    return fault("is no GPIO chip with interface version 2", "use Linux 5.10 or later, and name a GPIO chip");
  return fault(`does not answer: ${code}`, PROBE_REMEDY);
}

/** Opens a chip's device for as long as `use` runs. @throws KernelError */
export function withChip<T>(kernel: Kernel, path: string, use: (fd: number) => T): T {
  const fd = kernel.open(path);
  try {
    return use(fd);
  } finally {
    kernel.close(fd);
  }
}

function chipAt(kernel: Kernel, path: string): Chip {
  try {
    return withChip(kernel, path, (fd) => describeChip(kernel, fd, path));
  } catch (error) {
    throw chipFault(path, error);
  }
}

function describeChip(kernel: Kernel, fd: number, path: string): Chip {
  const bytes = chipInfoBytes();
  kernel.ioctl(fd, IOCTL.chipInfo, bytes);
  return { path, ...parseChipInfo(bytes) };
}

function describeLine(kernel: Kernel, fd: number, offset: number): LineDescription {
  const bytes = lineInfoBytes(offset);
  kernel.ioctl(fd, IOCTL.lineInfo, bytes);
  return parseLineInfo(bytes);
}

function nameRemedy(found: LineDescription | undefined): string {
  return found === undefined ? `check the spelling; ${PROBE_REMEDY}` : "give the line's number instead";
}

function severalFault(wanted: string | null, chips: readonly Chip[]): InputError {
  const problem = wanted === null ? `there are ${chips.length} chips` : `${chips.length} chips fit ${shown(wanted)}`;
  return new InputError({ source: "chardev", problem, remedy: `name one of ${chipNames(chips)}` });
}

function missingFault(wanted: string | null, chips: readonly Chip[]): InputError {
  if (chips.length === 0)
    return new InputError({
      source: "chardev",
      problem: "there is no GPIO chip (/dev/gpiochip*)",
      remedy: "use a board with GPIO and Linux 5.10 or later; a container must be given the device",
    });
  const problem = `there is no GPIO chip ${shown(wanted ?? "")}`;
  return new InputError({ source: "chardev", problem, remedy: `name one of ${chipNames(chips)}` });
}

function chipNames(chips: readonly Chip[]): string {
  return shownList(chips.map(({ name, label }) => `${name} (${label})`));
}
