import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { InputError, InputFault } from "../drivers/input-error.ts";
import { loadConfig } from "../runtime/config.ts";
import { sealtrace } from "./commands.ts";

const DOCUMENT = fileURLToPath(new URL("../../docs/configuration.md", import.meta.url));

const GOOD = `
timeZone = "Europe/Madrid"
holidays = ["2026-12-25"]
[[shift]]
name = "Early"
start = "06:00"
end = "14:00"
breaks = [{ start = "09:30", end = "09:50" }]
[[shift]]
name = "Night"
days = ["Sun", "Mon"]
start = "22:00"
end = "06:00"
[[plannedStop]]
start = "2026-11-26T10:00"
end = "2026-11-26T11:30"
lines = ["sealer-4"]
[[line]]
id = "sealer-4"
name = "Sealer 4"
[line.channels]
sealing = { pin = 17, bias = "pull-up", activeLow = true }
availability.pin = "GPIO27"
[[line.product]]
name = "Tray"
sealingTimeSeconds = 2.42
idealCycleSeconds = 4.4
[inputs]
driver = "rpio"
`;

t.test("the example of the documentation is a valid configuration", (t) => {
  const [, example] = readFileSync(DOCUMENT, "utf8").match(/```toml\n([\s\S]*?)```/) ?? [];
  const path = join(t.testdir({ "config.toml": example ?? "" }), "config.toml");
  const { line, shift, timeZone } = loadConfig(path);
  t.same([line.length, shift.length, timeZone], [2, 2, "Europe/Madrid"]);
  t.end();
});

const FAULTS: readonly (readonly [what: string, from: string, to: string, at: string, says: RegExp])[] = [
  ["an unknown time zone", '"Europe/Madrid"', '"Europe/Madird"', "timeZone", /is no time zone/],
  ["overlapping shifts", 'end = "14:00"', 'end = "23:00"', "shift.1", /overlaps/],
  ["a shift that overlaps the night of the day before", 'start = "06:00"', 'start = "05:00"', "shift.1", /overlaps/],
  ["the same name twice", '"Night"', '"early"', "shift.1.name", /name of an earlier shift/],
  ["a break outside its shift", "09:50", "15:50", "shift.0.breaks.0", /outside the shift/],
  ["an unknown day", '"Sun"', '"Son"', "shift.1.days.0", /must be of Mon/],
  ["a holiday that is no date", "2026-12-25", "2026-02-30", "holidays.0", /does not exist/],
  ["a planned stop that ends before it starts", "T11:30", "T09:30", "plannedStop.0.end", /is not after/],
  ["a planned stop of no line", '["sealer-4"]', '["sealer-5"]', "plannedStop.0.lines", /there is no line/],
  ["a negative ideal cycle", "= 4.4", "= -4.4", "line.0.product.0.idealCycleSeconds", /must be 0.01 s or more/],
  ["a date without quotes", '["2026-12-25"]', "[2026-12-25]", "holidays.0", /stands without quotes/],
  ["control characters in a name", '"Sealer 4"', '"a\\u001bb"', "line.0.name", /control characters/],
  [
    "a pin used twice",
    '"GPIO27"',
    "17",
    "line.0.channels.sealing.pin",
    /pin 17 is used by line.0.channels.availability/,
  ],
  ["a pin used twice, by its name", '"GPIO27"', '"GPIO17"', "line.0.channels.sealing.pin", /pin 17 is used by/],
  ["a number in quotes", '"GPIO27"', '"27"', "line.0.channels.availability.pin", /must be a GPIO number from 0 to 511/],
  ["a pin that is none", '"GPIO27"', "27.5", "line.0.channels.availability.pin", /such as 17, or a name/],
  ["a name that rpio does not know", "GPIO27", "PIN_13", "line.0.channels.availability.pin", /rpio does not know/],
  ["an unknown bias", "pull-up", "up", "line.0.channels.sealing.bias", /must be one of pull-up, pull-down, disabled/],
  ["a bias of no pin", "pin = 17, ", "", "line.0.channels.sealing", /say nothing without a pin/],
  ["an unknown driver", '"rpio"', '"gpiod"', "inputs.driver", /must be one of auto, chardev, rpio/],
  ["a gap below two looks", '"rpio"', '"rpio"\nrateHz = 100\nblindAfterMs = 10', "inputs.blindAfterMs", /two looks/],
  [
    "a setting that does not exist",
    "idealCycleSeconds",
    "idealCycle",
    "line.0.product.0.idealCycle",
    /no such setting/,
  ],
];

