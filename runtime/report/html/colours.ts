import type { StopName } from "../../../algorithms/gap-stops.ts";
import { productNumber } from "../../products.ts";
import type { ShiftResult } from "../../shift-result.ts";
import type { LossName } from "../losses.ts";
import type { Letter } from "../texts/texts.ts";

const PRODUCT_COLOURS = 6;

/** Classes that give a fill: of what a minute was spent on, where it was not production. */
export const LETTER_COLOURS: Readonly<Record<Exclude<Letter, "=">, string>> = {
  m: "micro",
  w: "wait",
  X: "down",
  C: "change",
  "-": "pause",
  "?": "hole",
};

/** Of a loss or a stop; the same as in the hour rows. */
export const LOSS_COLOURS: Readonly<Record<LossName | StopName, string>> = {
  "not ready": "down",
  waiting: "wait",
  changeover: "change",
  "late start": "wait",
  "late restart": "wait",
  "early finish": "wait",
  "micro-stop": "micro",
  "slow cycles": "slow",
  rejects: "bad",
  break: "pause",
  "planned stop": "pause",
  "off shift": "pause",
  "no data": "hole",
};

/**
 * Of a product: the same in every shift, as its number says, unless another product of the shift has it; a seventh
 * product of a shift begins anew.
 */
export function productColour({ products }: Pick<ShiftResult, "products">, id: string | null): string {
  const taken = new Set<number>();
  for (const product of products) {
    const colour = freeColour((productNumber(product.id) ?? 1) - 1, taken);
    if (product.id === id) return `p${colour + 1}`;
    taken.add(colour);
    if (taken.size === PRODUCT_COLOURS) taken.clear();
  }
  return "p1";
}

function freeColour(wished: number, taken: ReadonlySet<number>): number {
  for (let i = 0; i < PRODUCT_COLOURS; i++) {
    const colour = (wished + i) % PRODUCT_COLOURS;
    if (!taken.has(colour)) return colour;
  }
  return wished % PRODUCT_COLOURS;
}
