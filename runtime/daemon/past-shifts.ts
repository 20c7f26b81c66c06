import { MOST_SHIFTS, type ShiftFigures } from "../../algorithms/maintenance/shift-figures.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ShiftArchive } from "./shift-archive.ts";

/** Corrections of the last days look further back. */
const MOST_KNOWN = 2 * MOST_SHIFTS;

/** What is remembered of a shift that is over. */
export interface PastShift {
  /** What the archive keeps it by. */
  readonly key: number;
  readonly id: string;
  readonly name: string | null;
  readonly kind: ShiftInput["window"]["kind"];
  readonly figures: ShiftFigures | null;
}

/**
 * What of the shifts before a report needs, of one line. A shift with thousands of seals takes half a megabyte and some
 * milliseconds: each is read once, and never two at a time.
 */
export class PastShifts {
  readonly #archive: ShiftArchive;
  readonly #figuresOf: (input: ShiftInput) => ShiftFigures | null;
  #known = new Map<number, PastShift>();
  #state = "";

  constructor(archive: ShiftArchive, figuresOf: (input: ShiftInput) => ShiftFigures | null) {
    this.#archive = archive;
    this.#figuresOf = figuresOf;
  }

  /**
   * The sixty shifts before one, oldest first, fewer where there are fewer or some cannot be read.
   * @param key what the archive would keep that one by.
   * @param state of all that figures depend on beside the shifts: when it is another one, they are computed anew.
   */
  async before(key: number, state: string): Promise<readonly PastShift[]> {
    const known = this.#knownOf(`${state} ${this.#archive.recounts}`);
    const before: PastShift[] = [];
    for (const each of this.#archive.keys.filter((other) => other < key).slice(-MOST_SHIFTS)) {
      const shift = known.get(each) ?? (await this.#read(each));
      if (shift === null) continue;
      before.push(shift);
      // used last, forgotten last
      known.delete(each);
      known.set(each, shift);
    }
    for (const oldest of [...known.keys()].slice(0, -MOST_KNOWN)) known.delete(oldest);
    return before;
  }

  #knownOf(state: string): Map<number, PastShift> {
    if (state !== this.#state) this.#known = new Map();
    this.#state = state;
    return this.#known;
  }

  async #read(key: number): Promise<PastShift | null> {
    const input = await this.#archive.at(key);
    if (input === null) return null;
    const { id, name, kind } = input.window;
    const past = { key, id, name, kind, figures: this.#figuresOf(input) };
    // sixty shifts after a start are a second of computation: others work in between
    await new Promise(setImmediate);
    return past;
  }
}
