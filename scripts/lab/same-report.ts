/** How far two numbers may be apart that mean the same moment or the same length. */
export interface Tolerance {
  /** For moments (`...Us`), in microseconds. */
  readonly momentUs: number;
  /** For lengths and their sums (`...Seconds`), in seconds. */
  readonly lengthSeconds: number;
  /** For ratios, as those of the OEE. */
  readonly ratio: number;
}

/** Not a digit may differ. */
export const EXACT: Tolerance = { momentUs: 0, lengthSeconds: 0, ratio: 0 };

/**
 * Where two reports of a shift differ, as paths with both values. Whatever is counted, named or decided must be the
 * same; moments, lengths and ratios may differ by the tolerance. What maintenance makes of many shifts is left out.
 */
export function differences(a: object, b: object, tolerance: Tolerance): readonly string[] {
  return differ({ ...a, maintenance: null }, { ...b, maintenance: null }, "", tolerance);
}

function differ(a: unknown, b: unknown, path: string, tolerance: Tolerance): string[] {
  if (typeof a === "number" && typeof b === "number")
    return Math.abs(a - b) <= allowed(path, a, b, tolerance) ? [] : [`${path}: ${a} and ${b}`];
  if (!isTree(a) || !isTree(b)) return a === b ? [] : [`${path}: ${JSON.stringify(a)} and ${JSON.stringify(b)}`];
  const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...keys].flatMap((key) => differ(a[key], b[key], `${path}/${key}`, tolerance));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function allowed(path: string, a: number, b: number, { momentUs, lengthSeconds, ratio }: Tolerance): number {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name.endsWith("Us")) return momentUs;
  if (name.endsWith("Seconds") || /Seconds\/[^/]*$/.test(path)) return lengthSeconds;
  return Number.isInteger(a) && Number.isInteger(b) ? 0 : ratio;
}
