import { Products, productId } from "../products.ts";
import type { Appliance } from "./appliance.ts";
import type { WatchedLine } from "./watched-line.ts";

/** A product of the line's book, as people know it. */
export interface ListedProduct {
  readonly id: string;
  readonly name: string | null;
  /** Mean of all its seals so far. */
  readonly sealingTimeSeconds: number;
  /** Null for a product that was split off by sealing time: its seals are counted in shifts. */
  readonly seals: number | null;
  readonly unitsPerSeal: number;
  readonly idealCycleSeconds: number | null;
  readonly idealCycleSource: "configured" | "learned" | "unknown";
  /** The product it was merged into; null when it stands for itself. */
  readonly mergedInto: string | null;
}

/** All products that a line has made so far, oldest first. */
export function productList({ notes }: Appliance, { keeper }: WatchedLine): readonly ListedProduct[] {
  const { line } = keeper.settings;
  const edits = notes.productEdits(line.id);
  const known = new Products(line, edits);
  const learned = keeper.pipeline.shifts.learnedCycles();
  const split = edits.flatMap((edit) =>
    edit.kind === "split"
      ? [{ number: edit.product, sealingTimeSeconds: edit.sealingTimesSeconds[1], seals: null }]
      : [],
  );
  return [...keeper.pipeline.shifts.products(), ...split].map(({ number, sealingTimeSeconds, seals }) => {
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
