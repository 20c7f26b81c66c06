import { InputError } from "../../../drivers/input-error.ts";

/** The columns of a file of corrections, in this order. */
export const COLUMNS = ["line", "shift", "kind", "product", "units", "time", "text"] as const;

const SOURCE = "corrections.csv";
const MOST_ROWS = 1000;

/** One correction that somebody brings; empty cells are null. */
export interface CorrectionRow {
  /** Row of the file, from 1 for the header. */
  readonly row: number;
  readonly line: string | null;
  readonly shift: string | null;
  readonly kind: "scrap" | "correct" | "mark" | "name";
  readonly product: string | null;
  readonly units: number | null;
  readonly time: string | null;
  readonly text: string | null;
}

/**
 * Reads corrections (RFC 4180; commas or semicolons, whichever the header has, as a spreadsheet of the country saves it).
 * Which cells a kind needs is in docs/formats.md; whether shift and product are there is not looked at here.
 * @throws InputError that names the first bad row.
 */
export function parseCorrections(text: string): readonly CorrectionRow[] {
  const [header = [], ...rows] = cellsOf(text.replace(/^\ufeff/, ""));
  if (header.map((cell) => cell.toLowerCase()).join() !== COLUMNS.join())
    throw fault(1, "the header is another one", `give the columns ${COLUMNS.join(",")}`);
  if (rows.length > MOST_ROWS) throw fault(MOST_ROWS + 2, `more than ${MOST_ROWS} rows`, "bring them in several files");
  return rows.flatMap((cells, i) => (cells.every((cell) => cell === "") ? [] : [rowOf(cells, i + 2)]));
}

function rowOf(cells: readonly string[], row: number): CorrectionRow {
  if (cells.length !== COLUMNS.length)
    throw fault(row, `${cells.length} cells instead of ${COLUMNS.length}`, "put text with a separator in quotes");
  const [line, shift, kind, product, units, time, text] = cells.map((cell) => (cell === "" ? null : cell));
  if (kind !== "scrap" && kind !== "correct" && kind !== "mark" && kind !== "name")
    throw fault(row, `there is no kind "${kind ?? ""}"`, "use scrap, correct, mark or name");
  const read: CorrectionRow = {
    row,
    line: line ?? null,
    shift: shift ?? null,
    kind,
    product: product ?? null,
    units: units == null ? null : wholeNumber(units, row),
    time: time ?? null,
    text: text ?? null,
  };
  for (const column of NEEDED[kind])
    if (read[column] === null) throw fault(row, `${kind} without ${column}`, "fill it in");
  return read;
}

const NEEDED = {
  scrap: ["shift", "units"],
  correct: ["shift", "product", "units"],
  mark: ["shift", "time", "text"],
  name: ["product", "text"],
} as const;

function wholeNumber(cell: string, row: number): number {
  if (/^[+-]?\d{1,9}$/.test(cell)) return Number(cell);
  throw fault(row, `"${cell.slice(0, 20)}" is no whole number`, "give the units without a separator");
}

/** Rows of cells; a quoted cell may hold separators, line breaks and doubled quotes. */
function cellsOf(text: string): string[][] {
  const separator = /[,;]/.exec(text)?.[0] ?? ",";
  const rows: string[][] = [];
  let cells: string[] = [];
  const cell = new RegExp(`(?:"((?:[^"]|"")*)"|([^"${separator}\\r\\n]*))(${separator}|\\r?\\n|$)`, "y");
  while (cell.lastIndex < text.length) {
    const at = cell.lastIndex;
    const match = cell.exec(text);
    if (match === null || cell.lastIndex === at)
      throw fault(rows.length + 1, "a quote stands in the wrong place", "double it");
    cells.push((match[1]?.replaceAll('""', '"') ?? match[2] ?? "").trim());
    if (match[3] === separator) {
      if (cell.lastIndex === text.length) cells.push("");
      else continue;
    }
    rows.push(cells);
    cells = [];
    if (rows.length > MOST_ROWS + 2) break;
  }
  if (cells.length > 0) rows.push(cells);
  return rows;
}

function fault(row: number, problem: string, remedy: string): InputError {
  return new InputError({ source: SOURCE, at: row, problem, remedy });
}
