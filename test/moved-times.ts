/** The same result on a clock that is `byUs` later. */
export function moved(value: unknown, byUs: number): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, byUs));
  if (typeof value !== "object" || value === null) return value;
  const isTime = (key: string) => key.endsWith("Us") && key !== "gapUs";
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isTime(key) && typeof item === "number" ? item + byUs : moved(item, byUs),
    ]),
  );
}
