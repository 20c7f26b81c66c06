import type { Level } from "../../algorithms/signal.ts";
import type { EdgeRing } from "../edge-ring.ts";
import type { ChannelTable } from "./inputs.ts";
import type { WorkerControl } from "./worker-control.ts";

/** What the outlet does outside of its memory. */
export interface OutletHooks {
  /** Called when the consumer waits and something has come. */
  readonly wake: () => void;
  /** CPU time of this thread in microseconds. */
  readonly cpuUs?: () => number;
}

const SECOND_US = 1_000_000;

/**
 * The thread's end of a driver of pins: levels of lines become entries of the ring, in an order that keeps the driver's
 * contract. Times that go back a little, as those of two processors may, are lifted to the last one.
 *
 * After a loss, or when a full ring has room again, the level of every line is said once more.
 */
export class EdgeOutlet {
  readonly control: WorkerControl;
  readonly #ring: EdgeRing;
  readonly #channels: ChannelTable;
  readonly #hooks: OutletHooks;
  readonly #levels: (Level | null)[];
  #sees = true;
  #seesSaid = false;
  #blindSinceUs = 0;
  #lastUs = 0;
  #isBehind = false;
  #cpuAtUs = Number.NEGATIVE_INFINITY;

  constructor(ring: EdgeRing, control: WorkerControl, channels: ChannelTable, hooks: OutletHooks) {
    this.control = control;
    this.#ring = ring;
    this.#channels = channels;
    this.#hooks = hooks;
    this.#levels = channels.lines.map(() => null);
  }

  /** Time of the latest entry. */
  get lastUs(): number {
    return this.#lastUs;
  }

  /** False between `goBlind` and `seeAgain`. */
  get sees(): boolean {
    return this.#sees;
  }

  /** Whether there is a channel that says so. */
  get hasRecorder(): boolean {
    return this.#channels.recorders.length > 0;
  }

  /** The level last said of a line; null before the first. */
  levelOf(line: number): Level | null {
    return this.#levels[line] ?? null;
  }

  /** The loop has turned once more. */
  turn(nowUs: number): void {
    this.control.beat();
    if (nowUs - this.#cpuAtUs < SECOND_US || this.#hooks.cpuUs === undefined) return;
    this.#cpuAtUs = nowUs;
    this.control.set("cpuUs", Math.round(this.#hooks.cpuUs()));
  }

  /** A line has this level since this time, or still has it. */
  level(timeUs: number, line: number, level: Level): void {
    if (!this.#seesSaid) this.#sayWhetherItSees(timeUs);
    this.#levels[line] = level;
    this.#push(timeUs, this.#channels.lines[line] as number, level);
  }

  /** Nothing has changed until this time. */
  still(timeUs: number): void {
    if (timeUs <= this.#lastUs) return;
    this.#lastUs = timeUs;
    // a sign of life that does not fit is no loss
    if (this.#isBehind) this.#isBehind = !this.#catchUp(timeUs);
    else if (this.#ring.free === 0) return;
    else if (!this.#sees) this.#sayWhetherItSees(timeUs);
    else if (this.#levels[0] !== null) this.level(timeUs, 0, this.#levels[0] as Level);
  }

  /** Edges were lost before the next entry, `count` as far as is known. */
  lose(count: number): void {
    this.#ring.lose(count);
  }

  /** From here on nothing is seen. */
  goBlind(timeUs: number): void {
    this.#sees = false;
    this.#blindSinceUs = Math.max(timeUs, this.#lastUs);
    this.control.add("blindIntervals", 1);
    this.#sayWhetherItSees(timeUs);
  }

  /** The lines are seen again; their levels have been said, at the same time, before. */
  seeAgain(timeUs: number): void {
    this.#sees = true;
    this.control.add("blindUs", Math.max(0, timeUs - this.#blindSinceUs));
    this.#sayWhetherItSees(timeUs);
  }

  #sayWhetherItSees(timeUs: number): void {
    this.#seesSaid = true;
    for (const channel of this.#channels.recorders) this.#push(timeUs, channel, this.#sees ? 1 : 0);
  }

  #push(timeUs: number, channel: number, level: Level): void {
    const atUs = Math.max(timeUs, this.#lastUs);
    this.#lastUs = atUs;
    if (this.#isBehind && !this.#catchUp(atUs)) {
      this.#ring.lose(1);
      return;
    }
    this.#isBehind = !this.#ring.push(atUs, channel, level);
    if (this.control.takeWaiting()) this.#hooks.wake();
  }

  /** What could not be said while the ring was full is said now; false while there is no room for all of it. */
  #catchUp(timeUs: number): boolean {
    const { lines, recorders } = this.#channels;
    if (this.#ring.free <= lines.length + recorders.length) return false;
    for (const channel of recorders) this.#ring.push(timeUs, channel, this.#sees ? 1 : 0);
    lines.forEach((channel, line) => {
      const level = this.#levels[line] ?? null;
      if (level !== null) this.#ring.push(timeUs, channel, level);
    });
    if (this.control.takeWaiting()) this.#hooks.wake();
    return true;
  }
}
