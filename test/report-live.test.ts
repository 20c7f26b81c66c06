import fc from "fast-check";
import t from "tap";
import { type LiveMoment, liveView } from "../runtime/report/live-view.ts";
import { columnsOf } from "../runtime/report/terminal.ts";
import { anyShift, contextOf, EARLY, HOUR_US, shiftOf } from "./report-shifts.ts";

const WINDOW = { columns: 80, rows: 24 };
const MINUTE_US = 60e6;

function momentAt(nowUs: number, changes: Partial<LiveMoment> = {}): LiveMoment {
  return { nowUs, sealing: 0, ready: true, contactSinceUs: null, health: ["clock ntp ok"], ...changes };
}

t.test("while it runs: state and since when, units behind, pace, OEE and where it goes", async (t) => {
  const nowUs = 7 * HOUR_US;
  const shift = shiftOf({ ...EARLY, seenUntilUs: nowUs });
  const lines = liveView(shift, momentAt(nowUs), contextOf(), { columns: 90, rows: 24 });
  t.match(lines[0], /^ SEALER 4 {3}Early {3}now 13:00 {3}RUNNING 2 h 18 min {3}P2 "Sealer 4 2" {2}2\.00 s$/);
  t.match(lines[1], /^ UNITS 4,5\d\d of 5,094 possible so far {3}behind 56\d {3}pace 900\/h of 900$/);
  t.match(lines[2], /^ OEE \(A x P\) 87\.9 % {2}A 87\.9 {2}P 100\.0 {2}Q not measured {3}at this pace 90 % at 14:00$/);
  t.ok(lines.some((line) => /^ 08 X{30}={30} 360\/720$/.test(line)));
  t.ok(lines.some((line) => /^ TOP LOSSES {2}X 30 min not ready 08:00 {3}C 12 min changeover 10:30/.test(line)));
  t.ok(lines.includes(" HEALTH  clock ntp ok"));
});

t.test("a stop that goes on is named, measured and marked", async (t) => {
  const nowUs = 2 * HOUR_US + 10 * MINUTE_US;
  const shift = shiftOf({ ...EARLY, seenUntilUs: nowUs });
  const lines = liveView(shift, momentAt(nowUs, { ready: false }), contextOf(), WINDOW);
  t.match(lines[0], "NOT READY ~ 10 min");
  t.ok(lines.some((line) => /^ 08 X{10}~ /.test(line)));
});

t.test("colour is a second channel only", async (t) => {
  const shift = shiftOf(EARLY);
  const plain = liveView(shift, momentAt(8 * HOUR_US), contextOf(), WINDOW);
  const coloured = liveView(shift, momentAt(8 * HOUR_US), contextOf(), WINDOW, { colour: true });
  t.ok(coloured.join("").includes("\u001b[31mXXX"));
  const uncoloured = coloured.map((line) => line.replaceAll("\u001b[0m", "").replaceAll(/\p{Cc}\[\d\dm/gu, ""));
  t.same(uncoloured, plain);
});

t.test("in a narrow window a letter stands for the worst of some minutes", async (t) => {
  const lines = liveView(shiftOf(EARLY), momentAt(8 * HOUR_US), contextOf(), { columns: 40, rows: 24 });
  t.match(lines[0], /^ SHIFT OVER/, "the state comes first");
  t.ok(lines.some((line) => /^ 08 X{10}={10} 360\/720$/.test(line)));
});

t.test("any shift in any window: never wider, never longer, plain characters", async (t) => {
  const size = fc.record({ columns: fc.integer({ min: 40, max: 200 }), rows: fc.integer({ min: 0, max: 40 }) });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        anyShift,
        size,
        fc.boolean(),
        fc.constantFrom("en", "es" as const),
        (spec, window, utf8, language) => {
          const shift = shiftOf(spec);
          const clock = spec.startWallUs === null ? { clock: null, startWallUs: null } : {};
          const moment = momentAt(shift.endUs, { health: ["a\u001b[2J", "b".repeat(300)] });
          const lines = liveView(shift, moment, contextOf({ language, ...clock }), window, { utf8 });
          const isPlain = lines.every((line) => (utf8 ? !/[\p{Cc}\u202e]/u.test(line) : /^[ -~]*$/.test(line)));
          const fits = lines.length <= window.rows && lines.every((line) => columnsOf(line) <= window.columns);
          return isPlain && fits && !/NaN|undefined|\bnull\b|Infinity/.test(lines.join("\n"));
        },
      ),
      { numRuns: 150 },
    ),
  );
});
