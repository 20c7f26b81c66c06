import { closeSync, openSync, readdirSync, statSync, writeSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { type Config, defaultConfig } from "../runtime/config.ts";
import { Appliance } from "../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../runtime/daemon/simulated-source.ts";
import { Views } from "../runtime/daemon/views.ts";
import type { WatchedLine } from "../runtime/daemon/watched-line.ts";
import { Log } from "../runtime/log.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { Store } from "../runtime/store/store.ts";

const EVERY_DAY = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"] as const;
const HOUR_US = 3_600_000_000;

function config(): Config {
  const shift = (name: string, start: string, end: string) => ({ name, start, end, days: [...EVERY_DAY], breaks: [] });
  return { ...defaultConfig(), shift: [shift("A", "05:00", "09:00"), shift("B", "09:00", "20:00")] };
}

interface Lived {
  readonly results: readonly ShiftResult[];
  readonly said: readonly string[];
}

/** Lets a simulated morning go on in this folder until some hours into it, and tells what is known then. */
async function live(folder: string, untilHours: number): Promise<Lived> {
  const said: string[] = [];
  const out = { journal: false, write: (line: string) => said.push(line) > 0 };
  const log = new Log({ out, err: out, clock: { monoUs: () => 0, wallUs: () => 0 } });
  const openSource = async () => new SimulatedSource("demo", 1e6, config());
  const appliance = await Appliance.start({ config: config(), dataFolder: folder, openSource, log });
  await appliance.run(() => {
    if ((appliance.nowUs ?? 0) >= untilHours * HOUR_US) appliance.endReading();
  });
  const results = await new Views(appliance).latest(appliance.lines[0] as WatchedLine, 10);
  await appliance.stop();
  return { results, said };
}

async function undisturbed(folder: string): Promise<readonly ShiftResult[]> {
  return (await live(folder, 9)).results;
}

t.test("a snapshot that makes no sense is left aside: the events tell the same", async (t) => {
  const folder = t.testdir({ calm: {}, bad: {} });
  await live(join(folder, "bad"), 4);
  const store = await Store.open(join(folder, "bad"));
  store.putSnapshot(0, { nonsense: true });
  await store.close();
  const { results, said } = await live(join(folder, "bad"), 9);
  t.same(results, await undisturbed(join(folder, "calm")));
  t.match(said.join(""), /state-unusable line=line-1 what=snapshot/);
});

t.test("a state of the contacts that makes no sense costs a hole, and nothing that was counted", async (t) => {
  const folder = t.testdir({ calm: {}, bad: {} });
  const before = await live(join(folder, "bad"), 4);
  const store = await Store.open(join(folder, "bad"));
  store.setFront(0, { boot: 1, taken: 3, contacts: { nonsense: true }, anchors: null });
  await store.close();
  const { results, said } = await live(join(folder, "bad"), 9);
  t.match(said.join(""), /state-unusable line=line-1 what=contacts/);
  const seals = (shifts: readonly ShiftResult[]) => shifts.reduce((sum, shift) => sum + shift.seals, 0);
  const calm = seals(await undisturbed(join(folder, "calm")));
  t.ok(seals(results) > seals(before.results), "counting goes on");
  t.ok(calm - seals(results) <= 2, `${seals(results)} of ${calm} seals`);
});

t.test("tables that open and cannot be read are rescued, and counting goes on", async (t) => {
  const folder = t.testdir({ bad: {} });
  for (const hours of [2, 3, 4]) await live(join(folder, "bad"), hours);
  const home = join(folder, "bad", "db");
  for (const name of readdirSync(home).filter((each) => each.endsWith(".ldb"))) {
    const file = openSync(join(home, name), "r+");
    const size = statSync(join(home, name)).size;
    writeSync(file, Buffer.alloc(Math.min(64, size >> 2), 0x5a), 0, undefined, size >> 2);
    closeSync(file);
  }
  const { results } = await live(join(folder, "bad"), 9);
  t.ok(results.length > 0);
  t.ok((results.at(-1)?.seals ?? 0) > 0);
});
