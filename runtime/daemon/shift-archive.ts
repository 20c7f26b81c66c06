import { type PackedShift, packShift, unpackShift } from "../packed-shift.ts";
import type { ShiftInput } from "../shift-input.ts";

const MINUTE_US = 60_000_000;
const MINUTES_PER_DAY = 1440;
const MOST_KEY = 2 ** 32 - 1;

/** Where shifts that are over are kept, by line and start. */
export interface ResultStore {
  putResult(line: number, key: number, value: unknown): void;
  deleteResult(line: number, key: number): void;
  /** Null when there is none. */
  result(line: number, key: number): Promise<unknown>;
  /** In order. */
  resultKeys(line: number): Promise<readonly number[]>;
}

/** The shifts of a line that are over for good, by the minute in which they begin. */
export class ShiftArchive {
  readonly #store: ResultStore;
  readonly #line: number;
  /** In order. What was put last is not on the disk yet. */
  #keys: number[];
  readonly #fresh = new Map<number, ShiftInput>();
  /** How often shifts that were kept turned out to be others: what was computed from them does not hold any more. */
  recounts = 0;

  private constructor(store: ResultStore, line: number, keys: readonly number[]) {
    this.#store = store;
    this.#line = line;
    this.#keys = [...keys];
  }

  static async open(store: ResultStore, line: number): Promise<ShiftArchive> {
    return new ShiftArchive(store, line, await store.resultKeys(line));
  }

  /** What the shifts are kept by, in order. */
  get keys(): readonly number[] {
    return this.#keys;
  }

  /** A shift by what it is kept by; null when there is none, or it cannot be read. */
  at(key: number): Promise<ShiftInput | null> {
    return this.#read(key);
  }

  /** How many shifts there are. */
  get size(): number {
    return this.#keys.length;
  }

  /**
   * Keeps a shift; the same one again replaces it.
   * @param nextSeq number of the line's next event: those of the shift, and all before, are older.
   */
  put(input: ShiftInput, nextSeq: number): void {
    const key = shiftKey(input);
    if (this.#keys.includes(key)) this.recounts++;
    else this.#keys = [...this.#keys, key].sort((a, b) => a - b);
    this.#fresh.set(key, input);
    this.#store.putResult(this.#line, key, { ...packShift(input), nextSeq });
  }

  /** A shift that was put is on the disk now. */
  settled(input: ShiftInput): void {
    const key = shiftKey(input);
    if (this.#fresh.get(key) === input) this.#fresh.delete(key);
  }

  /** Shifts that began at this wall time or later turned out to be others: they are counted anew. */
  dropFrom(wallUs: number): void {
    const isLater = (key: number) => key * MINUTE_US >= wallUs;
    this.recounts++;
    for (const key of this.#keys.filter(isLater)) {
      this.#fresh.delete(key);
      this.#store.deleteResult(this.#line, key);
    }
    this.#keys = this.#keys.filter((key) => !isLater(key));
  }

  /** Number of the first event that no shift which began before this wall time needs; null when that is not known. */
  async firstSeqAfter(wallUs: number): Promise<number | null> {
    const key = this.#keys.findLast((each) => each * MINUTE_US < wallUs);
    const value = key === undefined ? null : await this.#store.result(this.#line, key);
    const nextSeq = typeof value === "object" && value !== null && "nextSeq" in value ? value.nextSeq : null;
    return typeof nextSeq === "number" ? nextSeq : null;
  }

  /** Forgets shifts that began before this wall time. */
  dropBefore(wallUs: number): void {
    const isOld = (key: number) => key * MINUTE_US < wallUs;
    for (const key of this.#keys.filter(isOld)) {
      this.#fresh.delete(key);
      this.#store.deleteResult(this.#line, key);
    }
    this.#keys = this.#keys.filter((key) => !isOld(key));
  }

  /** Start of the oldest of the latest `count` shifts in wall time; null when there are not so many. */
  startOfLatest(count: number): number | null {
    const key = this.#keys.at(-count);
    return key === undefined ? null : key * MINUTE_US;
  }

  /** A shift by its id, which begins with its local date; null when there is none, or it cannot be read. */
  async get(id: string): Promise<ShiftInput | null> {
    for (const key of this.#keysNear(id.slice(0, 10))) {
      const input = await this.#read(key);
      if (input?.window.id === id) return input;
    }
    return null;
  }

  /** The shifts that start on this local date and can be read, oldest first. */
  async ofDate(date: string): Promise<readonly ShiftInput[]> {
    const inputs: ShiftInput[] = [];
    // one at a time: those of other dates are not to be in memory together
    for (const key of this.#keysNear(date)) {
      const input = await this.#read(key);
      if (input?.window.date === date) inputs.push(input);
    }
    return inputs;
  }

  /** Those that may be of this local date, whatever the zone, or outside a shift of it. */
  #keysNear(date: string): readonly number[] {
    const day = Math.floor(Date.parse(`${date}T00:00:00Z`) / 60_000);
    return this.#keys.filter((key) => Math.abs(key - day) <= 2 * MINUTES_PER_DAY);
  }

  /** The latest shift; null when there is none, or it cannot be read. */
  async last(): Promise<ShiftInput | null> {
    const key = this.#keys.at(-1);
    return key === undefined ? null : this.#read(key);
  }

  /** Those of the latest shifts that can be read, latest first, each one read when it is asked for: they are large. */
  async *backwards(count: number): AsyncGenerator<ShiftInput> {
    for (const key of this.#keys.slice(-count).toReversed()) {
      const input = await this.#read(key);
      if (input !== null) yield input;
    }
  }

  async #read(key: number): Promise<ShiftInput | null> {
    const value = this.#fresh.get(key) ?? (await this.#store.result(this.#line, key));
    if (typeof value !== "object" || value === null || !("window" in value)) return null;
    if (!("version" in value)) return value as ShiftInput;
    const { nextSeq: _nextSeq, ...packed } = value as PackedShift & { nextSeq?: number };
    return unpackShift(packed);
  }
}

/** What a shift is kept by: its start in minutes since 1970. */
export function shiftKey({ window, seenFromUs }: ShiftInput): number {
  const startUs = Number.isFinite(window.startUs) ? window.startUs : seenFromUs;
  return Math.min(MOST_KEY, Math.max(0, Math.floor(startUs / MINUTE_US)));
}
