// East Asian wide and full-width characters, and pictures, take two columns; what combines with the one before takes none.
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}|[\u{20000}-\u{3fffd}]/u;
const NOTHING = /[\p{M}\u200b-\u200f]/u;
/** Accents are marks above plain letters, which any terminal has. */
const MARKS = /\p{M}/gu;

/** How many columns of a terminal a text takes. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += WIDE.test(character) ? 2 : NOTHING.test(character) ? 0 : 1;
  return columns;
}

/** Blanks added at its end, or at its start, up to so many columns. */
export function padded(text: string, columns: number, side: "left" | "right" = "left"): string {
  const blanks = " ".repeat(Math.max(0, columns - columnsOf(text)));
  return side === "left" ? text + blanks : blanks + text;
}

/** At most so many columns; `..` says that there was more. */
export function cut(text: string, columns: number): string {
  if (columnsOf(text) <= columns) return text;
  let short = "";
  for (const character of text) {
    if (columnsOf(short + character) > Math.max(0, columns - 2)) break;
    short += character;
  }
  return `${short}${"..".slice(0, Math.max(0, columns))}`;
}

/** Parts side by side, as many as fit into a line that is shorter than this, the first one always. */
export function joined(parts: readonly string[], columns: number): string {
  const [first = "", ...rest] = parts;
  return rest.reduce((line, part) => {
    const fitting = ["   ", "  "].map((gap) => line + gap + part).find((longer) => columnsOf(longer) < columns);
    return fitting ?? line;
  }, first);
}

/** The text as it is, or in ASCII for a terminal that shows nothing else. */
export function legible(line: string, utf8 = false): string {
  if (utf8) return line;
  const plain = line.normalize("NFD").replace(MARKS, "").replace(/[¿¡]/g, "").replace(/±/g, "+-");
  return plain.replace(/[^\x20-\x7e]/gu, "?");
}

/** Where a line may end: not between a number and its unit, nor within `6 h 21 min`. */
const BREAK = /(?<!\d|\d h) | (?![\p{L}\p{N}%])/u;

/** Broken between words into lines of at most so many columns; a longer word is cut. */
export function wrapped(text: string, columns: number, indent = ""): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(BREAK)) {
    const longer = line === "" ? word : `${line} ${word}`;
    if (line !== "" && columnsOf(longer) > columns - indent.length) {
      lines.push(line.trimEnd());
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((part) => cut(`${indent}${part}`, columns));
}

/** A column of a table; numbers stand at its right side. */
export interface Column {
  readonly title: string;
  readonly side: "left" | "right";
}

/** A table for a terminal, two blanks between the columns, without blanks at the ends of lines. */
export function terminalTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string[] {
  const widths = columns.map(({ title }, i) =>
    Math.max(columnsOf(title), ...rows.map((row) => columnsOf(row[i] ?? ""))),
  );
  const line = (cells: readonly string[]) =>
    columns.map(({ side }, i) => padded(cells[i] ?? "", widths[i] ?? 0, side)).join("  ");
  return [line(columns.map(({ title }) => title)), ...rows.map(line)].map((text) => `  ${text.trimEnd()}`);
}
