import { spawn } from "node:child_process";
import { lstatSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import t from "tap";
import { parseLines, parsePins, parseShifts } from "../runtime/cli/setup/answers.ts";
import { putConfig } from "../runtime/put-config.ts";
import { askAll } from "../runtime/cli/setup/questions.ts";
import { setupText } from "../runtime/cli/setup/setup-text.ts";
import { configFrom, loadConfig } from "../runtime/config.ts";
import { type Outcome, sealtrace } from "./commands.ts";

const MAIN = fileURLToPath(new URL("../runtime/main.js", import.meta.url));

/** Runs `sealtrace setup` with these lines on stdin. */
function setup(args: readonly string[], typed: string): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [MAIN, "setup", "--no-watch", ...args], { stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout, stderr }));
    child.stdin.end(typed);
  });
}

async function asked(typed: readonly string[]) {
  let heard = "";
  const output = new Writable({
    write(chunk, _, done) {
      heard += String(chunk);
      done();
    },
  });
  const answers = await askAll(Readable.from(typed.map((line) => `${line}\n`)), output);
  return { answers, heard, config: configFrom("setup", setupText(answers)) };
}

t.test("answers make the configuration that was meant", async (t) => {
  const { config } = await asked([
    "Tray sealer, hall 2".replace(",", ""),
    "GPIO5 / 6",
    "06:00-14:00, Late 14:00-22:00 Mon-Sat, 22:00-6:00 Sun-Thu",
    "Europe/Madrid",
    "sealer-hall-2",
  ]);
  t.match(config, {
    appliance: "sealer-hall-2",
    timeZone: "Europe/Madrid",
    line: [
      {
        id: "tray-sealer-hall-2",
        name: "Tray sealer hall 2",
        channels: {
          sealing: { pin: 5, bias: "pull-up", activeLow: true },
          availability: { pin: 6, bias: "pull-up", activeLow: true },
        },
      },
    ],
  });
  t.same(
    config.shift.map(({ name, start, end, days }) => [name, start, end, days.join(" ")]),
    [
      ["Early", "06:00", "14:00", "Mon Tue Wed Thu Fri"],
      ["Late", "14:00", "22:00", "Mon Tue Wed Thu Fri Sat"],
      ["Night", "22:00", "06:00", "Sun Mon Tue Wed Thu"],
    ],
  );
});

t.test("Enter five times runs as well", async (t) => {
  const { config } = await asked(["", "", "", "", ""]);
  t.match(config.line, [{ id: "line-1", channels: { sealing: { pin: 17 }, availability: { pin: 27 } } }]);
  t.equal(config.shift.length, 2);
});

t.test("several lines have pins and signals of their own", async (t) => {
  const { config } = await asked(["A, B, C, D, E, F, G, H", "", "none", "UTC", ""]);
  const pins = config.line.flatMap(({ channels }) => [channels.sealing.pin, channels.availability.pin]);
  t.equal(new Set(pins).size, 16);
  t.equal(config.shift.length, 0);
});

t.test("what cannot be is asked again, with the reason", async (t) => {
  const { answers, heard } = await asked([
    ...["A, A", "A,,B", "A,B,C,D,E,F,G,H,I", "!!!", "A, B"],
    ...["17/27", "17/x, 1/2", "17/27, 22/17", "17/27, 22/23"],
    ...["six to two", "06:00-14:00, 13:00-22:00", "25:00-26:00", "06:00-14:00 Mon-Xyz", "06:00-14:00"],
    ...["Nowhere", "Europe/Berlin"],
    ...["Hall 2!", "hall-2"],
  ]);
  t.equal(answers.lines.length, 2);
  const reasons = heard.match(/^.*; .*$/gm) ?? [];
  t.equal(reasons.length, 13, heard);
  for (const reason of [
    /id "a" is used by line\.0\.id already/,
    /something is missing between the commas/,
    /9 lines where 8 are the most/,
    /1 pairs of pins for 2 lines/,
    /`17\/x` is no pair of pins/,
    /17 .*line\.0/,
    /`six to two` is no shift/,
    /overlaps/,
    /`25:00`/,
    /`Mon-Xyz` are no days/,
    /Hall 2!/,
    /`Nowhere` is no time zone.*Europe\/Madrid/,
  ])
    t.match(heard, reason);
});

t.test("any answer is taken or refused, never something else", async (t) => {
  const answer = fc.oneof(fc.string(), fc.stringMatching(/^[\d:/, A-Za-z-]{0,40}$/));
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(answer, (text) => {
        for (const parse of [parseLines, (each: string) => parsePins(each, 1), parseShifts])
          try {
            parse(text);
          } catch (error) {
            if ((error as Error).name !== "InputError") throw error;
          }
      }),
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.stringMatching(/^a[^\p{C}\p{Z},\ufffd]{0,30}$/u), (name) => {
        const text = setupText({ lines: parseLines(name), pins: [], shifts: [], timeZone: "UTC" });
        if (configFrom("setup", text).line[0]?.name !== name) throw new Error(text);
      }),
    ),
  );
});

