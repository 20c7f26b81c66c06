import fc from "fast-check";
import t from "tap";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { EdgeCsvReader, EdgeCsvWriter } from "../drivers/formats/edge-csv.ts";
import { formatWallTime, parseWallTime } from "../drivers/formats/wall-time.ts";
import { InputError } from "../drivers/input-error.ts";
import type { SeenEdge } from "./driver-contract.ts";
import { arbitraryEdges, parseFile, writeFile } from "./edge-files.ts";
import { formatContract } from "./format-contract.ts";

const NAMES = ["availability", "sealing", "reject", "recorder"];
const HEADER = "t_us,channel,level\n";

const parse = (file: string | Uint8Array, chunkBytes?: readonly number[], capacity?: number) =>
  parseFile(new EdgeCsvReader("a.csv", NAMES), file, chunkBytes, capacity);
const write = (edges: readonly SeenEdge[], startWallUs: number | null) =>
  writeFile(new EdgeCsvWriter(NAMES, { startWallUs }), edges);
const edgesOf = arbitraryEdges(NAMES.length);

formatContract({ parse, write, edgesOf });

t.test("a file cut anywhere delivers what is whole and says that it is truncated", (t) => {
  const file = `${HEADER}0,sealing,0\n1204511,recorder,1\n`;
  for (let length = 1; length < file.length; length++) {
    const { seen, error } = parse(file.slice(0, length));
    const rows = file.slice(0, length).match(/,[01]/g)?.length ?? 0;
    t.equal(seen.length, rows, `${length} bytes: ${rows} rows`);
    const clean = rows > 0 && /[01]\n?$/.test(file.slice(0, length)) && /,[01]\n?$/.test(file.slice(0, length));
    if (clean) t.equal(error, undefined);
    else t.match((error as Error).message, /truncated|no rows|no header/);
  }
  t.end();
});

t.test("what editors and spreadsheets do to a file does not matter", (t) => {
  const rows = "0,sealing,0\n5,sealing,1\n";
  const expected = [
    { timeUs: 0, channel: 1, level: 0 },
    { timeUs: 5, channel: 1, level: 1 },
  ];
  const files = {
    plain: HEADER + rows,
    CRLF: (HEADER + rows).replaceAll("\n", "\r\n"),
    "byte order mark": `\ufeff${HEADER}${rows}`,
    "mark and comment": `\ufeff# made by hand\n${HEADER}${rows}`,
    "no final newline": HEADER + rows.trimEnd(),
    "CRLF, no final newline": (HEADER + rows).replaceAll("\n", "\r\n").trimEnd(),
    "blank trailing lines": `${HEADER}${rows}\n\r\n\n`,
    "comments everywhere": `# a\n\n#b\n${HEADER}# c\n${rows}# end`,
  };
  for (const [name, file] of Object.entries(files)) {
    for (const chunk of [1, 2, 7, 1000]) t.same(parse(file, [chunk]).seen, expected, `${name}, chunks of ${chunk}`);
    t.equal(parse(file).error, undefined, name);
  }
  t.end();
});

t.test("bad files are refused with place, value and remedy, after what was good before", (t) => {
  const good = `${HEADER}0,sealing,0\n7,sealing,1\n`;
  const cases: [string, string | Uint8Array, RegExp, number][] = [
    ["level 7", `${good}9,sealing,7\n`, /^a.csv:4: level `7`; write 1 where/, 2],
    ["time back", `${good}6,sealing,0\n`, /^a.csv:4: time goes back from 7 to 6 us; sort/, 2],
    ["channel", `${good}9,seal,0\n`, /:4: unknown channel `seal`; known channels are `availability`, `sealing`/, 2],
    ["two columns", `${good}9,sealing\n`, /:4: 2 columns instead of 3: `9,sealing`; write t_us,channel,level/, 2],
    ["four columns", `${good}9,sealing,1,\n`, /:4: 4 columns instead of 3/, 2],
    ["negative", `${HEADER}-5,sealing,0\n`, /:2: negative time `-5`; shift/, 0],
    ["decimals", `${HEADER}1.5,sealing,0\n`, /:2: time `1.5` is not a whole number/, 0],
    ["no time", `${HEADER},sealing,0\n`, /:2: time `` is not a whole number/, 0],
    ["2^53", `${HEADER}9007199254740992,sealing,0\n`, /:2: time `9007199254740992` is too large/, 0],
    ["leading zeros", `${HEADER}00000000000000001,sealing,0\n`, /is too large; .*without leading zeros/, 0],
    ["spaces", `${HEADER}1, sealing,0\n`, /:2: unknown channel ` sealing`/, 0],
    ["NUL bytes", `${good}\0\0\0\0\n`, /:4: binary data, not text: `\\x00\\x00\\x00\\x00`; this is not an edge log/, 2],
    ["binary", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 0]), /:1: binary data, not text/, 0],
    ["UTF-16", Buffer.from(`\ufeff${HEADER}`, "utf16le"), /:1: UTF-16 text; save the file as UTF-8/, 0],
    ["no UTF-8", Buffer.from(`${HEADER}1,s\xe9aling,0\n`, "latin1"), /:2: unknown channel `s\?aling`/, 0],
    ["empty", "", /^a.csv: the file is empty; an edge log has the header/, 0],
    ["no header, blank", "\n\n", /^a.csv: no header and no rows/, 0],
    ["only comments", "# a\n", /^a.csv: no header and no rows/, 0],
    ["no rows", HEADER, /^a.csv: a header but no rows/, 0],
    ["no header", "0,sealing,0\n", /:1: the header must be t_us,channel,level, not `0,sealing,0`/, 0],
    ["wrong header", "t_us;channel;level\n", /:1: the header must be t_us,channel,level, not `t_us;channel;level`/, 0],
    ["header cut", "t_us,chan", /:1: the file is truncated: it ends in the middle of the header, `t_us,chan`/, 0],
    ["row cut", `${good}12,sea`, /:4: the file is truncated: it ends in the middle of a row, `12,sea`; copy/, 2],
    ["bad end", `${good}12,sealing,7`, /:4: level `7`/, 2],
    ["long line", `${good}9,${"x".repeat(70_000)}`, /:4: a line longer than 65536 bytes, it begins `9,x{38}\.\.\.`/, 2],
    ["long comment", `#${"x".repeat(70_000)}\n${good}`, /:1: a line longer than 65536 bytes/, 0],
    ["bad date", `# start=yesterday\n${good}`, /:1: start time `yesterday` is no date and time with zone; give it/, 0],
    ["no zone", `# start=2026-03-02T06:00:00\n${good}`, /:1: start time .* with zone/, 0],
    ["30 February", `# start=2026-02-30T06:00:00Z\n${good}`, /:1: start time `2026-02-30T06:00:00Z`/, 0],
    ["late start", `${good}# start=2026-03-02T06:00:00Z\n`, /:4: start time .* after the first row/, 2],
    [
      "two starts",
      `# start=2026-03-02T06:00:00Z\n# start=2026-03-02T06:00:01Z\n${good}`,
      /:2: a second start time, `2026-03-02T06:00:01Z`/,
      0,
    ],
  ];
  for (const [name, file, message, rows] of cases) {
    for (const chunk of [3, 1 << 20]) {
      const { seen, error } = parse(file, [chunk]);
      t.ok(error instanceof InputError, `${name}: an input error`);
      t.match((error as Error | undefined)?.message, message, name);
      t.equal(seen.length, rows, `${name}: ${rows} rows before it`);
    }
  }
  t.end();
});

