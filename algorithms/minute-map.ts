const MINUTE_US = 60_000_000;
const FIRST_MINUTES = 1024;

/** What a minute was spent on; in each minute some of these have a share. */
export const MINUTE_KINDS = ["sealing", "notReady", "noData"] as const;
export type MinuteKind = (typeof MINUTE_KINDS)[number];

/** Seconds of each kind in each minute since a start: what hour rows are drawn from. 12 bytes a minute. */
export class MinuteMap {
  readonly startUs: number;
  #seconds: Record<MinuteKind, Float32Array>;
  #minutes = 0;

  constructor(startUs: number) {
    this.startUs = startUs;
    const empty = () => new Float32Array(FIRST_MINUTES);
    this.#seconds = { sealing: empty(), notReady: empty(), noData: empty() };
  }

  /** Minutes that have been written to or are before one that has. */
  get minutes(): number {
    return this.#minutes;
  }

  /** Books [fromUs, toUs) as `kind`; what lies before the start is left out. */
  add(kind: MinuteKind, fromUs: number, toUs: number): void {
    let at = Math.max(fromUs, this.startUs);
    while (at < toUs) {
      const minute = Math.floor((at - this.startUs) / MINUTE_US);
      const until = Math.min(toUs, this.startUs + (minute + 1) * MINUTE_US);
      if (minute >= this.#minutes) this.#extendTo(minute + 1);
      const row = this.#seconds[kind];
      row[minute] = (row[minute] as number) + (until - at) / 1e6;
      at = until;
    }
  }

  /** Seconds of a kind in a minute; 0 for a minute that was never written to. */
  seconds(kind: MinuteKind, minute: number): number {
    return this.#seconds[kind][minute] ?? 0;
  }

  #extendTo(minutes: number): void {
    this.#minutes = minutes;
    if (minutes <= this.#seconds.sealing.length) return;
    for (const kind of MINUTE_KINDS) {
      const larger = new Float32Array(2 * minutes);
      larger.set(this.#seconds[kind]);
      this.#seconds[kind] = larger;
    }
  }
}