function faultOf(path: string): InputFault | null {
  try {
    loadConfig(path);
    return null;
  } catch (error) {
    return (error as InputError).fault;
  }
}

t.test("bad configurations are refused with file, place, value and remedy", (t) => {
  for (const [what, from, to, at, says] of FAULTS) {
    const path = join(t.testdir({ "config.toml": GOOD.replace(from, to) }), "config.toml");
    const fault = faultOf(path);
    t.same([fault?.source, fault?.at], [path, at], what);
    t.match(fault?.problem, says, what);
  }
  t.end();
});

t.test("contacts of further lines are named after their line", (t) => {
  const path = join(
    t.testdir({ "config.toml": '[[line]]\n[[line]]\nid = "b"\nchannels.reject.signal = "R"\n' }),
    "config.toml",
  );
  const signals = loadConfig(path).line.map(({ channels }) => Object.values(channels).map(({ signal }) => signal));
  t.same(signals, [
    ["sealing", "availability", "reject", "energy", "recorder"],
    ["b.sealing", "b.availability", "R", "b.energy", "recorder"],
  ]);
  t.end();
});

t.test("overlapping breaks, products that are too near to each other", (t) => {
  const breaks = GOOD.replace("breaks = [", 'breaks = [{ start = "09:40", end = "10:00" }, ');
  const near = `${GOOD}[[line.product]]\nname = "Other"\nsealingTimeSeconds = 2.45\n`;
  const dir = t.testdir({ "breaks.toml": breaks, "near.toml": near });
  t.throws(() => loadConfig(join(dir, "breaks.toml")), { message: /overlaps another break/ });
  t.throws(() => loadConfig(join(dir, "near.toml")), { message: /too near to the 2.42 s/ });
  t.end();
});

t.test("a configuration that is no plain file, or a huge one, is refused at once", (t) => {
  const dir = t.testdir({ "huge.toml": `# ${"x".repeat(1_100_000)}\n` });
  t.throws(() => loadConfig(dir), { message: /is no plain file/ });
  t.throws(() => loadConfig(join(dir, "huge.toml")), { message: /where 1000000 are the most/ });
  t.throws(() => loadConfig(join(dir, "absent.toml")), { message: /there is no such file/ });
  t.end();
});

t.test("config check shows what would run, and fails with one line", async (t) => {
  const dir = t.testdir({ "good.toml": GOOD, "bad.toml": GOOD.replace("14:00", "25:00") });
  const good = await sealtrace(["config", "check", join(dir, "good.toml")]);
  t.equal(good.status, 0);
  t.match(good.stdout, /Sealer 4 \(sealer-4\)/);
  t.match(good.stdout, /planned/);
  t.match(good.stdout, /driver of inputs: rpio, by rpio at 1000 Hz/);
  t.match(good.stdout, /sealing +sealing, beta 0.25 s +pin 17, active low, pull-up/);
  const json = await sealtrace(["config", "check", join(dir, "good.toml"), "--json"]);
  t.equal(JSON.parse(json.stdout).schema, "sealtrace/config@1");
  const bad = await sealtrace(["config", "check", join(dir, "bad.toml")]);
  t.equal(bad.status, 1);
  t.equal(bad.stdout, "");
  t.match(bad.stderr, /^sealtrace: .*bad.toml:shift.0.end: `25:00` must be a time of day.*\n$/);
});
