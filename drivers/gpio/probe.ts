import { EdgeRing } from "../edge-ring.ts";
import { InputError } from "../input-error.ts";
import { type Board, detectBoard } from "./board.ts";
import type { ChardevLine } from "./chardev.ts";
import type { LineDescription } from "./chardev-abi.ts";
import { type Chip, chipFault, listChips, listLines } from "./chardev-chips.ts";
import { requestLines } from "./chardev-request.ts";
import { chooseDriver, type DriverName, kernelOrFault, rpioLine } from "./choose.ts";
import type { Kernel } from "./kernel.ts";
import { openRpio } from "./rpio.ts";

/** What is asked of a probe. */
export interface ProbeOptions {
  readonly lines: readonly ChardevLine[];
  readonly driver?: DriverName | "auto";
  readonly chip?: string;
  /** Folder under which `/proc` and `/dev` stand, for tests. */
  readonly root?: string;
  /** The kernel, or why it cannot be asked; this computer's unless given. */
  readonly kernel?: Kernel | InputError;
}

/** A chip with all its lines. */
export interface ProbedChip extends Chip {
  readonly descriptions: readonly LineDescription[];
}

/** A contact and what its pin reads now. */
export interface ProbedContact {
  readonly name: string;
  readonly line: number | string;
  /** After `activeLow`; null when it could not be read. */
  readonly level: 0 | 1 | null;
  /** Why not, and what to do, in one printable line. */
  readonly fault: string | null;
}

/** What this computer has for contacts: plain data. */
export interface InputsProbe {
  readonly board: Board;
  /** The driver that would be used; null when none can. */
  readonly driver: DriverName | null;
  readonly chips: readonly ProbedChip[];
  readonly contacts: readonly ProbedContact[];
  /** What is to be put right, each in one printable line that says how. */
  readonly faults: readonly string[];
}

/**
 * Looks at board, chips and contacts without disturbing a running program: lines that are free are held for a moment,
 * busy ones are left alone.
 * @throws RangeError for options out of range.
 */
export async function probeInputs(options: ProbeOptions): Promise<InputsProbe> {
  const { root = "/", kernel = kernelOrFault() } = options;
  const board = detectBoard(root);
  const faults: string[] = [];
  const note = (error: unknown) => faults.push(inputFault(error).message);
  const chips = kernel instanceof InputError ? [] : probeChips(kernel, note);
  const driver = chosen(options, board, kernel, root, note);
  const contacts = await probeContacts(options, board, kernel, driver);
  const said = contacts.flatMap(({ fault }) => fault ?? []);
  return { board, driver, chips, contacts, faults: [...new Set([...faults, ...said])] };
}

function chosen(
  { driver = "auto" }: ProbeOptions,
  board: Board,
  kernel: Kernel | InputError,
  root: string,
  note: (error: unknown) => void,
): DriverName | null {
  if (driver !== "auto") return driver;
  try {
    return chooseDriver(board, kernel, root);
  } catch (error) {
    note(error);
    return null;
  }
}

function probeChips(kernel: Kernel, note: (error: unknown) => void): ProbedChip[] {
  const { chips, faults } = listChips(kernel);
  faults.forEach(note);
  return chips.flatMap((chip) => {
    try {
      return [{ ...chip, descriptions: listLines(kernel, chip) }];
    } catch (error) {
      note(error);
      return [];
    }
  });
}

function probeContacts(
  { lines, chip }: ProbeOptions,
  board: Board,
  kernel: Kernel | InputError,
  driver: DriverName | null,
): Promise<ProbedContact[]> {
  const read = async (line: ChardevLine) => {
    if (driver === "rpio") return readThroughRpio(line);
    if (kernel instanceof InputError) throw kernel;
    return readThroughKernel(kernel, chip ?? board.headerChip, line);
  };
  return eachInTurn(lines, async (line) => {
    const contact = { name: line.name, line: line.line };
    if (driver === null) return { ...contact, level: null, fault: null };
    try {
      return { ...contact, level: await read(line), fault: null };
    } catch (error) {
      return { ...contact, level: null, fault: inputFault(error).message };
    }
  });
}

function readThroughKernel(kernel: Kernel, chip: string | null, line: ChardevLine): 0 | 1 {
  const { bias = null, activeLow = false } = line;
  const request = requestLines(kernel, { chip, lines: [{ line: line.line, bias, activeLow }] });
  try {
    return request.levels()[0] as 0 | 1;
  } finally {
    request.close();
  }
}

async function readThroughRpio(line: ChardevLine): Promise<0 | 1> {
  const driver = await openRpio({ lines: [rpioLine(line)] });
  try {
    const ring = new EdgeRing(16);
    await driver.read(ring);
    let latest: 0 | 1 = 0;
    ring.drain((_timeUs, _channel, level) => {
      latest = level;
    });
    return latest;
  } finally {
    await driver.close();
  }
}

/** One after the other: rpio lives in one thread at a time. */
async function eachInTurn<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

function inputFault(error: unknown): InputError {
  return error instanceof InputError ? error : chipFault("chardev", error);
}
