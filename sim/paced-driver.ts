import type { Driver } from "../drivers/driver.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";

const LOOK_AHEAD_EDGES = 1024;
const BEAT_MS = 50;

/** A monotonic clock in milliseconds and a way to wait on it. */
export interface PaceClock {
  now(): number;
  sleep(ms: number): Promise<void>;
}

interface WaitingEdge {
  readonly timeUs: number;
  readonly channel: number;
  readonly level: 0 | 1;
}

/**
 * Plays a source at `speed` times real time: an edge comes out when its time has come, some twenty portions a second.
 * @param fromUs what lies before comes out at once: somebody who was there already goes on from here.
 * @throws RangeError unless speed is above 0.
 */
export function paced(source: Driver, speed: number, clock: PaceClock, fromUs = 0): PacedDriver {
  if (!(speed > 0)) throw new RangeError(`speed must be above 0, not ${speed}`);
  return new PacedDriver(source, speed, clock, fromUs);
}

/** See `paced`. */
export class PacedDriver implements Driver {
  readonly #source: Driver;
  readonly #speed: number;
  readonly #clock: PaceClock;
  readonly #ahead = new EdgeRing(LOOK_AHEAD_EDGES);
  #waiting: WaitingEdge[] = [];
  #next = 0;
  #startedMs: number | null = null;
  #startUs = 0;
  #sourceEnded = false;

  constructor(source: Driver, speed: number, clock: PaceClock, fromUs: number) {
    this.#startUs = fromUs;
    this.#source = source;
    this.#speed = speed;
    this.#clock = clock;
  }

  get startWallUs(): number | null {
    return this.#source.startWallUs;
  }

  get progress(): number | null {
    return this.#source.progress;
  }

  async read(ring: EdgeRing): Promise<boolean> {
    if (this.#startedMs !== null) await this.#clock.sleep(BEAT_MS);
    await this.#lookAhead();
    const dueUs = this.#dueUs();
    while (ring.free > 0) {
      const edge = this.#waiting[this.#next];
      if (edge === undefined) {
        if (this.#sourceEnded) return false;
        await this.#lookAhead();
        continue;
      }
      if (edge.timeUs > dueUs) break;
      ring.push(edge.timeUs, edge.channel, edge.level);
      this.#next++;
    }
    return true;
  }

  close(): Promise<void> {
    return this.#source.close();
  }

  /** Real milliseconds since a moment of the source. */
  sinceMs(timeUs: number): number {
    return (this.#dueUs() - timeUs) / 1000 / this.#speed;
  }

  #dueUs(): number {
    this.#startedMs ??= this.#clock.now();
    return this.#startUs + (this.#clock.now() - this.#startedMs) * 1000 * this.#speed;
  }

  async #lookAhead(): Promise<void> {
    if (this.#next < this.#waiting.length || this.#sourceEnded) return;
    this.#waiting = [];
    this.#next = 0;
    this.#sourceEnded = !(await this.#source.read(this.#ahead));
    this.#ahead.drain((timeUs, channel, level) => this.#waiting.push({ timeUs, channel, level }));
    if (this.#startedMs === null) this.#startUs = Math.max(this.#startUs, this.#waiting[0]?.timeUs ?? 0);
  }
}
