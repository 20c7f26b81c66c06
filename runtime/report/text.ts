/** A whole number with thousands separated: 23,172. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** A number of things: `1 run`, `23,172 seals`. */
export function counted(value: number, thing: string): string {
  return `${count(value)} ${thing}${value === 1 ? "" : "s"}`;
}

/** A table for a terminal: the first column left, the others right aligned, two blanks between. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = header.map((title, column) =>
    Math.max(title.length, ...rows.map((row) => (row[column] ?? "").length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
      )
      .join("  ");
  return [line(header), ...rows.map(line)].map((text) => `  ${text.trimEnd()}`);
}

/** Hours and minutes of a length of time: `8 h 05 min`, `12 min`, `45 s`. */
export function duration(seconds: number): string {
  if (seconds < 60) return `${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  const rest = minutes % 60;
  return minutes < 60 ? `${minutes} min` : `${count((minutes - rest) / 60)} h ${String(rest).padStart(2, "0")} min`;
}

/** Per cent with one digit; `-` where the share is not known. */
export function percent(share: number | null): string {
  return share === null ? "-" : `${(100 * share).toFixed(1)} %`;
}
