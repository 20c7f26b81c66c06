import { readdirSync, rmSync, truncateSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { Journal, type JournalOptions } from "../runtime/store/journal.ts";
import type { JournalChunk } from "../runtime/store/journal-chunk.ts";
import type { StoreAlarm } from "../runtime/store/store-alarm.ts";
import { faultyDisk } from "../scripts/torture/faulty-disk.ts";
import { HandClock, IMPATIENT_CLOCK } from "../scripts/torture/hand-clock.ts";
import { seededRandom } from "../scripts/torture/random.ts";

const ALWAYS = [0, 2 ** 51 - 1] as const;

async function edgesOf(chunks: AsyncIterable<JournalChunk>): Promise<(number | string)[][]> {
  const edges: (number | string)[][] = [];
  for await (const { timesUs, channels, levels, droppedBefore } of chunks) {
    if (droppedBefore > 0) edges.push(["dropped", droppedBefore]);
    for (const [i, timeUs] of timesUs.entries()) edges.push([timeUs, channels[i] as number, levels[i] as number]);
  }
  return edges;
}

/** Edges of a bouncing contact: differences of a few milliseconds. */
function pushMany(journal: Journal, count: number, startUs = 0): number[][] {
  const random = seededRandom(9);
  const edges: number[][] = [];
  let timeUs = startUs;
  for (let i = 0; i < count; i++) {
    const channel = random(10);
    const level = random(2) as 0 | 1;
    timeUs += random(8_000);
    journal.push(timeUs, channel, level);
    edges.push([timeUs, channel, level]);
  }
  return edges;
}

t.test("edges come back as they were pushed, also in part, and after a restart", async (t) => {
  const folder = join(t.testdir(), "journal");
  const journal = await Journal.open(folder, 3);
  const edges = pushMany(journal, 10_000);
  t.same(await edgesOf(journal.read(3, ...ALWAYS)), edges);
  const [from, to] = [edges[4_500]?.[0] as number, edges[8_400]?.[0] as number];
  const part = edges.filter(([timeUs = 0]) => timeUs >= from && timeUs <= to);
  t.same(await edgesOf(journal.read(3, from, to)), part);
  t.same(await edgesOf(journal.read(2, ...ALWAYS)), [], "another boot");
  await journal.close();
  const next = await Journal.open(folder, 4);
  next.push(7, 1, 1);
  t.same(await edgesOf(next.read(3, ...ALWAYS)), edges);
  t.same(await edgesOf(next.read(4, ...ALWAYS)), [[7, 1, 1]]);
  t.equal(next.metrics().partitions, 1, "a restart alone begins no new partition");
  await next.close();
});

t.test("times may begin anew and channels reach 127; anything beyond is a mistake", async (t) => {
  const journal = await Journal.open(join(t.testdir(), "journal"), 0);
  journal.push(2 ** 51 - 1, 127, 1);
  journal.push(5, 0, 0);
  t.same(await edgesOf(journal.read(0, ...ALWAYS)), [
    [5, 0, 0],
    [2 ** 51 - 1, 127, 1],
  ]);
  t.throws(() => journal.push(-1, 0, 0), RangeError);
  t.throws(() => journal.push(0, 128, 0), RangeError);
  await journal.close();
  await t.rejects(Journal.open(t.testdir(), -1), RangeError);
  await t.rejects(Journal.open(t.testdir(), 0, { maxBytes: 1 << 20 }), RangeError);
});

t.test(
  "the oldest partition goes when there is no room; what stays is whole, and one may read meanwhile",
  async (t) => {
    const folder = join(t.testdir(), "journal");
    const options: JournalOptions = { maxBytes: 3 << 20, partitionBytes: 100_000 };
    const journal = await Journal.open(folder, 0, options);
    const edges: number[][] = [];
    for (let round = 0; round < 60; round++) {
      edges.push(...pushMany(journal, 20_000, edges.at(-1)?.[0]));
      if (round === 20) for await (const _ of journal.read(0, ...ALWAYS)) pushMany(journal, 0);
      await journal.flush();
    }
    t.ok((await journal.sizeBytes()) < 1.25 * (3 << 20), `${await journal.sizeBytes()} bytes`);
    const kept = await edgesOf(journal.read(0, ...ALWAYS));
    t.ok(kept.length > 100_000 && kept.length < edges.length, `${kept.length} edges`);
    t.same(kept[0], edges.at(-kept.length));
    t.same(kept.at(-1), edges.at(-1));
    t.equal(journal.metrics().dropped, 0);
    await journal.close();
  },
);

t.test("a storm that cannot be written is dropped, counted, and told where it happened", async (t) => {
  const disk = faultyDisk();
  const alarms: StoreAlarm[] = [];
  const journal = await Journal.open(join(t.testdir(), "journal"), 0, {
    clock: IMPATIENT_CLOCK,
    openDatabase: disk.open,
    onAlarm: (alarm) => alarms.push(alarm),
  });
  journal.push(0, 0, 1);
  await journal.flush();
  disk.fault = "IO error: Input/output error";
  const edges = pushMany(journal, 400_000, 10);
  disk.fault = null;
  await until(() => journal.metrics().fault === null && alarms.length === 2);
  const after = pushMany(journal, 3, edges.at(-1)?.[0]);
  const read = await edgesOf(journal.read(0, ...ALWAYS));
  const { dropped } = journal.metrics();
  t.ok(dropped > 100_000, `${dropped} edges`);
  t.same(read.slice(-3), after);
  t.same(
    read.filter(([what]) => what === "dropped"),
    [["dropped", dropped]],
  );
  t.equal(read.length - 1 + dropped, 400_004);
  t.same(
    alarms.map(({ kind, raised }) => `${kind} ${raised}`),
    ["journal-failed true", "journal-failed false"],
  );
  await journal.close();
});

t.test("one sync in ten seconds of edges, none without", async (t) => {
  const clock = new HandClock();
  const journal = await Journal.open(join(t.testdir(), "journal"), 0, { clock });
  t.equal(clock.waiting, 0);
  for (let i = 0; i < 100; i++) journal.push(i, 0, 1);
  t.equal(clock.waiting, 1);
  clock.advance(10_000);
  t.equal(clock.waiting, 0);
  await journal.close();
});

t.test("a damaged partition is dropped with an alarm; the start and the others do not suffer", async (t) => {
  const folder = join(t.testdir(), "journal");
  const options: JournalOptions = { partitionBytes: 100_000, maxBytes: 10 << 20 };
  const journal = await Journal.open(folder, 0, options);
  for (let round = 0; round < 6; round++) {
    pushMany(journal, 20_000, round * 1e9);
    await journal.flush();
  }
  await journal.close();
  const names = readdirSync(folder).sort((a, b) => Number(a) - Number(b));
  t.ok(names.length >= 3);
  rmSync(join(folder, names.at(-1) as string, "CURRENT"));
  truncateSync(logOf(join(folder, names[0] as string)), 50);
  const alarms: StoreAlarm[] = [];
  const again = await Journal.open(folder, 1, { ...options, onAlarm: (alarm) => alarms.push(alarm) });
  t.match(alarms, [{ kind: "journal-damaged", message: /CURRENT is missing/ }]);
  again.push(1, 1, 1);
  const rest = await edgesOf(again.read(0, ...ALWAYS));
  t.ok(rest.length >= 20_000 && rest.length < 120_000, `${rest.length} edges`);
  t.same(await edgesOf(again.read(1, ...ALWAYS)), [[1, 1, 1]]);
  await again.close();
});

t.test("without a disk the journal opens all the same and begins when there is one", async (t) => {
  const disk = faultyDisk();
  disk.fault = "IO error: Read-only file system";
  const journal = await Journal.open(join(t.testdir(), "journal"), 0, {
    clock: IMPATIENT_CLOCK,
    openDatabase: disk.open,
  });
  t.match(journal.metrics().fault, /Read-only/);
  journal.push(1, 2, 1);
  disk.fault = null;
  await journal.flush();
  await until(() => journal.metrics().fault === null);
  t.same(await edgesOf(journal.read(0, ...ALWAYS)), [[1, 2, 1]]);
  await journal.close();
});

function logOf(folder: string): string {
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".log")) as string);
}

async function until(isDone: () => boolean): Promise<void> {
  while (!isDone()) await new Promise((resolve) => setImmediate(resolve));
}
