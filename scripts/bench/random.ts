/** Everything random in the bench: the same seed gives the same numbers for ever. */
export interface Random {
  /** Uniform in [0, 1). */
  readonly uniform: () => number;
  /** Uniform in [low, high). */
  readonly between: (low: number, high: number) => number;
  /** A whole number from low to high, both included. */
  readonly whole: (low: number, high: number) => number;
  /** Normal with the given mean and standard deviation. */
  readonly normal: (mean: number, sd: number) => number;
  /** The same things in another order. */
  readonly shuffled: <T>(things: readonly T[]) => T[];
}

/** Uniform numbers in [0, 1) by mulberry32 (T. Ettinger, public domain): 32 bits of state, good enough to draw shifts. */
export function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seeded generator with the few shapes the bench draws from. */
export function createRandom(seed: number): Random {
  const uniform = mulberry32(seed);
  const whole = (low: number, high: number) => low + Math.floor(uniform() * (high - low + 1));
  return {
    uniform,
    whole,
    between: (low, high) => low + uniform() * (high - low),
    // Box and Muller; 1 - u keeps the logarithm finite.
    normal: (mean, sd) => mean + sd * Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()),
    shuffled: (things) => shuffle([...things], whole),
  };
}

/** Fisher and Yates. */
function shuffle<T>(things: T[], whole: (low: number, high: number) => number): T[] {
  for (let i = things.length - 1; i > 0; i--) {
    const j = whole(0, i);
    const held = things[i] as T;
    things[i] = things[j] as T;
    things[j] = held;
  }
  return things;
}
