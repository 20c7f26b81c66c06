/** A list in order of time that gives up when it grows beyond what one shift can hold: memory must have a bound. */
export class BoundedList<T> {
  readonly #most: number;
  readonly #timeOf: (item: T) => number;
  #items: T[] | null = [];

  /** @param timeOf the time by which `dropBefore` judges an item. */
  constructor(most: number, timeOf: (item: T) => number) {
    this.#most = most;
    this.#timeOf = timeOf;
  }

  /** Null once there were too many. */
  get items(): readonly T[] | null {
    return this.#items;
  }

  push(item: T): void {
    if (this.#items === null) return;
    if (this.#items.length < this.#most) this.#items.push(item);
    else this.#items = null;
  }

  /** Forgets what lies before a time; a list that gave up begins anew. */
  dropBefore(timeUs: number): void {
    if (this.#items === null) this.#items = [];
    const from = this.#items.findIndex((item) => this.#timeOf(item) >= timeUs);
    this.#items = from < 0 ? [] : this.#items.slice(from);
  }

  save(): readonly T[] | null {
    return this.#items === null ? null : [...this.#items];
  }

  restore(items: readonly T[] | null): void {
    this.#items = items === null ? null : [...items];
  }
}
