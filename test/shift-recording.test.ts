import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import { loadConfig } from "../runtime/config.ts";
import { Appliance } from "../runtime/daemon/appliance.ts";
import { Daemon } from "../runtime/daemon/daemon.ts";
import { Views } from "../runtime/daemon/views.ts";
import type { WatchedLine } from "../runtime/daemon/watched-line.ts";
import { fromStored } from "../runtime/event-record.ts";
import { Log } from "../runtime/log.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { type ComputerLife, LiveSimulation } from "../scripts/torture/live-simulation.ts";
import { sealtrace } from "./commands.ts";
import { moved } from "./moved-times.ts";

const CONFIG = `
timeZone = "UTC"
[[shift]]
name = "Early"
start = "06:00"
end = "09:00"
[[shift]]
name = "Late"
start = "09:00"
end = "20:00"
`;
const EARLY = "2026-03-02/early";
const SCENARIO = fileURLToPath(new URL("../../sim/scenarios/demo.toml", import.meta.url));
const MINUTE_US = 60_000_000;
const DAY_US = 1440 * MINUTE_US;
const NO_CLOCK = { monoUs: () => 0, wallUs: () => 0 };
const QUIET = { journal: false, write: () => true };

type Life = Omit<ComputerLife, "speed">;

/** Lets an appliance watch the machine; `onPortion` looks at how far it is. */
async function live(folder: string, life: Life, onPortion: (appliance: Appliance) => unknown = () => {}) {
  const openSource = async (names: readonly string[]) => new LiveSimulation(SCENARIO, names, { ...life, speed: 1e6 });
  const log = new Log({ out: QUIET, err: QUIET, clock: NO_CLOCK });
  const config = loadConfig(join(folder, "config.toml"));
  const appliance = await Appliance.start({ config, dataFolder: join(folder, "data"), openSource, log });
  await appliance.run(async () => {
    await onPortion(appliance);
  });
  return { appliance, log };
}

/** What a daemon on these data says of the early shift, and what a replay of the edges that it gives makes of it. */
async function told(t: Test, folder: string, life: Life) {
  const { appliance, log } = await live(folder, life);
  const sockets = mkdtempSync(join(tmpdir(), "st-"));
  t.teardown(() => rmSync(sockets, { recursive: true }));
  const clock = { ...NO_CLOCK, bootId: () => "", wallIsTrusted: () => true };
  const daemon = await Daemon.start({ appliance, clock, log, socketFolder: sockets });
  const ask = async (...args: string[]) => {
    const outcome = await sealtrace(args, { SEALTRACE_SOCKET_DIR: sockets });
    t.match(outcome, { status: 0, stderr: "" }, args.join(" "));
    return outcome.stdout;
  };
  const edges = join(folder, "edges.csv");
  await ask("report", EARLY, "--edges", edges);
  const reported = JSON.parse(await ask("report", EARLY, "--json")) as ShiftResult;
  const [sequence] = JSON.parse(await ask("export", EARLY, "--to", join(folder, "files"), "--json")).filter(
    ({ path }: { path: string }) => path.endsWith(".cborseq"),
  );
  const replayed = async (path: string) => {
    const { shifts } = JSON.parse(await ask("replay", path, "--config", join(folder, "config.toml"), "--json"));
    const { maintenance: _, ...shift } = shifts.find(({ id }: ShiftResult) => id === EARLY);
    return moved(shift, Date.parse(shift.start) * 1000 - shift.startUs);
  };
  const fromEdges = await replayed(edges);
  const fromSequence = await replayed(join(folder, "files", sequence.path));
  await daemon.stop();
  return { reported, fromEdges, fromSequence };
}

const NEXT = { untilUs: 260 * MINUTE_US } as const;

