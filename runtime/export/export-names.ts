const MOST_CHARACTERS = 100;
/** Names that Windows keeps for devices, with any extension. */
const RESERVED = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/;

/**
 * A name that every file system takes: `[a-z0-9._=-]` only, no device of Windows, neither first nor last character a dot.
 * What has no such character is `x`.
 */
export function fileName(text: string): string {
  const plain = text
    .toLowerCase()
    .slice(0, MOST_CHARACTERS)
    .replace(/[^a-z0-9.=-]+/g, "-")
    .replace(/^[.-]+|[.-]+$/g, "");
  if (plain === "") return "x";
  return RESERVED.test(plain) ? `x-${plain}` : plain;
}

/** Where the files of a shift for people are, without extension: `shifts/line-1/2026-03/2026-03-02-early`. */
export function shiftPath(line: string, shiftId: string): string {
  const month = /^\d{4}-\d\d/.exec(shiftId)?.[0] ?? "undated";
  return `shifts/${fileName(line)}/${month}/${fileName(shiftId)}`;
}

/** Where the tables of a line's day are: `tables/seals/line=line-1/day=20260302/seals.parquet`. */
export function dayPath(table: "seals" | "quarters", line: string, day: number): string {
  return `tables/${table}/line=${fileName(line)}/day=${day}/${table}.parquet`;
}

/** A date as a number that sorts: 20260302. */
export function dayNumber(date: string): number {
  return Number(date.replaceAll("-", ""));
}
