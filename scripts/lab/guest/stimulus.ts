import type { Level } from "../../../algorithms/signal.ts";
import { EdgeRing } from "../../../drivers/edge-ring.ts";
import { openReplay } from "../../../drivers/replay.ts";
import { monotonicUs, waitUntilUs } from "./program.ts";
import type { SimulatedChip } from "./simulated-chip.ts";

/** The lines that the contacts are wired to. */
export const CONTACT_LINES = { sealing: 17, availability: 27 } as const;
const CHANNELS = ["sealing", "availability"] as const;

const PROGRESS_EDGES = 1000;

/** What the contacts are to do: a recording, played through the pins. */
export class Stimulus {
  readonly startWallUs: number;
  readonly #timesUs: readonly number[];
  readonly #channels: readonly number[];
  readonly #levels: readonly Level[];
  #next = 0;
  /** How much later than it should have been an edge was driven, at worst; microseconds. */
  worstLateUs = 0;

  private constructor(startWallUs: number, timesUs: readonly number[], channels: readonly number[], levels: Level[]) {
    this.startWallUs = startWallUs;
    this.#timesUs = timesUs;
    this.#channels = channels;
    this.#levels = levels;
  }

  /** @param path a recording with wall time, of the contacts `sealing` and `availability`. */
  static async load(path: string): Promise<Stimulus> {
    const driver = await openReplay(path, CHANNELS);
    const ring = new EdgeRing(2 ** 16);
    const timesUs: number[] = [];
    const channels: number[] = [];
    const levels: Level[] = [];
    for (let more = true; more; ) {
      more = await driver.read(ring);
      ring.drain((timeUs, channel, level) => {
        timesUs.push(timeUs);
        channels.push(channel);
        levels.push(level);
      });
    }
    await driver.close();
    return new Stimulus(driver.startWallUs as number, timesUs, channels, levels);
  }

  /** Leaves out what was due before this wall time, but for the levels that it left. */
  skip(chip: SimulatedChip, untilWallUs: number): void {
    for (; this.startWallUs + (this.#timesUs[this.#next] ?? Number.POSITIVE_INFINITY) < untilWallUs; this.#next++)
      this.#drive(chip);
  }

  /**
   * Drives the edges up to this wall time, each when it is due; edges that were due before come at once.
   * Blocks. @param wallOffsetUs wall time minus monotonic time.
   */
  play(chip: SimulatedChip, wallOffsetUs: number, untilWallUs: number): void {
    const baseUs = this.startWallUs - wallOffsetUs;
    for (; this.#next < this.#timesUs.length; this.#next++) {
      const timeUs = this.#timesUs[this.#next] as number;
      if (this.startWallUs + timeUs > untilWallUs) break;
      waitUntilUs(baseUs + timeUs);
      if (this.#next % PROGRESS_EDGES === 0) process.stdout.write(`lab: ${this.#next} edges driven\n`);
      this.#noteLate(monotonicUs() - baseUs - timeUs);
      this.#drive(chip);
    }
    waitUntilUs(untilWallUs - wallOffsetUs);
  }

  #drive(chip: SimulatedChip): void {
    const channel = CHANNELS[this.#channels[this.#next] as 0 | 1];
    chip.set(CONTACT_LINES[channel], this.#levels[this.#next] as Level);
  }

  #noteLate(us: number): void {
    if (us > this.worstLateUs) this.worstLateUs = us;
  }
}
