import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import t, { type Test } from "tap";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { sealtrace } from "./commands.ts";
import { daemonFolder } from "./daemon-folder.ts";
import { startDaemon, started, until } from "./simulated-daemon.ts";

const CONFIG = `
timeZone = "Europe/Madrid"
[[shift]]
name = "Early"
start = "07:00"
end = "10:00"
[[shift]]
name = "Late"
start = "10:00"
end = "20:00"
breaks = [{ start = "11:00", end = "11:30" }]
[[line]]
area = "Hall 2"
`;
const START_US = Date.UTC(2026, 2, 2, 6) * 1000;
const EARLY = "2026-03-02/early";

async function exported(t: Test, shift: string, to: string, env: Readonly<Record<string, string>>) {
  const outcome = await sealtrace(["export", shift, "--to", to, "--json"], env);
  t.match(outcome, { status: 0, stderr: "" });
  const files = JSON.parse(outcome.stdout) as { path: string; bytes: number }[];
  return new Map(files.map(({ path }) => [path, readFileSync(join(to, path))]));
}

t.test("the files of a shift of the daemon", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const daemon = await started(t, folder, 50_000);
  await until(
    () => daemon.client.call("shifts", {}) as Promise<{ id: string; state: string; end: string }[]>,
    (shifts) => shifts.some(({ state, end }) => state === "running" && end > "2026-03-02T10:00"),
  );
  const reported = (await daemon.client.call("shift", { shift: EARLY })) as ShiftResult;
  const files = await exported(t, EARLY, join(folder, "a"), daemon.env);
  const at = (end: string) => [...files].find(([path]) => path.endsWith(end)) as [string, Buffer];

  t.test("have names that every file system takes, and the same bytes each time", async (t) => {
    t.equal(files.size, 10);
    for (const path of files.keys()) t.match(path, /^[a-z0-9._=/-]+$/);
    t.same(await exported(t, EARLY, join(folder, "b"), daemon.env), files);
    t.notMatch(readdirSync(join(folder, "a"), { recursive: true }), /part$/);
  });

  t.test("the JSON is the shift as the report has it", async (t) => {
    const { schema, area, timeZone, revision, shift } = JSON.parse(at("early.json")[1].toString());
    t.match({ schema, area, timeZone, revision }, { schema: "sealtrace/shift@1", area: "Hall 2", revision: 0 });
    const { maintenance, ...rest } = shift;
    t.same(rest, reported);
    t.ok(maintenance);
  });

  t.test("the worst hour of the contacts is an hour of the clock, and no better than the average", (t) => {
    const { worstHour, signals } = reported;
    const edges = Object.values(signals).flatMap(({ removed }) => Object.values(removed));
    const pulses = edges.reduce((sum, count) => sum + count, 0) / 2;
    t.equal((worstHour?.startUs ?? 1) % 3_600_000_000, 0);
    t.equal((worstHour?.endUs ?? 0) - (worstHour?.startUs ?? 0), 3_600_000_000);
    t.ok((worstHour?.rejectedPulses ?? 0) >= Math.floor(pulses / 3) && (worstHour?.rejectedPulses ?? 0) <= pulses);
    t.end();
  });

  t.test("page and text are those of the report", async (t) => {
    t.equal(at(".txt")[1].toString(), (await sealtrace(["report", EARLY], daemon.env)).stdout);
    t.match(at(".html")[1].toString(), /^<!doctype html>/);
  });

  t.test("replay reads the raw edges back to identical numbers", async (t) => {
    const recording = join(folder, "a", at(".cborseq")[0]);
    const { stdout } = await sealtrace(["replay", recording, "--config", join(folder, "config.toml"), "--json"]);
    const [shift] = JSON.parse(stdout).shifts as ShiftResult[];
    const { maintenance: _maintenance, ...replayed } = shift as ShiftResult & { maintenance: unknown };
    t.same(moved(replayed, START_US), reported, "to the last digit");
  });

  t.test("DuckDB finds the sums of the JSON in the tables", async (t) => {
    const db = await (await DuckDBInstance.create(":memory:")).connect();
    const rows = async (sql: string) => (await db.runAndReadAll(sql)).getRows().map((row) => row.map(plain));
    const table = (name: string) =>
      `read_parquet('${folder}/a/tables/${name}/*/*/*.parquet', hive_partitioning = true) where line = 'line-1' and day = 20260302`;
    const units = reported.products.reduce((sum, product) => sum + product.units, 0);
    t.same(await rows(`select count(*), sum(units), min(shift), max(shift_id) from ${table("seals")}`), [
      [reported.seals, units, 700, EARLY],
    ]);
    const [first] = await rows(`select epoch_us(min(on_utc)), epoch_us(min(on_local)) from ${table("seals")}`);
    t.equal((first?.[1] as number) - (first?.[0] as number), 3_600_000_000, "an hour ahead in winter");
    const [sums = []] = await rows(
      `select sum(seals), sum(units), round(sum(planned_busy_seconds), 3), round(sum(run_seconds), 3), round(sum(net_seconds), 3) from ${table("quarters")}`,
    );
    const { oee } = reported;
    const rounded = [oee?.plannedBusySeconds, oee?.runSeconds, oee?.netSeconds].map((s) => Number(s?.toFixed(3)));
    t.same(sums, [reported.seals, units, ...rounded]);
    t.same(await rows(`select count(*), count(distinct slot_15m) from ${table("quarters")}`), [[12, 12]]);
  });

  t.test("rollup makes of the JSON what the report says", async (t) => {
    const { stdout } = await sealtrace(["rollup", join(folder, "a"), "--by", "day", "--json"]);
    const { plant, areas } = JSON.parse(stdout);
    const {
      products: _products,
      teep: _teep,
      reasons: _reasons,
      ...oee
    } = reported.oee as NonNullable<ShiftResult["oee"]>;
    t.match(plant.total, { shifts: 1, seals: reported.seals, coverage: reported.coverage, ratedShare: 1 });
    t.same(rounded(plant.total.oee, oee), rounded(oee, oee));
    t.match(areas, [{ area: "Hall 2" }]);
  });

  t.test("a correction changes the files, and says so", async (t) => {
    t.equal((await sealtrace(["scrap", "7", "--shift", EARLY], daemon.env)).status, 0);
    const after = await exported(t, EARLY, join(folder, "c"), daemon.env);
    const path = at("early.json")[0];
    t.match(JSON.parse(String(after.get(path))), { revision: 1 });
    t.same(after.get(at("seals.parquet")[0]), at("seals.parquet")[1]);
  });

  t.test("no folder is made where none can be, or among the data of an appliance", async (t) => {
    const refused = async (to: string, stderr: RegExp) => {
      t.match(await sealtrace(["export", EARLY, "--to", to], daemon.env), { status: 1, stderr });
      t.match(await sealtrace(["sync", "--to", to], daemon.env), { status: 1, stderr });
    };
    await refused(
      "/proc/none/here",
      /^sealtrace: \/proc\/none\/here: no folder can be made there \(ENOENT\); give .*\n$/,
    );
    await refused("", /the name of the folder is empty; give a folder\n$/);
    await refused(join(folder, "config.toml"), /config\.toml: cannot be made \(EEXIST\); give a folder, not a file\n$/);
    const before = readdirSync(join(folder, "data"));
    await refused(join(folder, "data"), /data: holds the data of an appliance; give a folder elsewhere\n$/);
    await refused(
      join(folder, "data/new/one"),
      /lies in the data of an appliance \(.*data\); give a folder elsewhere\n$/,
    );
    t.same(readdirSync(join(folder, "data")), before);
  });

  t.test("what cannot be is refused in one line", async (t) => {
    t.match(await sealtrace(["export", "1999-01-01/early", "--to", join(folder, "d")], daemon.env), { status: 1 });
    t.match(await sealtrace(["export"], daemon.env), { status: 2 });
    t.match(await sealtrace(["export", EARLY, "--to", "/dev/null/x"], daemon.env), {
      status: 1,
      stderr: /no folder can be made there \(ENOTDIR\); give a place/,
    });
  });
});

