const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Wall time of an ISO 8601 text such as `2026-03-02T06:00:00Z` or `2026-03-02T07:00:00.250+01:00`, in integer microseconds
 * since 1970 (UTC). Null for anything else: a day that does not exist, a year
 * outside 1685 to 2254, or a time without zone, which would have to be guessed.
 */
export function parseWallTime(text: string): number | null {
  const match = ISO.exec(text);
  if (match === null) return null;
  const [, whole = "", fraction = "", sign = "+", hours = "0", minutes = "0"] = match;
  const ms = Date.parse(`${whole}Z`);
  // Date.parse lets 30 February pass as 2 March.
  if (Number.isNaN(ms) || !new Date(ms).toISOString().startsWith(whole)) return null;
  if (Number(hours) > 23 || Number(minutes) > 59) return null;
  const offsetMinutes = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  const wallUs = (ms - offsetMinutes * 60_000) * 1000 + Number(fraction.padEnd(6, "0"));
  return Number.isSafeInteger(wallUs) ? wallUs : null;
}

/**
 * ISO 8601 text (UTC) of a wall time in integer microseconds since 1970, with as many decimals as it needs.
 * @throws RangeError for what is no safe integer (years 1685 to 2254).
 */
export function formatWallTime(wallUs: number): string {
  if (!Number.isSafeInteger(wallUs)) throw new RangeError(`wall time must be integer microseconds, not ${wallUs}`);
  const seconds = Math.floor(wallUs / 1e6);
  const text = new Date(seconds * 1000).toISOString().slice(0, 19);
  const fraction = String(wallUs - seconds * 1e6).padStart(6, "0");
  const decimals = fraction.endsWith("000") ? fraction.slice(0, 3) : fraction;
  return decimals === "000" ? `${text}Z` : `${text}.${decimals}Z`;
}
