import { printable } from "../../drivers/formats/printable.ts";
import type { Difference, ShiftDifferences } from "../compare.ts";
import { table } from "./text.ts";

/** What changed between two calculations of a recording, for a terminal. */
export function compareText(shifts: readonly ShiftDifferences[]): string {
  return `${shifts.flatMap(shiftLines).join("\n")}\n`;
}

function shiftLines({ line, id, only, differences }: ShiftDifferences): string[] {
  const title = `${line} ${id}`;
  if (only !== null) return [`${title}: only ${only === "before" ? "with --config" : "with --compare"}`];
  if (differences.length === 0) return [`${title}: nothing changed`];
  return [title, ...table(["figure", "--config", "--compare", "change"], differences.map(row))];
}

function row({ figure, before, after }: Difference): string[] {
  const isNumber = typeof before === "number" && typeof after === "number";
  const change = isNumber ? after - before : null;
  return [
    printable(figure),
    shown(before),
    shown(after),
    change === null ? "" : `${change > 0 ? "+" : ""}${shown(change)}`,
  ];
}

function shown(value: Difference["before"]): string {
  if (value === null) return "-";
  if (typeof value !== "number") return printable(String(value));
  return Number.isInteger(value) ? value.toLocaleString("en-US") : value.toFixed(4);
}
