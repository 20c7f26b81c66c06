import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { readRecordFile } from "../runtime/store/record-file.ts";
import { readMarks } from "../runtime/store/marks.ts";
import { Store } from "../runtime/store/store.ts";
import type { StoreAlarm } from "../runtime/store/store-alarm.ts";
import { damageStore } from "../scripts/torture/damage-store.ts";
import { killStore } from "../scripts/torture/kill-store.ts";
import { checkLog, knownEvent } from "../scripts/torture/known-events.ts";

const EVENTS = 700;

/** A store with events in chunks and in the tail, a result and a note. */
async function filledStore(folder: string): Promise<Store> {
  const store = await Store.open(folder);
  for (let seq = 0; seq < EVENTS; seq++) store.append(0, knownEvent(0, seq));
  store.setFront(0, "front");
  store.putSnapshot(0, "snapshot");
  store.putResult(0, 5, "result");
  await store.appendNote("note");
  await store.mark();
  return store;
}

/** What a power cut would leave of an open store. */
function crashCopy(from: string, to: string): string {
  cpSync(from, to, { recursive: true });
  return to;
}

async function lookAt(folder: string): Promise<{ store: Store; seqs: readonly number[]; alarms: string[] }> {
  const alarms: StoreAlarm[] = [];
  const store = await Store.open(folder, { onAlarm: (alarm) => alarms.push(alarm) });
  const { seqs, wrong } = await checkLog(store, 0);
  if (wrong > 0) throw new Error(`${wrong} wrong events`);
  return { store, seqs, alarms: alarms.map(({ kind }) => kind) };
}

function dataFile(folder: string, ending: string): string {
  return join(folder, "db", readdirSync(join(folder, "db")).find((name) => name.endsWith(ending)) as string);
}

t.test("after a crash the store is read to its end and goes on, lock and all", async (t) => {
  const base = t.testdir();
  const live = await filledStore(join(base, "live"));
  const crashed = crashCopy(join(base, "live"), join(base, "crashed"));
  // The lock of the copy names this process, which lives: as after a restart it must name one that does not.
  writeFileSync(join(crashed, "lock"), "4194305 1 no-such-boot\n");
  await live.close();
  const { store, seqs, alarms } = await lookAt(crashed);
  t.match(store.opened, { way: "checked", setAside: null, reason: null });
  t.same([seqs.length, alarms], [EVENTS, []]);
  t.notOk(existsSync(join(crashed, "db.aside")));
  await store.close();
});

t.test("locks that nobody holds are taken over", async (t) => {
  const folder = join(t.testdir(), "store");
  for (const text of ["", "nonsense", `${process.pid} 1 other-boot\n`, "999999999 1 x\n"]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "lock"), text);
    await (await Store.open(folder)).close();
    t.notOk(existsSync(join(folder, "lock")), JSON.stringify(text));
  }
  t.same(readdirSync(folder).sort(), ["db", "marks"], "nothing is left lying about");
});

t.test("a creation or a rescue that a power cut ended begins again or goes on", async (t) => {
  const base = t.testdir();
  const folder = join(base, "store");
  mkdirSync(join(folder, "db.new"), { recursive: true });
  writeFileSync(join(folder, "db.new", "000001.log"), "half");
  const created = await Store.open(folder);
  t.equal(created.opened.way, "created");
  await created.close();

  const live = await filledStore(join(base, "live"));
  await live.close();
  for (const [name, prepare] of [
    ["ready", (path: string) => cpSync(join(path, "db"), join(path, "db.ready"), { recursive: true })],
    ["aside", (path: string) => cpSync(join(path, "db"), join(path, "db.aside"), { recursive: true })],
    ["only aside", (path: string) => cpSync(join(path, "db"), join(path, "db.aside"), { recursive: true })],
    ["half aside", (path: string) => mkdirSync(join(path, "db.aside.tmp"))],
  ] as const) {
    const path = crashCopy(join(base, "live"), join(base, name));
    prepare(path);
    if (name === "only aside" || name === "ready") rmSync(join(path, "db"), { recursive: true });
    const { store, seqs, alarms } = await lookAt(path);
    t.same([seqs.length, alarms], [EVENTS, []], name);
    await store.close();
    t.same(readdirSync(path).sort(), ["db", "marks"], name);
  }
});

