import fc from "fast-check";
import t from "tap";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { VcdReader } from "../drivers/formats/vcd.ts";
import { VcdWriter } from "../drivers/formats/vcd-writer.ts";
import { InputError } from "../drivers/input-error.ts";
import type { SeenEdge } from "./driver-contract.ts";
import { arbitraryEdges, parseFile, writeFile } from "./edge-files.ts";
import { formatContract } from "./format-contract.ts";

const NAMES = ["availability", "sealing", "reject", "recorder"];

const parse = (file: string | Uint8Array, chunkBytes?: readonly number[], capacity?: number, names = NAMES) =>
  parseFile(new VcdReader("a.vcd", names), file, chunkBytes, capacity);
const write = (edges: readonly SeenEdge[], startWallUs: number | null) =>
  writeFile(new VcdWriter(NAMES, { startWallUs }), edges);
const edgesOf = arbitraryEdges(NAMES.length);
/** Edges as `time channel level`, to compare at a glance. */
const brief = (edges: readonly SeenEdge[]) =>
  edges.map(({ timeUs, channel, level }) => `${timeUs} ${channel} ${level}`);
/** A file with the channels availability `!` and sealing `"`. */
const withBody = (body: string, timescale = "1 us") =>
  `$timescale ${timescale} $end\n$var wire 1 ! availability $end\n$var wire 1 " sealing $end\n$enddefinitions $end\n${body}`;

formatContract({ parse, write, edgesOf });

t.test("a file cut anywhere gives the beginning of its edges, or an input error", (t) => {
  const edges: SeenEdge[] = [
    { timeUs: 0, channel: 1, level: 0 },
    { timeUs: 1204511, channel: 3, level: 1 },
    { timeUs: 1204519, channel: 1, level: 1 },
  ];
  const file = write(edges, 0);
  const bodyAt = file.indexOf("$enddefinitions $end") + "$enddefinitions $end".length;
  for (let length = 1; length < file.length; length++) {
    const { seen, error } = parse(file.subarray(0, length));
    if (error !== undefined) t.ok(error instanceof InputError);
    if (length < bodyAt) t.match((error as Error).message, /truncated/, `${length} bytes`);
    const whole = brief(edges).filter((edge) => brief(seen).includes(edge));
    t.same(whole, brief(edges).slice(0, whole.length), `${length} bytes`);
  }
  t.end();
});

t.test("files of PulseView and sigrok-cli: several values on a line, a last time alone", (t) => {
  const file = `$date Mon Mar  2 06:00:00 2026 $end
$version libsigrok 0.5.2 $end
$comment
  Acquisition with 3/8 channels at 1 MHz
$end
$timescale 1 us $end
$scope module libsigrok $end
$var wire 1 ! sealing $end
$var wire 1 " availability $end
$var wire 1 # D2 $end
$upscope $end
$enddefinitions $end
#0 0! 1" 1#
#12 1! 0#
#40 1#
#99 0" 0!
#250
`;
  for (const chunk of [1, 2, 5, 1000]) {
    const { seen, error } = parse(file, [chunk], 1);
    t.equal(error, undefined);
    t.same(brief(seen), ["0 1 0", "0 0 1", "12 1 1", "99 0 0", "99 1 0", "250 1 0"], `chunks of ${chunk}`);
  }
  const reader = new VcdReader("a.vcd", NAMES);
  t.same(parseFile(reader, file).startWallUs, null);
  t.same(reader.ignored, ["libsigrok.D2"], "other variables are named");
  t.end();
});

t.test("files of simulators: scopes, vectors, reals, dumps, long identifiers, CRLF", (t) => {
  const file = `\ufeff$date today $end $comment start=2026-03-02T06:00:00Z $end
$timescale
  10ns
$end
$attrbegin misc 02 x 1 $end
$scope module top $end
$scope module panel $end
$var reg 1 a1 sealing [0] $end
$var wire 1 a1 sealing_alias $end
$upscope $end
$var wire 1 0 availability[0] $end
$var real 64 r temperature $end
$var wire 8 v $bus [7:0] $end
$var string 1 s state $end
$upscope $end
$enddefinitions $end
$dumpvars
xa1
b1 0
bxxxxxxxx v
r0 r
sidle s
$end
#100
$comment 1a1 is no value here $end
b0 a1
r21.5 r
#149
B1 a1
#151
b10101010 v
$dumpall 1a1 10 $end
#200
10
#1000
b1 v
`;
  for (const text of [file, file.replaceAll("\n", "\r\n")])
    for (const chunk of [1, 3, 1000]) {
      const reader = new VcdReader("a.vcd", ["availability", "panel.sealing"]);
      const { seen, error } = parseFile(reader, text, [chunk], 2);
      t.equal(error, undefined);
      t.same(brief(seen), ["0 0 1", "1 1 0", "1 1 1", "2 1 1", "2 0 1", "2 0 1", "10 0 1"]);
      t.equal(reader.startWallUs, Date.UTC(2026, 2, 2, 6) * 1000);
      t.same(reader.ignored, ["top.panel.sealing_alias", "top.temperature", "top.$bus[7:0]", "top.state"]);
    }
  t.end();
});

