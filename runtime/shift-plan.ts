import type { Interval } from "../algorithms/interval.ts";
import type { Calendar, PlannedShift } from "./calendar.ts";

/** Sealing this long after a shift, or before one, belongs to it when no other shift is there. */
const OVERTIME_US = 3_600_000_000;
const HOUR_US = 3_600_000_000;
const LOOK_AGAIN_US = 30 * 86_400_000_000;

/** A shift in line time, and the time around it that is its business. The windows of a plan leave no time out. */
export interface ShiftWindow extends Interval {
  readonly id: string;
  /** Null for time without a shift, or without a calendar. */
  readonly name: string | null;
  /** Local date on which it starts; null when the wall time is not known. */
  readonly date: string | null;
  readonly breaks: readonly Interval[];
  readonly plannedStops: readonly Interval[];
  /** `whole`: there is no calendar, everything is one shift. `unscheduled`: time between shifts. */
  readonly kind: "shift" | "whole" | "unscheduled";
  /** Another shift ends where this one starts, or starts where it ends. */
  readonly touchesBefore: boolean;
  readonly touchesAfter: boolean;
  /** Seals that end from here on, up to `untilUs`, belong to it: early start and overtime included. */
  readonly fromUs: number;
  readonly untilUs: number;
}

/** When the shifts of a line are. */
export interface ShiftPlan {
  /** The window to which a seal that ends then belongs. */
  windowAt(timeUs: number): ShiftWindow;
  /** The rest of the shift in which this moment lies, as a shift of its own: the calendar was another one before. */
  partFrom(timeUs: number): ShiftWindow;
  /** The next start or end of a shift after this moment; perhaps an earlier moment that is neither; infinite without shifts. */
  nextBoundaryUs(timeUs: number): number;
  /** The next full hour of the local clock after this moment; infinite where there is none. */
  nextHourUs(timeUs: number): number;
}

/** Without a calendar, or without wall time, the whole recording is one shift. */
export class WholePlan implements ShiftPlan {
  readonly #date: string | null;
  #window: ShiftWindow | null = null;

  /** @param date local date of the beginning; null when the wall time is not known. */
  constructor(date: string | null) {
    this.#date = date;
  }

  windowAt(timeUs: number): ShiftWindow {
    this.#window ??= {
      id: this.#date === null ? "whole" : `${this.#date}/whole`,
      name: null,
      date: this.#date,
      kind: "whole",
      startUs: timeUs,
      endUs: Number.POSITIVE_INFINITY,
      breaks: [],
      plannedStops: [],
      touchesBefore: false,
      touchesAfter: false,
      fromUs: Number.NEGATIVE_INFINITY,
      untilUs: Number.POSITIVE_INFINITY,
    };
    return this.#window;
  }

  partFrom(timeUs: number): ShiftWindow {
    return this.windowAt(timeUs);
  }

  nextBoundaryUs(): number {
    return Number.POSITIVE_INFINITY;
  }

  nextHourUs(): number {
    return Number.POSITIVE_INFINITY;
  }
}

/** The shifts of a calendar, with the time between them shared out. */
export class CalendarPlan implements ShiftPlan {
  readonly #calendar: Calendar;
  readonly #startWallUs: number;
  #latest: ShiftWindow | null = null;
  /** The boundary asked for last: none lies between the moment asked for and it. */
  #boundary = { afterUs: 0, atUs: Number.NEGATIVE_INFINITY };

  /** @param startWallUs wall time of line time 0 in microseconds since 1970. */
  constructor(calendar: Calendar, startWallUs: number) {
    this.#calendar = calendar;
    this.#startWallUs = startWallUs;
  }

  windowAt(timeUs: number): ShiftWindow {
    const known = this.#latest;
    if (known !== null && known.fromUs <= timeUs && timeUs < known.untilUs) return known;
    this.#latest = this.#find(timeUs + this.#startWallUs);
    return this.#latest;
  }

