import { setTimeout as sleep } from "node:timers/promises";
import type { Level } from "../../../algorithms/signal.ts";
import type { ContactLines } from "./board.ts";
import type { EmulatedMachine } from "./emulated-machine.ts";

/** A contact that was moved: `atMs` of this computer's clock. */
export interface Move {
  readonly contact: keyof ContactLines;
  readonly level: Level;
  readonly atMs: number;
}

const SEALING_MS = 1500;
const PAUSE_MS = 700;
/** What was moved last is read, filtered and counted after so long. */
const SETTLED_MS = 3000;

/** The contacts of a sealing machine, wired to an emulated computer. */
export class Contacts {
  readonly #machine: EmulatedMachine;
  readonly lines: ContactLines;
  readonly moves: Move[] = [];

  constructor(machine: EmulatedMachine, lines: ContactLines) {
    this.#machine = machine;
    this.lines = lines;
  }

  async move(contact: keyof ContactLines, level: Level): Promise<void> {
    this.moves.push({ contact, level, atMs: performance.now() });
    await this.#machine.set(this.lines[contact], level);
  }

  /** Moves the contacts one after the other, each as soon as the machine has said that it saw the one before. */
  async moveSeen(changes: number): Promise<void> {
    const levels = { sealing: this.levelOf("sealing"), availability: this.levelOf("availability") };
    const starts = Object.keys(levels).length;
    for (let i = 0; i < changes; i++) {
      await this.#machine.says(new RegExp(`lab: saw ${starts + i}\r?\n`));
      const contact = i % 5 === 3 ? "availability" : "sealing";
      levels[contact] = levels[contact] === 1 ? 0 : 1;
      await this.move(contact, levels[contact]);
    }
  }

  /** The machine becomes available and seals so often. */
  async seal(seals: number): Promise<void> {
    await this.move("availability", 1);
    await sleep(PAUSE_MS);
    for (let i = 0; i < seals; i++) {
      await this.move("sealing", 1);
      await sleep(SEALING_MS);
      await this.move("sealing", 0);
      await sleep(PAUSE_MS);
    }
    await sleep(SETTLED_MS);
  }

  /** What it was moved to last. */
  levelOf(contact: keyof ContactLines): Level {
    return this.moves.findLast((move) => move.contact === contact)?.level ?? 0;
  }
}
