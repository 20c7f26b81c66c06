import { type LineConfig, SAME_PRODUCT_RELATIVE } from "./config.ts";

/** What a person said about a product of a line; kept for ever, in order. */
export type ProductEdit =
  | { readonly kind: "name"; readonly product: number; readonly name: string | null }
  /** All it made, makes and will make is the other one's. */
  | { readonly kind: "merge"; readonly product: number; readonly into: number }
  /** A merge is taken back. */
  | { readonly kind: "unmerge"; readonly product: number }
  /** Runs of `from` whose sealing time is nearer to the second time than to the first are a product of their own. */
  | {
      readonly kind: "split";
      readonly from: number;
      readonly product: number;
      readonly sealingTimesSeconds: readonly [stays: number, goes: number];
    }
  /** Null takes a setting back; what is left out stays. */
  | {
      readonly kind: "set";
      readonly product: number;
      readonly idealCycleSeconds?: number | null;
      readonly unitsPerSeal?: number | null;
    };

/** What is known of a product besides its sealing times. */
export interface ProductAttributes {
  readonly name: string | null;
  readonly unitsPerSeal: number;
  /** Null: as learned. */
  readonly idealCycleSeconds: number | null;
}

/** The name by which people and files know a product. */
export function productId(product: number): string {
  return `P${product}`;
}

/** Number of a product by its id, such as `P3`; null when the text is none. */
export function productNumber(id: string): number | null {
  return /^P[1-9]\d{0,8}$/i.test(id) ? Number(id.slice(1)) : null;
}

/**
 * The products of a line as people know them: names, settings and merges over what MoBiSea found.
 *
 * What a person said last holds, then the configuration, then the line's own default. The numbers that MoBiSea gave are
 * never changed: results are looked at through this, so naming, merging and splitting change the past as well.
 */
export class Products {
  readonly #line: LineConfig;
  readonly #edits: readonly ProductEdit[];

  constructor(line: LineConfig, edits: readonly ProductEdit[] = []) {
    this.#line = line;
    this.#edits = edits;
  }

  /** The product that a run counts for; `sealingTimeSeconds` is the run's. */
  resolve(product: number, sealingTimeSeconds: number): number {
    let resolved = product;
    for (const edit of this.#edits) {
      if (edit.kind !== "split" || edit.from !== resolved) continue;
      const [stays, goes] = edit.sealingTimesSeconds;
      if (isNearer(sealingTimeSeconds, goes, stays)) resolved = edit.product;
    }
    return this.mergedInto(resolved);
  }

  /** Where its merges lead. */
  mergedInto(product: number): number {
    const into = new Map<number, number>();
    for (const edit of this.#edits) {
      if (edit.kind === "merge") into.set(edit.product, edit.into);
      else if (edit.kind === "unmerge") into.delete(edit.product);
    }
    const seen = new Set<number>();
    let at = product;
    for (let next = into.get(at); next !== undefined && !seen.has(next); next = into.get(at)) {
      seen.add(next);
      at = next;
    }
    return at;
  }

  /** What is known of a product that was found with this sealing time. */
  attributes(product: number, sealingTimeSeconds: number): ProductAttributes {
    const configured = this.#configured(sealingTimeSeconds);
    let name: string | null = configured?.name ?? null;
    let unitsPerSeal = configured?.unitsPerSeal ?? this.#line.unitsPerSeal;
    let idealCycleSeconds = configured?.idealCycleSeconds ?? null;
    for (const edit of this.#edits) {
      if (edit.kind === "name" && edit.product === product) name = edit.name ?? configured?.name ?? null;
      if (edit.kind !== "set" || edit.product !== product) continue;
      if (edit.unitsPerSeal !== undefined)
        unitsPerSeal = edit.unitsPerSeal ?? configured?.unitsPerSeal ?? this.#line.unitsPerSeal;
      if (edit.idealCycleSeconds !== undefined)
        idealCycleSeconds = edit.idealCycleSeconds ?? configured?.idealCycleSeconds ?? null;
    }
    return { name, unitsPerSeal, idealCycleSeconds };
  }

  #configured(sealingTimeSeconds: number): LineConfig["product"][number] | null {
    const distance = (seconds: number) => Math.abs(Math.log(sealingTimeSeconds / seconds));
    const nearest = this.#line.product.toSorted(
      (a, b) => distance(a.sealingTimeSeconds) - distance(b.sealingTimeSeconds),
    )[0];
    if (nearest === undefined || distance(nearest.sealingTimeSeconds) > SAME_PRODUCT_RELATIVE) return null;
    return nearest;
  }
}

function isNearer(seconds: number, candidate: number, other: number): boolean {
  return Math.abs(Math.log(seconds / candidate)) < Math.abs(Math.log(seconds / other));
}
