import { isSameMode, type LocalMode } from "./local-mode.ts";

/** From run to run and day to day a product's mode may move by this share and still be the same product's. */
const SAME_RELATIVE = 0.015;

/** A product as its sealing times show it. */
export interface Product {
  /** 1, 2, ... in order of discovery; never reused. */
  readonly number: number;
  /** Mean sealing time of all its seals so far. */
  readonly sealingTimeSeconds: number;
  readonly seals: number;
  /** Where its sealing times were last. */
  readonly latest: LocalMode;
}

/** Which product a run is, and which other one it could also be. */
export interface Match {
  readonly product: number;
  readonly rival: number | null;
}

/** What `ProductBook.save` gives. */
export interface ProductBookState {
  readonly products: readonly Product[];
  readonly driftAtLatest: readonly number[];
  readonly drift: number;
}

/**
 * The products of a line, remembered across runs, shifts and days.
 *
 * A run is the product whose sealing time is nearest, if it is near enough. A heater that warms moves all products
 * together, so the drift seen within the runs since a product was last made is allowed for.
 */
export class ProductBook {
  #products: Product[] = [];
  // Sum of ln(tail / head) of all runs so far, and its value when each product was last seen.
  #drift = 0;
  #driftAtLatest: number[] = [];

  get products(): readonly Product[] {
    return this.#products;
  }

  /** The product of a run that begins with `head`; a new one when none is near. `previous` is who ran just before. */
  match(head: LocalMode, previous: number | null): Match {
    const near = this.#products
      .map((product, i) => ({ product: product.number, distance: this.#distance(product, i, head) }))
      .filter(({ product, distance }) => product !== previous && distance !== null)
      .sort((a, b) => (a.distance as number) - (b.distance as number));
    const best = near[0];
    if (best !== undefined) return { product: best.product, rival: near[1]?.product ?? null };
    this.#products.push({ number: this.#products.length + 1, sealingTimeSeconds: 0, seals: 0, latest: head });
    this.#driftAtLatest.push(this.#drift);
    return { product: this.#products.length, rival: null };
  }

  /** Adds a finished run of a product: how many seals, their mean, and where it began and ended. */
  addRun(product: number, seals: number, sealingTimeSeconds: number, head: LocalMode, tail: LocalMode): void {
    const known = this.#products[product - 1];
    if (known === undefined) throw new RangeError(`there is no product ${product}`);
    const total = known.seals + seals;
    this.#drift += Math.log(tail.modeSeconds / head.modeSeconds);
    this.#driftAtLatest[product - 1] = this.#drift;
    this.#products[product - 1] = {
      number: product,
      sealingTimeSeconds: (known.sealingTimeSeconds * known.seals + sealingTimeSeconds * seals) / total,
      seals: total,
      latest: tail,
    };
  }

  /** ln of the mode's ratio to where the product was last, with or without the drift since; null when it is too far. */
  #distance(product: Product, i: number, head: LocalMode): number | null {
    const step = Math.log(head.modeSeconds / product.latest.modeSeconds);
    const unexplained = step - (this.#drift - (this.#driftAtLatest[i] as number));
    const distance = Math.min(Math.abs(step), Math.abs(unexplained));
    const moved = { ...head, modeSeconds: product.latest.modeSeconds * Math.exp(distance) };
    return isSameMode(product.latest, moved, SAME_RELATIVE) ? distance : null;
  }

  /** Everything needed to go on later with identical results. */
  save(): ProductBookState {
    return { products: [...this.#products], driftAtLatest: [...this.#driftAtLatest], drift: this.#drift };
  }

  /** Goes on where `save` was called. */
  static restore(state: ProductBookState): ProductBook {
    const book = new ProductBook();
    book.#products = [...state.products];
    book.#driftAtLatest = [...state.driftAtLatest];
    book.#drift = state.drift;
    return book;
  }
}
