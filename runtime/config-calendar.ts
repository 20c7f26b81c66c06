import * as v from "valibot";
import { isPrintable, shown } from "../drivers/formats/printable.ts";
import { CLOCK_TIME, minuteOfDay } from "./clock-time.ts";
import { setting } from "./config-setting.ts";
import { LocalClock } from "./local-clock.ts";

const MINUTES_PER_DAY = 1440;
const MINUTES_PER_WEEK = 7 * MINUTES_PER_DAY;
const MOST = 100;
// Temporal takes an offset or a whole date and time as well: neither knows when the clock changes.
const ZONE_NAME = /^[A-Za-z][\w+/-]*$/;

/** Most holidays of a configuration. */
export const MOST_HOLIDAYS = 1000;

export const WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
export const LANGUAGES = ["en", "es"] as const;

const clockTime = v.pipe(v.string(), v.regex(CLOCK_TIME, 'must be a time of day such as "06:00"'));
const date = v.pipe(v.string(), v.isoDate('must be a date such as "2026-12-25"'), v.check(isDate, "does not exist"));
const localDateTime = v.pipe(
  v.string(),
  v.regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/, 'must be local date and time such as "2026-03-05T10:00"'),
  v.check((text) => isDate(text.slice(0, 10)), "does not exist"),
);
const name = v.pipe(
  v.string(),
  v.check((text) => text.length >= 1 && text.length <= 40 && isPrintable(text), "must be 1 to 40 printable characters"),
  v.check((text) => /[a-z0-9]/i.test(text), "must have a letter or a digit that file names can have"),
  v.metadata({ range: "1 to 40 printable characters, a letter or digit among them" }),
);
const few = <const T extends v.GenericSchema>(item: T) =>
  v.pipe(v.array(item), v.maxLength(MOST, `must be ${MOST} at most`));

const pause = setting(
  v.strictObject({
    name: v.optional(setting(name, "what reports call it")),
    start: setting(clockTime, "local time of day"),
    end: setting(clockTime, "local time of day"),
  }),
  "A break: excluded from planned time while the machine stands. Inside its shift, not overlapping another one.",
);
const shift = setting(
  v.strictObject({
    name: setting(name, "what reports call it; a shift's id is its local date and its name: `2026-03-02/early`", {
      range: "1 to 40 characters; each its own, and none that is another one's with `after` or `before` behind it",
    }),
    days: v.optional(
      setting(
        v.pipe(v.array(v.picklist(WEEKDAYS, `must be of ${WEEKDAYS.join(", ")}`)), v.minLength(1, "must name a day")),
        "the days on which it starts",
      ),
      ["Mon", "Tue", "Wed", "Thu", "Fri"],
    ),
    start: setting(clockTime, "local time of day"),
    end: setting(clockTime, "local time of day; one that is not after the start is on the next day"),
    breaks: v.optional(few(pause), []),
  }),
  "A shift of the calendar. Shifts may not overlap, on any day of the week.",
);
const plannedStop = setting(
  v.strictObject({
    name: v.optional(setting(name, "what reports call it"), "planned stop"),
    start: setting(localDateTime, "from when; excluded from planned time while the machine stands"),
    end: setting(localDateTime, "until when, after the start"),
    lines: v.optional(
      setting(v.array(v.string()), "ids of the lines that stop", { absent: "all lines", range: "ids of lines" }),
    ),
  }),
  "A planned stop: once, by date.",
);

/** The part of a configuration that is about time and language. */
export const calendarEntries = {
  timeZone: v.optional(
    setting(
      v.pipe(v.string(), v.check(isTimeZone, "is no time zone of the tz database")),
      "the wall clock of shifts and reports",
      { range: "a name of the tz database" },
    ),
    "UTC",
  ),
  language: v.optional(setting(v.picklist(LANGUAGES, 'must be "en" or "es"'), "of reports and views"), "en"),
  holidays: v.optional(
    setting(
      v.pipe(v.array(date), v.maxLength(MOST_HOLIDAYS, `must be ${MOST_HOLIDAYS} at most`)),
      "local dates on which no shift starts",
    ),
    [],
  ),
  shift: v.optional(few(shift), []),
  plannedStop: v.optional(few(plannedStop), []),
} as const;

type Shift = v.InferOutput<typeof shift>;
type PlannedStop = v.InferOutput<typeof plannedStop>;

interface CalendarConfig {
  readonly shift: readonly Shift[];
  readonly plannedStop: readonly PlannedStop[];
  readonly line: readonly { readonly id: string }[];
}

/** A shift's name as its id has it. */
export function shiftSlug(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "-");
}