t.test("a message stays on one printable line", (t) => {
  const { error } = parse(`${HEADER}1,\u001b[31m\u202e\r\u2028${"x".repeat(100)},0\n`);
  t.match((error as Error).message, /^[ -~]{1,200}$/);
  t.end();
});

t.test("memory stays bounded when no line ever ends", (t) => {
  const reader = new EdgeCsvReader("a.csv", NAMES);
  const ring = new EdgeRing(1);
  const chunk = Buffer.alloc(8192, "x");
  t.throws(() => {
    for (let i = 0; i < 100; i++) {
      reader.feed(chunk);
      reader.read(ring);
    }
  }, InputError);
  t.ok(reader.pendingBytes <= 65_536 + 8192);
  t.throws(() => reader.read(ring), InputError, "and it stays refused");
  t.end();
});

t.test("the head is known before the first row is read", (t) => {
  const reader = new EdgeCsvReader("a.csv", NAMES);
  reader.feed(Buffer.from(`# start=2026-03-02T07:00:00.25+01:00\n${HEADER}`));
  t.equal(reader.readHead(), false, "another comment could follow");
  reader.feed(Buffer.from("0"));
  t.equal(reader.readHead(), true);
  t.equal(reader.startWallUs, Date.UTC(2026, 2, 2, 6, 0, 0, 250) * 1000);
  t.end();
});

t.test("the writer refuses what no reader takes", (t) => {
  for (const name of ["", "a,b", "a\nb"]) t.throws(() => new EdgeCsvWriter([name]), RangeError);
  t.throws(() => new EdgeCsvWriter(NAMES, { startWallUs: 0.5 }), RangeError);
  const writer = new EdgeCsvWriter(NAMES);
  writer.push(5, 0, 1);
  for (const timeUs of [4, -1, 5.5, 2 ** 53, Number.NaN]) t.throws(() => writer.push(timeUs, 0, 1), RangeError);
  for (const channel of [-1, 4, 0.5]) t.throws(() => writer.push(6, channel, 1), RangeError);
  t.equal(writer.end().toString(), `${HEADER}5,availability,1\n`);
  t.end();
});

t.test("long names and many channels fit the writer's chunks", (t) => {
  const writer = new EdgeCsvWriter(["x".repeat(5000)]);
  const chunks: Buffer[] = [];
  for (let i = 0; i < 100; i++) chunks.push(writer.push(i, 0, 1) ?? Buffer.alloc(0));
  const text = Buffer.concat([...chunks, writer.end()]).toString();
  t.equal(text.split("\n").length, 102);
  t.ok(text.endsWith("x,1\n"));
  t.end();
});

t.test("wall time: written, read, and refused", (t) => {
  t.equal(formatWallTime(0), "1970-01-01T00:00:00Z");
  t.equal(formatWallTime(-1), "1969-12-31T23:59:59.999999Z");
  t.equal(formatWallTime(1_500_000), "1970-01-01T00:00:01.500Z");
  t.equal(parseWallTime("1970-01-01T01:30:00-01:30"), 3 * 3600 * 1e6);
  for (const text of ["", "2026-03-02", "2026-13-02T00:00:00Z", "2026-03-02T24:00:00Z", "2026-03-02T00:00:60Z"])
    t.equal(parseWallTime(text), null, text);
  for (const text of ["2026-03-02T00:00:00+24:00", "2026-03-02T00:00:00+01:60", "9999-03-02T00:00:00Z", "now"])
    t.equal(parseWallTime(text), null, text);
  t.doesNotThrow(() =>
    fc.assert(fc.property(fc.maxSafeInteger(), (wallUs) => parseWallTime(formatWallTime(wallUs)) === wallUs)),
  );
  t.end();
});