t.test("each kind of damage: nothing wrong comes back, what is sound stays, what is lost is told", async (t) => {
  const base = t.testdir();
  const live = await filledStore(join(base, "live"));
  await live.close();
  const cases: [name: string, damage: (folder: string) => void, way: string][] = [
    ["CURRENT is gone", (folder) => rmSync(join(folder, "db", "CURRENT")), "salvaged"],
    ["MANIFEST is cut", (folder) => truncateSync(join(folder, "db", manifestOf(folder)), 30), "salvaged"],
    ["the log is cut", (folder) => truncateSync(dataFile(folder, ".log"), 10_000), "salvaged"],
    ["the log is gone", (folder) => rmSync(dataFile(folder, ".log")), "salvaged"],
    ["the database is gone", (folder) => rmSync(join(folder, "db"), { recursive: true }), "emptied"],
    ["only the side file is gone", (folder) => rmSync(join(folder, "marks")), "checked"],
  ];
  for (const [name, damage, way] of cases) {
    const folder = crashCopy(join(base, "live"), join(base, name));
    damage(folder);
    const { store, seqs, alarms } = await lookAt(folder);
    t.equal(store.opened.way, way, name);
    t.equal(store.opened.lostEvents[0], EVENTS - seqs.length, `${name}: every missing event is counted`);
    t.same(alarms, way === "checked" ? [] : [way], name);
    t.equal((await store.load(0)).nextSeq, EVENTS, `${name}: no number is given twice`);
    if (way === "salvaged") t.ok(existsSync(store.opened.setAside as string), name);
    store.append(0, knownEvent(0, EVENTS));
    await store.close();
    const again = await lookAt(folder);
    t.equal(again.store.opened.way, "clean", `${name}: it is a good store afterwards`);
    t.equal(again.seqs.length, seqs.length + 1);
    await again.store.close();
  }
});

/** Runs first in each child: the first one at `kind` of work sends itself one signal, at birth or before its answer. */
const SIGNAL_ONCE = `
const { kind, moment, signal, flag } = JSON.parse(process.env.SIGNAL_ONCE);
const signalOnce = () => {
  try { require("node:fs").writeFileSync(flag, "", { flag: "wx" }); } catch { return; }
  process.kill(process.pid, signal);
};
if (process.argv[2]?.startsWith('{"kind":"' + kind + '"')) {
  if (moment === "birth") signalOnce();
  const send = process.send.bind(process);
  process.send = (...args) => {
    if (!("result" in args[0])) return send(...args);
    signalOnce();
    setTimeout(() => send(...args), 50);
  };
}
`;

t.test("a stop that reaches the process that reads or mends the store is no damage", async (t) => {
  const base = t.testdir({ "signal-once.cjs": SIGNAL_ONCE });
  const live = await filledStore(join(base, "live"));
  const { NODE_OPTIONS = "" } = process.env;
  t.teardown(() => Object.assign(process.env, { NODE_OPTIONS, SIGNAL_ONCE: undefined }));
  for (const kind of ["check", "salvage", "mend"])
    for (const moment of ["birth", "answer"])
      for (const signal of kind === "mend" ? ["SIGTERM", "SIGINT"] : ["SIGTERM"]) {
        const name = `${kind} ${moment} ${signal}`;
        const folder = crashCopy(join(base, "live"), join(base, name));
        const flag = join(base, `${name} sent`);
        rmSync(join(folder, "lock"));
        if (kind !== "check") rmSync(join(folder, "db", "CURRENT"));
        process.env.SIGNAL_ONCE = JSON.stringify({ kind, moment, signal, flag });
        process.env.NODE_OPTIONS = `${NODE_OPTIONS} --require=${JSON.stringify(join(base, "signal-once.cjs"))}`;
        const stopped = await Store.open(folder);
        await stopped.close();
        process.env.NODE_OPTIONS = NODE_OPTIONS;
        t.ok(existsSync(flag), `${name}: the signal was sent`);
        const undisturbed = kind === "check" ? "checked" : "salvaged";
        t.equal(stopped.opened.way, moment === "birth" ? "blind" : undisturbed, name);
        if (moment === "birth") t.equal((await readMarks(folder))?.starts, 1, `${name}: it does not count as failed`);
        const { store, seqs } = await lookAt(folder);
        t.equal(store.opened.way, moment === "birth" ? undisturbed : "clean", `${name}: the next start goes on`);
        t.equal(seqs.length, EVENTS, `${name}: nothing is lost`);
        await store.close();
      }
  await live.close();
});

t.test("of many damaged databases two are kept: the first one and the last one", async (t) => {
  const folder = join(t.testdir(), "store");
  await (await filledStore(folder)).close();
  for (let i = 0; i < 4; i++) {
    rmSync(join(folder, "db", "CURRENT"));
    await (await Store.open(folder)).close();
  }
  t.same(
    readdirSync(folder).filter((name) => name.includes("damaged")),
    ["db.damaged-1", "db.damaged-4"],
  );
});

t.test("a store that could be read after each start is never emptied, however often it is killed", async (t) => {
  const base = t.testdir();
  await (await filledStore(join(base, "0"))).close();
  const ways: string[] = [];
  for (let i = 0; i < 9; i++) {
    const store = await Store.open(join(base, String(i)));
    ways.push(store.opened.way);
    store.append(0, knownEvent(0, (await store.load(0)).nextSeq));
    await store.commit();
    await store.markStarted();
    rmSync(join(crashCopy(join(base, String(i)), join(base, String(i + 1))), "lock"));
    await store.close();
  }
  t.notOk(ways.includes("emptied"), ways.join(", "));
  t.ok(ways.includes("salvaged"));
  const last = await lookAt(join(base, "9"));
  t.equal((await last.store.load(0)).nextSeq, EVENTS + 9);
  await last.store.close();
});