  partFrom(timeUs: number): ShiftWindow {
    const window = this.windowAt(timeUs);
    const clockTime = this.#calendar.clock.time(timeUs + this.#startWallUs).replace(":", "");
    return { ...window, id: `${window.id}-from-${clockTime}`, startUs: timeUs, fromUs: timeUs, touchesBefore: true };
  }

  nextBoundaryUs(timeUs: number): number {
    const { afterUs, atUs } = this.#boundary;
    if (afterUs <= timeUs && timeUs < atUs) return atUs;
    const wallUs = this.#calendar.nextBoundary(timeUs + this.#startWallUs);
    // a calendar without any shift: look again in a month
    const foundUs = wallUs === null ? timeUs + LOOK_AGAIN_US : wallUs - this.#startWallUs;
    this.#boundary = { afterUs: timeUs, atUs: foundUs };
    return foundUs;
  }

  nextHourUs(timeUs: number): number {
    const wallUs = timeUs + this.#startWallUs;
    const local = wallUs + this.#calendar.clock.offsetUs(wallUs);
    return timeUs + HOUR_US - (((local % HOUR_US) + HOUR_US) % HOUR_US);
  }

  #find(wallUs: number): ShiftWindow {
    const calendar = this.#calendar;
    const within = calendar.shiftAt(wallUs);
    if (within !== null) return this.#shift(within);
    const before = calendar.previous(wallUs);
    const after = calendar.next(wallUs);
    if (before !== null && wallUs < this.#overtimeUntil(before, after)) return this.#shift(before);
    if (after !== null && wallUs >= this.#earlyFrom(before, after)) return this.#shift(after);
    return this.#unscheduled(before, after);
  }

  #overtimeUntil(before: PlannedShift, after: PlannedShift | null): number {
    return Math.min(before.endUs + OVERTIME_US, after === null ? Infinity : middle(before, after));
  }

  #earlyFrom(before: PlannedShift | null, after: PlannedShift): number {
    return Math.max(after.startUs - OVERTIME_US, before === null ? -Infinity : middle(before, after));
  }

  #shift(shift: PlannedShift): ShiftWindow {
    const before = this.#calendar.previous(shift.startUs);
    const after = this.#calendar.next(shift.endUs - 1);
    return {
      id: shift.id,
      name: shift.name,
      date: shift.date,
      kind: "shift",
      ...this.#inLineTime(shift),
      breaks: shift.breaks.map((pause) => this.#inLineTime(pause)),
      plannedStops: shift.plannedStops.map((pause) => this.#inLineTime(pause)),
      touchesBefore: before?.endUs === shift.startUs,
      touchesAfter: after?.startUs === shift.endUs,
      fromUs: this.#earlyFrom(before, shift) - this.#startWallUs,
      untilUs: this.#overtimeUntil(shift, after) - this.#startWallUs,
    };
  }

  /** There is a shift before or after, or the calendar would not have any. */
  #unscheduled(before: PlannedShift | null, after: PlannedShift | null): ShiftWindow {
    const startUs = before === null ? Number.NEGATIVE_INFINITY : this.#overtimeUntil(before, after);
    const endUs = after === null ? Number.POSITIVE_INFINITY : this.#earlyFrom(before, after);
    const span = this.#inLineTime({ startUs, endUs });
    return {
      id: before === null ? `${after?.id}-before` : `${before.id}-after`,
      name: null,
      date: (before ?? after)?.date ?? null,
      kind: "unscheduled",
      ...span,
      breaks: [],
      plannedStops: [],
      touchesBefore: false,
      touchesAfter: false,
      fromUs: span.startUs,
      untilUs: span.endUs,
    };
  }

  #inLineTime({ startUs, endUs }: Interval): Interval {
    return { startUs: startUs - this.#startWallUs, endUs: endUs - this.#startWallUs };
  }
}

/** Halfway between two shifts: for both, when they are less than two hours apart. */
function middle({ endUs }: PlannedShift, { startUs }: PlannedShift): number {
  return Math.floor((endUs + startUs) / 2);
}
