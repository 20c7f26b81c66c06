import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import t from "tap";
import type { CsvFormat } from "../runtime/config-export.ts";
import { CsvTable } from "../runtime/export/csv-table.ts";
import { dayNumber, dayPath, fileName, shiftPath } from "../runtime/export/export-names.ts";
import { type ParquetColumn, parquetFile } from "../runtime/export/parquet-file.ts";
import { runsCsv, sealsCsv, shiftCsv, stopsCsv } from "../runtime/export/shift-csv.ts";
import { LocalClock } from "../runtime/local-clock.ts";
import { anyShift, EARLY, shiftWithRows } from "./report-shifts.ts";

const ENGLISH: CsvFormat = { delimiter: ",", decimalSign: "." };
const SPANISH: CsvFormat = { delimiter: ";", decimalSign: "," };
const DAY_US = 86_400_000_000;

t.test("a CSV cell reads back as it was, and is no formula", (t) => {
  const table = new CsvTable(ENGLISH, ["a", "b"]);
  table.row(["plain", 1.5]);
  table.row(['say "hi"', null]);
  table.row(["a,b", 1e-9]);
  table.row(["=1+1", -2]);
  table.row(["-5 units", 0]);
  table.row(["two\r\nlines", 1e21]);
  t.equal(
    table.bytes().toString(),
    '\ufeffa,b\r\nplain,1.5\r\n"say ""hi""",\r\n"a,b",0.000000001000\r\n\'=1+1,-2\r\n\'-5 units,0\r\n"two\r\nlines",1e+21\r\n'.replace(
      "1e+21",
      (1e21).toFixed(12),
    ),
  );
  const spanish = new CsvTable(SPANISH, ["a"]);
  spanish.row([1.5]);
  spanish.row(["1;5"]);
  t.equal(spanish.bytes().toString(), '\ufeffa\r\n1,5\r\n"1;5"\r\n');
  const mixed = new CsvTable({ delimiter: ",", decimalSign: "," }, ["a"]);
  mixed.row([1.5]);
  t.equal(mixed.bytes().toString(), '\ufeffa\r\n"1,5"\r\n');
  t.throws(() => table.row(["one"]), RangeError);
  t.end();
});

t.test("every name can be a file everywhere", (t) => {
  t.equal(fileName("Line_1"), "line-1");
  t.equal(fileName("NUL"), "x-nul");
  t.equal(fileName("com1.txt"), "x-com1.txt");
  t.equal(fileName("..".repeat(5)), "x");
  t.equal(shiftPath("line-1", "2026-03-02/early"), "shifts/line-1/2026-03/2026-03-02-early");
  t.equal(shiftPath("line-1", "whole"), "shifts/line-1/undated/whole");
  t.equal(dayPath("seals", "line-1", dayNumber("2026-03-02")), "tables/seals/line=line-1/day=20260302/seals.parquet");
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const name = fileName(text);
        return /^[a-z0-9][a-z0-9._=-]*$/.test(name) && !/\.$/.test(name) && !/^(con|nul|aux|prn)(\.|$)/.test(name);
      }),
    ),
  );
  t.end();
});

t.test("golden: the tables of a shift", async (t) => {
  const whole = shiftWithRows({ ...EARLY, startWallUs: Date.UTC(2026, 2, 2, 6) * 1000 });
  const madrid = new LocalClock("Europe/Madrid");
  const offsetUs = Date.UTC(2026, 2, 2, 6) * 1000;
  const moved = { ...whole.shift, startUs: whole.shift.startUs + offsetUs, endUs: whole.shift.endUs + offsetUs };
  const [head = "", row = ""] = (await shiftCsv(moved, ENGLISH, madrid)).toString().slice(1).split("\r\n");
  const cells = Object.fromEntries(head.split(",").map((name, i) => [name, row.split(",")[i]]));
  // 450 min planned; 30 not ready, 5 late start, 12 changeover; 2,460 seals of 5 s and 2,970 of 4 s
  t.match(cells, { PBT: "27000", AUST: "720", PQ: "5430", PRI_PQ: "24180", start_local: "2026-03-02 07:00:00.000" });
  t.equal(Number(cells.OEE), 24_180 / 27_000);
  t.equal(cells.QR, "", "what is not measured is empty");
  t.equal(
    (await runsCsv(whole.shift, ENGLISH, madrid)).toString().split("\r\n").length,
    1 + whole.shift.runs.length + 1,
  );
  t.equal(
    (await stopsCsv(whole.shift, ENGLISH, madrid)).toString().split("\r\n").length,
    2 + (whole.shift.stops?.length ?? 0),
  );
  t.equal((await sealsCsv(whole, SPANISH, madrid)).toString().split("\r\n").length, 2 + 5430);
});

