import { printable } from "../../../drivers/formats/printable.ts";

const SPECIAL = /[&<>"']/g;

/** Text as content or attribute of HTML: nothing of it is markup, and no control character stays. */
export function escaped(text: string): string {
  return printable(text).replace(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}

/** A number for SVG: at most two decimals, without trailing zeros. */
export function coordinate(value: number): string {
  return String(Number(value.toFixed(2)));
}

/** A column of a table. */
export interface HtmlColumn {
  readonly title: string;
  /** `n` number, `w` only where there is room, `pencil` room to write. */
  readonly css?: string;
}

/** A table; cells are HTML already, titles are text. */
export function htmlTable(columns: readonly HtmlColumn[], rows: readonly HtmlRow[], css = ""): string {
  const cell = (tag: string, content: string, column: HtmlColumn | undefined) =>
    `<${tag}${column?.css === undefined ? "" : ` class="${column.css}"`}>${content}</${tag}>`;
  const head = columns.map((column) => cell("th", escaped(column.title), column)).join("");
  const body = rows.map(({ cells, css }) => {
    const row = cells.map((content, i) => cell("td", content, columns[i])).join("");
    return `<tr${css === undefined ? "" : ` class="${css}"`}>${row}</tr>`;
  });
  return `<table${css === "" ? "" : ` class="${css}"`}><thead><tr>${head}</tr></thead><tbody>${body.join("")}</tbody></table>`;
}

/** Cells of a row, HTML already. */
export interface HtmlRow {
  readonly cells: readonly string[];
  readonly css?: string;
}

/** A section with its title; nothing at all where there is nothing in it. */
export function section(title: string, content: string, css = ""): string {
  if (content === "") return "";
  return `<section${css === "" ? "" : ` class="${css}"`}><h2>${escaped(title)}</h2>${content}</section>`;
}

/** A list of lines of text. */
export function list(lines: readonly string[], css = ""): string {
  if (lines.length === 0) return "";
  const items = lines.map((line) => `<li>${escaped(line)}</li>`).join("");
  return `<ul${css === "" ? "" : ` class="${css}"`}>${items}</ul>`;
}

/** A patch of the colour that stands for something in the pictures. */
export function swatch(css: string): string {
  return `<svg class="swatch" viewBox="0 0 10 10" aria-hidden="true"><rect class="${css}" width="10" height="10"/></svg>`;
}
