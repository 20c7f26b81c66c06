import { CONTACTS, REMOVED_KINDS } from "../../algorithms/signal.ts";
import type { ShiftResult } from "../shift-result.ts";
import { LOSS_LETTERS, lossLine } from "./live-lines.ts";
import type { LiveMoment } from "./live-state.ts";
import { headLine, type ViewOptions, type ViewSize } from "./live-view.ts";
import { productRows } from "./parts/product-rows.ts";
import { type Report, reportOf, whyNotPossible } from "./parts/report.ts";
import { lossName } from "./parts/sentences.ts";
import { shortLosses, stopRows } from "./parts/stop-rows.ts";
import type { ReportContext } from "./report-context.ts";
import { type Column, columnsOf, cut, legible, terminalTable, wrapped } from "./terminal.ts";
import type { Letter } from "./texts/texts.ts";

/** What can be looked at closely in the live view. */
export const LIVE_PAGES = ["losses", "products", "signals", "help"] as const;
export type LivePage = (typeof LIVE_PAGES)[number];

const MOST_COLUMNS = 100;
const LEAST_COLUMNS = 40;
const right = (title: string): Column => ({ title, side: "right" });
const left = (title: string): Column => ({ title, side: "left" });

/** A page of the live view below its head line: never wider (from 40 columns on) or longer than the window. */
export function livePage(
  page: LivePage,
  shift: ShiftResult,
  moment: LiveMoment,
  context: ReportContext,
  size: ViewSize,
  { utf8 = false }: ViewOptions = {},
): readonly string[] {
  const report = reportOf(shift, context);
  const columns = Math.max(LEAST_COLUMNS, Math.min(size.columns, MOST_COLUMNS));
  const bodies = { losses: lossesPage, products: productsPage, signals: signalsPage, help: helpPage };
  const body = bodies[page](report, columns - 2, Math.max(0, size.rows - 2));
  const lines = [headLine(report, moment, columns), "", ...body].slice(0, Math.max(0, size.rows));
  return lines.map((line) => legible(cut(` ${line}`, columns).trimEnd(), utf8));
}

function lossesPage(report: Report, columns: number, rows: number): readonly string[] {
  const { losses, texts, numerals, times } = report;
  if (losses === null) return [...lossLine(report), whyNotPossible(report)];
  const table = fittingTable(
    [
      left(""),
      right(texts.losses.minutes),
      right(texts.losses.units),
      right(texts.live.events),
      left(texts.live.longest),
    ],
    losses.losses.map((loss) => [
      `${LOSS_LETTERS[loss.name]} ${lossName(report, loss)}`,
      numerals.fixed(loss.seconds / 60, loss.seconds < 600 ? 1 : 0),
      loss.units === null ? "-" : numerals.count(loss.units),
      loss.events === 0 ? "" : numerals.count(loss.events),
      loss.longest === null || loss.events < 2 ? "" : times.range(loss.longest),
    ]),
    columns,
  );
  const short = shortLosses(report).flatMap((line) => wrapped(line, columns));
  const room = rows - table.length - short.length - 5;
  return [texts.sections.losses.toUpperCase(), ...table, "", ...stopsTable(report, columns, room), ...short];
}

/** The latest stops that there is room for. */
function stopsTable(report: Report, columns: number, most: number): readonly string[] {
  const { texts } = report;
  const all = stopRows(report, Number.POSITIVE_INFINITY)?.rows ?? [];
  if (all.length === 0 || most < 1) return [];
  const { columns: titles } = texts.stops;
  const table = fittingTable(
    [left(titles.time), right(titles.length), left(titles.stop), right(titles.units), left(titles.reason)],
    all.slice(-most).map(({ time, length, name, units, reason }) => [time, length, name, units, reason]),
    columns,
  );
  return [texts.sections.stops.toUpperCase(), ...table, ""];
}

function productsPage(report: Report, columns: number, rows: number): readonly string[] {
  const { texts, numerals } = report;
  const { columns: titles, none } = texts.products;
  const found = productRows(report);
  if (found.rows.length === 0) return [texts.sections.products.toUpperCase(), none];
  const shown = found.rows.slice(-Math.max(1, rows - 4));
  const more = found.more + found.rows.length - shown.length;
  const table = fittingTable(
    [
      left(titles.product),
      left(titles.time),
      right(titles.units),
      right(titles.sealing),
      right(titles.performance),
      right(titles.ideal),
      right(titles.suspect),
    ],
    shown.map((row) => [
      row.isRun ? "" : cut(row.name, 20),
      row.time,
      row.units,
      row.sealing,
      row.performance,
      row.ideal,
      row.suspect,
    ]),
    columns,
  );
  return [texts.sections.products.toUpperCase(), ...table, ...(more > 0 ? [texts.more(numerals.count(more))] : [])];
}

function signalsPage({ shift, texts, numerals }: Report, columns: number): readonly string[] {
  const seen = CONTACTS.flatMap((contact) => {
    const signal = shift.signals[contact];
    return signal === undefined ? [] : [{ contact, signal }];
  });
  if (seen.length === 0) return [texts.sections.signal.toUpperCase(), texts.signal.notSeen];
  const { signalRows } = texts.live;
  const counted = (name: string, of: (each: (typeof seen)[number]) => number) => [
    name,
    ...seen.map((each) => numerals.count(of(each))),
  ];
  const rows = [
    counted(signalRows.edges, ({ signal }) => signal.edges),
    counted(signalRows.kept, ({ signal }) => signal.kept),
    ...REMOVED_KINDS.map((kind) => counted(texts.signal.removed[kind], ({ signal }) => signal.removed[kind])),
    [
      signalRows.bounce,
      ...seen.map(({ signal }) =>
        signal.bounceSeconds === null ? "-" : numerals.fixed(1000 * signal.bounceSeconds, 0),
      ),
    ],
  ];
  const titles = seen.map(({ contact }) => right(texts.signal.contacts[contact]));
  // the names give way to the numbers
  const figures = seen.map((_, i) =>
    Math.max(...rows.map((row) => row[i + 1]?.length ?? 0), titles[i]?.title.length ?? 0),
  );
  const room = Math.max(8, columns - figures.reduce((sum, width) => sum + width + 2, 0) - 2);
  const cutRows = rows.map(([name = "", ...cells]) => [cut(name, room), ...cells]);
  return [texts.sections.signal.toUpperCase(), ...fittingTable([left(""), ...titles], cutRows, columns)];
}

function helpPage({ texts }: Report, columns: number): readonly string[] {
  const { keys, helpTitle } = texts.live;
  const rows = [
    ["l", keys.losses],
    ["p", keys.products],
    ["s", keys.signals],
    ["n 1-8", keys.line],
    ["? h", keys.help],
    ["Esc", keys.back],
    ["q", keys.quit],
  ];
  const letters = Object.entries(texts.letters) as [Letter, string][];
  const meanings = letters.map(([letter, words]) => `${letter}      ${words}`);
  return [helpTitle, ...rows.map(([key = "", word]) => `${key.padEnd(6)} ${word}`), "", ...meanings].map((line) =>
    cut(line, columns),
  );
}

/** A table without the last columns that do not fit; the first two always stay. */
function fittingTable(columns: readonly Column[], rows: readonly (readonly string[])[], width: number): string[] {
  for (let count = columns.length; count > 2; count--) {
    const lines = terminalTable(columns.slice(0, count), rows);
    if (lines.every((line) => columnsOf(line) <= width)) return lines;
  }
  return terminalTable(columns.slice(0, 2), rows);
}
