import { deepStrictEqual as deepEqual } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { InputError } from "../drivers/input-error.ts";
import { openDatabase } from "../runtime/store/database.ts";
import { putStep } from "../runtime/store/entries.ts";
import { SCHEMA_KEY } from "../runtime/store/keys.ts";
import { Store } from "../runtime/store/store.ts";
import type { StoreAlarm } from "../runtime/store/store-alarm.ts";
import { HandClock } from "../scripts/torture/hand-clock.ts";
import { checkLog, knownEvent } from "../scripts/torture/known-events.ts";

async function all<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const list: Item[] = [];
  for await (const item of items) list.push(item);
  return list;
}

t.test("a new store is empty, and what is put in is there after a restart", async (t) => {
  const folder = join(t.testdir(), "store");
  const store = await Store.open(folder);
  t.match(store.opened, { way: "created", reason: null, setAside: null, lostEvents: new Array(8).fill(0) });
  t.same(await store.load(0), { snapshot: null, front: null, nextSeq: 0 });
  t.equal(store.durableSeq(0), -1);
  for (let seq = 0; seq < 600; seq++) t.equal(store.append(0, knownEvent(0, seq)), seq);
  t.equal(store.append(7, knownEvent(7, 0)), 0, "each line has numbers of its own");
  store.setFront(0, { a: 1 });
  store.setFront(0, { a: 2, bytes: Buffer.of(1, 2) });
  store.putSnapshot(0, { big: [1, 2, 3] });
  store.putResult(3, 100, "early");
  store.putResult(3, 200, { b: null });
  store.putResult(3, 300, "gone");
  t.equal(await store.appendNote("first"), 0);
  t.equal(await store.appendNote({ second: true }), 1);
  t.equal(store.durableSeq(0), 599);
  store.deleteResult(3, 300);
  await store.close();

  const again = await Store.open(folder);
  t.equal(again.opened.way, "clean");
  t.same(await again.load(0), {
    snapshot: { state: { big: [1, 2, 3] }, lastSeq: 599 },
    front: { state: { a: 2, bytes: Buffer.of(1, 2) }, lastSeq: 599 },
    nextSeq: 600,
  });
  t.same(await checkLog(again, 0), { seqs: Array.from({ length: 600 }, (_, i) => i), wrong: 0 });
  t.same(
    (await all(again.events(0, 255, 513))).map(({ seq }) => seq),
    Array.from({ length: 259 }, (_, i) => i + 255),
  );
  t.same(await all(again.results(3)), [
    { key: 100, value: "early" },
    { key: 200, value: { b: null } },
  ]);
  t.same(await all(again.results(3, 101, 1)), [{ key: 200, value: { b: null } }]);
  t.equal(await again.result(3, 300), undefined);
  t.equal(await again.result(3, 100), "early");
  t.same(await all(again.notes()), ["first", { second: true }]);
  t.equal(again.append(0, knownEvent(0, 600)), 600, "numbers go on");
  t.equal(await again.appendNote("third"), 2);
  t.ok((await again.sizeBytes()) > 1000);
  await again.close();
});

t.test("random work and restarts leave what an array would hold", async (t) => {
  const action = fc.oneof(
    { weight: 6, arbitrary: fc.record({ kind: fc.constant("append"), count: fc.integer({ min: 1, max: 300 }) }) },
    { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom("commit", "front", "snapshot", "result") }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("restart", "prune") }) },
  );
  let folders = 0;
  const base = t.testdir();
  const property = fc.asyncProperty(fc.array(action, { minLength: 5, maxLength: 40 }), async (actions) => {
    const folder = join(base, String(folders++));
    let store = await Store.open(folder, { commitWindowMs: 0 });
    let next = 0;
    let first = 0;
    let front: unknown = null;
    let snapshot: unknown = null;
    const results = new Map<number, number>();
    for (const step of [...actions, { kind: "restart" }]) {
      if ("count" in step) for (let i = 0; i < step.count; i++) deepEqual(store.append(2, knownEvent(2, next)), next++);
      else if (step.kind === "commit") await store.commit();
      else if (step.kind === "front") {
        front = { state: { next }, lastSeq: next - 1 };
        store.setFront(2, { next });
      } else if (step.kind === "snapshot") {
        snapshot = { state: [next], lastSeq: next - 1 };
        store.putSnapshot(2, [next]);
      } else if (step.kind === "result") {
        results.set(next % 5, next);
        store.putResult(2, next % 5, next);
      } else if (step.kind === "prune") {
        await store.commit();
        await store.prune(2, next - 300);
        first = Math.max(first, Math.floor(Math.max(next - 300, 0) / 256) * 256);
      } else {
        await store.close();
        store = await Store.open(folder, { commitWindowMs: 0 });
        if (store.opened.way !== "clean") throw new Error(`opened ${store.opened.way}: ${store.opened.reason}`);
        const expected = { seqs: Array.from({ length: next - first }, (_, i) => first + i), wrong: 0 };
        deepEqual(await checkLog(store, 2), expected);
        deepEqual(await store.load(2), { snapshot, front, nextSeq: next });
        const sorted = [...results].sort(([a], [b]) => a - b).map(([key, value]) => ({ key, value }));
        deepEqual(await all(store.results(2)), sorted);
      }
    }
    await store.close();
  });
  await t.resolves(fc.assert(property, { numRuns: 12 }));
});