t.test("replay of `report --edges` is the report, to the last digit, whatever interrupted the shift", async (t) => {
  const folder = t.testdir({ config: CONFIG });
  const home = (name: string) => {
    const own = join(folder, name);
    cpSync(join(folder, "config"), join(own, "config.toml"));
    return own;
  };
  const first = { bootId: "a", fromUs: 0 } as const;
  const same = (result: Awaited<ReturnType<typeof told>>, holes: number) => {
    const { reported, fromEdges, fromSequence } = result;
    t.equal(reported.state, "final");
    t.equal((reported.stops ?? []).filter(({ kind }) => kind === "no-data").length, holes);
    t.same(fromEdges, reported, "report --edges");
    t.same(fromSequence, reported, "export");
  };

  t.comment("no restart");
  same(await told(t, home("calm"), { ...first, ...NEXT }), 0);

  t.comment("stopped in order and started again, twice, in the same boot");
  const stopped = home("stopped");
  const lives = [
    { ...first, untilUs: 58 * MINUTE_US },
    { ...first, fromUs: 63 * MINUTE_US, bootUs: 0, untilUs: 100 * MINUTE_US },
  ];
  for (const life of lives) await (await live(stopped, life)).appliance.stop();
  same(await told(t, stopped, { ...first, fromUs: 104 * MINUTE_US, bootUs: 0, ...NEXT }), 2);

  const killedAt = async (name: string, life: Partial<Life>) => {
    const [killed, found] = [home(name), home(`${name}-found`)];
    let isCopied = false;
    const until = { ...first, ...life, untilUs: 119 * MINUTE_US };
    const { appliance } = await live(killed, until, async ({ nowUs, journal }) => {
      if (isCopied || (nowUs ?? 0) < 118 * MINUTE_US) return;
      isCopied = true;
      // the latest seconds of the journal may be missing otherwise, see docs/store.md
      await journal.flush();
      cpSync(join(killed, "data"), join(found, "data"), { recursive: true });
      rmSync(join(found, "data", "lock"));
    });
    await appliance.stop();
    t.ok(isCopied);
    return found;
  };
  t.comment("killed, and started again in a boot of its own");
  same(await told(t, await killedAt("killed", {}), { bootId: "b", fromUs: 125 * MINUTE_US, ...NEXT }), 1);

  t.comment("the same, and the first boot has to make room: its journal reaches further than its end in the store");
  const ahead = { clockErrorUs: () => 10 * MINUTE_US, isClockTrusted: () => false };
  same(await told(t, await killedAt("ahead", ahead), { bootId: "b", fromUs: 125 * MINUTE_US, ...NEXT }), 2);
});

t.test("a clock that is set right moves the whole boot, however often the daemon was started in it", async (t) => {
  const folder = t.testdir({ config: CONFIG });
  const first = { bootId: "a", fromUs: 0, untilUs: 70 * MINUTE_US };
  const same = { bootId: "a", bootUs: 0, fromUs: 72 * MINUTE_US, ...NEXT };
  const other = { bootId: "b", fromUs: 72 * MINUTE_US, ...NEXT };
  const lived = async (name: string, second: Life, errorUs: (timeUs: number) => number) => {
    const own = join(folder, name);
    cpSync(join(folder, "config"), join(own, "config.toml"));
    await (await live(own, { ...first, clockErrorUs: errorUs })).appliance.stop();
    const { appliance } = await live(own, { ...second, clockErrorUs: errorUs }, (each) => each.checkClock());
    const shift = await new Views(appliance).shift(appliance.lines[0] as WatchedLine, EARLY);
    await appliance.stop();
    return shift;
  };
  const behindUntil = (untilUs: number) => (timeUs: number) => (timeUs < untilUs ? -137 * MINUTE_US : 0);
  const ahead = (timeUs: number) => (timeUs > 71 * MINUTE_US && timeUs < 100 * MINUTE_US ? 317 * MINUTE_US : 0);
  const right = await lived("right", same, () => 0);
  t.ok(right.worstHour);
  for (const [name, told, expected] of [
    ["set while nothing runs", await lived("down", same, behindUntil(71 * MINUTE_US)), right],
    ["set later", await lived("later", same, behindUntil(100 * MINUTE_US)), right],
    ["ahead after the power was off", await lived("ahead", other, ahead), await lived("other", other, () => 0)],
  ] as const) {
    t.equal(told.remarks.filter(({ kind }) => kind === "clock-step").length, 1, name);
    t.same(withoutClock(told), withoutClock(expected), name);
    t.equal(told.worstHour, null, "the hours of a wrong clock are none");
  }
});

