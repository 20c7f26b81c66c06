import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import t, { type Test } from "tap";
import { placeAfter, type WatchPlace } from "../runtime/cli/watch/watch-keys.ts";
import { WatchFrame } from "../runtime/cli/watch/watch-frame.ts";
import { LIVE_PAGES } from "../runtime/report/live-pages.ts";
import { columnsOf } from "../runtime/report/terminal.ts";
import { sealtrace } from "./commands.ts";
import { daemonFolder } from "./daemon-folder.ts";
import { anyShift, HOUR_US, shiftOf } from "./report-shifts.ts";
import { MAIN, type StartedDaemon, startDaemon } from "./simulated-daemon.ts";
import { hasTmux, Terminal } from "./tmux.ts";

const CONFIG = `
timeZone = "UTC"
[[shift]]
name = "Early"
start = "06:00"
end = "14:00"
`;
const HOURS: WatchPlace = { line: 0, page: null };

t.test("keys: a page, the same key back, lines in a ring and by number, the rest nothing", async (t) => {
  const typed = (keys: readonly string[], lines = 3) =>
    keys.reduce((place, key) => placeAfter(key, place, lines), HOURS);
  t.same(typed(["l"]), { line: 0, page: "losses" });
  t.same(typed(["l", "p"]), { line: 0, page: "products" });
  t.same(typed(["s", "s"]), HOURS);
  t.same(typed(["?", "\x1b"]), HOURS);
  t.same(typed(["n", "n", "n", "n"]), { line: 1, page: null });
  t.same(typed(["\x1b[D", "p"]), { line: 2, page: "products" });
  t.same(typed(["3"]), { line: 2, page: null });
  t.same(typed(["8", "x", "0", "\x1b[15~"]), HOURS);
});

t.test("any page of any shift in any window: never wider, never longer, plain characters", async (t) => {
  const window = fc.record({ columns: fc.integer({ min: 40, max: 200 }), rows: fc.integer({ min: 1, max: 70 }) });
  const page = fc.constantFrom(null, ...LIVE_PAGES);
  const away = fc.constantFrom(null, 3, 100_000);
  const alarms = fc.constantFrom([], ["the disk is nearly full\x1b[2J"], ["x".repeat(300), "y", "z"]);
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(anyShift, window, page, away, alarms, fc.boolean(), (spec, size, page, awaySeconds, alarms, utf8) => {
        const shift = spec.startWallUs === null ? null : shiftOf(spec);
        const moment = { nowUs: 8 * HOUR_US, sealing: 0, ready: null, contactSinceUs: null, health: ["ok"] } as const;
        const live = { lines: [{ line: "a", name: "Más\u202e", moment }], alarms };
        const watched = { live, shift: { shift, timeZone: "UTC", language: "es" as const }, awaySeconds };
        const lines = new WatchFrame({ utf8 }).lines(watched, { line: 0, page }, size);
        const isPlain = lines.every((line) => (utf8 ? !/[\p{Cc}\u202e]/u.test(line) : /^[ -~]*$/.test(line)));
        const fits = lines.length <= size.rows && lines.every((line) => columnsOf(line) <= size.columns);
        return isPlain && fits && !/NaN|undefined|\bnull\b|Infinity/.test(lines.join("\n"));
      }),
      { numRuns: 200 },
    ),
  );
});

/** A daemon, and a terminal in which its live view runs. */
async function watched(t: Test): Promise<{ daemon: StartedDaemon; data: string; terminal: Terminal; before: string }> {
  const data = daemonFolder(t, { "config.toml": CONFIG });
  const daemon = await startDaemon(t, { folder: data, speed: 3000 });
  const terminal = Terminal.open(t, 80, 24, { ...daemon.env, LANG: "C" });
  const before = join(daemon.folder, "before");
  await terminal.settings(before);
  terminal.type(`${process.execPath} ${MAIN} watch`, "Enter");
  await terminal.until(isLive);
  return { daemon, data, terminal, before };
}

const isLive = (rows: readonly string[]) =>
  rows.some((row) => /^ UNITS [\d,]+ of/.test(row)) && rows.some((row) => /^ 06 [=mwXC]{10}/.test(row));

