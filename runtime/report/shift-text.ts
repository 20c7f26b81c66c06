import type { ShiftResult } from "../shift-result.ts";
import { type HourRow, MINUTES_PER_HOUR } from "./hours.ts";
import { effectiveName } from "./parts/effective-name.ts";
import { headOf } from "./parts/head.ts";
import { pastShifts } from "./parts/last-ten.ts";
import { correctionLines, definitionLines, energyLines, originLine, qualityLine, signalLines } from "./parts/lines.ts";
import { maintenanceRows } from "./parts/maintenance-rows.ts";
import { maintenanceSigns } from "./parts/maintenance-signs.ts";
import { productRows, suspectTimes } from "./parts/product-rows.ts";
import { ratiosOf } from "./parts/ratios.ts";
import { counted, type Report, reportOf, whyNotPossible } from "./parts/report.ts";
import { lossName, sentencesOf } from "./parts/sentences.ts";
import { shortLosses, stopLimit, stopRows } from "./parts/stop-rows.ts";
import { openPointsOf, warningsOf } from "./parts/warnings.ts";
import type { ReportContext } from "./report-context.ts";
import { type Column, columnsOf, cut, padded, terminalTable, wrapped } from "./terminal.ts";
import type { Letter } from "./texts/texts.ts";

const COLUMNS = 80;
const MOST_COLUMNS = 100;
const MOST_STOPS = 14;
const MOST_HOURS = 36;
const BAR_COLUMNS = 24;

/** The report of a shift for a terminal or a text file: the same numbers as its JSON and its HTML page. */
export function shiftText(shift: ShiftResult, context: ReportContext): string {
  const report = reportOf(shift, context);
  const { sections } = report.texts;
  const blocks = [
    head(report),
    sentencesOf(report).flatMap((sentence) => (sentence === "" ? [] : hanging(sentence))),
    section(
      sections.warnings,
      [...warningsOf(report), ...openPointsOf(report)].flatMap((line) => hanging(line, "! ")),
    ),
    ratios(report),
    waterfall(report),
    hours(report),
    products(report),
    stops(report),
    section(sections.quality, hanging(qualityLine(report))),
    section(
      sections.energy,
      energyLines(report).flatMap((line) => hanging(line)),
    ),
    section(sections.maintenance, maintenance(report)),
    section(
      sections.signal,
      signalLines(report).flatMap((line) => hanging(line)),
    ),
    lastTen(report),
    section(
      sections.corrections,
      correctionLines(report).flatMap((line) => hanging(line)),
    ),
    section(
      sections.definitions,
      [...definitionLines(report), originLine(report)].flatMap((line) => hanging(line)),
    ),
  ];
  const lines = blocks.filter((block) => block.length > 0).flatMap((block, i) => (i === 0 ? block : ["", ...block]));
  return `${lines.map((line) => cut(line, MOST_COLUMNS).trimEnd()).join("\n")}\n`;
}

function head(report: Report): string[] {
  const { line, id, shift, when, state, facts } = headOf(report);
  const words = facts.map(({ name, value }) => `${name} ${value}`);
  return [
    ...wrapped(`${line.toUpperCase()}${id}   ${shift}   ${when}   ${state}`, COLUMNS),
    ...wrapped(words.join("; "), COLUMNS),
  ];
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : [title.toUpperCase(), ...lines];
}

/** Wrapped and indented by two; following lines by two more. */
function hanging(text: string, mark = ""): string[] {
  return wrapped(`${mark}${text}`, COLUMNS - 2, "").map((line, i) => (i === 0 ? `  ${line}` : `    ${line}`));
}

function ratios(report: Report): string[] {
  const found = ratiosOf(report);
  if (found === null) return hanging(`OEE -: ${whyNotPossible(report)}`);
  const { headline, oee, tpm, iso, others, reasons } = found;
  const words = (ratios: typeof tpm) => ratios.map(({ name, value }) => `${name} ${value}`).join("   ");
  return [
    `${headline} ${oee}   ${words(tpm)}`,
    ...wrapped(`  ISO 22400-2: ${words(iso)}   ${words(others)}`, COLUMNS, ""),
    ...reasons.flatMap((reason) => hanging(`-: ${reason}`)),
  ];
}

function waterfall(report: Report): string[] {
  const { losses, texts, numerals } = report;
  if (losses === null) return [];
  const { losses: words } = texts;
  const columns: Column[] = [
    { title: "", side: "left" },
    { title: words.minutes, side: "right" },
    { title: words.units, side: "right" },
    { title: "", side: "left" },
  ];
  const place = (seconds: number) => Math.round((BAR_COLUMNS * Math.max(0, seconds)) / losses.plannedSeconds);
  const row = (name: string, seconds: number, units: number | null, bar: string) => [
    name,
    numerals.fixed(seconds / 60, seconds < 600 ? 1 : 0),
    units === null ? "-" : numerals.count(units),
    bar,
  ];
  let left = losses.plannedSeconds;
  const lossRows = losses.losses.map((loss) => {
    const end = place(left);
    left -= loss.seconds;
    const start = Math.min(place(left), Math.max(0, end - 1));
    const bar = " ".repeat(start) + "#".repeat(Math.max(0, end - start));
    return row(`- ${lossName(report, loss)}`, loss.seconds, loss.units, bar);
  });
  const { effectiveSeconds, sealingSeconds, plannedSeconds, possibleUnits, units } = losses;
  const end = effectiveSeconds ?? sealingSeconds;
  const endName = effectiveSeconds === null ? words.sealing : effectiveName(report);
  const rows = [
    row(words.planned, plannedSeconds, possibleUnits, "=".repeat(BAR_COLUMNS)),
    ...lossRows,
    row(endName, end, units, "=".repeat(Math.min(place(end), BAR_COLUMNS))),
  ];
  return section(texts.sections.losses, terminalTable(columns, rows));
}