/** The numbers of a tree to nine digits, as far as another tree has them. */
function rounded(value: unknown, like: unknown): unknown {
  if (typeof value === "number") return Number(value.toPrecision(9));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(like as object).map(([key, item]) => [key, rounded((value as Record<string, unknown>)[key], item)]),
  );
}

/** The same result on a clock that is `byUs` later. */
function moved(value: unknown, byUs: number): unknown {
  if (Array.isArray(value)) return value.map((item) => moved(item, byUs));
  if (typeof value !== "object" || value === null) return value;
  const isTime = (key: string) => key.endsWith("Us") && key !== "gapUs";
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      isTime(key) && typeof item === "number" ? item + byUs : moved(item, byUs),
    ]),
  );
}

function plain(cell: unknown): unknown {
  return typeof cell === "bigint" ? Number(cell) : cell;
}

t.test("told to stop while files are written, it reads no store that is closed, and ends in order", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const { process: daemon } = await startDaemon(t, { folder, speed: 100_000 });
  await until(
    async () => daemon.said,
    (text) => text.includes("shift-final"),
  );
  // the files of the shift are due within ten seconds; it is told to stop when the first of them is there
  const outbox = join(folder, "data/outbox");
  await until(
    async () => (existsSync(outbox) ? readdirSync(outbox, { recursive: true }) : []),
    (names) => names.length > 3,
  );
  t.same(await daemon.stop(), [0, null]);
  t.match(daemon.said, /notice stopped/);
  t.notMatch(daemon.said, /export-failed|stop-hung|sync-failed/);
});
