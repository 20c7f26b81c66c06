import type { Gap } from "./gaps.ts";
import { clip, type Interval, type Intervals, subtract } from "./interval.ts";

// Nothing shorter than this is an event: the second between "ready" and the first seal does not make a stop two.
const SHORTEST_STATE_US = 2_000_000;

/** Why a machine stood, in the words of the report. */
export const STOP_KINDS = ["not-ready", "waiting", "changeover", "micro-stop", "break", "no-data"] as const;
export type StopKind = (typeof STOP_KINDS)[number];

/** Names that stops get by themselves; a person may add a reason later. */
export type StopName =
  | "not ready"
  | "waiting"
  | "changeover"
  | "late start"
  | "late restart"
  | "early finish"
  | "micro-stop"
  | "break"
  | "planned stop"
  | "off shift"
  | "no data";

/** Time of a window in which the machine did not run, or nobody knows. */
export interface Stop extends Interval {
  readonly kind: StopKind;
  readonly name: StopName;
  /** Its gap has not ended yet: kind, name and length are provisional. */
  readonly open: boolean;
  /** Part of an occurrence that is counted elsewhere: in the shift before, or further up in the list. */
  readonly continued: boolean;
  /** Full length of its gap, breaks and the part in the shifts next to it included; the length that decided the kind. */
  readonly gapUs: number;
}

/** What the gaps of a shift are held against; the lists in the order of `union`. */
export interface ShiftSetting {
  /** The shift, or its part that was watched so far. */
  readonly window: Interval;
  /** The shift together with the shifts that touch it, which have no end here (infinite). */
  readonly work: Interval;
  readonly shiftEndUs: number;
  readonly notReady: Intervals;
  readonly holes: Intervals;
  readonly breaks: Intervals;
  /** Planned stops outside breaks. */
  readonly plannedStops: Intervals;
  /** Time of the window outside the planned hours, outside breaks and planned stops. */
  readonly offShift: Intervals;
  /** A longer gap is more than a micro-stop. */
  readonly longestMicroStopUs: number;
}

/** A stretch of a gap with or without a pause of the calendar. */
interface Span extends Interval {
  readonly pause: "break" | "planned stop" | "off shift" | null;
}

interface Piece extends Interval {
  readonly kind: StopKind;
  readonly span: Span;
  /** The span begins where a break ends. */
  readonly isAfterPause: boolean;
}

/** What a gap is booked as, in order of time and cut to the window; nothing when its seen parts are slow cycles. */
export function* stopsOfGap(gap: Gap, setting: ShiftSetting): Generator<Stop, void, undefined> {
  for (const group of standstills(gap, setting.holes)) {
    const gapUs = (group.at(-1) as Interval).endUs - (group[0] as Interval).startUs;
    const pieces = clip(group, setting.work).flatMap((part) => [...piecesOf(part, gap, gapUs, setting)]);
    const counted = new Set<StopKind>();
    for (const piece of pieces) {
      const { startUs, endUs, kind, span } = piece;
      const continued = startUs < setting.window.startUs || (span.pause === null && counted.has(kind));
      counted.add(kind);
      const [seen] = clip([{ startUs, endUs }], setting.window);
      if (seen === undefined) continue;
      yield { ...seen, kind, name: nameOf(piece, pieces, gap, setting), open: gap.isOpen, continued, gapUs };
    }
  }
}

// In a hole the machine may have run. It is taken to have stood if it did before and after, as long as a micro-stop.
function standstills(gap: Gap, holes: Intervals): readonly Intervals[] {
  const groups: Interval[][] = [];
  let stood = false;
  for (const part of subtract(gap, holes)) {
    const stands = part.endUs - part.startUs >= gap.shortestUs;
    if (stands && stood) groups.at(-1)?.push(part);
    else if (stands) groups.push([part]);
    stood = stands;
  }
  return groups;
}

function* piecesOf(part: Interval, gap: Gap, gapUs: number, setting: ShiftSetting): Generator<Piece> {
  let isAfterPause = false;
  for (const span of cutByPauses(part, gap, setting)) {
    const { startUs, endUs, pause } = span;
    const piece = { startUs, endUs, span, isAfterPause };
    if (pause !== null) yield { ...piece, kind: "break" };
    else if (gap.isChangeover) yield { ...piece, kind: "changeover" };
    else if (endUs - startUs < gap.shortestUs) continue;
    else if (gapUs <= setting.longestMicroStopUs) yield { ...piece, kind: "micro-stop" };
    else for (const state of byReadiness(span, setting.notReady)) yield { ...piece, ...state };
    isAfterPause = pause === "break" || pause === "planned stop";
  }
}

