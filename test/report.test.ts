import fc from "fast-check";
import t from "tap";
import { shiftsHtml } from "../runtime/report/shift-html.ts";
import { shiftText } from "../runtime/report/shift-text.ts";
import { columnsOf } from "../runtime/report/terminal.ts";
import { EN } from "../runtime/report/texts/en.ts";
import { ES } from "../runtime/report/texts/es.ts";
import { anyShift, contextOf, EARLY, HOUR_US, START_WALL_US, shiftOf } from "./report-shifts.ts";

const UNWRITTEN = /NaN|undefined|\bnull\b|Infinity|\[object/;
const CONTROL = /(?!\n)[\p{Cc}\u202e]/u;
const VOID = new Set(["meta", "br", "!doctype"]);
const RUNS = { numRuns: 120 };

/** The first tag that is not closed where it should be; null when all are. */
function unbalanced(html: string): string | null {
  const open: string[] = [];
  for (const [tag, slash, name = "", selfClosed] of html.matchAll(
    /<(\/?)([a-z!][a-z0-9]*)(?:"[^"]*"|[^">])*?(\/?)>/gi,
  )) {
    if (selfClosed === "/" || VOID.has(name.toLowerCase())) continue;
    if (slash === "") open.push(name);
    else if (open.pop() !== name) return tag;
  }
  return open.at(-1) ?? null;
}

t.test("three sentences say what was made, the biggest loss and the rest", async (t) => {
  const text = shiftText(shiftOf(EARLY), contextOf());
  t.match(text, "5,430 units made of 5,994 possible in 7 h 30 min of planned time: 90.6 %.");
  t.match(text, "Biggest loss: not ready, 30 min or 360 units, 08:00-08:30.");
  t.match(text, "The rest: changeover 12 min or 144 units; late start 5 min or 60 units.");
});

t.test("head, hours, products and stops of the same shift", async (t) => {
  const lines = shiftText(shiftOf(EARLY), contextOf()).split("\n");
  const has = (line: RegExp) =>
    t.ok(
      lines.some((other) => line.test(other)),
      String(line),
    );
  has(/^SEALER 4 \(sealer-4\) {3}Early {3}Mon 2026-03-02 06:00 - 14:00 {3}final$/);
  has(/^planned 7 h 30 min of 8 h 00 min \(from the shift calendar\); coverage 100\.0 %/);
  has(/^ {2}06 wwwww={55} +660\/720$/);
  has(/^ {2}08 X{30}={30} +360\/720$/);
  has(/^ {2}10 -{30}C{12}={18} +270\/414$/);
  has(/^ {2}P1 "Sealer 4 1" +2 runs +2,460 +5\.00 s set /);
  has(/^ +06:05-07:59 +1,380 /);
  has(/^ {2}08:00-08:30 +30 min {2}not ready +360$/);
  has(/^ {2}10:30-10:42 +12 min {2}changeover P1>P2 +144$/);
  has(/^OEE \(A x P\) 89\.6 % {3}A 89\.6 % {3}P 100\.0 % {3}Q not measured$/);
});

t.test("a day of a daemon without a calendar is not said to come from one", async (t) => {
  const early = shiftOf(EARLY);
  const plannedStartUs = early.plannedStartUs ?? Number.NaN;
  const planned = { plannedStartUs, plannedEndUs: plannedStartUs + 24 * HOUR_US };
  const text = (id: string, shift: string) => shiftText({ ...early, ...planned, id, shift }, contextOf());
  t.match(text("2026-03-02/day", "Day"), "(the day, midnight to midnight)");
  t.match(text("2026-03-02/long", "Long"), "(from the shift calendar)");
  t.match(shiftText({ ...early, id: "2026-03-02/day", shift: "Day" }, contextOf()), "(from the shift calendar)");
});

t.test("a quality that is not known is told with its reason, without figures that are not there", async (t) => {
  const early = shiftOf(EARLY);
  const quality = {
    sources: ["entered"],
    totalUnits: 5_430,
    goodUnits: null,
    rejectedUnits: null,
    scrapUnits: 12,
    products: [],
    unattributed: { ofNobody: 0, beforeFirstSeal: 0, ofOtherShifts: 0 },
    reason: "scrap is entered for some of the products only",
  } as const;
  const text = shiftText({ ...early, quality }, contextOf());
  t.match(text, /\n {2}Q not known: scrap is entered for some of the products\s+only; /);
  t.notMatch(text, "- good of");
});

t.test("local time, with both dates where a shift has two", async (t) => {
  const night = shiftOf({ ...EARLY, startWallUs: START_WALL_US + 15 * HOUR_US });
  const text = shiftText(night, contextOf({ startWallUs: START_WALL_US + 15 * HOUR_US }));
  t.match(text, "2026-03-02 21:00 - 2026-03-03 05:00");
  const unknown = shiftText(shiftOf({ ...EARLY, startWallUs: null }), contextOf({ clock: null, startWallUs: null }));
  t.match(unknown, "+00:00:00 - +08:00:00");
});

t.test("a correction shows what was counted", async (t) => {
  const by = { by: "M. Ruiz", atUs: START_WALL_US, why: "counted twice" };
  const shift = shiftOf({ ...EARLY, corrections: [{ kind: "units", product: 2, units: -12, ...by }] });
  const text = shiftText(shift, contextOf());
  t.match(text, "2,958 (counted 2,970, corrected -12)");
  t.match(text, "-12 units of P2");
  t.match(shiftsHtml([{ shift, context: contextOf() }]), "counted 2,970, corrected -12");
});

