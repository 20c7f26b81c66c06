import { SharedJson } from "../socket/frames.ts";

/** Takes a value; never blocks and never throws. */
export type Publish = (value: unknown) => void;

/**
 * Something that many may watch: looked at now and then while anybody does, worked out once for all of them.
 *
 * State: who watches, and the latest value while somebody does.
 */
export class WatchedValue {
  readonly #everyMs: number;
  readonly #look: () => unknown;
  readonly #onFault: (error: unknown) => void;
  readonly #watchers = new Set<Publish>();
  #timer: NodeJS.Timeout | null = null;
  #latest: SharedJson | null = null;
  #isLooking = false;

  /**
   * @param everyMs how often it is looked at.
   * @param look the value, or a promise of it; undefined when it is the one of the last look.
   * @param onFault told what `look` threw; it is looked at again all the same.
   */
  constructor(everyMs: number, look: () => unknown, onFault: (error: unknown) => void) {
    this.#everyMs = everyMs;
    this.#look = look;
    this.#onFault = onFault;
  }

  /** Hands over the value now and whenever it is another; returns what ends that. */
  watch(publish: Publish): () => void {
    this.#watchers.add(publish);
    if (this.#latest !== null) publish(this.#latest);
    if (this.#timer === null) {
      this.#timer = setInterval(() => void this.#beat(), this.#everyMs).unref();
      void this.#beat();
    }
    return () => this.#leave(publish);
  }

  #leave(publish: Publish): void {
    this.#watchers.delete(publish);
    if (this.#watchers.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  async #beat(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const value = await this.#look();
      if (value !== undefined) this.#latest = new SharedJson(value);
      if (value !== undefined) for (const publish of this.#watchers) publish(this.#latest);
    } catch (error) {
      this.#onFault(error);
    } finally {
      this.#isLooking = false;
    }
  }
}
