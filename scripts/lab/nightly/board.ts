import { join } from "node:path";
import type { Level } from "../../../algorithms/signal.ts";
import type { Wire } from "./wire.ts";

/** Lines of a board's chip that the contacts are wired to. */
export interface ContactLines {
  readonly sealing: number;
  readonly availability: number;
}

/** What is asked of QEMU about a board that runs. */
export interface BoardWires {
  /** Its protocol for tests: single actions on pins and registers. */
  readonly qtest: Wire;
  /** Its monitor (QMP). */
  readonly monitor: Wire;
}

/** Moves what is wired to a line. */
export type SetLine = (line: number, level: Level) => Promise<void>;

/** A kind of computer that QEMU emulates. */
export interface Board {
  readonly lines: ContactLines;
  /** Arguments of QEMU. @param guest the folder of `build-guest.sh`. */
  readonly arguments: (guest: string) => readonly string[];
  /** The kernel's name of the serial line that QEMU's input and output are. */
  readonly console: string;
  readonly kernelOptions: readonly string[];
  readonly connect: (wires: BoardWires) => Promise<SetLine>;
}

/** QEMU's own board, here with the processor of a Raspberry Pi 4; its chip of pins is a PL061 with eight lines. */
export const VIRT: Board = {
  lines: { sealing: 1, availability: 6 },
  arguments: () => ["-M", "virt", "-cpu", "cortex-a72", "-m", "1G", "-serial", "stdio"],
  console: "ttyAMA0",
  kernelOptions: [],
  async connect({ qtest, monitor }) {
    const path = await devicePath(monitor, "pl061");
    return async (line, level) => {
      await act(qtest, `set_irq_in ${path} unnamed-gpio-in ${line} ${level}`);
    };
  },
};

const GPIO_REGISTERS = 0x3f200000;
const SET = 0x1c;
const CLEAR = 0x28;

/**
 * A Raspberry Pi 3 B. Nothing can be wired to its pins in QEMU, but its registers keep the level of a pin that is set or
 * cleared, an input's as well: that is done from outside, on the bus.
 */
export const RASPI3B: Board = {
  lines: { sealing: 17, availability: 27 },
  // its other three processors would do nothing as fast as they can
  arguments: (guest) => [
    ...["-M", "raspi3b", "-dtb", join(guest, "raspi3b.dtb"), "-global", "bcm2837.enabled-cpus=1"],
    // the first serial line is Bluetooth's
    ...["-serial", "null", "-serial", "stdio"],
  ],
  console: "ttyS1",
  // programs may map registers that the kernel uses too; and where they are mapped is what `gpiomem.c` does
  kernelOptions: ["maxcpus=1", "iomem=relaxed", "LD_PRELOAD=/lib/gpiomem.so"],
  async connect({ qtest }) {
    return async (line, level) => {
      await writeRegister(qtest, level === 1 ? SET : CLEAR, 1 << line);
    };
  },
};

/** Reads a register of the pins of a Raspberry Pi 3, past the processor. */
export async function readRegister(qtest: Wire, offset: number): Promise<number> {
  return Number((await act(qtest, `readl ${GPIO_REGISTERS + offset}`)).split(" ")[1]);
}

/** Writes a register of the pins of a Raspberry Pi 3, past the processor. */
export async function writeRegister(qtest: Wire, offset: number, value: number): Promise<void> {
  await act(qtest, `writel ${GPIO_REGISTERS + offset} ${value >>> 0}`);
}

async function act(qtest: Wire, command: string): Promise<string> {
  const answer = await qtest.ask(command, /^(OK|FAIL|ERR)/);
  if (!answer.startsWith("OK")) throw new Error(`QEMU says "${answer}" to "${command}"`);
  return answer;
}

/** Where in the machine the device of this kind is. */
async function devicePath(monitor: Wire, kind: string): Promise<string> {
  const parent = "/machine/unattached";
  await monitor.ask(JSON.stringify({ execute: "qmp_capabilities" }), /"return"/);
  const question = JSON.stringify({ execute: "qom-list", arguments: { path: parent } });
  const answer = JSON.parse(await monitor.ask(question, /"return"|"error"/)) as { readonly return?: Property[] };
  const device = answer.return?.find(({ type }) => type === `child<${kind}>`);
  if (device === undefined) throw new Error(`QEMU's machine has no ${kind}`);
  return `${parent}/${device.name}`;
}

interface Property {
  readonly name: string;
  readonly type: string;
}