/** Back in the shell, on the page that was there before, and every setting of the terminal as it was. */
async function isAsBefore(t: Test, terminal: Terminal, before: string): Promise<void> {
  await terminal.until((rows) => !rows.some((row) => row.includes("UNITS")) && rows.some((row) => row.endsWith("$")));
  const after = `${before}-after`;
  await terminal.settings(after);
  t.equal(readFileSync(after, "utf8"), readFileSync(before, "utf8"), "the terminal is as it was");
}

const ABOUT_TMUX = { skip: hasTmux() ? false : "tmux is not installed: no terminal to try it in" };

t.test("on a terminal: pages, sizes, q", ABOUT_TMUX, async (t) => {
  const { terminal, before } = await watched(t);
  for (const [key, title] of [
    ["l", "WHERE THE PLANNED TIME WENT"],
    ["p", "PRODUCTS MADE"],
    ["s", "edges seen"],
    ["?", "KEYS AND LETTERS"],
  ] as const) {
    terminal.type(key);
    t.ok(await terminal.until((rows) => rows.some((row) => row.includes(title))), title);
  }
  terminal.type("Escape");
  await terminal.until(isLive);
  for (const [columns, rows] of [
    [40, 20],
    [200, 60],
    [40, 5],
    [80, 24],
  ] as const) {
    terminal.resize(columns, rows);
    const drawn = await terminal.until(
      (lines) =>
        lines.filter((line) => line.includes("UNITS")).length === 1 && (rows < 8 || / q quit/.test(lines.at(-1) ?? "")),
    );
    t.ok(drawn.length <= rows && drawn.every((line) => columnsOf(line) <= columns), `${columns} x ${rows}`);
    t.equal(
      new Set(drawn.filter((line) => /^ \d\d /.test(line)).map((line) => line.slice(1, 3))).size,
      drawn.filter((line) => /^ \d\d /.test(line)).length,
      "no hour stands there twice",
    );
  }
  terminal.type("q");
  await isAsBefore(t, terminal, before);
});

t.test("killed by a signal it leaves the terminal as it was", ABOUT_TMUX, async (t) => {
  const { terminal, before } = await watched(t);
  terminal.type("q");
  await isAsBefore(t, terminal, before);
  for (const signal of ["TERM", "INT", "HUP"]) {
    const pid = await watchAs(terminal, `${before}.pid`);
    process.kill(pid, `SIG${signal}`);
    await isAsBefore(t, terminal, before);
  }
});

t.test("its shell killed, as when a connection breaks: it ends", ABOUT_TMUX, async (t) => {
  const { terminal, before } = await watched(t);
  terminal.type("q");
  await isAsBefore(t, terminal, before);
  const pid = await watchAs(terminal, `${before}.pid`);
  process.kill(terminal.shell, "SIGKILL");
  while (isRunning(pid)) await sleep(50);
  t.pass("it is gone");
});

t.test("the daemon goes away and comes back: the view says so and goes on", ABOUT_TMUX, async (t) => {
  const { daemon, data, terminal, before } = await watched(t);
  await daemon.process.kill();
  const away = await terminal.until((rows) => rows.some((row) => row.includes("THE DAEMON IS AWAY")));
  t.ok(isLive(away), "what was known stays");
  await startDaemon(t, { folder: data, speed: 3000, sockets: daemon.folder });
  await terminal.until((rows) => isLive(rows) && !rows.some((row) => row.includes("AWAY")));
  terminal.type("q");
  await isAsBefore(t, terminal, before);
});

t.test("without a terminal it prints once; a line that is not there is refused", async (t) => {
  const daemon = await startDaemon(t, { folder: daemonFolder(t, { "config.toml": CONFIG }), speed: 3000 });
  const printed = await sealtrace(["watch"], daemon.env);
  t.equal(printed.status, 0);
  t.match(printed.stdout, /UNITS|^$/m);
  t.match(await sealtrace(["watch", "--line", "x"], daemon.env), {
    status: 1,
    stdout: "",
    stderr: /there is no such line/,
  });
});

/** Starts the view in a way that tells its process id. */
async function watchAs(terminal: Terminal, file: string): Promise<number> {
  terminal.type(`sh -c 'echo $$ > ${file}; exec ${process.execPath} ${MAIN} watch'`, "Enter");
  await terminal.until(isLive);
  return Number(readFileSync(file, "utf8"));
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
