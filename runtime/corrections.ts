import type { EnteredScrap } from "../algorithms/quality.ts";
import { wallTime } from "./clock-time.ts";
import { type Products, productId } from "./products.ts";

/** Who said it, when (wall time in microseconds since 1970) and why. */
export interface Authored {
  readonly by: string;
  readonly atUs: number;
  readonly why: string;
}

/**
 * What a person added to a shift. Corrections are only ever added; what was counted stays as it is, and what is wrong is
 * corrected again.
 */
export type Correction = Authored &
  (
    | { readonly kind: "scrap"; readonly product: number | null; readonly units: number }
    /** So many units more, or fewer, than were counted. */
    | { readonly kind: "units"; readonly product: number; readonly units: number }
    /** What a person knows about a moment: the reason of the stop in which it lies. Wall time. */
    | { readonly kind: "mark"; readonly momentUs: number; readonly text: string }
  );

/** Scrap as quality takes it: by product, entries added up; an entry below 0 takes an earlier one back. */
export function scrapOf(corrections: readonly Correction[]): readonly EnteredScrap[] {
  const sums = new Map<number | null, number>();
  for (const correction of corrections)
    if (correction.kind === "scrap")
      sums.set(correction.product, (sums.get(correction.product) ?? 0) + correction.units);
  return [...sums].map(([product, units]) => ({ product, units: Math.max(0, units) }));
}

/** By how many units a product was corrected. */
export function unitsCorrection(corrections: readonly Correction[], product: number): number {
  return corrections.reduce((sum, c) => sum + (c.kind === "units" && c.product === product ? c.units : 0), 0);
}

/** The correction as it counts now: of a product that was merged, for the one it is. */
export function mergedCorrection(correction: Correction, products: Products): Correction {
  if (correction.kind === "mark" || correction.product === null) return correction;
  return { ...correction, product: products.mergedInto(correction.product) };
}

/** A correction in the words of a report. */
export interface CorrectionResult {
  readonly kind: Correction["kind"];
  readonly product: string | null;
  readonly units: number | null;
  readonly text: string | null;
  /** Wall time that it is about; null for scrap and units, which are the shift's. */
  readonly moment: string | null;
  readonly by: string;
  readonly at: string;
  readonly why: string;
}

/** The correction in the words of a report. */
export function correctionResult(correction: Correction): CorrectionResult {
  const { kind, by, why, atUs } = correction;
  const product = kind === "mark" || correction.product === null ? null : productId(correction.product);
  return {
    kind,
    product,
    units: kind === "mark" ? null : correction.units,
    text: kind === "mark" ? correction.text : null,
    moment: kind === "mark" ? wallTime(0, correction.momentUs) : null,
    by,
    at: wallTime(0, atUs) as string,
    why,
  };
}