t.test("any legal time unit gives the nearest microsecond, exactly", (t) => {
  const units = [-15, -12, -9, -6, -3, 0];
  const names = ["fs", "ps", "ns", "us", "ms", "s"];
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.nat({ max: 5 }),
        fc.constantFrom(0, 1, 2),
        fc.bigInt({ min: 0n, max: 10n ** 24n }),
        (unit, zeros, ticks) => {
          const exponent = BigInt((units[unit] as number) + zeros + 6);
          const divisor = exponent < 0n ? 10n ** -exponent : 1n;
          const us = exponent < 0n ? (2n * ticks + divisor) / (2n * divisor) : ticks * 10n ** exponent;
          const { seen, error } = parse(withBody(`#${ticks}\n1!\n`, `${10 ** zeros} ${names[unit]}`));
          if (us > BigInt(Number.MAX_SAFE_INTEGER))
            return error instanceof InputError && /too large/.test(error.message);
          return seen.length === 1 && BigInt((seen[0] as SeenEdge).timeUs) === us;
        },
      ),
    ),
  );
  t.end();
});

t.test("time may not go back, not even by less than a microsecond", (t) => {
  t.match(
    (parse(withBody("#1499 1!\n#1400 0!\n", "1 ns")).error as Error).message,
    "a.vcd:6: time goes back from 1.499 us to `#1400`; sort the file by time",
  );
  t.same(brief(parse(withBody("#1499 1!\n#1499 0!\n", "1ns")).seen), ["1 0 1", "1 0 0"]);
  t.end();
});

t.test("x and z before the first level of a channel mean that it is not known yet", (t) => {
  const { seen, error } = parse(withBody('#0 x! bz " 1!\n#5 x" Z" U" 0"\n'));
  t.equal(error, undefined);
  t.same(brief(seen), ["0 0 1", "5 1 0"]);
  t.end();
});