t.test("a commit comes when its window is over, at a full chunk, and when somebody asks", async (t) => {
  const clock = new HandClock();
  const durable: number[][] = [];
  let told = () => {};
  const onDurable = (line: number, seq: number, oldestPendingMs: number) => {
    durable.push([line, seq, oldestPendingMs]);
    told();
  };
  const store = await Store.open(join(t.testdir(), "s"), { clock, onDurable, commitWindowMs: 1000 });
  const next = () => new Promise<void>((resolve) => (told = resolve));
  store.append(1, knownEvent(1, 0));
  clock.advance(400);
  store.append(1, knownEvent(1, 1));
  clock.advance(599);
  t.same(durable, [], "the window is not over");
  t.equal(store.metrics().pendingEvents, 2);
  const committed = next();
  clock.advance(1);
  await committed;
  t.same(durable, [[1, 1, 1000]], "it counts from the oldest event");
  const filled = next();
  for (let seq = 2; seq < 258; seq++) store.append(1, knownEvent(1, seq));
  await filled;
  t.same(durable.at(-1), [1, 257, 0], "256 events do not wait");
  store.append(1, knownEvent(1, 258));
  await store.commit();
  t.equal(store.durableSeq(1), 258);
  await store.commit();
  t.match(store.metrics(), { commits: 3, pendingEvents: 0, fault: null, droppedEvents: 0 });
  await store.close();
});

t.test("the front state belongs to the last event that is there, whenever the commit comes", async (t) => {
  const folder = join(t.testdir(), "store");
  const store = await Store.open(folder);
  for (let seq = 0; seq < 300; seq++) {
    store.append(0, knownEvent(0, seq));
    store.setFront(0, seq);
  }
  await store.commit();
  t.same((await store.load(0)).front, { state: 299, lastSeq: 299 });
  store.append(0, knownEvent(0, 300));
  await store.commit();
  t.same((await store.load(0)).front, { state: 299, lastSeq: 299 }, "it says behind which event it belongs");
  await store.close();
});

t.test("old events go in whole chunks, and nobody takes them for lost", async (t) => {
  const folder = join(t.testdir(), "store");
  const store = await Store.open(folder);
  for (let seq = 0; seq < 1000; seq++) store.append(0, knownEvent(0, seq));
  await store.commit();
  await store.prune(0, 600);
  await store.prune(1, 600);
  t.same((await checkLog(store, 0)).seqs[0], 512);
  await store.prune(0, 5000);
  t.same((await checkLog(store, 0)).seqs[0], 512, "the newest 256 stay");
  await store.close();
  const again = await Store.open(folder);
  t.equal(again.opened.way, "clean");
  t.equal((await again.load(0)).nextSeq, 1000);
  await again.close();
});

t.test("a second daemon is refused with the number of the first one, even after LOCK was read", async (t) => {
  const folder = join(t.testdir(), "store");
  const store = await Store.open(folder);
  readFileSync(join(folder, "db", "LOCK"));
  await t.rejects(Store.open(folder), {
    name: "InputError",
    message: new RegExp(`lock: the store is in use by process ${process.pid}; stop that daemon first`),
  });
  store.append(0, knownEvent(0, 0));
  await store.close();
  const again = await Store.open(folder);
  t.equal((await again.load(0)).nextSeq, 1);
  await again.close();
});

t.test("a store of a newer program is left alone", async (t) => {
  const folder = join(t.testdir(), "store");
  await (await Store.open(folder)).close();
  const database = await openDatabase(join(folder, "db"), false);
  await database.batch([putStep(SCHEMA_KEY, [2, 2])], { sync: true });
  await database.close();
  for (let i = 0; i < 4; i++) {
    const refusal = await Store.open(folder).catch((error: unknown) => error);
    t.ok(refusal instanceof InputError);
    t.match(String(refusal), /the store has layout 2, this program knows layouts up to 1; install the newer program/);
  }
});

t.test("mistakes of the program are told at once", async (t) => {
  const folder = join(t.testdir(), "store");
  await t.rejects(Store.open(folder, { commitWindowMs: 30_001 }), RangeError);
  const alarms: StoreAlarm[] = [];
  const store = await Store.open(folder, { onAlarm: (alarm) => alarms.push(alarm) });
  t.throws(() => store.append(8, knownEvent(0, 0)), RangeError);
  t.throws(() => store.append(0, { ...knownEvent(0, 0), type: 256 }), RangeError);
  t.throws(() => store.setFront(0, new Uint8Array(65_536)), RangeError);
  t.throws(() => store.setFront(0, { when: new Date() }), TypeError);
  t.throws(() => store.putResult(0, -1, 1), RangeError);
  await t.rejects(store.appendNote(1n << 70n), TypeError);
  t.equal(await store.appendNote("fine"), 0);
  await store.close();
  await store.close();
  t.same(alarms, []);
  store.append(0, knownEvent(0, 0));
  await t.rejects(store.commit(), /closed/);
});
