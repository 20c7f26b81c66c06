import fc from "fast-check";
import t from "tap";
import { productColour } from "../runtime/report/html/colours.ts";
import { pathOf } from "../runtime/report/html/cumulative.ts";
import { escaped } from "../runtime/report/html/markup.ts";
import { sparkline } from "../runtime/report/html/sparkline.ts";
import { lossTree } from "../runtime/report/losses.ts";
import { madeUnits, unitsOf } from "../runtime/report/made-units.ts";
import { Numerals } from "../runtime/report/numerals.ts";
import { reportOf } from "../runtime/report/parts/report.ts";
import { warningsOf } from "../runtime/report/parts/warnings.ts";
import { PossibleUnits } from "../runtime/report/possible-units.ts";
import { columnsOf, cut, wrapped } from "../runtime/report/terminal.ts";
import { anyShift, contextOf, EARLY, HOUR_US, shiftOf } from "./report-shifts.ts";

t.test("numbers as each language writes them", async (t) => {
  const english = new Numerals(".", ",");
  const spanish = new Numerals(",", ".");
  t.equal(english.count(1_234_567), "1,234,567");
  t.equal(spanish.fixed(-1234.5, 2), "-1.234,50");
  t.equal(english.fixed(-0.001, 1), "0.0", "never -0");
  t.equal(english.percent(null), "-");
  t.equal(english.signed(0), "+0");
  t.equal(english.duration(59.4), "59 s");
  t.equal(english.duration(59.6), "1 min");
  t.equal(english.duration(29_100), "8 h 05 min");
});

t.test("possible units are those of planned time at the ideal cycle of each product", async (t) => {
  const possible = PossibleUnits.of(shiftOf(EARLY));
  t.equal(Math.round(possible?.between(0, 8 * HOUR_US) ?? 0), 5994);
  t.equal(Math.round(possible?.between(2 * HOUR_US, 2.5 * HOUR_US) ?? 0), 360, "a stop counts");
  t.equal(possible?.between(4 * HOUR_US, 4.5 * HOUR_US), 0, "a break does not");
  t.equal(PossibleUnits.of(shiftOf({ ...EARLY, ideals: [5] }))?.between(0, 8 * HOUR_US), null, "P2 has no ideal cycle");
  t.equal(PossibleUnits.of(shiftOf({ ...EARLY, kind: "unscheduled" })), null);
});

t.test("losses and effective time add up to the planned time, units to the possible ones", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift, (spec) => {
        const shift = shiftOf(spec);
        const tree = lossTree(shift, PossibleUnits.of(shift));
        if (tree === null || tree.effectiveSeconds === null) return true;
        const lost = tree.losses.reduce((sum, { seconds }) => sum + seconds, 0);
        // slow cycles of less than half a second are left out
        return Math.abs(lost + tree.effectiveSeconds - tree.plannedSeconds) < 0.6;
      }),
      { numRuns: 150 },
    ),
  );
});

t.test("units of the minutes add up to those of the shift, whatever was corrected", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift, (spec) => {
        const shift = shiftOf(spec);
        const made = madeUnits(shift);
        return made === null || made.until(made.units.length) === Math.round(unitsOf(shift));
      }),
      { numRuns: 150 },
    ),
  );
});

t.test("wide characters take two columns, marks none; a cut text says so", async (t) => {
  t.equal(columnsOf("漢字é"), 5);
  t.equal(columnsOf("e\u0301"), 1);
  t.equal(cut("漢字漢字", 6), "漢字..");
  t.same(wrapped("one two three", 8), ["one two", "three"]);
  t.same(wrapped("late start 42 min at 10:00", 13), ["late start", "42 min at", "10:00"], "a number keeps its unit");
  t.same(wrapped("MTBF 6 h 21 min   A 76.9 %", 12), ["MTBF", "6 h 21 min", "A 76.9 %"]);
});

t.test("only corners of a line are kept", async (t) => {
  t.equal(
    pathOf([
      [0, 0],
      [1, 1],
      [2, 2],
      [3, 2],
      [4, 2],
    ]),
    "M0 0L2 2L4 2",
  );
  t.equal(sparkline([1]), "", "one value is no line");
  t.match(sparkline([1, null, 3]), /M2 18M98 2/);
});

t.test("nothing from outside is markup", async (t) => {
  t.equal(escaped(`<a href="x">&'\u001b`), "&#60;a href=&#34;x&#34;&#62;&#38;&#39;\\x1b");
});

t.test("a product has one colour in all shifts, and no two of a shift share one", async (t) => {
  const shift = shiftOf({ ...EARLY, stretches: EARLY.stretches.slice(2) });
  t.equal(productColour(shift, "P2"), productColour(shiftOf(EARLY), "P2"));
  const { products } = shiftOf(EARLY);
  const clash = { products: products.map((product, i) => ({ ...product, id: i === 0 ? "P1" : "P7" })) };
  t.not(productColour(clash, "P7"), productColour(clash, "P1"));
});

t.test("an ideal cycle is called too slow only where another one could be entered", async (t) => {
  const run = (idealSeconds: number) =>
    shiftOf({
      stretches: [{ product: 1, fromUs: 0, seals: 400, cycleSeconds: 4.583 }],
      endUs: HOUR_US,
      ideals: [idealSeconds],
    });
  const warnings = (ideal: number) =>
    warningsOf(reportOf(run(ideal), contextOf())).filter((text) => /too slow/.test(text));
  t.match(warnings(4.8), [/It is 4\.8\d* s, and ran at 4\.58 s/]);
  t.equal(run(4.584).tooSlowIdeals.length, 1, "the number itself is there");
  t.same(warnings(4.584), [], "both are 4.58 s");
});