t.test(
  "boots whose clock was wrong make room for one that is right, and no seal is lost or counted twice",
  async (t) => {
    const folder = t.testdir({ config: CONFIG });
    const never = () => false;
    const from70 = (timeUs: number) => timeUs >= 70 * MINUTE_US;
    const error = (us: number, isRight: (timeUs: number) => boolean) => ({
      clockErrorUs: (timeUs: number) => (isRight(timeUs) ? 0 : us),
      isClockTrusted: isRight,
    });
    const first = { bootId: "a", fromUs: 0, untilUs: 40 * MINUTE_US };
    const second = { bootId: "b", fromUs: 41 * MINUTE_US, untilUs: 110 * MINUTE_US };
    for (const [name, lives] of [
      ["a shift was over by the wrong clock", [{ ...second, ...error(137 * MINUTE_US, from70) }]],
      ["at the start", [{ ...first, ...error(5 * MINUTE_US, never) }, second]],
      [
        "two years ahead, and set right in the next boot",
        [
          { ...first, ...error(730 * DAY_US, never) },
          { ...second, ...error(MINUTE_US, from70) },
        ],
      ],
    ] as const) {
      const own = join(folder, name);
      cpSync(join(folder, "config"), join(own, "config.toml"));
      for (const [i, life] of lives.entries()) {
        const { appliance } = await live(own, life, (each) => each.checkClock());
        if (i === lives.length - 1) await countsAll(t, appliance, name);
        await appliance.stop();
      }
    }
  },
);

/** Each seal of the store is in one shift, and each shift is there once. */
async function countsAll(t: Test, appliance: Appliance, name: string) {
  const line = appliance.lines[0] as WatchedLine;
  await appliance.store.commit();
  let stored = 0;
  for await (const { event } of appliance.store.events(line.keeper.settings.number))
    if (fromStored(event, 0)?.kind === "seal") stored++;
  const shifts = await new Views(appliance).latest(line, 1000);
  const ids = shifts.map(({ id }) => id);
  t.ok(stored > 100, name);
  t.equal(
    shifts.reduce((sum, { seals }) => sum + seals, 0),
    stored,
    `${name}: seals of all shifts`,
  );
  t.same(ids, [...new Set(ids)], `${name}: each shift once`);
}

t.test("a power cut right after the clock was set right", async (t) => {
  const folder = t.testdir({ "config.toml": CONFIG });
  const shiftsOf = async (appliance: Appliance) =>
    (await new Views(appliance).latest(appliance.lines[0] as WatchedLine, 10)).map(({ id, seals }) => ({ id, seals }));
  const copy = join(folder, "copy");
  cpSync(join(folder, "config.toml"), join(copy, "config.toml"));
  let counted: Awaited<ReturnType<typeof shiftsOf>> | null = null as Awaited<ReturnType<typeof shiftsOf>> | null;
  const life = {
    bootId: "a",
    bootUs: 0,
    clockErrorUs: (us: number) => (us < 30 * MINUTE_US ? -26 * 60 * MINUTE_US : 0),
  };
  const { appliance } = await live(folder, { ...life, fromUs: 0, untilUs: 40 * MINUTE_US }, async (each) => {
    if (counted !== null) return;
    if ((each.nowUs ?? 0) < 15 * MINUTE_US) each.keep();
    if (!(await each.checkClock())) return;
    counted = await shiftsOf(each);
    await each.store.commit();
    cpSync(join(folder, "data"), join(copy, "data"), { recursive: true });
    rmSync(join(copy, "data", "lock"));
  });
  await appliance.stop();
  const again = await live(copy, { ...life, fromUs: 45 * MINUTE_US, untilUs: 45.02 * MINUTE_US });
  const [shift, ...others] = await shiftsOf(again.appliance);
  const [before] = counted ?? [];
  t.same([shift?.id, others], [EARLY, []]);
  t.ok((before?.seals ?? 0) > 300);
  // those that the cut and the second's look have made
  t.ok(within(shift?.seals ?? 0, before?.seals ?? 0, 2), `${shift?.seals} of ${before?.seals}`);
  await again.appliance.stop();
});

function within(seals: number, before: number, more: number): boolean {
  return before <= seals && seals <= before + more;
}

function withoutClock({ remarks, worstHour: _, ...rest }: ShiftResult) {
  return { ...rest, remarks: remarks.filter(({ kind }) => kind !== "clock-step") };
}
