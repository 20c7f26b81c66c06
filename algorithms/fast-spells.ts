import type { PlacedSeal } from "./gaps.ts";
import { SpeedCheck, type TooSlowIdeal } from "./ideal-cycle.ts";

/** A product that was made faster than its ideal cycle allows, at its fastest: `ideal cycle too slow?`. */
export interface FastSpells extends TooSlowIdeal {
  readonly product: number;
  /** How many spells of ten minutes were too fast; at least 1. */
  readonly spells: number;
}

/**
 * Products whose ideal cycle was set too slow: they ran above 100 % for ten minutes. At most one proposal for each, the
 * fastest of its spells, in order of product number.
 *
 * Performance is never capped, so a wrong ideal cycle shows as P above 1; this says what it should be. A spell does not
 * reach across a run of another product. Seals that belong to nobody are passed over: P does not count them either.
 *
 * @param seals in order of time; read once.
 * @param idealCycleSeconds above 0, by product; a product without one is not checked.
 * @throws RangeError for an ideal cycle not above 0.
 */
export function tooSlowIdeals(
  seals: Iterable<PlacedSeal>,
  idealCycleSeconds: ReadonlyMap<number, number>,
): readonly FastSpells[] {
  const checks = new Map([...idealCycleSeconds].map(([product, seconds]) => [product, new SpeedCheck(seconds)]));
  const fastest = new Map<number, FastSpells>();
  let made: number | null = null;
  for (const { onUs, product } of seals) {
    if (product === null) continue;
    if (made !== null && made !== product) checks.get(made)?.interrupt();
    made = product;
    const spell = checks.get(product)?.push(onUs);
    if (spell !== undefined) fastest.set(product, faster(fastest.get(product), { ...spell, product, spells: 1 }));
  }
  return [...fastest.values()].sort((a, b) => a.product - b.product);
}

function faster(best: FastSpells | undefined, spell: FastSpells): FastSpells {
  if (best === undefined) return spell;
  const spells = best.spells + 1;
  return spell.proposedSeconds < best.proposedSeconds ? { ...spell, spells } : { ...best, spells };
}
