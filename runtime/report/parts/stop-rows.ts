import type { StopResult } from "../../shift-result.ts";
import { secondsOf } from "../losses.ts";
import { counted, named, type Report } from "./report.ts";

const SECONDS_PER_MINUTE = 60;

/** A stop longer than the limit, as it is written. */
export interface StopRow {
  readonly stop: StopResult;
  readonly time: string;
  readonly length: string;
  /** Automatic name; `~` while it is open, `(continued)` where it began elsewhere. */
  readonly name: string;
  /** State of the availability contact; empty where it does not matter. */
  readonly contact: string;
  readonly units: string;
  /** Empty: nobody entered one, there is room for a pencil. */
  readonly reason: string;
}

/** The stops above the limit and holes, in order of time; of many the longest. */
export interface StopRows {
  readonly rows: readonly StopRow[];
  /** How many were left out, and how long they were; null: none. */
  readonly more: string | null;
}

/** Null when stops are not known. */
export function stopRows(report: Report, most: number): StopRows | null {
  const { stops } = report.shift;
  if (stops === null) return null;
  const long = stops.filter(({ kind }) => kind !== "micro-stop" && kind !== "break");
  const byLength = long.toSorted((a, b) => secondsOf(b) - secondsOf(a));
  const shown = new Set(byLength.slice(0, most));
  const left = byLength.slice(most);
  const { numerals, texts } = report;
  return {
    rows: long.filter((stop) => shown.has(stop)).map((stop) => stopRow(report, stop)),
    more:
      left.length === 0
        ? null
        : texts.stops.moreStops(numerals.count(left.length), numerals.duration(totalSeconds(left))),
  };
}

/** Micro-stops, slow cycles and breaks, a line each. */
export function shortLosses(report: Report): readonly string[] {
  const { shift, texts, numerals } = report;
  if (shift.stops === null) return [];
  const breaks = totalSeconds(shift.stops.filter(({ kind }) => kind === "break"));
  const slow = shift.slowCycleSeconds;
  return [
    microStops(report, shift.stops),
    ...(slow === null ? [] : [texts.stops.slow(numerals.duration(slow))]),
    ...(breaks > 0 ? [texts.stops.breaks(numerals.duration(breaks))] : []),
  ];
}

/** `2.35-2.50 s`: from which length on a gap is a micro-stop, over all products. */
export function microStopLimits({ shift, texts, numerals }: Report): string {
  const limits = Object.values(shift.stopLimits?.microStopSeconds ?? {});
  if (limits.length === 0) return texts.unknown.notKnown;
  const [least, most] = [Math.min(...limits), Math.max(...limits)].map((value) => numerals.fixed(value, 1));
  return least === most ? `${least} s` : `${least}-${most} s`;
}

/** From which length on a gap is a stop. */
export function stopLimit({ shift, texts, numerals }: Report): string {
  const seconds = shift.stopLimits?.stopSeconds ?? null;
  if (seconds === null) return texts.unknown.notKnown;
  const isMinutes = seconds % SECONDS_PER_MINUTE === 0;
  return isMinutes ? `${numerals.count(seconds / SECONDS_PER_MINUTE)} min` : `${numerals.fixed(seconds, 0)} s`;
}

function microStops(report: Report, stops: readonly StopResult[]): string {
  const { texts, numerals, losses } = report;
  const micro = stops.filter(({ kind }) => kind === "micro-stop");
  if (micro.length === 0) return texts.stops.noMicro;
  const units = losses?.losses.find(({ name }) => name === "micro-stop")?.units ?? null;
  return texts.stops.micro(
    counted(report, micro.length, texts.things.microStop),
    microStopLimits(report),
    stopLimit(report),
    numerals.duration(totalSeconds(micro)),
    units === null ? "" : `, ${counted(report, units, texts.things.unit)}`,
  );
}

function stopRow(report: Report, stop: StopResult): StopRow {
  const { numerals, times, possible } = report;
  const units = stop.kind === "no-data" ? null : (possible?.between(stop.startUs, stop.endUs) ?? null);
  return {
    stop,
    time: times.range(stop),
    length: numerals.duration(secondsOf(stop)),
    name: stopName(report, stop),
    contact: contactOf(report, stop),
    units: units === null ? "-" : numerals.count(units),
    reason: stop.reason === null ? "" : named(stop.reason),
  };
}

function stopName({ texts, shift }: Report, { name, open, continued, kind, endUs }: StopResult): string {
  const marks = `${open ? " ~" : ""}${continued ? ` ${texts.stops.continued}` : ""}`;
  if (kind !== "changeover") return `${texts.stopNames[name]}${marks}`;
  const next = shift.runs.findIndex(({ startUs }) => startUs >= endUs - 1e6);
  const [from, to] = [shift.runs[next - 1]?.product, shift.runs[next]?.product];
  const products = from === undefined || to === undefined || from === to ? "" : ` ${from}>${to}`;
  return `${texts.stopNames[name]}${products}${marks}`;
}

function contactOf({ texts, shift }: Report, { kind, startUs, endUs }: StopResult): string {
  const isStuck = shift.remarks.some(
    (remark) => remark.kind === "stuck" && remark.startUs < endUs && (remark.endUs ?? shift.endUs) > startUs,
  );
  // nobody knows what a machine does whose contact does not open any more
  if (isStuck && kind === "waiting") return texts.stops.contacts.stuck;
  if (shift.signals.availability === undefined) return texts.unknown.notMeasured;
  if (kind === "not-ready") return texts.stops.contacts.notReady;
  return kind === "waiting" ? texts.stops.contacts.ready : "";
}

function totalSeconds(stops: readonly StopResult[]): number {
  return stops.reduce((sum, stop) => sum + secondsOf(stop), 0);
}