t.test("bad files are refused with place, value and remedy, after what was good before", (t) => {
  const head = "$timescale 1 us $end\n";
  const sealing = "$var wire 1 ! sealing $end\n";
  const close = "$enddefinitions $end\n";
  const cases: [string, string | Uint8Array, RegExp, number][] = [
    ["time back", withBody("#7 1!\n#6\n0!\n"), /^a.vcd:6: time goes back from 7 us to `#6`; sort/, 1],
    ["no time", withBody("#7 1!\n#8a\n"), /:6: time `#8a`; a time is # and a whole number/, 1],
    ["negative", withBody("#-7 1!\n"), /:5: time `#-7`/, 0],
    ["too large", withBody("#9007199254740992\n"), /:5: time `#9007199254740992` is too large/, 0],
    [
      "unknown later",
      withBody("#7 1!\n#8 x!\n"),
      /:6: the level of `availability` becomes unknown \(x or z\) at 8 us/,
      1,
    ],
    ["identifier", withBody("#7 1!\n#8 1?\n"), /:6: a value of `\?`, which no \$var declares/, 1],
    ["word", withBody("#7 1!\ngoodbye\n"), /:6: `goodbye` is no value change; this is no VCD/, 1],
    ["wide value", withBody("#7 b10 !\n"), /:5: channel `availability` gets a value that is no single bit/, 0],
    ["binary", withBody("#7 1!\n\0\0\0"), /:6: binary data, not text: `\\x00`/, 1],
    ["binary word", withBody("#7 1!\n\u007f\n"), /:6: binary data, not text: `\\x7f/, 1],
    [
      "long word",
      withBody(`#7 1!\nb${"1".repeat(70_000)} !`),
      /:6: a word longer than 65536 bytes, it begins `b1{39}\.\.\./,
      1,
    ],
    ["value cut", withBody("#7 1!\n#8 0"), /:6: the file is truncated: it ends in the middle of a value change/, 1],
    ["time cut", withBody("#70 1!\n#8"), /:6: the file is truncated: it ends in the middle of a time, `#8`/, 1],
    ["vector cut", withBody("#7 1!\nb1"), /the file is truncated: it ends in the middle of a vector value/, 1],
    ["comment cut", withBody("#7 1!\n$comment hello\n"), /truncated: it ends in the middle of `\$comment`; copy/, 1],
    ["empty", "", /^a.vcd:1: the file is empty/, 0],
    ["head cut", `${head}${sealing}`, /:3: the file is truncated: it ends in the middle of its declarations/, 0],
    ["section cut", `${head}$var wire 1`, /truncated: it ends in the middle of `\$var`/, 0],
    ["early value", `${head}#0 1!\n`, /:2: `#0` before \$enddefinitions; declare/, 0],
    ["no timescale", `${sealing}${close}`, /:2: no \$timescale; add one/, 0],
    ["timescale", `$timescale 2 ns $end\n`, /:1: timescale `2ns`; give 1, 10 or 100/, 0],
    ["two timescales", `${head}$timescale 1 ns $end\n`, /:2: a second timescale, `1ns`/, 0],
    ["no $end", `$timescale 1 us\n$var wire 1 ! sealing $end\n`, /:2: \$timescale without \$end, at `\$var`/, 0],
    ["endless", `${head}$scope ${"x ".repeat(100)}`, /:2: \$scope without \$end, at `x`/, 0],
    ["variable", `${head}$var wire ! sealing $end\n`, /:2: variable `wire ! sealing`; declare it like/, 0],
    ["wide channel", `${head}$var wire 8 ! sealing $end\n`, /:2: channel `sealing` is a wire of width 8; export/, 0],
    ["real channel", `${head}$var real 1 ! sealing $end\n`, /:2: channel `sealing` is a real of width 1/, 0],
    [
      "twice",
      `${head}${sealing}$var wire 1 ? sealing $end\n`,
      /:3: channel `sealing` could be `sealing` or `sealing`/,
      0,
    ],
    ["shared", `${head}${sealing}$var wire 1 ! reject $end\n`, /:3: channels `sealing` and `reject` share .* `!`/, 0],
    [
      "none of ours",
      `${head}$scope module m $end $var wire 1 ! D0 $end\n${close}`,
      /:3: variables `m.D0` but none of the channels `availability`, `sealing`, `reject`, `recorder`; give/,
      0,
    ],
    ["no variables", `${head}${close}`, /:2: no variables but none of the channels/, 0],
    ["no values", withBody("#0\n#5\n"), /:7: no 0 or 1 of any of the channels `availability`/, 0],
    [
      "bad date",
      "$comment start=yesterday $end\n",
      /:1: start time `start=yesterday` is no date and time with zone/,
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

t.test("many variables are named in short", (t) => {
  const variables = Array.from({ length: 30 }, (_, i) => `$var wire 1 a${i} D${i} $end\n`).join("");
  const { error } = parse(`$timescale 1 us $end\n${variables}$enddefinitions $end\n`);
  t.match((error as Error).message, /`D11` and 18 more but none/);
  t.end();
});

t.test("more than 94 channels have longer identifiers", (t) => {
  const names = Array.from({ length: 250 }, (_, i) => `c${i}`);
  const edges = names.map((_, channel): SeenEdge => ({ timeUs: channel >> 3, channel, level: 1 }));
  const file = writeFile(new VcdWriter(names), edges);
  t.same(parse(file, [100], 5, names).seen, edges);
  t.end();
});

t.test("the writer refuses what no reader takes", (t) => {
  for (const name of ["", "a b", "a\nb", "$end"]) t.throws(() => new VcdWriter([name]), RangeError);
  const writer = new VcdWriter(["sealing"]);
  writer.push(5, 0, 1);
  for (const timeUs of [4, -1, 5.5, 2 ** 53, Number.NaN]) t.throws(() => writer.push(timeUs, 0, 1), RangeError);
  t.throws(() => writer.push(5, 1, 1), RangeError);
  t.match(writer.end().toString(), /\$var wire 1 ! sealing \$end\n\$upscope \$end\n\$enddefinitions \$end\n#5\n1!\n$/);
  t.end();
});

t.test("the end of the recording waits for room in the ring, and comes once", (t) => {
  const reader = new VcdReader("a.vcd", NAMES);
  const ring = new EdgeRing(1);
  reader.feed(Buffer.from(withBody("#7 1!\n#9\n")));
  reader.end();
  t.equal(reader.read(ring), false);
  ring.drain(() => undefined);
  t.equal(reader.read(ring), true);
  t.equal(
    ring.drain((timeUs, channel, level) => t.same([timeUs, channel, level], [9, 0, 1])),
    1,
  );
  t.equal(reader.read(ring), true);
  t.equal(ring.length, 0);
  t.end();
});
