import type { CsvFormat } from "../config-export.ts";

const UTF8_MARK = "\ufeff";
const LINE_END = "\r\n";
/** A spreadsheet takes a text that begins so for a formula. */
const FORMULA = /^[=+\-@\t\r]/;
const DECIMALS = 12;

/** A text, a number, or null for what is not known. */
export type CsvCell = string | number | null;

/** A CSV file (RFC 4180) for a spreadsheet: with a mark for UTF-8, so that it opens right by a double click. */
export class CsvTable {
  readonly #format: CsvFormat;
  readonly #columns: number;
  readonly #lines: string[] = [];

  constructor(format: CsvFormat, columns: readonly string[]) {
    this.#format = format;
    this.#columns = columns.length;
    this.row(columns);
  }

  /** @throws RangeError when there are more or fewer cells than columns. */
  row(cells: readonly CsvCell[]): void {
    if (cells.length !== this.#columns) throw new RangeError(`${cells.length} cells for ${this.#columns} columns`);
    this.#lines.push(cells.map((cell) => this.#text(cell)).join(this.#format.delimiter));
  }

  bytes(): Buffer {
    return Buffer.from(`${UTF8_MARK}${this.#lines.join(LINE_END)}${LINE_END}`);
  }

  #text(cell: CsvCell): string {
    if (cell === null) return "";
    if (typeof cell === "number") return this.#quoted(decimal(cell).replace(".", this.#format.decimalSign));
    return this.#quoted(FORMULA.test(cell) ? `'${cell}` : cell);
  }

  #quoted(text: string): string {
    const { delimiter } = this.#format;
    return text.includes(delimiter) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  }
}

/** As many digits as there are, never an exponent. */
function decimal(value: number): string {
  const text = String(value);
  return text.includes("e") ? value.toFixed(DECIMALS) : text;
}
