const MINUTE_US = 60_000_000;
const FIRST_MINUTES = 1024;
/** A month: what lies beyond is not booked, nobody reads hour rows of a year and memory must have a bound. */
export const MOST_MINUTES = 31 * 24 * 60;

/** What a minute was spent on; in each minute some of these have a share. */
export const MINUTE_KINDS = ["sealing", "notReady", "noData"] as const;
export type MinuteKind = (typeof MINUTE_KINDS)[number];

/** Seconds of each kind and seals in each minute since a start: what hour rows are drawn from. 16 bytes a minute. */
export class MinuteMap {
  readonly startUs: number;
  #seconds: Record<MinuteKind, Float32Array<ArrayBuffer>>;
  #seals = new Float32Array(FIRST_MINUTES);
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

  /** Books [fromUs, toUs) as `kind`; what lies before the start or beyond a month is left out. */
  add(kind: MinuteKind, fromUs: number, toUs: number): void {
    const endUs = Math.min(toUs, this.startUs + MOST_MINUTES * MINUTE_US);
    let at = Math.max(fromUs, this.startUs);
    while (at < endUs) {
      const minute = Math.floor((at - this.startUs) / MINUTE_US);
      const until = Math.min(endUs, this.startUs + (minute + 1) * MINUTE_US);
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

  /** Counts a seal in the minute in which it ends. */
  countSeal(endUs: number): void {
    const minute = Math.max(0, Math.floor((endUs - this.startUs) / MINUTE_US));
    if (minute >= MOST_MINUTES) return;
    if (minute >= this.#minutes) this.#extendTo(minute + 1);
    this.#seals[minute] = (this.#seals[minute] as number) + 1;
  }

  /** Seals that ended in a minute. */
  seals(minute: number): number {
    return this.#seals[minute] ?? 0;
  }

  #extendTo(minutes: number): void {
    this.#minutes = minutes;
    if (minutes <= this.#seconds.sealing.length) return;
    for (const kind of MINUTE_KINDS) this.#seconds[kind] = enlarged(this.#seconds[kind], 2 * minutes);
    this.#seals = enlarged(this.#seals, 2 * minutes);
  }
}

function enlarged(values: Float32Array<ArrayBuffer>, length: number): Float32Array<ArrayBuffer> {
  const larger = new Float32Array(length);
  larger.set(values);
  return larger;
}
