import { Temporal } from "temporal-polyfill";
import type { Interval } from "../algorithms/interval.ts";
import { minuteOfDay } from "./clock-time.ts";
import type { Config } from "./config.ts";
import { MOST_HOLIDAYS, shiftSlug, WEEKDAYS } from "./config-calendar.ts";
import { LocalClock } from "./local-clock.ts";

const MINUTES_PER_DAY = 1440;
const MOST_CACHED_DAYS = 400;
/** All holidays that a configuration may have, in one row, and two weeks of days on which no shift starts. */
const LONGEST_HOLIDAYS_DAYS = MOST_HOLIDAYS + 14;

/** A shift of the calendar; times are wall time in microseconds since 1970. */
export interface PlannedShift extends Interval {
  /** Local date on which it starts, and its name: `2026-03-02/early`. */
  readonly id: string;
  readonly name: string;
  readonly date: string;
  readonly breaks: readonly Interval[];
  readonly plannedStops: readonly Interval[];
}

/**
 * When the shifts of a line are. Boundaries come from the local wall clock through the tz database, durations from UTC:
 * a night from 22:00 to 06:00 has 7 hours when the clock is put forward, 9 when it is put back. A wall time that does
 * not exist is the moment at which the clock is put forward; of one that comes twice the first counts.
 */
export class Calendar {
  readonly clock: LocalClock;
  readonly #config: Config;
  readonly #plannedStops: readonly Interval[];
  readonly #holidays: ReadonlySet<string>;
  readonly #days = new Map<string, readonly PlannedShift[]>();

  /** @param lineId planned stops may be a line's own. */
  constructor(config: Config, lineId: string) {
    this.#config = config;
    this.#holidays = new Set(config.holidays);
    this.clock = new LocalClock(config.timeZone);
    this.#plannedStops = config.plannedStop
      .filter(({ lines }) => lines === undefined || lines.includes(lineId))
      .map(({ start, end }) => ({ startUs: this.#moment(start), endUs: this.#moment(end) }));
  }

  get hasShifts(): boolean {
    return this.#config.shift.length > 0;
  }

  /** The shift in whose [start, end) this moment lies; null between shifts. */
  shiftAt(wallUs: number): PlannedShift | null {
    for (const shift of this.#from(wallUs, 2)) if (shift.startUs <= wallUs && wallUs < shift.endUs) return shift;
    return null;
  }

  /** The first shift that starts after this moment; null without any shift in the calendar. */
  next(wallUs: number): PlannedShift | null {
    for (const shift of this.#from(wallUs, LONGEST_HOLIDAYS_DAYS)) if (shift.startUs > wallUs) return shift;
    return null;
  }

  /** The last shift that has ended by this moment; null without any shift in the calendar. */
  previous(wallUs: number): PlannedShift | null {
    const today = Temporal.PlainDate.from(this.clock.date(wallUs));
    for (let back = 0; back <= LONGEST_HOLIDAYS_DAYS; back++) {
      const ended = this.#startingOn(today.subtract({ days: back })).findLast(({ endUs }) => endUs <= wallUs);
      if (ended !== undefined) return ended;
    }
    return null;
  }

  /** All shifts that overlap [fromUs, toUs), in order. */
  between(fromUs: number, toUs: number): readonly PlannedShift[] {
    const shifts: PlannedShift[] = [];
    if (fromUs >= toUs) return shifts;
    const first = this.shiftAt(fromUs);
    if (first !== null) shifts.push(first);
    for (let shift = this.next(fromUs); shift !== null && shift.startUs < toUs; shift = this.next(shift.startUs))
      shifts.push(shift);
    return shifts;
  }

  /** The next start or end of a shift after this moment; null without any shift in the calendar. */
  nextBoundary(wallUs: number): number | null {
    const within = this.shiftAt(wallUs);
    const next = this.next(wallUs);
    if (within === null) return next?.startUs ?? null;
    return Math.min(within.endUs, next?.startUs ?? Number.POSITIVE_INFINITY);
  }

  /** Shifts that start from the day before this moment on, for so many days. */
  *#from(wallUs: number, days: number): Generator<PlannedShift, void, undefined> {
    const today = Temporal.PlainDate.from(this.clock.date(wallUs));
    for (let day = -1; day < days; day++) yield* this.#startingOn(today.add({ days: day }));
  }

  #startingOn(date: Temporal.PlainDate): readonly PlannedShift[] {
    const key = date.toString();
    const known = this.#days.get(key);
    if (known !== undefined) return known;
    if (this.#days.size >= MOST_CACHED_DAYS) this.#days.clear();
    const shifts = this.#shiftsOf(date).sort((a, b) => a.startUs - b.startUs);
    this.#days.set(key, shifts);
    return shifts;
  }

  #shiftsOf(date: Temporal.PlainDate): PlannedShift[] {
    const { shift } = this.#config;
    if (this.#holidays.has(date.toString())) return [];
    const weekday = WEEKDAYS[date.dayOfWeek - 1] as (typeof WEEKDAYS)[number];
    const today = shift
      .filter(({ days }) => days.includes(weekday))
      .map((each) => this.#planned(each, date.toString()));
    // where the clock is put forward a short shift may have no time at all
    return today.filter(({ startUs, endUs }) => startUs < endUs);
  }

  #planned({ name, start, end, breaks }: Config["shift"][number], date: string): PlannedShift {
    const from = minuteOfDay(start);
    const until = after(minuteOfDay(end), from, true);
    const span = { startUs: this.clock.wallUs(date, from), endUs: this.clock.wallUs(date, until) };
    const pauses = breaks.map((pause) => {
      const begin = after(minuteOfDay(pause.start), from, false);
      const finish = after(minuteOfDay(pause.end), begin, true);
      return { startUs: this.clock.wallUs(date, begin), endUs: this.clock.wallUs(date, finish) };
    });
    const within = ({ startUs, endUs }: Interval) => ({
      startUs: Math.max(startUs, span.startUs),
      endUs: Math.min(endUs, span.endUs),
    });
    return {
      ...span,
      id: `${date}/${shiftSlug(name)}`,
      name,
      date,
      breaks: pauses.filter(isSome),
      plannedStops: this.#plannedStops.map(within).filter(isSome),
    };
  }

  #moment(local: string): number {
    return this.clock.wallUs(local.slice(0, 10), minuteOfDay(local.slice(11)));
  }
}

/** The same time of day, on the next day if it is not after the other one. */
function after(minute: number, other: number, isLater: boolean): number {
  return minute < other || (isLater && minute === other) ? minute + MINUTES_PER_DAY : minute;
}

function isSome({ startUs, endUs }: Interval): boolean {
  return startUs < endUs;
}
