import fc from "fast-check";
import t from "tap";
import { Calendar } from "../runtime/calendar.ts";
import { type Config, defaultConfig } from "../runtime/config.ts";
import { LocalClock } from "../runtime/local-clock.ts";

const EVERY_DAY = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const HOUR_US = 3_600_000_000;
type Shift = Config["shift"][number];

function shift(name: string, start: string, end: string, more: Partial<Shift> = {}): Shift {
  return { name, start, end, days: [...EVERY_DAY], breaks: [], ...more };
}

function calendar(timeZone: string, shifts: Shift[], more: Partial<Config> = {}): Calendar {
  return new Calendar({ ...defaultConfig(), timeZone, shift: shifts, ...more }, "line-1");
}

const THREE = [shift("Early", "06:00", "14:00"), shift("Late", "14:00", "22:00"), shift("Night", "22:00", "06:00")];

t.test("golden figure 6: the two daylight-saving nights have 7 and 9 hours", (t) => {
  const clock = new LocalClock("Europe/Madrid");
  const nights = calendar("Europe/Madrid", THREE);
  const secondsOf = (date: string) => {
    const night = nights.shiftAt(clock.wallUs(date, 23 * 60));
    t.equal(night?.id, `${date}/night`);
    return ((night?.endUs ?? 0) - (night?.startUs ?? 0)) / 1e6;
  };
  t.equal(secondsOf("2026-03-28"), 25_200);
  t.equal(secondsOf("2026-10-24"), 32_400);
  t.equal(secondsOf("2026-06-01"), 28_800);
  t.end();
});

t.test("a shift is half-open, its date the one on which it starts", (t) => {
  const days = calendar("Europe/Madrid", THREE);
  const sixUs = Date.UTC(2026, 2, 2, 5) * 1000;
  t.equal(days.shiftAt(sixUs)?.id, "2026-03-02/early");
  t.equal(days.shiftAt(sixUs - 1)?.id, "2026-03-01/night");
  t.equal(days.next(sixUs)?.id, "2026-03-02/late");
  t.equal(days.previous(sixUs)?.id, "2026-03-01/night");
  t.equal(days.nextBoundary(sixUs), sixUs + 8 * HOUR_US);
  t.end();
});

t.test("no shift starts on a holiday, and the night before it goes on to its morning", (t) => {
  const days = calendar("UTC", THREE, { holidays: ["2026-03-02"] });
  const monday = Date.UTC(2026, 2, 2) * 1000;
  t.equal(days.shiftAt(monday + HOUR_US)?.id, "2026-03-01/night");
  t.equal(days.shiftAt(monday + 7 * HOUR_US), null);
  t.equal(days.shiftAt(monday + 23 * HOUR_US), null);
  t.equal(days.next(monday + HOUR_US)?.id, "2026-03-03/early");
  t.end();
});

t.test("breaks lie in their shift, across midnight too; planned stops are cut to it, and may be a line's own", (t) => {
  const night = shift("Night", "22:00", "06:00", { breaks: [{ start: "01:30", end: "02:00" }] });
  const plannedStop = [{ name: "Service", start: "2026-03-02T20:00", end: "2026-03-02T23:00", lines: ["line-1"] }];
  const own = calendar("UTC", [night], { plannedStop });
  const at = Date.UTC(2026, 2, 2, 23) * 1000;
  const planned = own.shiftAt(at);
  t.same(planned?.breaks, [{ startUs: at + 2.5 * HOUR_US, endUs: at + 3 * HOUR_US }]);
  t.same(planned?.plannedStops, [{ startUs: at - HOUR_US, endUs: at }]);
  const config = { ...defaultConfig(), shift: [night], plannedStop };
  t.same(new Calendar(config, "line-2").shiftAt(at)?.plannedStops, []);
  t.end();
});

t.test("without shifts there is no boundary", (t) => {
  const none = calendar("UTC", []);
  t.equal(none.hasShifts, false);
  t.equal(none.nextBoundary(0), null);
  t.end();
});

const ZONES = ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/Santiago", "UTC"];

t.test("shifts that touch on the wall clock touch in UTC, in every zone and every night", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.integer({ min: 0, max: 1439 }),
        fc.integer({ min: 1, max: 1438 }),
        fc.integer({ min: 0, max: 364 * 24 }),
        (zone, from, length, hour) => {
          const text = (minute: number) =>
            `${String(Math.floor((minute % 1440) / 60)).padStart(2, "0")}:${String(minute % 60).padStart(2, "0")}`;
          const days = calendar(zone, [
            shift("A", text(from), text(from + length)),
            shift("B", text(from + length), text(from)),
          ]);
          const atUs = Date.UTC(2026, 0, 1, hour) * 1000;
          const shifts = days.between(atUs, atUs + 48 * HOUR_US);
          for (let i = 1; i < shifts.length; i++)
            if (shifts[i]?.startUs !== shifts[i - 1]?.endUs) throw new Error(`${shifts[i]?.id} does not follow`);
          for (let us = atUs; us < atUs + 48 * HOUR_US; us += HOUR_US / 2) {
            const one = shifts.filter(({ startUs, endUs }) => startUs <= us && us < endUs);
            if (one.length !== 1 || one[0]?.id !== days.shiftAt(us)?.id) throw new Error(`not one shift at ${us}`);
          }
        },
      ),
      { numRuns: 60 },
    ),
  );
  t.end();
});

t.test("local times of a report are those of the tz database", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.constantFrom(...ZONES), fc.integer({ min: 0, max: 2e9 }), (zone, seconds) => {
        const clock = new LocalClock(zone);
        const parts = new Intl.DateTimeFormat("sv-SE", { timeZone: zone, dateStyle: "short", timeStyle: "medium" });
        const expected = parts.format(new Date(seconds * 1000));
        const said = `${clock.date(seconds * 1e6)} ${clock.label(seconds * 1e6).slice(6)}`;
        if (said !== expected) throw new Error(`${zone} ${seconds}: ${said}, not ${expected}`);
      }),
    ),
  );
  t.equal(new LocalClock("Europe/Madrid").iso(Date.UTC(2026, 2, 2, 5) * 1000), "2026-03-02T06:00:00.000+01:00");
  t.throws(() => new LocalClock("Europe/Nowhere"), RangeError);
  t.end();
});
