import { execFile } from "node:child_process";
import { rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import t, { type Test } from "tap";
import { Store } from "../runtime/store/store.ts";
import type { StoreAlarm } from "../runtime/store/store-alarm.ts";
import { faultyDisk } from "../scripts/torture/faulty-disk.ts";
import { HandClock, IMPATIENT_CLOCK } from "../scripts/torture/hand-clock.ts";
import { checkLog, knownEvent } from "../scripts/torture/known-events.ts";

const run = promisify(execFile);
const FULL = "IO error: 000003.log: No space left on device";

function count(length: number): number[] {
  return Array.from({ length }, (_, i) => i);
}

t.test("a failed write is told once, kept, written after the database was opened again, and cleared", async (t) => {
  for (const writesAnyway of [false, true]) {
    const folder = join(t.testdir(), "store");
    const disk = faultyDisk();
    const clock = new HandClock();
    const alarms: StoreAlarm[] = [];
    const store = await Store.open(folder, { clock, openDatabase: disk.open, onAlarm: (alarm) => alarms.push(alarm) });
    for (let seq = 0; seq < 250; seq++) store.append(0, knownEvent(0, seq));
    await store.commit();
    const opened = disk.opened;
    Object.assign(disk, { fault: FULL, writesAnyway });
    for (let seq = 250; seq < 270; seq++) store.append(0, knownEvent(0, seq));
    store.setFront(0, "at 269");
    let isDone = false;
    const committed = store.commit().then(() => {
      isDone = true;
    });
    await untilWaiting(clock);
    for (let i = 0; i < 5; i++) {
      clock.advance(30_000);
      await untilWaiting(clock);
    }
    t.equal(isDone, false, "nothing is acknowledged");
    t.equal(store.durableSeq(0), 249);
    t.match(store.metrics(), { fault: /No space left/, pendingEvents: 20 });
    t.throws(() => store.append(0, { ...knownEvent(0, 0), type: -1 }), RangeError);
    await t.rejects(checkLog(store, 0), /cannot be read until its disk works/);
    store.append(0, knownEvent(0, 270));
    disk.fault = null;
    clock.advance(30_000);
    await committed;
    t.ok(disk.opened > opened, "the database was closed and opened");
    await store.commit();
    t.same(await checkLog(store, 0), { seqs: count(271), wrong: 0 });
    t.same(
      alarms.map(({ kind, raised }) => `${kind} ${raised}`),
      ["write-failed true", "write-failed false"],
    );
    await store.close();
    const again = await Store.open(folder);
    t.equal(again.opened.way, "clean");
    t.same(await checkLog(again, 0), { seqs: count(271), wrong: 0 });
    t.same((await again.load(0)).front, { state: "at 269", lastSeq: 269 });
    await again.close();
    rmSync(folder, { recursive: true });
  }
});

t.test("memory has a bound: what does not fit is refused, counted and told, what is in is written", async (t) => {
  const folder = join(t.testdir(), "store");
  const disk = faultyDisk();
  const alarms: StoreAlarm[] = [];
  const options = {
    clock: IMPATIENT_CLOCK,
    openDatabase: disk.open,
    onAlarm: (alarm: StoreAlarm) => alarms.push(alarm),
  };
  const store = await Store.open(folder, options);
  disk.fault = FULL;
  for (let seq = 0; seq < 100_000; seq++) store.append(0, knownEvent(0, seq));
  t.equal(store.append(0, knownEvent(0, 100_000)), null);
  t.equal(store.append(1, knownEvent(1, 0)), null);
  t.match(store.metrics(), { droppedEvents: 2, pendingEvents: 100_000 });
  disk.fault = null;
  await store.commit();
  t.equal(store.append(1, knownEvent(1, 0)), 0, "a refused event takes no number");
  await store.close();
  t.same(
    alarms.filter(({ kind }) => kind === "dropped").map(({ raised }) => raised),
    [true, false],
  );
  const again = await Store.open(folder);
  const { seqs, wrong } = await checkLog(again, 0);
  t.same([seqs.length, wrong], [100_000, 0]);
  await again.close();
});

t.test("closing ends although the disk does not work, and tells what is lost", async (t) => {
  const folder = join(t.testdir(), "store");
  const disk = faultyDisk();
  const alarms: StoreAlarm[] = [];
  const clock = new HandClock();
  const store = await Store.open(folder, { clock, openDatabase: disk.open, onAlarm: (alarm) => alarms.push(alarm) });
  store.append(0, knownEvent(0, 0));
  await store.commit();
  disk.fault = FULL;
  store.append(0, knownEvent(0, 1));
  const refused = t.rejects(store.commit(), /closed before this was written/);
  await store.close();
  await refused;
  t.match(alarms.at(-1), { kind: "dropped", message: /1 events could not be written/ });
  const again = await Store.open(folder);
  t.equal(again.opened.way, "checked", "the end was not in order");
  t.equal((await again.load(0)).nextSeq, 1);
  await again.close();
});

t.test("counting starts without a disk; once it works, the numbers go on behind a known gap", async (t) => {
  const folder = join(t.testdir(), "store");
  const store = await Store.open(folder);
  for (let seq = 0; seq < 300; seq++) store.append(0, knownEvent(0, seq));
  await store.close();
  const disk = faultyDisk();
  disk.fault = "IO error: LOCK: Read-only file system";
  const alarms: StoreAlarm[] = [];
  const options = {
    clock: IMPATIENT_CLOCK,
    openDatabase: disk.open,
    onAlarm: (alarm: StoreAlarm) => alarms.push(alarm),
  };
  const blind = await Store.open(folder, options);
  t.match(blind.opened, { way: "blind", reason: /Read-only file system/ });
  const { nextSeq, front } = await blind.load(0);
  t.equal(front, null);
  t.same((await checkLog(blind, 0)).seqs, []);
  t.equal(blind.append(0, knownEvent(0, nextSeq)), nextSeq);
  const committed = blind.commit();
  disk.fault = null;
  await committed;
  t.same((await checkLog(blind, 0)).seqs, [...count(300), nextSeq]);
  t.same(
    alarms.map(({ kind, raised }) => `${kind} ${raised}`),
    ["blind true", "blind false", "write-failed false"],
  );
  await blind.close();
  const again = await Store.open(folder);
  t.equal(again.opened.way, "clean");
  t.same(await checkLog(again, 0), { seqs: [...count(300), nextSeq], wrong: 0 });
  t.equal((await again.load(0)).nextSeq, nextSeq + 1);
  await again.close();
});

t.test("a disk that is really full, with and without room for the start", async (t) => {
  const mount = t.testdir();
  const isMounted = await run("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", mount]).then(
    () => true,
    () => false,
  );
  if (!isMounted) return t.pass("not tried: needs the right to mount a small file system", { skip: "needs root" });
  try {
    await useFullDisk(t, mount);
  } finally {
    await run("umount", [mount]);
  }
  return undefined;
});

