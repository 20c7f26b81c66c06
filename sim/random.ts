const TWO_32 = 2 ** 32;

/** The lowest and the highest value of something drawn uniformly; both may be equal. */
export type Range = readonly [min: number, max: number];

/**
 * Seeded random numbers: the same seed gives the same numbers on every platform.
 *
 * Generator: sfc32 (Chris Doty-Humphrey, PractRand), period about 2^127, seeded through splitmix32 (the 32-bit finaliser
 * of Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014). Integer arithmetic only;
 * `normal` and `exponential` add Math.log and Math.sqrt, which V8 computes in software (fdlibm) and by IEEE 754.
 */
export class Random {
  readonly #key: number;
  readonly #keyHigh: number;
  #a = 0;
  #b = 0;
  #c = 0;
  #counter = 1;
  #spare: number | null = null;

  /**
   * @param seed integer from 0 to 2^53 - 1.
   * @throws RangeError for anything else.
   */
  constructor(seed: number) {
    if (!Number.isSafeInteger(seed) || seed < 0)
      throw new RangeError(`a seed is an integer from 0 to 2^53 - 1, not ${seed}`);
    this.#key = seed | 0;
    this.#keyHigh = Math.floor(seed / TWO_32) | 0;
    this.#a = splitmix(this.#key);
    this.#b = splitmix(this.#a ^ this.#keyHigh);
    this.#c = splitmix(this.#b + this.#key);
    for (let i = 0; i < 12; i++) this.#next();
  }

  /**
   * An independent stream that depends on the seed and the name only, not on how many numbers were drawn before:
   * what draws from one fork never changes what another fork yields.
   */
  fork(name: string): Random {
    const low = hash(name, this.#key ^ 0x5bd1e995);
    const high = hash(name, this.#keyHigh ^ low ^ 0x27d4eb2f);
    return new Random((high & 0x1fffff) * TWO_32 + (low >>> 0));
  }

  /** In (0, 1), both ends excluded. */
  fraction(): number {
    return ((this.#next() >>> 0) + 0.5) / TWO_32;
  }

  /** Between both ends of the range. */
  uniform(range: Range): number {
    return range[0] + (range[1] - range[0]) * this.fraction();
  }

  /** An integer of the range, both ends included. */
  integer(range: Range): number {
    return range[0] + Math.floor((range[1] - range[0] + 1) * this.fraction());
  }

  /** True with this probability (0 to 1). */
  chance(probability: number): boolean {
    return this.fraction() < probability;
  }

  /** Normally distributed (Marsaglia's polar method: no sine, no cosine). */
  normal(mean: number, standardDeviation: number): number {
    let z = this.#spare;
    this.#spare = null;
    while (z === null) {
      const u = 2 * this.fraction() - 1;
      const v = 2 * this.fraction() - 1;
      const s = u * u + v * v;
      if (s >= 1 || s === 0) continue;
      const factor = Math.sqrt((-2 * Math.log(s)) / s);
      this.#spare = v * factor;
      z = u * factor;
    }
    return mean + z * standardDeviation;
  }

  /** Exponentially distributed waiting time, in the unit of the mean. */
  exponential(mean: number): number {
    return -mean * Math.log(this.fraction());
  }

  #next(): number {
    const result = (((this.#a + this.#b) | 0) + this.#counter) | 0;
    this.#counter = (this.#counter + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + result) | 0;
    return result;
  }
}

function splitmix(seed: number): number {
  let z = (seed + 0x9e3779b9) | 0;
  z = Math.imul(z ^ (z >>> 16), 0x85ebca6b);
  z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35);
  return z ^ (z >>> 16);
}

/** FNV-1a over the UTF-16 units, finished by splitmix. */
function hash(text: string, basis: number): number {
  let h = basis ^ 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  return splitmix(h);
}
