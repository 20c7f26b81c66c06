import { type LineConfig, SAME_PRODUCT_RELATIVE } from "../config.ts";
import { productId } from "../products.ts";
import type { PlacedSeal } from "../seal-ledger.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ProductResult, ShiftResult } from "../shift-result.ts";

/** Why a seal is in no run; null for one that is. */
export type NobodysReason =
  /** One of its ends was not seen. */
  | "no-sealing-time"
  /** Fits a product, but the seals around it do not: a run that is too short, or not decided yet. */
  | "alone"
  /** Fits no product of the shift. */
  | "fits-none";

/** A seal and what became of it. */
export interface WhySeal {
  /** Of the shift, from 1; null when it is another shift's. */
  readonly number: number | null;
  readonly onUs: number;
  readonly offUs: number;
  readonly sealingTimeSeconds: number | null;
  /** Interference sits at one of its ends. */
  readonly isDoubtful: boolean;
  readonly product: string | null;
  readonly productName: string | null;
  /** Mean sealing time of that product, or of the one that is nearest. */
  readonly productSealingTimeSeconds: number | null;
  /** Number of the run in the shift's list, from 1. */
  readonly run: number | null;
  readonly runSeals: number | null;
  readonly rival: string | null;
  readonly reason: NobodysReason | null;
  readonly minRunSeals: number;
}

/** The seal at a moment; else those before and after it. */
export function whySeals(
  input: ShiftInput,
  result: ShiftResult,
  line: LineConfig,
  momentUs: number,
): readonly WhySeal[] {
  const all = input.seals ?? [];
  const within = all.filter(({ onUs, offUs }) => onUs <= momentUs && momentUs < offUs);
  const before = all.findLast(({ offUs }) => offUs <= momentUs);
  const after = all.find(({ onUs }) => onUs > momentUs);
  // those beside it are needed for the cycle in which the moment lies
  const wanted = [...(within.length > 0 ? within : [before]), after].filter((seal) => seal !== undefined);
  return wanted.map((seal) => whySeal(seal, input, result, line));
}

/** The seals of a shift in order. */
export function sealsOf({ seals, window }: ShiftInput): readonly PlacedSeal[] {
  return seals?.filter(({ offUs }) => window.fromUs <= offUs && offUs < window.untilUs) ?? [];
}

function whySeal(seal: PlacedSeal, input: ShiftInput, result: ShiftResult, line: LineConfig): WhySeal {
  const { onUs, offUs, sealingTimeSeconds, isDoubtful, rival } = seal;
  const index = sealsOf(input).indexOf(seal);
  const isPlaced = seal.product !== null;
  const runIndex = isPlaced ? result.runs.findIndex(({ startUs, endUs }) => startUs <= onUs && offUs <= endUs) : -1;
  const run = result.runs[runIndex];
  const product = run?.product ?? (seal.product === null ? null : productId(seal.product));
  const near = product === null ? nearestProduct(result.products, sealingTimeSeconds) : byId(result.products, product);
  return {
    number: index < 0 ? null : index + 1,
    onUs,
    offUs,
    sealingTimeSeconds,
    isDoubtful,
    product,
    productName: product === null ? null : (near?.name ?? null),
    productSealingTimeSeconds: near?.sealingTimeSeconds ?? null,
    run: run === undefined ? null : runIndex + 1,
    runSeals: run?.seals ?? null,
    rival: rival === null ? null : productId(rival),
    reason: isPlaced ? null : reasonOf(sealingTimeSeconds, near),
    minRunSeals: line.minRunSeals,
  };
}

function reasonOf(seconds: number | null, near: ProductResult | undefined): NobodysReason {
  if (seconds === null) return "no-sealing-time";
  const isLike = near !== undefined && Math.abs(Math.log(seconds / near.sealingTimeSeconds)) < SAME_PRODUCT_RELATIVE;
  return isLike ? "alone" : "fits-none";
}

function byId(products: readonly ProductResult[], id: string): ProductResult | undefined {
  return products.find((product) => product.id === id);
}

function nearestProduct(products: readonly ProductResult[], seconds: number | null): ProductResult | undefined {
  if (seconds === null) return undefined;
  const distance = ({ sealingTimeSeconds }: ProductResult) => Math.abs(Math.log(seconds / sealingTimeSeconds));
  return products.toSorted((a, b) => distance(a) - distance(b))[0];
}
