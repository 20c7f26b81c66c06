import t, { type Test } from "tap";
import { type Config, defaultConfig } from "../runtime/config.ts";
import { Appliance } from "../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../runtime/daemon/simulated-source.ts";
import { Log } from "../runtime/log.ts";
import { type FaultyDisk, faultyDisk } from "../scripts/torture/faulty-disk.ts";
import { IMPATIENT_CLOCK } from "../scripts/torture/hand-clock.ts";

const FOUR_HOURS_US = 4 * 3_600_000_000;
const FIRST_FAULT = 20_000;

interface Told {
  readonly lines: readonly string[];
  readonly edges: number;
  readonly faults: number;
}

/** Half a shift, all of it in one hour of the log; `onEdges` may break the disk as edges come. */
async function halfShift(
  t: Test,
  scenario: string,
  perHour: number,
  onEdges: (disk: FaultyDisk, edges: number) => void,
): Promise<Told> {
  const lines: string[] = [];
  const out = { journal: false, write: (line: string) => lines.push(line) > 0 };
  const log = new Log({ out, err: out, clock: { monoUs: () => 0, wallUs: () => 0 }, perHour });
  const config: Config = defaultConfig();
  const disk = faultyDisk();
  const appliance = await Appliance.start({
    config,
    dataFolder: t.testdir(),
    openSource: async () => new SimulatedSource(scenario, 1e6, config),
    log,
    storeOptions: { openDatabase: disk.open, clock: IMPATIENT_CLOCK },
  });
  let faults = 0;
  let before: string | null = null;
  await appliance.run(async () => {
    onEdges(disk, appliance.edges);
    if (disk.fault !== null && before === null) faults++;
    before = disk.fault;
    appliance.keep();
    await new Promise((resolve) => setImmediate(resolve));
    if ((appliance.nowUs ?? 0) >= FOUR_HOURS_US) appliance.endReading();
  });
  disk.fault = null;
  await appliance.stop();
  log.end();
  return { lines, edges: appliance.edges, faults };
}

/** How often each event was told, by its level. */
function byEvent(lines: readonly string[]): readonly number[] {
  const counts = new Map<string, number>();
  for (const line of lines) {
    const event = line.split(" ").slice(1, 3).join(" ");
    counts.set(event, (counts.get(event) ?? 0) + 1);
  }
  return [...counts.values()];
}

const LINE = /^\S+Z (error|warning|notice|info) [a-z-]+( [A-Za-z]+=("([^"\\]|\\.)*"|\S+))*\n$/;
const UNLIMITED = Number.POSITIVE_INFINITY;

t.test("in a hostile panel a hundred thousand edges are no event", async (t) => {
  const { lines, edges } = await halfShift(t, "hostile", UNLIMITED, () => {});
  t.ok(edges > 100_000);
  t.ok(lines.length < 20, `${lines.length} lines`);
  t.ok(
    lines.every((line) => LINE.test(line)),
    "one line an event, key=value",
  );
});

t.test("a disk that dies is told once, however long it is tried again", async (t) => {
  const { lines, faults } = await halfShift(t, "hostile", UNLIMITED, (disk, edges) => {
    if (edges > FIRST_FAULT) disk.fault = "IO error: input/output error";
  });
  t.equal(faults, 1);
  t.match(lines.join(""), /warning store-/);
  t.ok(Math.max(...byEvent(lines)) <= 3, lines.join(""));
  t.ok(lines.every((line) => LINE.test(line)));
});

t.test("a disk that comes and goes all the time is told some times an hour, then counted", async (t) => {
  const { lines, faults } = await halfShift(t, "hostile", 3, (disk) => {
    disk.fault = disk.fault === null ? "IO error: input/output error" : null;
  });
  t.ok(faults > 4, `${faults} faults`);
  t.ok(Math.max(...byEvent(lines)) <= 4, lines.join(""));
});
