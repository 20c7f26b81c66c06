import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import type { ApplianceStatus } from "../runtime/daemon/status.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { SocketClient } from "../runtime/socket/socket-client.ts";
import { isUp } from "../scripts/torture/daemon-up.ts";
import { killDaemon } from "../scripts/torture/kill-daemon.ts";
import { sealtrace } from "./commands.ts";

const MAIN = fileURLToPath(new URL("../runtime/main.js", import.meta.url));
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
breaks = [{ start = "10:00", end = "10:30" }]
`;

interface Running {
  readonly folder: string;
  readonly child: ChildProcess;
  readonly env: Readonly<Record<string, string>>;
  readonly client: SocketClient;
}

/** A daemon on the data of a folder; its sockets are elsewhere, for their paths may not be long. */
async function started(t: Test, folder: string, speed: number): Promise<Running> {
  const sockets = mkdtempSync(join(tmpdir(), "st-"));
  const files = ["--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", sockets];
  const args = [MAIN, "run", ...files, "--sim", "demo", "--speed", String(speed)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const gone = once(child, "exit");
  t.teardown(async () => {
    child.kill("SIGKILL");
    await gone;
    rmSync(sockets, { recursive: true });
  });
  if (!(await isUp(child.stdout))) throw new Error("the daemon did not start");
  const client = await SocketClient.connect({ folder: sockets });
  t.teardown(() => client.close());
  return { folder: sockets, child, client, env: { SEALTRACE_SOCKET_DIR: sockets } };
}

/** Asks until the answer is what is waited for: the daemon goes at its own pace. */
async function until<T>(ask: () => Promise<T>, isIt: (answer: T) => boolean): Promise<T> {
  for (;;) {
    const answer = await ask();
    if (isIt(answer)) return answer;
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function statusOf({ client }: Running): Promise<ApplianceStatus> {
  return client.call("status") as Promise<ApplianceStatus>;
}

t.test("replay and report tell the same of a shift, on every field", async (t) => {
  const folder = t.testdir({ "config.toml": CONFIG });
  const daemon = await started(t, folder, 20_000);
  const early = await until(
    () => daemon.client.call("shifts", {}) as Promise<{ id: string; state: string }[]>,
    (shifts) => shifts.some(({ id, state }) => id === "2026-03-02/early" && state === "final"),
  );
  t.ok(early.length > 0);
  const reported = (await daemon.client.call("shift", { shift: "2026-03-02/early" })) as ShiftResult;
  const recording = join(folder, "demo.csv");
  t.equal((await sealtrace(["simulate", "demo", "--out", recording])).status, 0);
  const replay = await sealtrace(["replay", recording, "--config", join(folder, "config.toml"), "--json"]);
  const [replayed] = JSON.parse(replay.stdout).shifts;
  const offsetUs = Date.UTC(2026, 2, 2, 6) * 1000;
  const { maintenance: _maintenance, ...same } = replayed;
  t.same(moved(reported, -offsetUs), same, "replay agrees with the daemon, to the last digit");
  const text = await sealtrace(["report", "2026-03-02/early"], daemon.env);
  const replayText = await sealtrace(["replay", recording, "--config", join(folder, "config.toml")]);
  t.ok(replayText.stdout.startsWith(text.stdout.slice(0, text.stdout.indexOf("MAINTENANCE"))));
});

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

t.test("status and report are one calculation at any moment of a running shift", async (t) => {
  const folder = t.testdir({ "config.toml": CONFIG });
  const daemon = await started(t, folder, 50_000);
  let compared = 0;
  for (let i = 0; i < 30; i++) {
    const [status, shift] = await Promise.all([statusOf(daemon), daemon.client.call("shift", {}).catch(() => null)]);
    // the simulation goes on between two answers; only those of one moment are held against each other
    const seen = status.lines[0]?.shift;
    if (seen == null || shift === null || seen.endUs !== (shift as ShiftResult).endUs) continue;
    t.same(shift, seen);
    compared++;
  }
  t.ok(compared > 0);
});

t.test("the live view is drawn from what status tells", async (t) => {
  const daemon = await started(t, t.testdir({ "config.toml": CONFIG }), 50_000);
  const look = async () => {
    const before = await statusOf(daemon);
    const drawn = (await daemon.client.call("view", { columns: 80, rows: 24 })) as string[];
    return { before, drawn, after: await statusOf(daemon) };
  };
  // only what was looked at between two edges is held against each other
  const { before, drawn } = await until(
    look,
    (seen) =>
      seen.before.metrics.edges === seen.after.metrics.edges && (seen.before.lines[0]?.shift?.seals ?? 0) > 1000,
  );
  const shift = before.lines[0]?.shift as ShiftResult;
  const units = shift.products.reduce((sum, product) => sum + product.units, 0).toLocaleString("en-US");
  t.match(drawn.join("\n"), `UNITS ${units} of`);
  t.match(drawn.join("\n"), `${(100 * (shift.oee?.oee ?? 0)).toFixed(1)} %`);
});

t.test("what people say is kept: names, settings, merges, scrap, corrections, marks", async (t) => {
  const folder = t.testdir({ "config.toml": CONFIG });
  const daemon = await started(t, folder, 20_000);
  const tell = async (...args: string[]) => {
    const said = await sealtrace(args, daemon.env);
    t.match(said, { status: 0, stderr: "" }, args.join(" "));
  };
  await until(
    () => statusOf(daemon),
    ({ lines }) => (lines[0]?.shift?.products.length ?? 0) > 1,
  );
  await tell("product", "name", "P1", "Tray 400 g");
  await tell("product", "set", "P1", "--units-per-seal", "4", "--ideal-cycle", "4.4");
  await tell("scrap", "12", "--product", "P1", "--shift", "2026-03-02/early", "--why", "crushed");
  await tell("product", "set", "P1", "--units-per-seal", "default");
  await tell("product", "set", "P1", "--units-per-seal", "4");
  await tell("correct", "P1", "--shift", "2026-03-02/early", "--", "-8");
  await tell("mark", "07:45", "film torn", "--shift", "2026-03-02/early");
  for (const [args, message] of [
    [["scrap", "5", "--shift", "2026-03-05/early"], /there is no such shift/],
    [["product", "name", "P9", "x"], /there is no such product/],
    [["product", "set", "P1", "--units-per-seal", "0.5"], /are impossible/],
    [["product", "merge", "P1", "P1"], /is P1 already/],
    [["mark", "05:00", "x", "--shift", "2026-03-02/early"], /is not in shift/],
  ] as const)
    t.match(await sealtrace([...args], daemon.env), { status: 1, stdout: "", stderr: message });
  const shift = (await daemon.client.call("shift", { shift: "2026-03-02/early" })) as ShiftResult;
  const [tray] = shift.products;
  t.same(
    [tray?.name, tray?.unitsPerSeal, tray?.idealCycleSeconds, tray?.idealCycleSource],
    ["Tray 400 g", 4, 4.4, "configured"],
  );
  t.equal(tray?.units, (tray?.countedUnits ?? 0) - 8);
  t.same(
    shift.corrections.map(({ kind, units }) => [kind, units]),
    [
      ["scrap", 12],
      ["units", -8],
      ["mark", null],
    ],
  );
  t.equal(shift.stops?.find(({ name }) => name === "not ready")?.reason, "film torn");
  daemon.child.kill("SIGKILL");
  await once(daemon.child, "exit");
  const again = await started(t, folder, 20_000);
  t.same(await again.client.call("shift", { shift: "2026-03-02/early" }), { ...shift, state: "final" });
});

t.test("SIGHUP takes a new configuration without losing a seal; a bad one changes nothing", async (t) => {
  const folder = t.testdir({ "config.toml": CONFIG });
  const daemon = await started(t, folder, 2000);
  const file = join(folder, "config.toml");
  const path = daemon.folder;
  const count = async () => {
    const client = await SocketClient.connect({ folder: path });
    const { lines } = (await client.call("status")) as ApplianceStatus;
    client.close();
    return { seals: lines[0]?.shift?.seals ?? 0, name: lines[0]?.name };
  };
  const before = await until(count, ({ seals }) => seals > 100);
  writeFileSync(file, CONFIG.replace('"UTC"', '"Nowhere/City"'));
  daemon.child.kill("SIGHUP");
  await until(count, ({ seals }) => seals > before.seals + 50);
  writeFileSync(file, `${CONFIG}[[line]]\nname = "Sealer 4"\n`);
  daemon.child.kill("SIGHUP");
  const after = await until(
    () => count().catch(() => ({ seals: 0, name: "" })),
    ({ name }) => name === "Sealer 4",
  );
  t.ok(after.seals > before.seals, "it goes on where it was");
  daemon.child.kill("SIGKILL");
  await once(daemon.child, "exit");
});

t.test("SIGTERM leaves a clean store", async (t) => {
  const folder = t.testdir({ "config.toml": CONFIG });
  const daemon = await started(t, folder, 1000);
  daemon.child.kill("SIGTERM");
  const [status] = await once(daemon.child, "exit");
  t.equal(status, 0);
  const again = await started(t, folder, 1000);
  t.equal((await statusOf(again)).alarms.length, 0);
});

t.test("one clear line: two daemons, no such scenario, an unwritable folder, no daemon at all", async (t) => {
  const folder = t.testdir({ "config.toml": CONFIG });
  await started(t, folder, 1000);
  const run = (...args: string[]) =>
    sealtrace(["run", "--sim", "demo", "--config", join(folder, "config.toml"), ...args]);
  t.match(await run("--data", join(folder, "data"), "--socket", "/tmp"), {
    status: 1,
    stderr: /^sealtrace: .*\n$/,
  });
  t.match(await run("--data", join(folder, "config.toml"), "--socket", "/tmp"), {
    status: 1,
    stderr: /^sealtrace: .*\n$/,
  });
  const elsewhere = { SEALTRACE_SOCKET_DIR: "/tmp" };
  t.match(await sealtrace(["status"], elsewhere), { status: 1, stdout: "", stderr: /the daemon is not running/ });
  t.ok(readFileSync(join(folder, "config.toml")).length > 0);
});

t.test(
  "killed again and again: nothing durable is lost, and the shifts come out as if nothing had happened",
  async (t) => {
    const { lost, different, seals, shifts } = await killDaemon(8, 3);
    t.same({ lost, different, shifts }, { lost: 0, different: 0, shifts: 3 });
    t.ok(seals > 4000);
  },
);