function hours(report: Report): string[] {
  const { hours: rows, texts, numerals } = report;
  if (rows.length === 0) return section(texts.sections.hours, hanging(texts.hours.none));
  const shown = rows.slice(0, MOST_HOURS);
  const width = Math.max(...shown.map(({ label }) => label.length));
  const counts = shown.map((row) => unitsOfPossible(report, row));
  const countWidth = Math.max(...counts.map((text) => text.length));
  const title = `${texts.sections.hours.toUpperCase()}, ${texts.hours.title}`;
  const ruler = padded(
    texts.hours.unitsOfPossible,
    width + MINUTES_PER_HOUR + countWidth + 5 - columnsOf(title),
    "right",
  );
  const more = rows.length - shown.length;
  return [
    `${title}${ruler.startsWith(" ") ? ruler : ` ${ruler}`}`,
    ...shown.map((row, i) => {
      const minutes = (" ".repeat(row.offset) + row.letters).padEnd(MINUTES_PER_HOUR);
      return `  ${row.label.padEnd(width)} ${minutes}  ${(counts[i] ?? "").padStart(countWidth)}`;
    }),
    ...(more > 0 ? [`  ${texts.more(numerals.count(more))}`] : []),
    ...hanging(legend(report)),
  ];
}

/** `3,712/4,800`. */
export function unitsOfPossible({ numerals }: Pick<Report, "numerals">, { units, possible }: HourRow): string {
  return `${numerals.count(units)}/${possible === null ? "-" : numerals.count(possible)}`;
}

/** What the letters mean. */
export function legend({ texts }: Pick<Report, "texts">): string {
  const letters = Object.entries(texts.letters) as [Letter, string][];
  return letters.map(([letter, words]) => `${letter} ${words}`).join("  ");
}

function products(report: Report): string[] {
  const { texts, shift } = report;
  const { columns, none, suspects, unassigned } = texts.products;
  const { rows, more } = productRows(report);
  if (rows.length === 0) return section(texts.sections.products, hanging(none));
  const right = (title: string): Column => ({ title, side: "right" });
  const lines = terminalTable(
    [
      { title: columns.product, side: "left" },
      { title: columns.time, side: "left" },
      right(columns.units),
      right(columns.ideal),
      right(columns.actual),
      right(columns.performance),
      right(columns.sealing),
      right(columns.suspect),
    ],
    rows.map((row) => [
      row.isRun ? "" : cut(row.name, 22),
      row.time,
      row.units,
      row.ideal,
      row.actual,
      row.performance,
      row.sealing,
      row.suspect,
    ]),
  );
  const notes = [
    ...rows.flatMap(({ id, corrected, units }) => (corrected === null ? [] : [`${id}: ${units} (${corrected})`])),
    ...rivals(report),
    ...(suspectTimes(report) === null ? [] : [suspects, suspectTimes(report) ?? ""]),
    ...(shift.unassigned > 0 ? [unassigned(counted(report, shift.unassigned, texts.things.seal))] : []),
  ];
  const cutRuns = more > 0 ? [`  ${texts.more(counted(report, more, texts.things.run))}`] : [];
  return section(texts.sections.products, [...lines, ...cutRuns, ...notes.flatMap((note) => hanging(note))]);
}

function rivals({ shift, texts, times }: Report): string[] {
  const doubtful = shift.runs.filter(({ rival }) => rival !== null).slice(0, 6);
  return doubtful.map((run) => `${run.product} ${times.range(run)}: ${texts.products.rival(run.rival ?? "")}`);
}

function stops(report: Report): string[] {
  const { texts } = report;
  const found = stopRows(report, MOST_STOPS);
  if (found === null) return [];
  const { columns, none } = texts.stops;
  const table = terminalTable(
    [
      { title: columns.time, side: "left" },
      { title: columns.length, side: "right" },
      { title: columns.stop, side: "left" },
      { title: columns.units, side: "right" },
      { title: columns.reason, side: "left" },
    ],
    found.rows.map(({ time, length, name, units, reason }) => [time, length, name, units, reason]),
  );
  const list = found.rows.length === 0 ? hanging(none) : table;
  const lines = [...list, ...(found.more === null ? [] : [`  ${found.more}`])];
  return section(`${texts.sections.stops} > ${stopLimit(report)}`, [
    ...lines,
    ...shortLosses(report).flatMap((line) => hanging(line)),
  ]);
}

function maintenance(report: Report): string[] {
  const rows = maintenanceRows(report);
  const width = Math.max(...rows.map(({ name }) => columnsOf(name)));
  const lines = rows.map(({ name, value }) => `  ${padded(name, width)}  ${value}`);
  return [...lines, ...maintenanceSigns(report).flatMap((sign) => hanging(sign, "! "))];
}

function lastTen(report: Report): string[] {
  const rows = pastShifts(report);
  if (rows.length === 0) return [];
  const { columns, thisShift } = report.texts.lastTen;
  const right = (title: string): Column => ({ title, side: "right" });
  return section(
    report.texts.sections.lastTen,
    terminalTable(
      [
        { title: columns.date, side: "left" },
        right(columns.oee),
        right(columns.availability),
        right(columns.performance),
        right(columns.units),
        right(columns.possible),
        right(columns.notReady),
        { title: "", side: "left" },
      ],
      rows.map(({ date, isThis, cells }) => [
        date,
        cells.oee,
        cells.availability,
        cells.performance,
        cells.units,
        cells.possible,
        cells.notReady,
        isThis ? `< ${thisShift}` : "",
      ]),
    ),
  );
}
