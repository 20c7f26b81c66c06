import { spawnSync } from "node:child_process";
import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Writable } from "node:stream";
import t from "tap";
import { boundedWrite, isJournal, Log, type LogOutput } from "../runtime/log.ts";

const MINUTE = 60_000_000;
/** 2026-03-02 06:00 UTC. */
const MORNING = Date.UTC(2026, 2, 2, 6) * 1000;

/** A log on a clock and outputs in the test's hands. */
function handDriven({ journal = true, perHour = 3 } = {}) {
  const state = { nowUs: 0, out: [] as string[], err: [] as string[], full: false };
  const output = (lines: string[]): LogOutput => ({
    journal,
    write: (line) => {
      if (!state.full) lines.push(line);
      return !state.full;
    },
  });
  const clock = { monoUs: () => state.nowUs, wallUs: () => MORNING + state.nowUs };
  const log = new Log({ out: output(state.out), err: output(state.err), clock, perHour });
  return { state, log };
}

t.test("the journal gets a priority, a terminal gets time and level", (t) => {
  const journal = handDriven();
  journal.log.info("started", { lines: 2, store: "/var/lib/sealtrace" });
  journal.log.notice("clock-step", { seconds: -3.5 });
  journal.log.warning("source-silent", { line: "press 1", trusted: false });
  journal.log.error("disk-full", { freeBytes: null });
  t.same(journal.state.out, ["<6>started lines=2 store=/var/lib/sealtrace\n", "<5>clock-step seconds=-3.5\n"]);
  t.same(journal.state.err, ['<4>source-silent line="press 1" trusted=false\n', "<3>disk-full freeBytes=unknown\n"]);
  const terminal = handDriven({ journal: false });
  terminal.log.error("disk-full");
  t.same(terminal.state.err, ["2026-03-02T06:00:00.000Z error disk-full\n"]);
  t.end();
});

t.test("text from outside stays one value on one line", (t) => {
  const { state, log } = handDriven({ perHour: 99 });
  const told = (text: string) => {
    log.info("e", { text });
    return state.out.at(-1);
  };
  t.equal(told(""), '<6>e text=""\n');
  t.equal(told('a "b" \\'), '<6>e text="a \\"b\\" \\\\"\n');
  t.equal(told("a\n<0>panic"), '<6>e text="a\\x0a<0>panic"\n');
  t.equal(told("\u001b[2J\u2028\u202e\u{e0001}"), '<6>e text="\\x1b[2J\\u{2028}\\u{202e}\\u{e0001}"\n');
  t.equal(told("a b=c"), '<6>e text="a b=c"\n');
  t.equal(told("Käse"), '<6>e text="Käse"\n');
  t.equal(told("x".repeat(301)), `<6>e text="${"x".repeat(300)}..."\n`);
  t.end();
});

t.test("an event that repeats is told a few times, then counted", (t) => {
  const { state, log } = handDriven();
  for (let i = 0; i < 1237; i++) log.info("edge-lost", { i });
  log.info("other");
  t.same(state.out, ["<6>edge-lost i=0\n", "<6>edge-lost i=1\n", "<6>edge-lost i=2\n", "<6>other\n"]);
  state.nowUs = 60 * MINUTE - 1;
  log.tick();
  t.equal(state.out.length, 4);
  state.nowUs++;
  log.tick();
  log.tick();
  t.same(state.out.slice(4), ["<6>edge-lost … and 1,234 more in the last hour\n"], "once");
  log.info("edge-lost");
  t.equal(state.out.at(-1), "<6>edge-lost\n", "and a new hour begins");
  t.end();
});

t.test("one line's noise does not hide another's; the count comes before the next one, or at the end", (t) => {
  const { state, log } = handDriven({ perHour: 1 });
  for (let i = 0; i < 3; i++) log.warning("dead", { line: "a b" });
  log.warning("dead", { line: "c" });
  t.same(state.err, ['<4>dead line="a b"\n', "<4>dead line=c\n"]);
  state.nowUs = 61 * MINUTE;
  log.warning("dead", { line: "a b" });
  log.warning("dead", { line: "a b" });
  log.end();
  t.same(state.err.slice(2), [
    '<4>dead line="a b" … and 2 more in the last hour\n',
    '<4>dead line="a b"\n',
    '<4>dead line="a b" … and 1 more in the last hour\n',
  ]);
  t.end();
});

t.test("lines that found no room are counted, and told when there is room", (t) => {
  const { state, log } = handDriven();
  state.full = true;
  log.info("a");
  log.info("b");
  state.full = false;
  log.info("c");
  log.info("d");
  t.same(state.out, ["<4>log-lines-lost count=2\n", "<6>c\n", "<6>d\n"]);
  t.end();
});

t.test("a reader that takes nothing costs at most 256 KiB, and one that goes away costs nothing", (t) => {
  const stuck = new Writable({ decodeStrings: false, write: () => {} });
  const write = boundedWrite(stuck);
  const line = `${"x".repeat(1023)}\n`;
  let taken = 0;
  while (write(line)) taken++;
  t.equal(taken, 256);
  stuck.destroy(new Error("EPIPE"));
  t.equal(write(line), false);
  stuck.on("close", () => t.end());
});

t.test("the journal is known by its stream, not by the variable alone", (t) => {
  const path = join(t.testdir({ log: "" }), "log");
  const file = openSync(path, "a");
  t.teardown(() => closeSync(file));
  const { dev, ino } = fstatSync(file);
  t.equal(isJournal(file, `${dev}:${ino}`), true);
  t.equal(isJournal(file, `${dev}:${ino + 1}`), false);
  t.equal(isJournal(file, undefined), false);
  const program = `
    import { processLog } from ${JSON.stringify(new URL("../runtime/log.js", import.meta.url))};
    const log = processLog({ monoUs: () => 0, wallUs: () => ${MORNING} });
    log.info("in-journal");
    log.error("elsewhere");`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", program], {
    env: { JOURNAL_STREAM: `${dev}:${ino}` },
    stdio: ["ignore", file, "pipe"],
    encoding: "utf8",
  });
  t.equal(readFileSync(path, "utf8"), "<6>in-journal\n");
  t.equal(child.stderr, "2026-03-02T06:00:00.000Z error elsewhere\n");
  t.end();
});