t.test("not measured, no data and not planned are three different things", async (t) => {
  const unscheduled = shiftText(shiftOf({ ...EARLY, kind: "unscheduled" }), contextOf());
  t.match(unscheduled, "planned not planned of");
  t.match(unscheduled, /OEE \(A x P\) - .*A -/, "ratios are not 0");
  t.match(unscheduled, "-: there is no planned time");
  t.match(shiftText(shiftOf({ ...EARLY, hasAvailability: false }), contextOf()), /contact not ready +not measured/);
  const hole = { startUs: 6 * HOUR_US, endUs: 7 * HOUR_US };
  const holed = shiftText(shiftOf({ ...EARLY, holes: [hole] }), contextOf());
  t.match(holed, /LOW\s+CONFIDENCE/);
  t.match(holed, /12:00-13:00 +60 min|12:00-13:00 +1 h 00 min {2}no data/);
});

t.test("what is usual is the median of the shifts before", async (t) => {
  const before = [10, 20, 30].map((minutes) =>
    shiftOf({ ...EARLY, notReady: [{ startUs: 2 * HOUR_US, endUs: 2 * HOUR_US + minutes * 60e6 }] }),
  );
  t.match(shiftText(shiftOf(EARLY), contextOf({ history: before })), "or 360 units (usual 20 min)");
  t.match(shiftsHtml([{ shift: shiftOf(EARLY), context: contextOf({ history: before }) }]), 'class="ten"');
});

t.test("wiring faults and noise are warned of", async (t) => {
  const remarks = [{ kind: "stuck", startUs: HOUR_US, endUs: null } as const];
  const shift = shiftOf({ ...EARLY, remarks, notReady: [{ startUs: 6 * HOUR_US, endUs: 7 * HOUR_US }] });
  const text = shiftText(shift, contextOf());
  t.match(text, /! wiring: 900 seals made while the availability contact said not\s+ready/);
  t.match(text, "stuck? at 07:00");
});

t.test("any shift: text of at most 100 columns, nothing unwritten, nothing that moves a cursor", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift, fc.constantFrom("en", "es" as const), (spec, language) => {
        const shift = shiftOf(spec);
        const clock = spec.startWallUs === null ? { clock: null, startWallUs: null } : {};
        const text = shiftText(shift, contextOf({ language, history: [shift, shift, shift], ...clock }));
        const wide = text.split("\n").find((line) => columnsOf(line) > 100);
        return !UNWRITTEN.test(text) && !CONTROL.test(text) && wide === undefined;
      }),
      RUNS,
    ),
  );
});

t.test("any shift: a page of its own, tags balanced, names harmless", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift, fc.constantFrom("en", "es" as const), (spec, language) => {
        const shift = shiftOf(spec);
        const clock = spec.startWallUs === null ? { clock: null, startWallUs: null } : {};
        const reported = { shift, context: contextOf({ language, history: [shift], ...clock }) };
        const html = shiftsHtml([reported, reported]);
        const isSafe = !/<script|https?:|\son\w+=/i.test(html) && !CONTROL.test(html.replaceAll("\n", ""));
        return isSafe && unbalanced(html) === null && !UNWRITTEN.test(html.replace(/<style>.*?<\/style>/s, ""));
      }),
      RUNS,
    ),
  );
});

t.test("a page of a long shift is small", async (t) => {
  const stretches = Array.from({ length: 200 }, (_, i) => ({
    product: 1 + (i % 4),
    fromUs: i * 140e6,
    seals: 25,
    cycleSeconds: 5,
  }));
  const four = shiftOf({ stretches, endUs: 8 * HOUR_US, ideals: [5, 5, 5, 5] });
  const html = shiftsHtml([{ shift: four, context: contextOf() }]);
  t.ok(html.length < 250_000, `${html.length} bytes`);
  t.match(html, "more", "long lists are cut");
});

t.test("what an idle end is drawn as", async (t) => {
  const shift = shiftOf({ ...EARLY, stretches: EARLY.stretches.slice(0, 2) });
  const html = shiftsHtml([{ shift, context: contextOf() }]);
  const last = html.slice(html.indexOf("<span>13</span>"));
  t.match(last.slice(0, 300), '<rect class="wait" x="0" y="0" width="60"');
});

t.test("Spanish says everything in Spanish", async (t) => {
  const same = new Set([
    "OEE",
    "TEEP",
    "NEE",
    "MTBF",
    "MTTR",
    "E",
    "min",
    "provisional",
    "sealtrace x",
    "x kWh",
    "x/h",
  ]);
  const walk = (en: unknown, es: unknown, path: string): void => {
    if (typeof en === "function" && typeof es === "function" && path !== ".reason") {
      const words = Array.from({ length: 5 }, () => "x");
      walk(en(...words), es(...words), path);
    } else if (typeof en === "string") {
      if (!same.has(en) && /[a-z]{3}/i.test(en)) t.not(es, en, path);
    } else if (typeof en === "object" && en !== null && path !== ".numerals")
      for (const [key, value] of Object.entries(en))
        walk(value, (es as Record<string, unknown>)[key], `${path}.${key}`);
  };
  walk(EN, ES, "");
  const text = shiftText(shiftOf(EARLY), contextOf({ language: "es" }));
  t.match(text, "5.430 unidades de 5.994 posibles en 7 h 30 min de tiempo planificado: 90,6 %.");
  t.match(text, "Mayor pérdida: no disponible, 30 min o 360 unidades, 08:00-08:30.");
});

t.test("every reason has its Spanish", async (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift, (spec) => {
        const { oee, quality } = shiftOf(spec);
        const reasons = [...Object.values(oee?.reasons ?? {}), ...(quality?.reason ? [quality.reason] : [])];
        return reasons.every((reason) => ES.reason(reason) !== reason);
      }),
      RUNS,
    ),
  );
});
