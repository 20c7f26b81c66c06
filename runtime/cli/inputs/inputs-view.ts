import type { Level } from "../../../algorithms/signal.ts";
import type { EdgeBatch } from "../../daemon/edge-feed.ts";
import { LocalClock } from "../../local-clock.ts";
import { cut, padded } from "../../report/terminal.ts";
import { type ContactReading, type LineReading, readings } from "./levels.ts";
import type { LineTraces } from "./line-traces.ts";
import { scopeRow } from "./scope-row.ts";

/** How much is shown, and how. */
export interface InputsView {
  readonly columns: number;
  readonly windowSeconds: number;
  /** Time at the right side of the traces. */
  readonly untilUs: number;
  readonly look: { readonly utf8: boolean; readonly colour: boolean };
  /** Only this line; all when undefined. */
  readonly line: string | undefined;
}

const LABELS = ["raw", "filtered"] as const;
const LABEL_COLUMNS = 11;
const NARROW_LABEL_COLUMNS = 6;
const NARROW = 60;
const DIM = "\x1b[2m";
const RESET = "\x1b[0m";
const COLOURS = { closed: "\x1b[32m", busy: "\x1b[33;1m" } as const;

/** The screen of `sealtrace inputs`: for each contact its levels in words, and the traces raw above filtered. */
export function inputsView(batch: EdgeBatch, traces: LineTraces, view: InputsView): string[] {
  const lines = readings(batch, traces);
  return lines.flatMap((reading, line) =>
    view.line === undefined || view.line === reading.line ? lineRows(reading, line, batch, traces, view) : [],
  );
}

function lineRows(
  reading: LineReading,
  line: number,
  batch: EdgeBatch,
  traces: LineTraces,
  view: InputsView,
): string[] {
  return [
    cut(lineHead(reading, batch, view), view.columns),
    ...(reading.channels.length === 0 ? ["  no contact has been seen yet"] : []),
    ...reading.channels.flatMap((contact, i) => {
      const channel = batch.lines[line]?.channels[i]?.channel ?? "sealing";
      const { raw, filtered } = traces.of(line, channel);
      return [
        cut(contactHead(contact, view), view.columns),
        traceRow(LABELS[0], raw, view),
        traceRow(LABELS[1], filtered, view),
      ];
    }),
  ];
}

/** What the signs of the traces mean; for the foot of the screen. */
export function legend({ look, columns, windowSeconds }: InputsView): string {
  const [open, closed] = look.utf8 ? ["▁", "█"] : ["_", "#"];
  const one = windowSeconds / traceColumns(columns);
  const column = one < 1 ? `${Math.round(one * 1000)} ms` : `${one.toFixed(1)} s`;
  const texts = [
    `${open} open ${closed} closed; a digit: so many edges within one column (${column})`,
    `${open} open ${closed} closed 2-9 edges/column`,
  ];
  return cut(columns < NARROW ? (texts[1] as string) : (texts[0] as string), columns);
}

function lineHead({ name, line, blindSeconds }: LineReading, batch: EdgeBatch, { windowSeconds }: InputsView): string {
  const clock = new LocalClock(batch.timeZone).label((batch.nowUs ?? 0) + batch.offsetUs).slice(6);
  const blind = blindSeconds === null ? "" : `  NOTHING IS SEEN for ${age(blindSeconds)}`;
  return `${name.toUpperCase()} (${line})  ${clock}  last ${windowSeconds} s${blind}`;
}

function contactHead(contact: ContactReading, { columns }: InputsView): string {
  const { channel, raw, rawSinceSeconds, filtered, filteredSinceSeconds, edgesPerSecond } = contact;
  const rate = edgesPerSecond === null ? "-" : edgesPerSecond.toFixed(1);
  if (columns < NARROW)
    return `${padded(channel, 13)}${levelWord(filtered).toUpperCase()} ${age(filteredSinceSeconds)} ${rate}/s`;
  const level = `${levelWord(raw)} ${age(rawSinceSeconds)}`;
  const clean = `filtered ${levelWord(filtered).toUpperCase()} ${age(filteredSinceSeconds)}`;
  return `${padded(channel, 13)}${padded(level, 16)}${padded(clean, 25)}${rate} edges/s`;
}

function traceRow(label: (typeof LABELS)[number], trace: Parameters<typeof scopeRow>[0], view: InputsView): string {
  const { columns, windowSeconds, untilUs, look } = view;
  const narrow = columns < NARROW;
  const title = padded(narrow ? ` ${label.slice(0, 4)}` : `  ${label}`, narrow ? NARROW_LABEL_COLUMNS : LABEL_COLUMNS);
  const row = scopeRow(trace, { untilUs, windowUs: windowSeconds * 1e6, columns: traceColumns(columns) }, look);
  return look.colour ? `${DIM}${title}${RESET}${coloured(row)}` : `${title}${row}`;
}

function traceColumns(columns: number): number {
  return Math.max(10, columns - (columns < NARROW ? NARROW_LABEL_COLUMNS : LABEL_COLUMNS));
}

function coloured(row: string): string {
  return row.replace(/[#█]+|[2-9*]+/g, (part) => `${/[#█]/.test(part) ? COLOURS.closed : COLOURS.busy}${part}${RESET}`);
}

function levelWord(level: Level | null): string {
  return level === null ? "unknown" : level === 1 ? "closed" : "open";
}

/** How long ago: `1.2 s`, `45 s`, `12 min`, `3 h`; `-` when it is not known. */
export function age(seconds: number | null): string {
  if (seconds === null) return "-";
  const value = Math.max(0, seconds);
  if (value < 10) return `${value.toFixed(1)} s`;
  if (value < 100) return `${Math.round(value)} s`;
  return value < 6000 ? `${Math.round(value / 60)} min` : `${Math.round(value / 3600)} h`;
}
