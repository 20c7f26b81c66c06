import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readReports } from "../runtime/rollup/read-reports.ts";
import { periodOf, type RolledUp, rollUp } from "../runtime/rollup/rollup.ts";
import { rollupText } from "../runtime/rollup/rollup-text.ts";
import { type RolledShift, shiftReport } from "../runtime/rollup/shift-report.ts";
import { type PlantShift, writePlantReports } from "../scripts/bench/plant-reports.ts";
import { sealtrace } from "./commands.ts";

const FIRST_DAY = Date.UTC(2025, 11, 27);
const EVER = { from: null, to: null };

/** What somebody computes who has the figures of the shifts and a pencil. */
function byPencil(shifts: readonly PlantShift[]) {
  let [planned, run, net, good, units, kwh] = [0, 0, 0, 0, 0, 0];
  for (const shift of shifts) {
    planned += shift.plannedBusySeconds;
    run += shift.runSeconds;
    net += shift.netSeconds;
    good += shift.goodUnits;
    units += shift.units;
    kwh += shift.kwh;
  }
  return {
    shifts: shifts.length,
    planned,
    units,
    kwh,
    a: run / planned,
    p: net / run,
    q: good / units,
    oee: (net / planned) * (good / units),
  };
}

function isSame(rolled: RolledUp | undefined, shifts: readonly PlantShift[]): boolean {
  if (rolled?.oee == null) return false;
  const pencil = byPencil(shifts);
  const { oee } = rolled;
  const pairs = [
    [rolled.shifts, pencil.shifts],
    [rolled.plannedBusySeconds, pencil.planned],
    [rolled.units, pencil.units],
    [rolled.kwh, pencil.kwh],
    [rolled.kwhPerUnit, pencil.kwh / pencil.units],
    [oee.availability, pencil.a],
    [oee.performance, pencil.p],
    [oee.quality, pencil.q],
    [oee.oee, pencil.oee],
  ] as const;
  return pairs.every(([found, expected]) => found !== null && Math.abs(found - expected) <= 1e-9 * Math.abs(expected));
}

/** A report of the appliance with other figures. */
function reportWith(oee: object, more: object = {}, shift: object = {}): string {
  const iso = { actualProductionSeconds: 0, actualSetupSeconds: 0, actualDelaySeconds: 0 };
  const none = {
    plannedBusySeconds: 0,
    runSeconds: 0,
    netSeconds: 0,
    mtbfSeconds: null,
    mttrSeconds: null,
    products: [],
    iso,
  };
  return JSON.stringify({
    ...{ schema: "sealtrace/shift@1", appliance: "box", area: null, revision: 0, ...more },
    shift: {
      ...{ line: "line-1", lineName: "Sealer", id: "2026-03-02/early", date: "2026-03-02", state: "final" },
      ...{ startUs: 0, endUs: 28_800_000_000, coverage: 1, seals: 0, products: [], quality: null, energy: null },
      oee: { ...none, ...oee },
      ...shift,
    },
  });
}

function shiftWith(oee: object, more: object = {}, shift: object = {}): RolledShift {
  const found = shiftReport(reportWith(oee, more, shift));
  if ("reason" in found) throw new Error(String(found.reason));
  return found;
}

t.test("golden 5: sums are added up, then divided", (t) => {
  const x = shiftWith({ plannedBusySeconds: 27_000, runSeconds: 27_000, netSeconds: 19_380 });
  const y = shiftWith({ plannedBusySeconds: 9_000, runSeconds: 9_000, netSeconds: 2_700 }, { appliance: "other" });
  const { plant, lines } = rollUp([x, y], "day");
  t.equal(plant.total.oee?.oee, 22_080 / 36_000);
  t.equal(plant.total.oee?.oee?.toFixed(4), "0.6133");
  t.same(
    lines.map(({ appliance, total }) => [appliance, total.oee?.oee]),
    [
      ["box", 19_380 / 27_000],
      ["other", 0.3],
    ],
  );
  t.end();
});

t.test("what is not known is in no ratio, and said", (t) => {
  const known = shiftWith({ plannedBusySeconds: 9_000, runSeconds: 9_000, netSeconds: 4_500 });
  const unknown = shiftWith({ plannedBusySeconds: 27_000, runSeconds: 9_000, netSeconds: null }, { appliance: "b" });
  const nobodys = shiftWith({ netSeconds: 600 }, { appliance: "c" }, { products: [{ units: 120 }], coverage: null });
  const { total } = rollUp([known, unknown, nobodys], "month").plant;
  t.equal(total.oee?.oee, 0.5);
  t.equal(total.ratedShare, 0.25);
  t.equal(total.units, 120);
  t.equal(total.kwh, null);
  t.match(total.oee, { quality: null, headline: "OEE (A x P)" });
  t.equal(rollUp([nobodys], "day").plant.total.oee, null);
  t.end();
});