t.test("quarters of an hour add up to the shift, whatever happened in it", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift, (spec) => {
        const { shift, seals, quarterHours } = shiftWithRows(spec);
        if (shift.oee === null || spec.startWallUs === null || seals === null) return quarterHours === null;
        const rows = quarterHours ?? [];
        const sum = (value: (row: (typeof rows)[number]) => number) => rows.reduce((all, row) => all + value(row), 0);
        const isNear = (a: number, b: number) => Math.abs(a - b) < 1e-5;
        const { oee } = shift;
        const counted = { ...shift, corrections: [] };
        const isUncorrected = spec.corrections?.every(({ kind }) => kind !== "units") ?? true;
        const units = counted.products.reduce((all, { countedUnits }) => all + countedUnits, 0);
        return (
          seals.length === shift.seals &&
          sum((row) => row.seals) === shift.seals &&
          sum((row) => row.units) === units &&
          isNear(
            sum((row) => row.plannedBusySeconds),
            oee.plannedBusySeconds,
          ) &&
          isNear(
            sum((row) => row.runSeconds),
            oee.runSeconds,
          ) &&
          (oee.netSeconds === null ||
            !isUncorrected ||
            isNear(
              sum((row) => row.netSeconds ?? 0),
              oee.netSeconds,
            )) &&
          isNear(
            sum((row) => row.times.shiftSeconds),
            (shift.endUs - shift.startUs) / 1e6,
          ) &&
          rows.every(({ startUs, endUs }) => startUs < endUs && endUs - startUs <= 900e6)
        );
      }),
    ),
  );
  t.end();
});

interface Row {
  readonly at: number;
  readonly whole: number | null;
  readonly small: number;
  readonly share: number | null;
  readonly text: string | null;
  readonly flag: boolean;
}

t.test("DuckDB reads from a Parquet file what was put into it", async (t) => {
  const columns: readonly ParquetColumn<Row>[] = [
    { name: "at_utc", kind: "utc", value: ({ at }) => at },
    { name: "at_local", kind: "local", value: ({ at }) => at + 3_600_000_000 },
    { name: "whole", kind: "int64", nullable: true, value: ({ whole }) => whole },
    { name: "small", kind: "int32", value: ({ small }) => small },
    { name: "share", kind: "double", nullable: true, value: ({ share }) => share },
    { name: "text", kind: "text", nullable: true, value: ({ text }) => text },
    { name: "flag", kind: "flag", value: ({ flag }) => flag },
  ];
  const row: fc.Arbitrary<Row> = fc.record({
    at: fc.integer({ min: 0, max: 60_000 * DAY_US }),
    whole: fc.option(fc.maxSafeInteger()),
    small: fc.integer(),
    share: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    text: fc.option(fc.string({ maxLength: 20 })),
    flag: fc.boolean(),
  });
  const folder = t.testdir({});
  const db = await (await DuckDBInstance.create(":memory:")).connect();
  const { writeFileSync } = await import("node:fs");
  for (const [i, rows] of fc
    .sample(fc.array(row, { maxLength: 300 }), 30)
    .concat([[], fc.sample(row, 6000)])
    .entries()) {
    const bytes = await parquetFile(columns, rows, "test");
    t.same(
      Buffer.from(await parquetFile(columns, rows, "test")),
      Buffer.from(bytes),
      "the same rows give the same bytes",
    );
    writeFileSync(`${folder}/${i}.parquet`, bytes);
    const sql = `select epoch_us(at_utc), epoch_us(at_local), "whole", small, share, text, flag from '${folder}/${i}.parquet'`;
    const read = (await db.runAndReadAll(sql)).getRows().map((cells) => cells.map(plain));
    t.same(
      read,
      rows.map(({ at, whole, small, share, text, flag }) => [at, at + 3_600_000_000, whole, small, share, text, flag]),
    );
  }
  const types = await db.runAndReadAll(`describe select at_utc, at_local from '${folder}/0.parquet'`);
  t.same(
    types.getRows().map(([, type]) => type),
    ["TIMESTAMP WITH TIME ZONE", "TIMESTAMP"],
  );
});

function plain(cell: unknown): unknown {
  return typeof cell === "bigint" ? Number(cell) : cell;
}