t.test(
  "starts that never last lead to a rescue and at last to an empty store; a healthy one ends the row",
  async (t) => {
    const base = t.testdir();
    await (await filledStore(join(base, "0"))).close();
    const ways: string[] = [];
    // Each start of the row is found as a crash leaves it: a copy made while the store is open.
    for (let i = 0; i < 8; i++) {
      const store = await Store.open(join(base, String(i)));
      ways.push(store.opened.way);
      if (i === 7) {
        t.equal(store.opened.lostEvents[0], 0, "what was given up before is not counted again");
        await store.markHealthy();
      }
      const next = crashCopy(join(base, String(i)), join(base, String(i + 1)));
      rmSync(join(next, "lock"));
      await store.close();
    }
    t.same(ways, ["clean", "checked", "checked", "salvaged", "checked", "checked", "emptied", "checked"]);
    const healthy = await lookAt(join(base, "8"));
    t.equal(healthy.store.opened.way, "checked");
    t.equal((await healthy.store.load(0)).nextSeq, EVENTS);
    await healthy.store.close();
  },
);

t.test("a log file of LevelDB is read as it was written; cut and damaged are told apart", async (t) => {
  const folder = join(t.testdir(), "store");
  await (await filledStore(folder)).close();
  const bytes = readFileSync(dataFile(folder, ".log"));
  const { records, fault } = readRecordFile(bytes);
  t.equal(fault, null);
  t.ok(records.length > 0);
  t.equal(readRecordFile(bytes.subarray(0, bytes.length - 1)).fault, "cut");
  const damaged = Buffer.from(bytes);
  damaged[20] = (damaged[20] as number) ^ 1;
  t.equal(readRecordFile(damaged).fault, "damaged");
  t.same(readRecordFile(Buffer.alloc(40_000)), { records: [], fault: null }, "a file of zeros is empty");
});

t.test("sectors that a power cut kept from the disk are no damage, in the last record alone", async (t) => {
  const folder = join(t.testdir(), "store");
  const store = await Store.open(folder);
  for (let seq = 0; seq < EVENTS; seq++) {
    store.append(0, knownEvent(0, seq));
    if (seq === EVENTS / 4) await store.commit();
  }
  await store.close();
  const bytes = readFileSync(dataFile(folder, ".log"));
  const whole = readRecordFile(bytes).records;
  // the last record begins behind the longest part of the file that is a whole number of records
  const lengths = Array.from({ length: bytes.length }, (_, i) => i);
  const begin = lengths.findLast((length) => {
    const { records, fault } = readRecordFile(bytes.subarray(0, length));
    return fault === null && records.length === whole.length - 1;
  }) as number;
  const firstSectorEnd = begin - (begin % 512) + 512;
  t.ok(bytes.length > firstSectorEnd + 512, "it has sectors to lose");
  const sectors = [begin, ...lengths.filter((at) => at >= firstSectorEnd && at % 512 === 0)];
  for (const at of sectors) {
    const torn = Buffer.from(bytes).fill(0, at, Math.min(bytes.length, at - (at % 512) + 512));
    const { records, fault } = readRecordFile(torn);
    t.same([records.length, fault], [whole.length - 1, "cut"], `without the sector from ${at} on`);
    torn[begin - 1] = (torn[begin - 1] as number) ^ 1;
    t.equal(readRecordFile(torn).fault, "damaged", "nor does it hide that the record before is damaged");
  }
  for (const at of [begin, begin + 6, begin + 20, bytes.length - 1]) {
    const flipped = Buffer.from(bytes);
    flipped[at] = (flipped[at] as number) ^ 4;
    t.equal(readRecordFile(flipped).fault, "damaged", `a bit of the last record, at ${at - begin}, is no power cut`);
  }
});

t.test("one file damaged at random: always opens, never a wrong event, no silent loss, goes on", async (t) => {
  const { cases, failures, wrong, unreported, unusable } = await damageStore(t.testdir(), 16, 20, 2_000);
  t.same(
    { cases, failures, wrong, unreported, unusable },
    { cases: 16, failures: [], wrong: 0, unreported: 0, unusable: 0 },
  );
});

t.test("killed at any moment: everything acknowledged is there once, and the front belongs to it", async (t) => {
  const { kills, acknowledged, lost, wrong, inconsistent } = await killStore(join(t.testdir(), "store"), 10, 3);
  t.same({ kills, lost, wrong, inconsistent }, { kills: 10, lost: 0, wrong: 0, inconsistent: 0 });
  t.ok(acknowledged > 0);
});

function manifestOf(folder: string): string {
  return readFileSync(join(folder, "db", "CURRENT"), "latin1").trim();
}
