import type { ShiftResult } from "../shift-result.ts";
import { liveHours, liveLegend } from "./live-hours.ts";
import { healthLine, lossLine, oeeLine, signalLine, unitsLine } from "./live-lines.ts";
import { type LiveMoment, stateOf } from "./live-state.ts";
import { shiftName } from "./parts/head.ts";
import { named, productName, type Report, reportOf, seconds } from "./parts/report.ts";
import type { ReportContext } from "./report-context.ts";
import { columnsOf, cut, joined, legible } from "./terminal.ts";

export type { LiveMoment } from "./live-state.ts";

const LEAST_COLUMNS = 40;
const MOST_COLUMNS = 100;
const ESCAPE = "\u001b[";
const COLOURS = { "=": "32", m: "33", w: "33", X: "31", C: "35", "-": "90", "?": "90" } as const;

/** How much room there is. */
export interface ViewSize {
  readonly columns: number;
  readonly rows: number;
}

/** What the terminal can show; neither is needed. */
export interface ViewOptions {
  readonly utf8?: boolean;
  readonly colour?: boolean;
}

/**
 * The live view of one line: what state it is in and since when, what people can act on, OEE, the hours, losses, signal
 * and health. Never wider (from 40 columns on) or longer than the window: first go what is oldest and least urgent.
 */
export function liveView(
  shift: ShiftResult,
  moment: LiveMoment,
  context: ReportContext,
  size: ViewSize,
  options: ViewOptions = {},
): readonly string[] {
  const report = reportOf(shift, context);
  const columns = Math.max(LEAST_COLUMNS, Math.min(size.columns, MOST_COLUMNS));
  const paint = painter(options);
  const row = (parts: readonly string[]) => joined(parts, columns);
  const head = [headLine(report, moment, columns), row(unitsLine(report)), row(oeeLine(report))];
  const health = healthLine(report, moment.health);
  const feet = [lossLine(report), signalLine(report), ...(health.length > 0 ? [health] : [])].map(row);
  const legend = liveLegend(report, columns);
  const room = Math.max(0, size.rows - head.length);
  // one row of hours is worth more than the legend, the legend less than the losses
  const shownFeet = feet.slice(0, Math.max(0, room - 1));
  const hours = liveHours(report, columns, Math.max(0, room - shownFeet.length));
  const left = room - shownFeet.length - hours.length;
  const shownLegend = legend.length <= left ? legend : [];
  const plain = [...head, ...hours.map(({ text }) => text), ...shownLegend, ...shownFeet].slice(
    0,
    Math.max(0, size.rows),
  );
  return plain.map((line, i) => {
    const letters = hours[i - head.length];
    const fitted = legible(fit(line, columns), options.utf8);
    return letters === undefined ? fitted : paint(fitted, letters.from, letters.to);
  });
}

/** Name, shift, time, state and product; in a narrow window the state comes first. */
export function headLine(report: Report, moment: LiveMoment, columns: number): string {
  const { shift, texts, times } = report;
  const run = shift.runs.at(-1);
  const time =
    run === undefined || run.sealingTimeSeconds === null ? "" : `  ${seconds(report, run.sealingTimeSeconds)}`;
  const product = run === undefined ? texts.live.noProduct : `${productName(shift, run.product)}${time}`;
  const name = named(shift.lineName).toUpperCase();
  const now = `${texts.live.now} ${times.moment(moment.nowUs)}`;
  const state = stateOf(report, moment);
  const whole = [name, shiftName(report), now, state, product].join("   ");
  // the state matters most: in a narrow window it comes first and nothing before it can push it out
  return columnsOf(whole) < columns ? whole : joined([state, product, now, name], columns);
}

function fit(line: string, columns: number): string {
  return cut(` ${line}`, columns).trimEnd();
}

/** Colours the letters of an hour row; without colour the row stays as it is. */
function painter({ colour = false }: ViewOptions) {
  return (line: string, from: number, to: number): string => {
    if (!colour) return line;
    const letters = line.slice(from, to).replace(/(.)\1*/g, (stretch, letter: keyof typeof COLOURS) => {
      const code = COLOURS[letter];
      return code === undefined ? stretch : `${ESCAPE}${code}m${stretch}${ESCAPE}0m`;
    });
    return line.slice(0, from) + letters + line.slice(to);
  };
}