t.test("weeks are those of ISO 8601", (t) => {
  for (const [date, week] of [
    ["2026-01-01", "2026-W01"],
    ["2027-01-01", "2026-W53"],
    ["2024-12-30", "2025-W01"],
    ["2026-03-01", "2026-W09"],
    ["2026-03-02", "2026-W10"],
  ] as const)
    t.equal(periodOf(date, "week"), week);
  t.equal(periodOf("2026-03-02", "month"), "2026-03");
  t.end();
});

t.test("a plant equals the sums computed with a pencil: by line, area, plant and period", async (t) => {
  const folder = t.testdir({});
  const written = writePlantReports(folder, { lines: 9, days: 12, firstDay: FIRST_DAY });
  const reports = await readReports(folder, EVER);
  t.match(reports, { skippedFiles: 0, files: 9 * 12 * 3 });
  for (const by of ["day", "week", "month"] as const) {
    const { plant, areas, lines, periods } = rollUp(reports.shifts, by);
    t.ok(isSame(plant.total, written));
    for (const period of periods) {
      const inIt = written.filter(({ date }) => periodOf(date, by) === period);
      t.ok(isSame(plant.periods.get(period), inIt), period);
      for (const { appliance, line, periods: own } of lines)
        if (
          !isSame(
            own.get(period),
            inIt.filter((one) => one.appliance === appliance && one.line === line),
          )
        )
          t.fail(`${appliance} ${line} ${period}`);
      for (const { area, periods: own } of areas)
        if (
          !isSame(
            own.get(period),
            inIt.filter((one) => one.area === area),
          )
        )
          t.fail(`${area} ${period}`);
    }
    t.equal(lines.length, 9);
    t.same(
      areas.map(({ area }) => area),
      ["Hall 1", "Hall 2", "Hall 3"],
    );
  }
});

t.test("the command writes page, CSV and JSON, of the dates that are asked for", async (t) => {
  const folder = t.testdir({});
  const written = writePlantReports(folder, { lines: 5, days: 6, firstDay: FIRST_DAY });
  const out = join(folder, "out");
  const dates = ["--from", "2025-12-28", "--to", "2025-12-30"];
  const done = await sealtrace(["rollup", folder, "--by", "day", ...dates, "--out", out, "--language", "es"]);
  t.match(done, { status: 0, stdout: "", stderr: "" });
  const inside = written.filter(({ date }) => date >= "2025-12-28" && date <= "2025-12-30");
  const json = JSON.parse(readFileSync(join(out, "rollup.json"), "utf8"));
  t.match(json, { schema: "sealtrace/rollup@1", by: "day", from: "2025-12-28", to: "2025-12-30", skippedFiles: 0 });
  t.ok(isSame(json.plant.total, inside));
  t.equal(json.lines.length, 5);
  const csv = readFileSync(join(out, "rollup.csv"), "utf8");
  t.match(csv, /^\ufefflevel;area;appliance;line;line_name;period;shifts;/);
  t.equal(csv.trim().split("\r\n").length, 1 + (1 + 2 + 5) * 4);
  const html = readFileSync(join(out, "rollup.html"), "utf8");
  t.match(html, /^<!doctype html>\n<html lang="es">/);
  t.notMatch(html, /<script|https?:/);
  const hours = (json.plant.total.plannedBusySeconds / 3600).toFixed(1).replace(".", ",");
  t.match(html, ` de ${hours} h de tiempo planificado.`, "as exact as the table");
  const text = await sealtrace(["rollup", folder, "--by", "month"]);
  t.match(text, { status: 0, stderr: "", stdout: /2025-12 .*\n.*2026-01/ });
});

