import type { PlacedSeal } from "./seal-ledger.ts";

/** Seals in columns, some ten bytes each instead of a hundred. Small differences need few bytes; what is seldom is listed by index. */
export interface PackedSeals {
  readonly ons: readonly number[];
  readonly lengths: readonly number[];
  /** So many seals in a row have this place. */
  readonly places: readonly (readonly [
    count: number,
    product: number | null,
    run: number | null,
    rival: number | null,
  ])[];
  readonly untimed: readonly number[];
  readonly doubtful: readonly number[];
}

/** Packs seals; `unpackSeals` gives the same back. */
export function packSeals(seals: readonly PlacedSeal[]): PackedSeals {
  const places: [number, number | null, number | null, number | null][] = [];
  for (const { product, run, rival } of seals) {
    const last = places.at(-1);
    if (last !== undefined && last[1] === product && last[2] === run && last[3] === rival) last[0]++;
    else places.push([1, product, run, rival]);
  }
  const where = (test: (seal: PlacedSeal) => boolean) => seals.flatMap((seal, i) => (test(seal) ? [i] : []));
  return {
    ons: differences(seals.map(({ onUs }) => onUs)),
    lengths: seals.map(({ onUs, offUs }) => offUs - onUs),
    places,
    untimed: where(({ sealingTimeSeconds }) => sealingTimeSeconds === null),
    doubtful: where(({ isDoubtful }) => isDoubtful),
  };
}

/** The seals that were packed. */
export function unpackSeals({ ons, lengths, places, untimed, doubtful }: PackedSeals): readonly PlacedSeal[] {
  const [noTime, inDoubt] = [new Set(untimed), new Set(doubtful)];
  const starts = sums(ons);
  const seals: PlacedSeal[] = [];
  for (const [count, product, run, rival] of places)
    for (let n = 0; n < count; n++) {
      const i = seals.length;
      const onUs = starts[i] as number;
      const lengthUs = lengths[i] as number;
      const sealingTimeSeconds = noTime.has(i) ? null : lengthUs / 1e6;
      const isDoubtful = inDoubt.has(i);
      seals.push({ onUs, offUs: onUs + lengthUs, sealingTimeSeconds, isDoubtful, product, run, rival });
    }
  return seals;
}

/** Each value without the one before it; the first as it is. */
export function differences(values: readonly number[]): number[] {
  return values.map((value, i) => value - (values[i - 1] ?? 0));
}

/** The values whose differences these are. */
export function sums(values: readonly number[]): number[] {
  let sum = 0;
  return values.map((value) => (sum += value));
}
