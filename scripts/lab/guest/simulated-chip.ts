import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Level } from "../../../algorithms/signal.ts";

const CONFIG = "/sys/kernel/config/gpio-sim";
const DEVICES = "/sys/devices/platform";
const LINES = 28;

/**
 * A GPIO chip of the kernel's gpio-sim, with the label of a Raspberry Pi 4: for every program a chip like any other.
 * What is wired to its lines is here.
 */
export class SimulatedChip {
  static readonly label = "pinctrl-bcm2711";
  readonly #folder = join(CONFIG, "pi");
  readonly #levels: Map<number, Level>;
  readonly #pulls = new Map<number, number>();

  /** @param lines numbers of the lines that are used, below 28; they are named as a Raspberry Pi's: `GPIO17`. */
  constructor(lines: readonly number[]) {
    this.#levels = new Map(lines.map((line) => [line, 0]));
    const bank = join(this.#folder, "bank0");
    for (const line of lines) mkdirSync(join(bank, `line${line}`), { recursive: true });
    writeFileSync(join(bank, "num_lines"), String(LINES));
    writeFileSync(join(bank, "label"), SimulatedChip.label);
    for (const line of lines) writeFileSync(join(bank, `line${line}`, "name"), `GPIO${line}`);
    this.plug();
  }

  /** The chip is there, and shows what is wired to it. */
  plug(): void {
    writeFileSync(join(this.#folder, "live"), "1");
    const device = readFileSync(join(this.#folder, "dev_name"), "utf8").trim();
    const chip = readFileSync(join(this.#folder, "bank0", "chip_name"), "utf8").trim();
    for (const line of this.#levels.keys())
      this.#pulls.set(line, openSync(join(DEVICES, device, chip, `sim_gpio${line}`, "pull"), "w"));
    for (const [line, level] of this.#levels) this.#show(line, level);
  }

  /** The chip, or its driver, goes away under whoever watches it. */
  unplug(): void {
    for (const fd of this.#pulls.values()) closeSync(fd);
    this.#pulls.clear();
    writeFileSync(join(this.#folder, "live"), "0");
  }

  /** Moves what is wired to a line, whether the chip is there or not. */
  set(line: number, level: Level): void {
    this.#levels.set(line, level);
    this.#show(line, level);
  }

  /** Opens a closed contact, closes an open one. */
  toggle(line: number): void {
    this.set(line, this.levelOf(line) === 1 ? 0 : 1);
  }

  levelOf(line: number): Level {
    return this.#levels.get(line) ?? 0;
  }

  #show(line: number, level: Level): void {
    const fd = this.#pulls.get(line);
    if (fd !== undefined) writeSync(fd, level === 1 ? "pull-up" : "pull-down", 0);
  }
}
