import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import type { ApplianceStatus } from "../runtime/daemon/status.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { DaemonProcess, ownAlarms } from "../scripts/torture/daemon-process.ts";
import { SocketClient } from "../runtime/socket/socket-client.ts";
import { sealtrace } from "./commands.ts";
import { daemonFolder } from "./daemon-folder.ts";
import { moved } from "./moved-times.ts";
import { MAIN, type Running, startDaemon, started, until } from "./simulated-daemon.ts";

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

function statusOf({ client }: Running): Promise<ApplianceStatus> {
  return client.call("status") as Promise<ApplianceStatus>;
}

t.test("replay and report tell the same of a shift, on every field", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
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

t.test("status and report are one calculation at any moment of a running shift", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
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
  const daemon = await started(t, daemonFolder(t, { "config.toml": CONFIG }), 50_000);
  await until(
    () => statusOf(daemon),
    ({ lines }) => (lines[0]?.shift?.seals ?? 0) > 1000,
  );
  let drawn: readonly string[] = [];
  let agreeing = 0;
  // the simulation goes on between two answers: of many looks some are at one moment
  for (let look = 0; look < 100 && agreeing === 0; look++) {
    const shift = (await statusOf(daemon)).lines[0]?.shift as ShiftResult;
    drawn = (await daemon.client.call("view", { columns: 80, rows: 24 })) as string[];
    const units = shift.products.reduce((sum, product) => sum + product.units, 0).toLocaleString("en-US");
    const isSame = [`UNITS ${units} of`, `${(100 * (shift.oee?.oee ?? 0)).toFixed(1)} %`].every((text) =>
      drawn.join("\n").includes(text),
    );
    if (isSame) agreeing++;
  }
  t.ok(agreeing > 0, drawn.join("\n"));
});

t.test("what people say is kept: names, settings, merges, scrap, corrections, marks", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
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
  await daemon.process.kill();
  const again = await started(t, folder, 20_000);
  t.same(await again.client.call("shift", { shift: "2026-03-02/early" }), { ...shift, state: "final" });
});

t.test("SIGHUP takes a new configuration without losing a seal; a bad one changes nothing", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
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
  daemon.process.child.kill("SIGHUP");
  await until(count, ({ seals }) => seals > before.seals + 50);
  writeFileSync(file, `${CONFIG}[[line]]\nname = "Sealer 4"\n`);
  daemon.process.child.kill("SIGHUP");
  const after = await until(
    () => count().catch(() => ({ seals: 0, name: "" })),
    ({ name }) => name === "Sealer 4",
  );
  t.ok(after.seals > before.seals, "it goes on where it was");
  await daemon.process.kill();
});

t.test("several lines: a simulated machine for each, with a seed of its own", async (t) => {
  const lines = ["a", "b", "c"].map((id) => `[[line]]\nid = "${id}"\n`).join("");
  const daemon = await started(t, daemonFolder(t, { "config.toml": `${CONFIG}${lines}` }), 20_000);
  const { lines: seen } = await until(
    () => statusOf(daemon),
    ({ lines }) => lines.every(({ shift }) => (shift?.seals ?? 0) > 300),
  );
  t.same(
    seen.map(({ line }) => line),
    ["a", "b", "c"],
  );
  t.equal(new Set(seen.map(({ shift }) => shift?.products[0]?.sealingTimeSeconds)).size, 3);
});

t.test("SIGTERM leaves a clean store", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const daemon = await started(t, folder, 1000);
  t.same(await daemon.process.stop(), [0, null]);
  const again = await started(t, folder, 1000);
  t.same(ownAlarms(await statusOf(again)), []);
});

t.test("a simulation goes on with its own scenario only", async (t) => {
  const scenario = readFileSync(fileURLToPath(new URL("../../sim/scenarios/quiet.toml", import.meta.url)), "utf8");
  const folder = daemonFolder(t, { "config.toml": CONFIG, "own.toml": scenario });
  const own = join(folder, "own.toml");
  const first = await startDaemon(t, { folder, speed: 1000, scenario: own });
  const status = async () => JSON.parse((await sealtrace(["status", "--json"], first.env)).stdout) as ApplianceStatus;
  await until(status, ({ lines }) => (lines[0]?.durableEvents ?? 0) > 10);
  await first.process.stop();
  const run = (sim: string) =>
    sealtrace(["run", "--sim", sim, "--config", join(folder, "config.toml"), "--data", join(folder, "data")], {
      SEALTRACE_SOCKET_DIR: first.folder,
    });
  t.match(await run("demo"), { status: 1, stdout: "", stderr: /--sim demo: the store holds the simulation of .*own/ });
  writeFileSync(own, scenario.replace(/^seed/m, "durationSeconds = 90000\nseed"));
  t.match(await run(own), { status: 1, stdout: "", stderr: /own.toml: the scenario is not what it was .*--data\n$/ });
  writeFileSync(own, scenario.replace(/title = .*/, 'title = "Another"'));
  const again = await startDaemon(t, { folder, speed: 1000, scenario: own });
  t.notMatch(again.process.said, /warning|error/, "what is only said about it may change");
});

/** Sends the process the signal when it opens its configuration: before anything else of the daemon is there. */
const SIGNAL_EARLY = `
const fs = require("node:fs");
const open = fs.openSync;
fs.openSync = (path, ...more) => {
  if (String(path).endsWith("config.toml")) {
    fs.openSync = open;
    require("node:module").syncBuiltinESMExports();
    process.kill(process.pid, process.env.SIGNAL_EARLY);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  }
  return open(path, ...more);
};
require("node:module").syncBuiltinESMExports();
`;

t.test("a signal in the first moments: a stop ends in order, a reload changes nothing", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG, "signal-early.cjs": SIGNAL_EARLY });
  const sockets = mkdtempSync(join(tmpdir(), "st-"));
  t.teardown(() => rmSync(sockets, { recursive: true }));
  const files = ["--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", sockets];
  const start = (signal: string) => {
    const args = [`--require=${join(folder, "signal-early.cjs")}`, MAIN, "run", ...files, "--sim", "demo"];
    const daemon = new DaemonProcess(args, { ...process.env, SIGNAL_EARLY: signal });
    t.teardown(() => daemon.kill());
    return daemon;
  };
  for (const signal of ["SIGTERM", "SIGINT"]) t.same(await start(signal).ended, [0, null], signal);
  t.notOk(existsSync(join(folder, "data")), "it has not begun");
  const daemon = start("SIGHUP");
  await daemon.up();
  t.same(await daemon.stop(), [0, null], "SIGHUP");
});

t.test("one clear line: two daemons, no such scenario, an unwritable folder, no daemon at all", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
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