/** What is wrong about a calendar as a whole. */
export interface CalendarFault {
  readonly at: string;
  readonly problem: string;
  readonly remedy: string;
}

/** The first contradiction of a calendar; null when there is none. */
export function calendarFault(config: CalendarConfig): CalendarFault | null {
  return nameFault(config) ?? overlapFault(config) ?? breakFault(config) ?? plannedStopFault(config);
}

function nameFault({ shift }: CalendarConfig): CalendarFault | null {
  const i = shift.findIndex(({ name }, k) =>
    shift.slice(0, k).some((other) => shiftSlug(other.name) === shiftSlug(name)),
  );
  if (i >= 0)
    return {
      at: `shift.${i}.name`,
      problem: `${shown(shift[i]?.name ?? "")} is the name of an earlier shift`,
      remedy: "give each its own name",
    };
  const isOutside = (text: string) =>
    shift.some(({ name }) => [`${shiftSlug(name)}-after`, `${shiftSlug(name)}-before`].includes(shiftSlug(text)));
  const k = shift.findIndex(({ name }) => isOutside(name));
  if (k < 0) return null;
  return {
    at: `shift.${k}.name`,
    problem: `${shown(shift[k]?.name ?? "")} is how production outside another shift is called`,
    remedy: "give it another name",
  };
}

/** Shifts are held against each other on the wall clock of a week, which goes round. */
function overlapFault({ shift }: CalendarConfig): CalendarFault | null {
  const spans = shift.flatMap((each, i) => spansOf(each).map((span) => ({ ...span, i })));
  for (const a of spans)
    for (const b of spans) {
      if (a === b || b.i < a.i) continue;
      const later = (((b.from - a.from) % MINUTES_PER_WEEK) + MINUTES_PER_WEEK) % MINUTES_PER_WEEK;
      const overlaps = later < a.length || MINUTES_PER_WEEK - later < b.length || (later === 0 && a.i !== b.i);
      if (!overlaps) continue;
      const [one, other] = [shift[a.i] as Shift, shift[b.i] as Shift];
      return {
        at: `shift.${b.i}`,
        problem: `${shown(other.name)} (${b.day} ${other.start} to ${other.end}) overlaps ${shown(one.name)} (${a.day} ${one.start} to ${one.end})`,
        remedy: "a moment belongs to one shift; change start, end or days",
      };
    }
  return null;
}

function spansOf({ days, start, end }: Shift) {
  const from = minuteOfDay(start);
  const length = ((minuteOfDay(end) - from + MINUTES_PER_DAY - 1) % MINUTES_PER_DAY) + 1;
  return [...new Set(days)].map((day) => ({ day, from: WEEKDAYS.indexOf(day) * MINUTES_PER_DAY + from, length }));
}

function breakFault({ shift }: CalendarConfig): CalendarFault | null {
  for (const [i, each] of shift.entries()) {
    const from = minuteOfDay(each.start);
    const [span] = spansOf(each);
    const taken: { readonly from: number; readonly until: number }[] = [];
    for (const [k, { start, end }] of each.breaks.entries()) {
      const at = `shift.${i}.breaks.${k}`;
      const begin = (minuteOfDay(start) - from + MINUTES_PER_DAY) % MINUTES_PER_DAY;
      const until = ((minuteOfDay(end) - from + MINUTES_PER_DAY - 1) % MINUTES_PER_DAY) + 1;
      const what = `the break from ${start} to ${end}`;
      if (until <= begin || until > (span?.length ?? 0))
        return {
          at,
          problem: `${what} is outside the shift ${each.start} to ${each.end}`,
          remedy: "put it inside, or leave it out",
        };
      if (taken.some((other) => begin < other.until && other.from < until))
        return { at, problem: `${what} overlaps another break`, remedy: "make one break of the two" };
      taken.push({ from: begin, until });
    }
  }
  return null;
}

function plannedStopFault({ plannedStop, line }: CalendarConfig): CalendarFault | null {
  for (const [i, { start, end, lines = [] }] of plannedStop.entries()) {
    const at = `plannedStop.${i}`;
    if (end <= start)
      return { at: `${at}.end`, problem: `${end} is not after ${start}`, remedy: "give an end after the start" };
    const unknown = lines.find((id) => line.every((each) => each.id !== id));
    if (unknown !== undefined)
      return {
        at: `${at}.lines`,
        problem: `there is no line ${shown(unknown)}`,
        remedy: `name some of ${line.map(({ id }) => id).join(", ")}`,
      };
  }
  return null;
}

function isDate(text: string): boolean {
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function isTimeZone(text: string): boolean {
  if (!ZONE_NAME.test(text)) return false;
  try {
    return new LocalClock(text).timeZone === text;
  } catch {
    return false;
  }
}
