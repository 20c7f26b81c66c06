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

  private constructor(store: ResultStore, line: number, keys: readonly number[]) {
    this.#store = store;
    this.#line = line;
    this.#keys = [...keys];
  }

  static async open(store: ResultStore, line: number): Promise<ShiftArchive> {
    return new ShiftArchive(store, line, await store.resultKeys(line));
  }

  /** How many shifts there are. */
  get size(): number {
    return this.#keys.length;
  }

  /** Keeps a shift; the same one again replaces it. */
  put(input: ShiftInput): void {
    const key = keyOf(input);
    if (!this.#keys.includes(key)) this.#keys = [...this.#keys, key].sort((a, b) => a - b);
    this.#fresh.set(key, input);
    this.#store.putResult(this.#line, key, packShift(input));
  }

  /** What was put is on the disk now. */
  settled(): void {
    this.#fresh.clear();
  }

  /** Shifts that began at this wall time or later turned out to be others: they are counted anew. */
  dropFrom(wallUs: number): void {
    const isLater = (key: number) => key * MINUTE_US >= wallUs;
    for (const key of this.#keys.filter(isLater)) {
      this.#fresh.delete(key);
      this.#store.deleteResult(this.#line, key);
    }
    this.#keys = this.#keys.filter((key) => !isLater(key));
  }

  /** A shift by its id, which begins with its local date; null when there is none, or it cannot be read. */
  async get(id: string): Promise<ShiftInput | null> {
    const day = Math.floor(Date.parse(`${id.slice(0, 10)}T00:00:00Z`) / 60_000);
    const isNear = (key: number) => Math.abs(key - day) <= 2 * MINUTES_PER_DAY;
    for (const key of this.#keys.filter(isNear)) {
      const input = await this.#read(key);
      if (input?.window.id === id) return input;
    }
    return null;
  }

  /** The latest shifts that can be read, oldest first. */
  async latest(count: number): Promise<readonly ShiftInput[]> {
    const inputs = await Promise.all(this.#keys.slice(-count).map((key) => this.#read(key)));
    return inputs.filter((input) => input !== null);
  }

  async #read(key: number): Promise<ShiftInput | null> {
    const value = this.#fresh.get(key) ?? (await this.#store.result(this.#line, key));
    if (typeof value !== "object" || value === null || !("window" in value)) return null;
    return "version" in value ? unpackShift(value as PackedShift) : (value as ShiftInput);
  }
}

/** Start of the shift in minutes since 1970. */
function keyOf({ window, seenFromUs }: ShiftInput): number {
  const startUs = Number.isFinite(window.startUs) ? window.startUs : seenFromUs;
  return Math.min(MOST_KEY, Math.max(0, Math.floor(startUs / MINUTE_US)));
}
