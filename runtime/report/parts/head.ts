import { REMOVED_KINDS } from "../../../algorithms/signal.ts";
import type { ShiftResult } from "../../shift-result.ts";
import { named, type Report } from "./report.ts";

/** Below this share of time with data a report says so. */
export const LOW_CONFIDENCE_BELOW = 0.95;
/** A local day has 23 to 25 hours; half an hour more for zones that move by less or more. */
const SHORTEST_DAY_US = 22.5 * 3_600_000_000;

/** What the head of a report says. */
export interface Head {
  readonly line: string;
  /** Its id in brackets; empty where that is its name as well. */
  readonly id: string;
  readonly shift: string;
  /** With the weekday; where the wall time is not known, that it is not. */
  readonly when: string;
  readonly state: string;
  /** What the confidence in all figures rests on. */
  readonly facts: readonly Fact[];
}

/** A figure with its name; an alarming one is shown so. */
export interface Fact {
  readonly name: string;
  readonly value: string;
  readonly isAlarming: boolean;
}

/** Line, shift, date, window, and the facts by which to believe the rest. */
export function headOf(report: Report): Head {
  const { shift, texts, times } = report;
  const span = times.span(shift);
  return {
    line: named(shift.lineName),
    id: shift.line === shift.lineName ? "" : ` (${named(shift.line)})`,
    shift: shiftName(report),
    when: shift.start === null ? `${span}, ${texts.shift.sinceStart}` : `${weekday(report, span)} ${span}`,
    state: texts.shift.states[shift.state],
    facts: [planned(report), ...outside(report), coverage(report), ...pulses(report)],
  };
}

/** Name of the shift, or what stands for one. */
export function shiftName({ shift, texts }: Report): string {
  if (shift.shift !== null) return named(shift.shift);
  return isWhole(shift) ? texts.shift.whole : texts.shift.unscheduled;
}

/** Share of time with data is so small that no figure can be trusted. */
export function isLowConfidence({ coverage }: Pick<ShiftResult, "coverage">): boolean {
  return coverage !== null && coverage < LOW_CONFIDENCE_BELOW;
}

function isWhole({ id }: ShiftResult): boolean {
  return id === "whole" || id.endsWith("/whole");
}

/** What a daemon without a calendar takes for a shift; a calendar's own shift of this name may be shorter. */
function isDay({ id, plannedStartUs, plannedEndUs }: ShiftResult): boolean {
  if (!id.endsWith("/day") || plannedStartUs === null || plannedEndUs === null) return false;
  return plannedEndUs - plannedStartUs >= SHORTEST_DAY_US;
}

function weekday({ texts }: Report, span: string): string {
  const day = new Date(`${span.slice(0, 10)}T00:00:00Z`).getUTCDay();
  return texts.weekdays[day] ?? "";
}

function planned({ shift, texts, numerals }: Report): Fact {
  const { head, unknown } = texts;
  const whole = head.ofTime(numerals.duration((shift.endUs - shift.startUs) / 1e6));
  const source = isWhole(shift) ? head.byRecording : isDay(shift) ? head.byDay : head.byCalendar;
  const busy = shift.oee?.plannedBusySeconds ?? null;
  const time = busy === null ? unknown.notKnown : busy > 0 ? numerals.duration(busy) : unknown.notPlanned;
  return { name: head.planned, value: `${time} ${whole} (${source})`, isAlarming: false };
}

function outside({ shift, texts, numerals }: Report): Fact[] {
  const { earlyStart, overtime, workedThrough } = texts.head;
  const times = [
    [earlyStart, shift.earlyStartSeconds],
    [overtime, shift.overtimeSeconds],
    [workedThrough, shift.workedThroughSeconds],
  ] as const;
  const worked = times.filter(([, seconds]) => seconds >= 1);
  return worked.map(([name, seconds]) => ({ name, value: numerals.duration(seconds), isAlarming: false }));
}

function coverage({ shift, texts, numerals }: Report): Fact {
  const isAlarming = isLowConfidence(shift);
  const share = shift.coverage === null ? texts.unknown.noData : numerals.percent(shift.coverage);
  return { name: texts.head.coverage, value: isAlarming ? `${share}, ${texts.head.lowConfidence}` : share, isAlarming };
}

function pulses({ shift, texts, numerals }: Report): Fact[] {
  const steps = shift.remarks.filter(({ kind }) => kind === "clock-step").length;
  const rejected = rejectedPulses(shift);
  return [
    {
      name: texts.head.rejectedPulses,
      value: rejected === null ? texts.unknown.notMeasured : numerals.count(rejected),
      isAlarming: false,
    },
    { name: texts.head.clockSteps, value: numerals.count(steps), isAlarming: steps > 0 },
  ];
}

/** Edges that the filters removed, two for a pulse; null when no contact was seen. */
export function rejectedPulses({ signals }: Pick<ShiftResult, "signals">): number | null {
  const contacts = Object.values(signals);
  if (contacts.length === 0) return null;
  const edges = contacts.flatMap(({ removed }) => REMOVED_KINDS.map((kind) => removed[kind]));
  return Math.round(edges.reduce((sum, value) => sum + value, 0) / 2);
}
