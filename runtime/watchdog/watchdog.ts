/** What is expected of a watched part. */
export interface PartRules {
  /** Longest silence in milliseconds. */
  readonly deadlineMs: number;
  /** True when the service had better be restarted than go on without this part. */
  readonly fatal: boolean;
}

/** A part that has been silent for longer than it may. */
export interface StalledPart {
  readonly name: string;
  readonly silentMs: number;
  readonly fatal: boolean;
}

/** What a look at the parts has found. */
export interface Verdict {
  /** False while a fatal part is stalled. */
  readonly beat: boolean;
  /** Parts that stalled, and parts that came back, since the last look. */
  readonly newlyStalled: readonly StalledPart[];
  readonly recovered: readonly string[];
}

interface Part extends PartRules {
  /** Silence is counted from here; null while nothing is expected. */
  sinceMs: number | null;
  stalled: boolean;
}

/**
 * Knows which parts of the daemon are alive. It owns no timer: whoever beats asks first.
 *
 * A part that works all the time (a source) reports `alive`; one that works on demand (a commit) reports `alive` when
 * a piece of work begins and `idle` when none is left.
 */
export class Watchdog {
  readonly #nowMs: () => number;
  readonly #parts = new Map<string, Part>();

  /** `nowMs` is a monotonic clock in milliseconds. */
  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** Watches a part from now on: its first sign of life is due within the deadline. */
  watch(name: string, { deadlineMs, fatal }: PartRules): void {
    if (!(deadlineMs > 0)) throw new RangeError(`deadline of ${name} is ${deadlineMs} ms`);
    if (this.#parts.has(name)) throw new RangeError(`${name} is watched already`);
    this.#parts.set(name, { deadlineMs, fatal, sinceMs: this.#nowMs(), stalled: false });
  }

  /** Watches a part no longer, such as a line that was taken out of the configuration. */
  forget(name: string): void {
    this.#parts.delete(name);
  }

  /** A sign of life; the next one is due within the deadline. */
  alive(name: string): void {
    this.#part(name).sinceMs = this.#nowMs();
  }

  /** Nothing is expected of the part until it is `alive` again. */
  idle(name: string): void {
    this.#part(name).sinceMs = null;
  }

  /** Parts that are silent for longer than they may, at this moment. */
  stalled(): readonly StalledPart[] {
    return [...this.#parts].flatMap(([name, part]) => {
      const silentMs = part.sinceMs === null ? 0 : this.#nowMs() - part.sinceMs;
      return silentMs > part.deadlineMs ? [{ name, silentMs, fatal: part.fatal }] : [];
    });
  }

  /**
   * Looks at all parts. The time for which the event loop itself stood still since the last look is not held against
   * them: their signs of life may still be waiting behind this call.
   */
  check(loopStoodMs = 0): Verdict {
    for (const part of this.#parts.values())
      if (part.sinceMs !== null && !part.stalled) part.sinceMs = Math.min(part.sinceMs + loopStoodMs, this.#nowMs());
    const stalled = this.stalled();
    const names = new Set(stalled.map(({ name }) => name));
    const newlyStalled = stalled.filter(({ name }) => !this.#part(name).stalled);
    const recovered = [...this.#parts].filter(([name, part]) => part.stalled && !names.has(name)).map(([name]) => name);
    for (const [name, part] of this.#parts) part.stalled = names.has(name);
    return { beat: stalled.every(({ fatal }) => !fatal), newlyStalled, recovered };
  }

  #part(name: string): Part {
    const part = this.#parts.get(name);
    if (part === undefined) throw new RangeError(`${name} is not watched`);
    return part;
  }
}