t.test("the file is written whole, the old one is kept, and what would run is shown", async (t) => {
  const folder = t.testdir();
  const path = join(folder, "etc/config.toml");
  const first = await setup(["--config", path], "Sealer 4\n\n\nEurope/Madrid\n\n");
  t.equal(first.status, 0, first.stderr);
  t.match(first.stdout, /config\.toml is valid.*\n1 line, 2 shifts in the calendar, Europe\/Madrid/);
  t.match(first.stdout, /sealing.*pin 17, active low, pull-up/);
  const before = readFileSync(path, "utf8");
  const broken = await setup(["--config", path], "Sealer 5\n17/27\n");
  t.match(broken, { status: 1, stderr: /ended before the last answer, and nothing was changed/ });
  t.same(readdirSync(join(folder, "etc")), ["config.toml"]);

  const other = join(folder, "fleet.toml");
  writeFileSync(other, 'timeZone = "Europe/Berlin"\n');
  const fleet = await sealtrace(["setup", "--from", other, "--config", path]);
  t.equal(fleet.status, 0);
  const old = /is now (\S+)/.exec(fleet.stderr)?.[1] ?? "";
  t.equal(readFileSync(old, "utf8"), before);
  t.equal(loadConfig(path).timeZone, "Europe/Berlin");
  t.equal((await sealtrace(["setup", "--from", other, "--config", path])).status, 0);
  t.equal(readdirSync(join(folder, "etc")).length, 2, "the same again is not kept twice");

  writeFileSync(other, 'timeZone = "Mars"\n');
  const bad = await sealtrace(["setup", "--from", other, "--config", path]);
  t.match(bad, { status: 1, stderr: /fleet\.toml:timeZone: `Mars` is no time zone/ });
  t.equal(loadConfig(path).timeZone, "Europe/Berlin");
});

t.test("the contacts are watched; what prevents that is said, and the configuration stays", async (t) => {
  const folder = t.testdir();
  const [from, path] = [join(folder, "fleet.toml"), join(folder, "config.toml")];
  writeFileSync(from, 'inputs.chip = "no-such-chip"\nline = [{ channels.sealing.pin = 17 }]\n');
  const env = { SEALTRACE_SOCKET_DIR: folder };
  const { status, stderr } = await sealtrace(["setup", "--from", from, "--config", path, "--watch", "1"], env);
  t.equal(status, 1);
  t.match(
    stderr,
    /watching the contacts for 1 s.*\nthe contacts cannot be watched: .*\nfor longer: sealtrace doctor signals/,
  );
  t.equal(readFileSync(path, "utf8"), readFileSync(from, "utf8"));
});

t.test("a place that cannot be written is said before any question", async (t) => {
  const folder = t.testdir({ file: "" });
  const { status, stderr } = await sealtrace(["setup", "--config", join(folder, "file/config.toml")]);
  t.equal(status, 1);
  t.match(stderr, /cannot be written \((ENOTDIR|EEXIST)\)/);
  t.notMatch(stderr, "Lines");
  for (const place of [folder, "/dev/full"]) {
    const noFile = await sealtrace(["setup", "--from", join(folder, "file"), "--config", place]);
    t.match(noFile, { status: 1, stderr: `sealtrace: ${place}: is no plain file; give another --config\n` });
  }
  const nowhere = await sealtrace(["setup", "--config", "/proc/none/config.toml"]);
  t.match(nowhere, { status: 1, stderr: /config\.toml: cannot be written \(ENOENT\); give another --config\n$/ });
});

t.test("two changes in one second keep both old files", async (t) => {
  const folder = t.testdir();
  mkdirSync(folder, { recursive: true });
  const now = new Date("2026-03-02T06:00:00Z");
  const path = join(folder, "config.toml");
  t.equal(putConfig(path, "1", now), null);
  t.equal(putConfig(path, "2", now), `${path}.20260302060000`);
  t.equal(putConfig(path, "3", now), `${path}.20260302060000-1`);
  t.equal(putConfig(path, "3", now), null);
  t.equal(readFileSync(`${path}.20260302060000-1`, "utf8"), "2");
});

t.test("a configuration that is a link stays one: what it leads to is replaced", async (t) => {
  const folder = t.testdir({ kept: { "plant.toml": "1" }, "config.toml": t.fixture("symlink", "kept/plant.toml") });
  const now = new Date("2026-03-02T06:00:00Z");
  const kept = join(folder, "kept/plant.toml");
  t.equal(putConfig(join(folder, "config.toml"), "2", now), `${kept}.20260302060000`);
  t.ok(lstatSync(join(folder, "config.toml")).isSymbolicLink());
  t.equal(readFileSync(kept, "utf8"), "2");
});
