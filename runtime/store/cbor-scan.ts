const MAX_DEPTH = 16;

/**
 * Looks through CBOR bytes before anything decodes them and tells what is wrong, or null when they are exactly one item
 * of plain data: numbers, texts, byte strings, arrays, maps, true, false, null, undefined.
 *
 * A decoder trusts its input: a tag can make it build a huge number for minutes, deep nesting can end the process.
 * Constant memory, one pass. Encoding: RFC 8949, section 3.
 * @param maxItems numbers, texts, arrays and so on that one record may hold.
 */
export function cborFault(bytes: Uint8Array, maxItems: number): string | null {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length;
  const outer: number[] = [];
  let left = 1;
  let at = 0;
  for (let items = 1; ; items++) {
    if (items > maxItems) return "too many items";
    if (at >= end) return "cut short";
    const initial = view.getUint8(at++);
    const major = initial >> 5;
    const info = initial & 31;
    if (info > 27) return "a length that is indefinite or reserved";
    const width = info < 24 ? 0 : 1 << (info - 24);
    if (width > end - at) return "cut short";
    const argument = width === 0 ? info : argumentAt(view, at, width);
    at += width;
    left--;
    if (major < 2) {
      if (argument > Number.MAX_SAFE_INTEGER) return "an integer that is too large";
    } else if (major < 4) {
      if (argument > end - at) return "cut short";
      at += argument;
    } else if (major < 6) {
      const count = major === 4 ? argument : 2 * argument;
      if (count > end - at) return "cut short";
      if (outer.length === MAX_DEPTH) return "nested too deeply";
      outer.push(left);
      left = count;
    } else if (major === 6) return "a tag";
    else if (info < 20 || info === 24) return "an unknown simple value";
    while (left === 0 && outer.length > 0) left = outer.pop() as number;
    if (left === 0) return at === end ? null : "bytes behind the end";
  }
}

function argumentAt(view: DataView, at: number, width: number): number {
  if (width === 1) return view.getUint8(at);
  if (width === 2) return view.getUint16(at);
  if (width === 4) return view.getUint32(at);
  return view.getUint32(at) * 2 ** 32 + view.getUint32(at + 4);
}
