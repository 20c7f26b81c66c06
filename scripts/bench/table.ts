/** A figure with the bound that the design sets for it. */
export interface Bounded {
  readonly value: number;
  readonly atLeast?: number;
  readonly atMost?: number;
}

/** What stands in a table; null where there is nothing to measure. */
export type Cell = string | number | null | Bounded;

/** A column; its name ends in the unit of its figures unless the row says the unit. */
export interface Column {
  readonly name: string;
  /** Decimals of its figures; default 0. */
  readonly decimals?: number;
}

/** Figures in rows, with what a reader must know to read them. */
export interface Table {
  readonly title: string;
  readonly notes: readonly string[];
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
}

const MOST_DECIMALS = 6;

/** Whether a figure keeps its bound; true without one. */
export function isMet({ value, atLeast = -Infinity, atMost = Infinity }: Bounded): boolean {
  return value >= atLeast && value <= atMost;
}

/** How many figures of the tables miss their bounds. */
export function countMissed(tables: readonly Table[]): number {
  return tables.flatMap(({ rows }) => rows.flat()).filter((cell) => isBounded(cell) && !isMet(cell)).length;
}

/** The table as aligned text: words to the left, figures to the right, a bound behind its figure with ok or MISSED. */
export function tableText({ title, notes, columns, rows }: Table): string {
  const texts = [
    columns.map(({ name }) => name),
    ...rows.map((row) => row.map((cell, i) => cellText(cell, columns[i]))),
  ];
  const isWords = columns.map((_, i) => rows.every((row) => typeof row[i] === "string"));
  const widths = columns.map((_, i) => Math.max(...texts.map((row) => row[i]?.length ?? 0)));
  const pad = (text: string, i: number) => (isWords[i] ? text.padEnd(widths[i] ?? 0) : text.padStart(widths[i] ?? 0));
  const lines = texts.map((row) => row.map(pad).join("  ").trimEnd());
  const rule = widths.map((width) => "-".repeat(width)).join("  ");
  return [title, ...notes.map((note) => `  ${note}`), "", lines[0], rule, ...lines.slice(1), ""].join("\n");
}

/** The table for machines: each row by the names of its columns; a bounded figure says whether its bound is met. */
export function tableJson({ title, notes, columns, rows }: Table) {
  const json = (cell: Cell | undefined) => (isBounded(cell) ? { ...cell, met: isMet(cell) } : (cell ?? null));
  return {
    title,
    notes,
    rows: rows.map((row) => Object.fromEntries(columns.map(({ name }, i) => [name, json(row[i])]))),
  };
}

function isBounded(cell: Cell | undefined): cell is Bounded {
  return typeof cell === "object" && cell !== null;
}

function cellText(cell: Cell, column: Column | undefined): string {
  if (cell === null) return "-";
  if (typeof cell === "string") return cell;
  const decimals = column?.decimals ?? 0;
  if (!isBounded(cell)) return numberText(cell, decimals);
  const verdict = isMet(cell) ? "ok" : "MISSED";
  const { atLeast, atMost } = cell;
  const bound = atLeast !== undefined ? `>= ${boundText(atLeast)}` : `<= ${boundText(atMost ?? Infinity)}`;
  return `${numberText(cell.value, decimals)} (${bound} ${verdict.padEnd(2)})`;
}

function numberText(value: number, decimals: number): string {
  return value.toLocaleString("en-US", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
}

function boundText(bound: number): string {
  return bound.toLocaleString("en-US", { maximumFractionDigits: MOST_DECIMALS });
}
