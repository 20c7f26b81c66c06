import type { DiskEntry } from "./disk-recorder.ts";
import type { Recording } from "./power-cut-record.ts";
import type { Random } from "./random.ts";

/** What becomes of writes that no flush has followed: none arrives, all do, some of them, some sectors of each. */
export const FATES = ["none", "all", "subset", "torn"] as const;
export type Fate = (typeof FATES)[number];

const SECTOR = 512;

/** A moment at which the power fails: entries before `position` were handed to the disk. */
export interface PowerCut {
  readonly position: number;
  readonly fate: Fate;
}

/**
 * Random moments of a recording in order, with every fate equally often.
 * @param creationShare one in so many is taken from the time before anything was durable; with 0 all come after that.
 */
export function powerCuts(
  { entries, moments }: Recording,
  count: number,
  creationShare: number,
  random: Random,
): readonly PowerCut[] {
  const durable = moments.find(({ durableEvents }) => durableEvents > 0)?.position ?? entries.length;
  const position = (i: number) => {
    if (creationShare === 0) return durable + random(entries.length - durable + 1);
    return 1 + random(i % creationShare === 0 ? durable : entries.length);
  };
  return Array.from({ length: count }, (_, i) => ({
    position: position(i),
    fate: FATES[i % FATES.length] as Fate,
  })).sort((a, b) => a.position - b.position);
}

/** The disk of a recording at its power cuts, which must be asked for in order. */
export class DyingDisk {
  readonly #entries: readonly DiskEntry[];
  readonly #random: Random;
  /** Everything up to the last flush. */
  readonly #stable: Buffer;
  #at = 0;
  #pending: { readonly offset: number; readonly data: Uint8Array }[] = [];

  constructor({ blank, entries }: Pick<Recording, "blank" | "entries">, random: Random) {
    this.#entries = entries;
    this.#random = random;
    this.#stable = Buffer.from(blank);
  }

  /** What is on the disk after this power cut. */
  imageAt({ position, fate }: PowerCut): Buffer {
    this.#advance(position);
    const image = Buffer.from(this.#stable);
    for (const { offset, data } of this.#pending)
      if (fate === "torn") this.#tear(image, offset, data);
      else if (fate === "all" || (fate === "subset" && this.#random(2) === 0)) image.set(data, offset);
    return image;
  }

  #advance(position: number): void {
    for (; this.#at < position; this.#at++) {
      const { write } = this.#entries[this.#at] as DiskEntry;
      if (write !== null) this.#pending.push(write);
      else {
        for (const { offset, data } of this.#pending) this.#stable.set(data, offset);
        this.#pending = [];
      }
    }
  }

  #tear(image: Buffer, offset: number, data: Uint8Array): void {
    for (let at = 0; at < data.length; at += SECTOR)
      if (this.#random(2) === 0) image.set(data.subarray(at, at + SECTOR), offset + at);
  }
}