async function useFullDisk(t: Test, mount: string): Promise<void> {
  const folder = join(mount, "store");
  let store = await Store.open(folder, { clock: IMPATIENT_CLOCK });
  let next = 0;
  for (let episode = 0; episode < 3; episode++) {
    next = append(store, next, 500);
    await store.commit();
    const acknowledged = next;
    fill(mount);
    next = append(store, next, 20_000);
    const committed = store.commit();
    await until(() => store.metrics().fault !== null);
    t.match(store.metrics().fault, /No space left/);
    t.equal(store.durableSeq(0), acknowledged - 1);
    rmSync(join(mount, "ballast"));
    await committed;
    t.equal(store.metrics().fault, null);
    t.same(await checkLog(store, 0), { seqs: count(next), wrong: 0 });
  }
  await store.close();
  fill(mount);
  store = await Store.open(folder, { clock: IMPATIENT_CLOCK });
  t.equal(store.opened.way, "blind");
  rmSync(join(mount, "ballast"));
  store.append(0, knownEvent(0, (await store.load(0)).nextSeq));
  await store.commit();
  await store.close();
  store = await Store.open(folder);
  const { seqs, wrong } = await checkLog(store, 0);
  t.same([seqs.slice(0, next), wrong, seqs.length], [count(next), 0, next + 1]);
  t.match(store.opened, { way: "clean", setAside: null });
  await store.close();
}

function append(store: Store, from: number, events: number): number {
  for (let seq = from; seq < from + events; seq++) store.append(0, knownEvent(0, seq));
  return from + events;
}

/** Leaves not a byte. */
function fill(mount: string): void {
  const { bavail, bsize } = statfsSync(mount);
  writeFileSync(join(mount, "ballast"), Buffer.alloc(bavail * bsize));
}

/** Lets the machine work until a timer waits, that is until a back-off has begun. */
async function untilWaiting(clock: HandClock): Promise<void> {
  await until(() => clock.waiting > 0);
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
}
