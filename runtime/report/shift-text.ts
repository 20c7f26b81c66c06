import { REMOVED_KINDS } from "../../algorithms/signal.ts";
import { type ShiftResult, wallTime } from "../shift-result.ts";
import { count, counted, duration, percent, table } from "./text.ts";

const MINUTE_US = 60_000_000;
const MINUTES_PER_HOUR = 60;
const LOW_CONFIDENCE = 0.95;
const MOST_REMARKS = 10;

/** What each kind of removed edge is, in words for people who see relays, not algorithms. */
export const REMOVED_WORDS: Readonly<Record<(typeof REMOVED_KINDS)[number], string>> = {
  glitch: "glitches while open",
  chatter: "contact bounce at true changes",
  dropout: "drop-outs healed inside a pulse",
  burst: "interference bursts",
  mains: "mains pick-up",
  short: "pulses too short for a seal",
};

/** What each remark is about. */
export const REMARK_WORDS: Readonly<Record<string, string>> = {
  stuck: "sealing contact closed for longer than a seal can last: stuck?",
  cut: "a pulse cut by the end of the recording or a gap, not counted",
  repeated: "an edge is missing here",
  "lost-edges": "edges were lost here",
};

/** The report of a shift for a terminal or a text file; the same numbers as its JSON. */
export function shiftText(shift: ShiftResult, startWallUs: number | null): string {
  const at = (timeUs: number) => clock(startWallUs, timeUs);
  return [
    ...head(shift, at),
    "",
    ...made(shift, at),
    "",
    ...losses(shift, at),
    ...hourRows(shift, startWallUs),
    ...signals(shift),
    ...remarks(shift, at),
    "",
  ].join("\n");
}

