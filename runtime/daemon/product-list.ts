import { Products, productId } from "../products.ts";
import type { Appliance, WatchedLine } from "./appliance.ts";

/** A product of the line's book, as people know it. */
export interface ListedProduct {
  readonly id: string;
  readonly name: string | null;
  /** Mean of all its seals so far. */
  readonly sealingTimeSeconds: number;
  readonly seals: number;
  readonly unitsPerSeal: number;
  readonly idealCycleSeconds: number | null;
  readonly idealCycleSource: "configured" | "learned" | "unknown";
  /** The product it was merged into; null when it stands for itself. */
  readonly mergedInto: string | null;
}

/** All products that a line has made so far, oldest first. */
export function productList({ notes }: Appliance, { keeper }: WatchedLine): readonly ListedProduct[] {
  const { line } = keeper.settings;
  const known = new Products(line, notes.productEdits(line.id));
  const learned = keeper.pipeline.shifts.learnedCycles();
  return keeper.pipeline.shifts.products().map(({ number, sealingTimeSeconds, seals }) => {
    const { name, unitsPerSeal, idealCycleSeconds } = known.attributes(number, sealingTimeSeconds);
    const into = known.mergedInto(number);
    const cycle = idealCycleSeconds ?? learned.get(number) ?? null;
    return {
      id: productId(number),
      name,
      sealingTimeSeconds,
      seals,
      unitsPerSeal,
      idealCycleSeconds: cycle,
      idealCycleSource: idealCycleSeconds !== null ? "configured" : cycle === null ? "unknown" : "learned",
      mergedInto: into === number ? null : productId(into),
    };
  });
}
