import { type HourRow, MINUTES_PER_HOUR } from "./hours.ts";
import type { Report } from "./parts/report.ts";
import { cut, padded, wrapped } from "./terminal.ts";
import type { Letter } from "./texts/texts.ts";

/** How many minutes one letter may stand for in a narrow window. */
const STEPS = [1, 2, 3, 4, 5, 6] as const;
/** Of several minutes in one letter the worst stands. */
const WORST_FIRST = "XCw?m=- ";

/** A line of the hour rows, and which columns of it are letters; none in the title. */
export interface HourLine {
  readonly text: string;
  readonly from: number;
  readonly to: number;
}

/** Title and the latest hours, at most so many lines and columns; empty when there is no room or nothing to show. */
export function liveHours(report: Report, columns: number, rows: number): readonly HourLine[] {
  const { hours, texts } = report;
  if (hours.length === 0 || rows < 1) return [];
  const isTitled = rows > 2;
  const shown = hours.slice(-(isTitled ? rows - 1 : rows));
  const counts = shown.map((row) => countOf(report, row));
  const labelWidth = Math.max(...shown.map(({ label }) => label.length));
  const countWidth = Math.max(...counts.map((text) => text.length));
  const room = columns - labelWidth - countWidth - 4;
  const step = STEPS.find((minutes) => MINUTES_PER_HOUR / minutes <= room) ?? 6;
  const width = MINUTES_PER_HOUR / step;
  const from = labelWidth + 2;
  const lines = shown.map((row, i) => {
    const letters = lettersOf(row, step, row === hours.at(-1) && isOpen(report));
    const text = `${row.label.padEnd(labelWidth)} ${letters.padEnd(width)} ${(counts[i] ?? "").padStart(countWidth)}`;
    return { text, from, to: from + letters.length };
  });
  const title = step === 1 ? texts.hours.unitsOfPossible : `1 = ${step} min  ${texts.hours.unitsOfPossible}`;
  const ruled = padded(` ${cut(title, columns - 6)}`, labelWidth + width + countWidth + 2, "right").replace(
    /^ +(?= )/,
    (blanks) => "-".repeat(blanks.length),
  );
  return isTitled ? [{ text: ruled, from: 0, to: 0 }, ...lines] : lines;
}

/** What the letters that are to be seen mean. */
export function liveLegend({ hours, texts }: Report, columns: number): readonly string[] {
  const seen = new Set(hours.flatMap(({ letters }) => [...letters]));
  const words = (Object.entries(texts.letters) as [Letter, string][]).filter(([letter]) => seen.has(letter));
  return words.length === 0 ? [] : wrapped(words.map(([letter, text]) => `${letter} ${text}`).join("  "), columns - 1);
}

function countOf({ numerals }: Report, { units, possible }: HourRow): string {
  return `${numerals.count(units)}/${possible === null ? "-" : numerals.count(possible)}`;
}

/** A stop that goes on is marked at its end. */
function lettersOf({ letters, offset }: HourRow, step: number, isOpen: boolean): string {
  const minutes = " ".repeat(offset) + letters;
  const groups = Array.from({ length: Math.ceil(minutes.length / step) }, (_, i) =>
    worst(minutes.slice(i * step, (i + 1) * step)),
  );
  const line = groups.join("");
  return isOpen && line.length * step < MINUTES_PER_HOUR ? `${line}~` : line;
}

function worst(minutes: string): string {
  return [...WORST_FIRST].find((letter) => minutes.includes(letter)) ?? " ";
}

function isOpen({ shift }: Report): boolean {
  return shift.state === "running" && shift.stops?.at(-1)?.open === true;
}