/** Label of a moment: month, day and wall time in UTC where it is known, time since the start of the recording where not. */
export function clock(startWallUs: number | null, timeUs: number): string {
  const wall = wallTime(startWallUs, timeUs);
  if (wall !== null) return wall.slice(5, 19).replace("T", " ");
  const seconds = Math.round(timeUs / 1e6);
  const two = (value: number) => String(value).padStart(2, "0");
  return `+${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

type Clock = (timeUs: number) => string;

function head(shift: ShiftResult, at: Clock): string[] {
  const { startUs, endUs, coverage, notReadySeconds, start } = shift;
  const year = start === null ? "" : `${start.slice(0, 4)}-`;
  const units = shift.products.reduce((sum, product) => sum + product.units, 0);
  const confidence = coverage !== null && coverage < LOW_CONFIDENCE ? ", low confidence" : "";
  return [
    `${shift.lineName.toUpperCase()} (${shift.line})   ${year}${at(startUs)} to ${at(endUs)}${start === null ? "" : " UTC"}   ${duration((endUs - startUs) / 1e6)}`,
    `${counted(units, "unit")} in ${counted(shift.runs.length, "run")} of ${counted(shift.products.length, "product")}; ${counted(shift.seals, "seal")}, ${count(shift.unassigned)} of them of no product`,
    `coverage ${percent(coverage)}${confidence}   not ready ${notReadySeconds === null ? "not measured" : duration(notReadySeconds)}`,
  ];
}

function made(shift: ShiftResult, at: Clock): string[] {
  if (shift.runs.length === 0) return ["PRODUCTS MADE", "  none: no five seals in a row have a sealing time in common"];
  const products = shift.products.map((p) => [
    nameOf(p),
    `${p.sealingTimeSeconds.toFixed(3)} s`,
    count(p.seals),
    count(p.units),
  ]);
  const runs = shift.runs.map((r) => [
    r.rival === null ? r.product : `${r.product} (or ${r.rival}?)`,
    at(r.startUs),
    at(r.endUs),
    count(r.seals),
    count(r.units),
    count(r.suspectSeals),
    `${r.sealingTimeSeconds.toFixed(3)} s`,
  ]);
  return [
    "PRODUCTS MADE",
    ...table(["product", "sealing time", "seals", "units"], products),
    "",
    "RUNS",
    ...table(["product", "from", "to", "seals", "units", "suspect", "sealing time"], runs),
    ...suspects(shift),
  ];
}

function nameOf({ id, name }: ShiftResult["products"][number]): string {
  return name === null ? id : `${id} "${name}"`;
}

const MOST_STOPS = 12;

/** OEE and the stops above the micro-stop limit, longest first; micro-stops as one line. */
function losses({ oee, stops, stopLimits, signals }: ShiftResult, at: Clock): string[] {
  if (oee === null || stops === null) return [oeeMissing(signals), ""];
  const long = stops.filter(({ kind }) => kind !== "micro-stop").sort((a, b) => lengthOf(b) - lengthOf(a));
  const micro = stops.filter(({ kind }) => kind === "micro-stop");
  const microSeconds = micro.reduce((sum, stop) => sum + lengthOf(stop), 0);
  return [
    oeeLine(oee),
    ...table(
      ["stop", "from", "length"],
      long
        .slice(0, MOST_STOPS)
        .map((stop) => [`${stop.name}${stop.open ? " ~" : ""}`, at(stop.startUs), duration(lengthOf(stop))]),
    ),
    ...(long.length > MOST_STOPS ? [`  and ${counted(long.length - MOST_STOPS, "shorter stop")}`] : []),
    `  ${counted(micro.length, "micro-stop")} (up to ${stopLimits?.stopSeconds} s), ${duration(microSeconds)} in all`,
    "",
  ];
}

function oeeMissing({ sealing }: ShiftResult["signals"]): string {
  const why =
    sealing === undefined ? "the sealing contact was never seen" : "the recording is too long to be one shift";
  return `OEE not computed: ${why}`;
}

function lengthOf({ startUs, endUs }: { readonly startUs: number; readonly endUs: number }): number {
  return (endUs - startUs) / 1e6;
}

/** The headline of the shift; a figure that is not known is `-`, with the reason behind it. */
export function oeeLine({
  headline,
  oee,
  availability,
  performance,
  reasons,
}: NonNullable<ShiftResult["oee"]>): string {
  const why = Object.entries(reasons)
    .filter(([figure]) => figure !== "quality")
    .map(([, reason]) => reason);
  const because = why.length === 0 ? "" : ` (${[...new Set(why)].join("; ")})`;
  return `${headline} ${percent(oee)}   A ${percent(availability)}   P ${percent(performance)}   Q not measured${because}`;
}

/** An hour of the clock: its letters, how many minutes into it they begin, and its seals. */
export interface HourSlice {
  readonly label: string;
  readonly offset: number;
  readonly letters: string;
  readonly seals: number;
}

/** The hours of a shift; hours without any data are left out, and all are when the recording is too long for them. */
export function hourSlices({ minutes, sealsByMinute, startUs }: ShiftResult, startWallUs: number | null): HourSlice[] {
  if (minutes === null || sealsByMinute === null) return [];
  const first = Math.floor(((startWallUs ?? 0) + startUs) / MINUTE_US);
  const before = ((first % MINUTES_PER_HOUR) + MINUTES_PER_HOUR) % MINUTES_PER_HOUR;
  const slices: HourSlice[] = [];
  for (let from = -before; from < minutes.length; from += MINUTES_PER_HOUR) {
    const letters = minutes.slice(Math.max(0, from), from + MINUTES_PER_HOUR);
    if (/^\?*$/.test(letters)) continue;
    const seals = sealsByMinute.slice(Math.max(0, from), from + MINUTES_PER_HOUR).reduce((sum, n) => sum + n, 0);
    slices.push({ label: hourLabel(first + from, startWallUs !== null), offset: Math.max(0, -from), letters, seals });
  }
  return slices;
}

/** One row an hour of the clock, one letter a minute, seals of the hour at its end. */
export function hourRows(shift: ShiftResult, startWallUs: number | null): string[] {
  const slices = hourSlices(shift, startWallUs);
  if (slices.length === 0) return [];
  const rows = slices.map(({ label, offset, letters, seals }) => {
    const minutes = (" ".repeat(offset) + letters).padEnd(MINUTES_PER_HOUR);
    return `  ${label} ${minutes} ${count(seals).padStart(7)}`;
  });
  return [
    "HOURS, one letter a minute, seals at the end",
    ...rows,
    "  = sealing  w ready, waiting  X not ready  C changeover  ? no data",
    "",
  ];
}

function hourLabel(minute: number, isWallTime: boolean): string {
  const hour = Math.floor(minute / MINUTES_PER_HOUR);
  if (!isWallTime) return `+${String(hour).padStart(2, "0")}`;
  const iso = new Date(hour * 3_600_000).toISOString();
  return `${iso.slice(5, 10)} ${iso.slice(11, 13)}`;
}

function suspects({ runs }: ShiftResult): string[] {
  if (runs.every(({ suspectSeals }) => suspectSeals === 0)) return [];
  return [
    "",
    "  suspect: seals within the run whose time does not fit (cut short, disturbed);",
    "  they are not among its seals",
  ];
}

function signals({ signals }: ShiftResult): string[] {
  const rows = Object.entries(signals).flatMap(([contact, { edges, kept, removed }]) => [
    `  ${contact}: ${count(edges)} edges seen, ${count(kept)} kept, ${count(edges - kept)} removed`,
    ...REMOVED_KINDS.filter((kind) => removed[kind] > 0).map(
      (kind) => `    ${count(removed[kind]).padStart(9)}  ${REMOVED_WORDS[kind]}`,
    ),
  ]);
  return rows.length === 0 ? [] : ["SIGNAL", ...rows];
}

function remarks({ remarks, moreRemarks }: ShiftResult, at: Clock): string[] {
  if (remarks.length === 0) return [];
  const shown = remarks
    .slice(0, MOST_REMARKS)
    .map(({ kind, startUs }) => `  ${at(startUs)}  ${REMARK_WORDS[kind] ?? kind}`);
  const more = remarks.length + moreRemarks - shown.length;
  return ["", "REMARKS", ...shown, ...(more > 0 ? [`  and ${count(more)} more`] : [])];
}
