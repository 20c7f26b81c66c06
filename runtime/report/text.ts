import { type Column, terminalTable } from "./terminal.ts";

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
  const columns = header.map((title, i): Column => ({ title, side: i === 0 ? "left" : "right" }));
  return terminalTable(columns, rows);
}
