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

t.test("in the nights in which the clock changes shifts never overlap, and breaks stay in their shift", (t) => {
  const nights = [
    ["Europe/Madrid", Date.UTC(2026, 2, 28, 12)],
    ["Europe/Madrid", Date.UTC(2026, 9, 24, 12)],
    ["America/New_York", Date.UTC(2026, 2, 7, 17)],
    ["America/New_York", Date.UTC(2026, 9, 31, 17)],
    ["Australia/Lord_Howe", Date.UTC(2026, 9, 3, 3)],
    ["Australia/Lord_Howe", Date.UTC(2026, 3, 4, 3)],
    ["America/Santiago", Date.UTC(2026, 8, 5, 16)],
    ["America/Santiago", Date.UTC(2026, 3, 4, 16)],
  ] as const;
  const half = (i: number) => `${String(Math.floor((i % 48) / 2)).padStart(2, "0")}:${i % 2 ? "30" : "00"}`;
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.constantFrom(...nights),
        fc.uniqueArray(fc.integer({ min: 0, max: 12 }), { minLength: 2, maxLength: 6 }),
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        ([zone, noonMs], halves, isThere) => {
          const starts = halves.sort((a, b) => a - b);
          const shifts = starts.map((from, i) => {
            const until = starts[i + 1] ?? (starts[0] as number) + 48;
            const breaks = [{ start: half(from), end: half(from + 1) }];
            return shift(`S${i}`, half(from), half(until), { breaks });
          });
          const days = calendar(
            zone,
            shifts.filter((_, i) => isThere[i]),
          );
          const planned = days.between(noonMs * 1000, noonMs * 1000 + 24 * HOUR_US);
          planned.forEach(({ id, startUs, endUs, breaks }, i) => {
            const before = planned[i - 1];
            if (before !== undefined && before.endUs > startUs) throw new Error(`${before.id} overlaps ${id}`);
            if (isThere.every(Boolean) && before !== undefined && before.endUs !== startUs)
              throw new Error(`gap at ${id}`);
            for (const pause of breaks)
              if (pause.startUs < startUs || pause.endUs > endUs) throw new Error(`a break is outside ${id}`);
          });
        },
      ),
    ),
  );
  t.end();
});

t.test("what lies wholly in the hour that is left out is not there", (t) => {
  const breaks = [
    { start: "02:10", end: "02:30" },
    { start: "03:10", end: "03:40" },
  ];
  const days = calendar("Europe/Madrid", [
    shift("Night", "22:00", "02:00"),
    shift("Gone", "02:00", "03:00"),
    shift("Early", "03:00", "11:00"),
  ]);
  const fromUs = Date.UTC(2026, 2, 28, 21) * 1000;
  const ids = days.between(fromUs, fromUs + 12 * HOUR_US).map(({ id }) => id);
  t.same(ids, ["2026-03-28/night", "2026-03-29/early"]);
  const night = calendar("Europe/Madrid", [shift("Night", "22:00", "06:00", { breaks })]).shiftAt(fromUs);
  const tenPastUs = Date.UTC(2026, 2, 29, 1, 10) * 1000;
  t.same(night?.breaks, [{ startUs: tenPastUs, endUs: tenPastUs + HOUR_US / 2 }]);
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
