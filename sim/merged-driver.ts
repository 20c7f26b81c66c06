import type { Driver } from "../drivers/driver.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";

const LOOK_AHEAD_EDGES = 1024;

/** What has been read of one source and is not out yet. */
class Ahead {
  readonly source: Driver;
  readonly #ring = new EdgeRing(LOOK_AHEAD_EDGES);
  readonly #times: number[] = [];
  readonly #channels: number[] = [];
  readonly #levels: (0 | 1)[] = [];
  #next = 0;
  #hasEnded = false;

  constructor(source: Driver) {
    this.source = source;
  }

  /** Time of its next edge; infinite when there is none. */
  get timeUs(): number {
    return this.#times[this.#next] ?? Number.POSITIVE_INFINITY;
  }

  async fill(): Promise<void> {
    while (this.#next === this.#times.length && !this.#hasEnded) {
      this.#next = this.#times.length = this.#channels.length = this.#levels.length = 0;
      this.#hasEnded = !(await this.source.read(this.#ring));
      this.#ring.drain((timeUs, channel, level) => {
        this.#times.push(timeUs);
        this.#channels.push(channel);
        this.#levels.push(level);
      });
    }
  }

  /** Moves its next edge. @returns false when what was read is used up. */
  moveTo(ring: EdgeRing): boolean {
    ring.push(this.timeUs, this.#channels[this.#next] as number, this.#levels[this.#next] as 0 | 1);
    return ++this.#next < this.#times.length;
  }
}

/** Several sources as one, in order of time; they number channels alike. Over when all of them are. */
export function merged(sources: readonly Driver[]): Driver {
  const [only] = sources;
  return sources.length === 1 && only !== undefined ? only : new MergedDriver(sources);
}

class MergedDriver implements Driver {
  readonly #ahead: readonly Ahead[];

  constructor(sources: readonly Driver[]) {
    this.#ahead = sources.map((source) => new Ahead(source));
  }

  get startWallUs(): number | null {
    return this.#ahead[0]?.source.startWallUs ?? null;
  }

  get progress(): number | null {
    const known = this.#ahead.map(({ source }) => source.progress).filter((progress) => progress !== null);
    return known.length === 0 ? null : Math.min(...known);
  }

  async read(ring: EdgeRing): Promise<boolean> {
    await Promise.all(this.#ahead.map((each) => each.fill()));
    while (ring.free > 0) {
      const first = this.#ahead.reduce((a, b) => (b.timeUs < a.timeUs ? b : a));
      if (first.timeUs === Number.POSITIVE_INFINITY) return false;
      if (!first.moveTo(ring)) await first.fill();
    }
    return true;
  }

  async close(): Promise<void> {
    await Promise.all(this.#ahead.map(({ source }) => source.close()));
  }
}
