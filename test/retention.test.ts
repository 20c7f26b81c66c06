import { join } from "node:path";
import t from "tap";
import { type Config, defaultConfig } from "../runtime/config.ts";
import { Appliance } from "../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../runtime/daemon/simulated-source.ts";
import { Views } from "../runtime/daemon/views.ts";
import type { WatchedLine } from "../runtime/daemon/watched-line.ts";
import { Log } from "../runtime/log.ts";

const DAY_US = 86_400_000_000;
const START_US = Date.UTC(2026, 0, 1) * 1000;

const EVERY_DAY = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const SHIFTS = ["00:00", "06:00", "12:00", "18:00"].map((start, i, starts) => {
  return { name: `S${i}`, days: [...EVERY_DAY], start, end: starts[i + 1] ?? "00:00", breaks: [] };
});

/** Lets a machine that never rests run for some days of four shifts. */
async function lived(dataFolder: string, days: number, store: Partial<Config["store"]>): Promise<Appliance> {
  const base = defaultConfig();
  const config = { ...base, shift: SHIFTS, store: { ...base.store, ...store } };
  const out = { journal: false, write: () => true };
  const log = new Log({ out, err: out, clock: { monoUs: () => 0, wallUs: () => 0 } });
  const openSource = async () => new SimulatedSource("year", 1e6, config);
  const appliance = await Appliance.start({ config, dataFolder, openSource, log });
  await appliance.run(async () => {
    await appliance.retain();
    if ((appliance.nowUs ?? 0) >= days * DAY_US) appliance.endReading();
  });
  await appliance.store.commit();
  return appliance;
}

async function firstEventDay({ store }: Appliance): Promise<number> {
  for await (const { event } of store.events(0)) return event.monoUs / DAY_US;
  return Number.NaN;
}

t.test("events go when they are older than they are kept, and shifts show the same without them", async (t) => {
  const folder = t.testdir({ all: {}, few: {} });
  const all = await lived(join(folder, "all"), 5, { eventDays: 30 });
  const few = await lived(join(folder, "few"), 5, { eventDays: 2 });
  t.ok((await firstEventDay(all)) < 0.1);
  const oldest = await firstEventDay(few);
  t.ok(oldest > 2 && oldest < 5, `the oldest event is of day ${oldest}`);
  const shifts = (appliance: Appliance) => new Views(appliance).latest(appliance.lines[0] as WatchedLine, 3);
  t.same((await shifts(few))[0], (await shifts(all))[0]);
  for (const appliance of [all, few]) await appliance.stop();
  const again = await lived(join(folder, "few"), 5.2, { eventDays: 2 });
  t.equal(again.store.opened.way, "clean", "a store whose beginning was removed is as good as any");
  t.same([...again.alarms.values()], []);
  await again.stop();
});

t.test("shifts go by age, and the oldest ones when the store is too large", async (t) => {
  const folder = t.testdir({ age: {}, size: {} });
  const size = async (appliance: Appliance) => {
    const { archive } = appliance.lines[0] as WatchedLine;
    await appliance.stop();
    return { shifts: archive.size, first: ((archive.startOfLatest(archive.size) ?? 0) - START_US) / DAY_US };
  };
  const young = await size(await lived(join(folder, "age"), 5, { shiftDays: 3 }));
  t.ok(young.first >= 1 && young.first <= 2.5, `the oldest shift is of day ${young.first}`);
  const small = await size(await lived(join(folder, "size"), 5, { mostMegabytes: 0.1 }));
  t.ok(small.shifts >= 9 && small.first > 1, `${small.shifts} shifts, the oldest of day ${small.first}`);
});

t.test("the journal keeps the newest edges within its bytes", async (t) => {
  const appliance = await lived(t.testdir(), 2, { journalMegabytes: 64 });
  const { dropped, edges } = appliance.journal.metrics();
  t.ok(edges > 50_000);
  t.equal(dropped, 0);
  await appliance.journal.flush();
  t.ok((await appliance.journal.sizeBytes()) <= 64 * 2 ** 20);
  await appliance.stop();
});
