const MOST_BYTES = 8;

/** Whole numbers 0 to 2^53 - 1, seven bits a byte, low bits first, the top bit set on all but the last byte. */
export function packVarints(values: ArrayLike<number>): Uint8Array {
  const bytes = new Uint8Array(values.length * MOST_BYTES);
  let at = 0;
  for (let i = 0; i < values.length; i++) {
    let rest = values[i] as number;
    for (; rest >= 128; rest = Math.floor(rest / 128)) bytes[at++] = (rest % 128) | 128;
    bytes[at++] = rest;
  }
  return bytes.slice(0, at);
}

/** The opposite of `packVarints`; null unless the bytes are exactly `count` numbers. */
export function unpackVarints(bytes: Uint8Array, count: number): Float64Array | null {
  if (count > bytes.length) return null;
  const values = new Float64Array(count);
  let at = 0;
  for (let i = 0; i < count; i++) {
    let value = 0;
    let scale = 1;
    let byte: number;
    do {
      if (at === bytes.length) return null;
      byte = bytes[at++] as number;
      value += (byte & 127) * scale;
      scale *= 128;
    } while (byte > 127);
    if (value > Number.MAX_SAFE_INTEGER) return null;
    values[i] = value;
  }
  return at === bytes.length ? values : null;
}

/** Whole numbers of either sign below 2^51, as differences to the one before: near neighbours take one or two bytes. */
export function packDeltas(values: readonly number[]): Uint8Array {
  let before = 0;
  return packVarints(
    values.map((value) => {
      const delta = value - before;
      before = value;
      return delta < 0 ? -2 * delta - 1 : 2 * delta;
    }),
  );
}

/** The opposite of `packDeltas`; null unless the bytes are exactly `count` numbers. */
export function unpackDeltas(bytes: Uint8Array, count: number): Float64Array | null {
  const values = unpackVarints(bytes, count);
  if (values === null) return null;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const folded = values[i] as number;
    before += folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
    values[i] = before;
  }
  return values;
}