t.test("files that cannot be used are named and left out", async (t) => {
  const folder = t.testdir({ box: { "half.json": reportWith({}).slice(0, 200), "other.json": "[1]" } });
  const box = join(folder, "box");
  const put = (name: string, content: string) => writeFileSync(join(box, name), content);
  const planned = { plannedBusySeconds: 9_000, runSeconds: 9_000, netSeconds: 4_500 };
  put("good.json", reportWith(planned));
  put("newer.json", reportWith(planned).replace("shift@1", "shift@2"));
  put("manifest.json", '{"schema":"sealtrace/manifest@1"}');
  put("impossible.json", reportWith({ ...planned, runSeconds: 10_000 }, {}, { id: "x" }));
  put("infinite.json", reportWith(planned, {}, { id: "y" }).replace("9000", "1e999"));
  put("lying.json", reportWith(planned, {}, { id: "z", quality: { goodUnits: 2, totalUnits: 1 } }));
  put("nasty.json", reportWith(planned, { appliance: "\u001b[2J" }));
  put("undated.json", reportWith(planned, {}, { date: null }));
  put("~part.json", "{");
  put("notes.txt", "{");
  put("nested.json", "[".repeat(100_000));
  symlinkSync(join(box, "good.json"), join(box, "link.json"));
  symlinkSync(folder, join(box, "round"));
  execFileSync("mkfifo", [join(box, "pipe.json")]);
  appendFileSync(join(box, "huge.json"), Buffer.alloc(9 << 20, 0x20));
  const { status, stdout, stderr } = await sealtrace(["rollup", folder, "--json"]);
  t.equal(status, 0);
  const { skipped, skippedFiles, plant } = JSON.parse(stdout);
  t.equal(plant.total.shifts, 1);
  t.equal(plant.total.oee.oee, 0.5);
  const names = skipped.map(({ path }: { path: string }) => path.split("/").at(-1));
  const bad = ["half", "huge", "impossible", "infinite", "lying", "nasty", "nested", "newer", "other", "undated"];
  t.same(
    names,
    bad.map((name) => `${name}.json`),
  );
  t.equal(skippedFiles, names.length);
  t.match(stderr, /newer\.json: was written by a newer version; update this one; left out/);
  t.match(stderr, /half\.json: is no JSON, or only a part of it; left out/);
  t.equal(stderr.trim().split("\n").length, names.length);
});

t.test("of several files of one shift the latest counts, wherever they lie", async (t) => {
  const folder = t.testdir({});
  const put = (name: string, units: number, state: string, revision: number) => {
    mkdirSync(join(folder, name));
    const planned = { plannedBusySeconds: 9_000, runSeconds: 9_000, netSeconds: 4_500 };
    writeFileSync(join(folder, name, "a.json"), reportWith(planned, { revision }, { state, products: [{ units }] }));
  };
  put("a", 1, "final", 1);
  put("b", 2, "final", 3);
  put("c", 3, "final", 2);
  put("d", 4, "running", 9);
  const { shifts } = await readReports(folder, EVER);
  t.same(
    shifts.map(({ units }) => units),
    [2],
  );
});

t.test("names and accents are shown where the terminal has them", async (t) => {
  const planned = { plannedBusySeconds: 9_000, runSeconds: 9_000, netSeconds: 4_500 };
  const name = "Straße 托盘";
  const folder = t.testdir({ "a.json": reportWith(planned, {}, { lineName: name, state: "provisional" }) });
  const { shifts } = await readReports(folder, EVER);
  const rolled = rollUp(shifts, "day");
  t.match(rollupText(rolled, "es", true), name);
  t.match(rollupText(rolled, "es", true), "1 línea, 1 turno, 1 no definitivo\n");
  t.match(rollupText(rolled, "es", false), /^[\n\x20-\x7e]+$/);
});

t.test("what cannot be is refused in one line", async (t) => {
  const empty = t.testdir({ "a.txt": "" });
  t.match(await sealtrace(["rollup", join(empty, "no")]), { status: 1, stderr: /there is no such folder; give/ });
  t.match(await sealtrace(["rollup", empty]), { status: 1, stderr: /there is no report of a shift; give/ });
  t.match(await sealtrace(["rollup", join(empty, "a.txt")]), { status: 1, stderr: /ENOTDIR/ });
  t.match(await sealtrace(["rollup", empty, "--by", "year"]), { status: 2 });
  t.match(await sealtrace(["rollup", empty, "--from", "2026-02-30"]), { status: 2, stderr: /such as 2026-03-02/ });
});

t.test("figures that no shift can have do not make a page of nonsense", async (t) => {
  const huge = reportWith({ plannedBusySeconds: 1e308, runSeconds: 1e308, netSeconds: 1e308 });
  t.same(shiftReport(huge), { reason: "has no shift.oee.plannedBusySeconds that can be used" });
  t.match(shiftReport(reportWith({}, {}, { endUs: 1e300 })), { reason: /shift\.endUs/ });
  t.match(shiftReport(reportWith({}, {}, { products: [{ units: -1e308 }] })), { reason: /units/ });
});
