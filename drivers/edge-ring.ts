// Head and tail run from 0 to 2 x capacity, so that full and empty differ without a spare place.
const HEAD = 0;
const TAIL = 1;
const LOST = 2;
const LOST_BEFORE = 2;

/** Receives one edge; `lostBefore` says that edges were lost between the previous one and this one. */
export type EdgeConsumer = (timeUs: number, channel: number, level: 0 | 1, lostBefore: boolean) => void;

/**
 * A fixed-capacity ring of edges between one source and one consumer, which may live in two threads.
 *
 * A full ring refuses what comes and counts it; the next edge that fits carries a mark, so that a loss is never silent
 * and its place is known.
 */
export class EdgeRing {
  readonly capacity: number;
  /** Hand this to a worker thread, which builds its end of the ring over it. */
  readonly buffer: SharedArrayBuffer;
  readonly #times: Float64Array;
  readonly #channels: Uint8Array;
  readonly #levels: Uint8Array;
  readonly #control: Int32Array;
  #lostBeforeNext = false;

  /**
   * @param capacity edges it holds, 1 to 2^20.
   * @param buffer memory of the ring's other end, of the same capacity, in another thread.
   * @throws RangeError for a capacity out of range.
   */
  constructor(capacity: number, buffer?: SharedArrayBuffer) {
    if (!Number.isInteger(capacity) || capacity < 1 || capacity > 2 ** 20)
      throw new RangeError(`ring capacity must be 1 to ${2 ** 20} edges, not ${capacity}`);
    buffer ??= new SharedArrayBuffer(capacity * 10 + 16);
    this.capacity = capacity;
    this.buffer = buffer;
    this.#times = new Float64Array(buffer, 0, capacity);
    this.#control = new Int32Array(buffer, capacity * 8, 4);
    this.#channels = new Uint8Array(buffer, capacity * 8 + 16, capacity);
    this.#levels = new Uint8Array(buffer, capacity * 9 + 16, capacity);
  }

  /** Edges waiting. */
  get length(): number {
    const used = Atomics.load(this.#control, HEAD) - Atomics.load(this.#control, TAIL);
    return used >= 0 ? used : used + 2 * this.capacity;
  }

  /** Edges that fit before something is lost. */
  get free(): number {
    return this.capacity - this.length;
  }

  /** Edges lost since the start: refused because the ring was full, or lost by the source, see `lose`. */
  get lost(): number {
    return Atomics.load(this.#control, LOST);
  }

  /** Adds an edge; false, and counted, when the ring is full. A repeated level is allowed: it moves time on. */
  push(timeUs: number, channel: number, level: 0 | 1): boolean {
    if (this.length === this.capacity) {
      Atomics.add(this.#control, LOST, 1);
      this.#lostBeforeNext = true;
      return false;
    }
    const head = Atomics.load(this.#control, HEAD);
    const at = head < this.capacity ? head : head - this.capacity;
    this.#times[at] = timeUs;
    this.#channels[at] = channel;
    this.#levels[at] = this.#lostBeforeNext ? level | LOST_BEFORE : level;
    this.#lostBeforeNext = false;
    Atomics.store(this.#control, HEAD, head + 1 === 2 * this.capacity ? 0 : head + 1);
    return true;
  }

  /** The source itself lost edges, `count` as far as it knows (0: some): the next edge that fits carries the mark. */
  lose(count: number): void {
    Atomics.add(this.#control, LOST, count);
    this.#lostBeforeNext = true;
  }

  /**
   * Hands the waiting edges to `consume`, oldest first and no more than `limit`, and frees their places. Returns how
   * many there were.
   */
  drain(consume: EdgeConsumer, limit = this.capacity): number {
    const count = Math.min(this.length, limit);
    let tail = Atomics.load(this.#control, TAIL);
    for (let i = 0; i < count; i++) {
      const at = tail < this.capacity ? tail : tail - this.capacity;
      const level = this.#levels[at] as number;
      consume(
        this.#times[at] as number,
        this.#channels[at] as number,
        (level & 1) as 0 | 1,
        (level & LOST_BEFORE) !== 0,
      );
      tail = tail + 1 === 2 * this.capacity ? 0 : tail + 1;
    }
    Atomics.store(this.#control, TAIL, tail);
    return count;
  }
}