/** Trial seals in a break give its time back: it becomes part of the changeover. */
function cutByPauses(
  part: Interval,
  { trials }: Gap,
  { breaks, plannedStops, offShift }: ShiftSetting,
): readonly Span[] {
  const standing = (intervals: Intervals, pause: Span["pause"]): Span[] =>
    clip(intervals, part).flatMap((interval) => subtract(interval, trials).map((span) => ({ ...span, pause })));
  const pauses = [
    ...standing(breaks, "break"),
    ...standing(plannedStops, "planned stop"),
    ...standing(offShift, "off shift"),
  ].sort(byStart);
  const rest = subtract(part, pauses).map((span) => ({ ...span, pause: null }));
  return [...pauses, ...rest].sort(byStart);
}

/** Not-ready while the contact is open, waiting for the rest; a state too short to be one joins the one before it. */
function byReadiness(span: Interval, notReady: Intervals) {
  const open = clip(notReady, span).map((state) => ({ ...state, kind: "not-ready" as StopKind }));
  const rest = subtract(span, notReady).map((state) => ({ ...state, kind: "waiting" as StopKind }));
  const all = [...open, ...rest].sort(byStart);
  const lasting = all.filter(({ startUs, endUs }) => endUs - startUs >= SHORTEST_STATE_US);
  const { startUs, endUs } = span;
  const states: { startUs: number; endUs: number; kind: StopKind }[] = [];
  for (const { startUs: fromUs, kind } of lasting.length > 0 ? lasting : all.slice(0, 1)) {
    const last = states.at(-1);
    if (last?.kind === kind) continue;
    if (last !== undefined) last.endUs = fromUs;
    states.push({ startUs: last === undefined ? startUs : fromUs, endUs, kind });
  }
  return states;
}

function byStart(a: Interval, b: Interval): number {
  return a.startUs - b.startUs;
}

function nameOf(piece: Piece, pieces: readonly Piece[], gap: Gap, setting: ShiftSetting): StopName {
  if (piece.kind === "changeover" || piece.kind === "micro-stop") return piece.kind;
  if (piece.span.pause !== null) return piece.span.pause;
  return placeName(piece, pieces, gap, setting) ?? (piece.kind === "not-ready" ? "not ready" : "waiting");
}

/** A name that comes from where in the shift it is, whatever the availability contact says. */
function placeName(piece: Piece, pieces: readonly Piece[], gap: Gap, setting: ShiftSetting): StopName | null {
  const isFirst = (gap.afterSealUs ?? Number.NEGATIVE_INFINITY) < setting.window.startUs;
  // a shift without a seal has neither a start nor a finish
  if (isFirst && gap.endUs >= setting.shiftEndUs) return null;
  if (piece.span.endUs === setting.work.endUs) return "early finish";
  if (isFirst && isLateStart(piece, pieces, gap, setting)) return "late start";
  return piece.isAfterPause && !isStillBroken(piece, pieces) ? "late restart" : null;
}

function isLateStart({ span }: Piece, pieces: readonly Piece[], gap: Gap, { window, work }: ShiftSetting): boolean {
  const firstUs = (pieces[0] as Piece).startUs;
  const firstStanding = pieces.find((piece) => piece.span.pause === null);
  // behind a hole the shift may have started; what began in the shift before is not this one's start
  const startsWithShift = firstUs <= Math.max(gap.startUs, window.startUs);
  const isOfShiftBefore = gap.startUs < window.startUs && work.startUs < window.startUs;
  return startsWithShift && !isOfShiftBefore && firstStanding?.span === span;
}

/** It was not ready before the break and is not after it: the break did not end late, the repair went on. */
function isStillBroken({ span }: Piece, pieces: readonly Piece[]): boolean {
  const first = pieces.findIndex((piece) => piece.span === span);
  const before = pieces.slice(0, first).findLast((piece) => piece.span.pause === null);
  return before?.kind === "not-ready" && pieces[first]?.kind === "not-ready";
}
