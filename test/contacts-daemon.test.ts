import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import t, { type Test } from "tap";
import type { ApplianceStatus } from "../runtime/daemon/status.ts";
import type { ShiftResult } from "../runtime/shift-result.ts";
import { openDatabase } from "../runtime/store/database.ts";
import { putStep } from "../runtime/store/entries.ts";
import { SCHEMA_KEY } from "../runtime/store/keys.ts";
import { Store } from "../runtime/store/store.ts";
import { SocketClient } from "../runtime/socket/socket-client.ts";
import { DaemonProcess, ownAlarms } from "../scripts/torture/daemon-process.ts";
import { sealtrace } from "./commands.ts";
import { daemonFolder, killInTheEnd } from "./daemon-folder.ts";

const MAIN = fileURLToPath(new URL("./contacts-daemon.js", import.meta.url));
/** What `beating-contacts-worker` does, as a line: a seal of 0.1 s each 0.2 s. */
const CONFIG = `
[[line]]
id = "fast"
channels.sealing = { pin = 17, bias = "pull-up", minSealingTimeSeconds = 0.05 }
channels.availability = { pin = "GPIO27", activeLow = true }
`;
const CYCLE_SECONDS = 0.2;

async function started(t: Test, folder: string, ...more: readonly string[]) {
  const sockets = mkdtempSync(join(tmpdir(), "st-"));
  const daemon = new DaemonProcess([MAIN, join(folder, "config.toml"), join(folder, "data"), sockets, ...more]);
  t.teardown(() => rmSync(sockets, { recursive: true }));
  killInTheEnd(t, daemon, folder);
  await daemon.up();
  /** A connection ends when the daemon starts anew: one for each question. */
  const ask = async (call: string): Promise<unknown> => {
    const client = await SocketClient.connect({ folder: sockets });
    return client.call(call, {}).finally(() => client.close());
  };
  return { daemon, ask };
}

/** Waits for a daemon that has started anew with a line of this name; meanwhile nobody answers. */
async function untilNamed(ask: (call: string) => Promise<unknown>, name: string): Promise<ApplianceStatus> {
  for (;;) {
    const status = (await ask("status").catch(() => null)) as ApplianceStatus | null;
    if (status?.lines[0]?.name === name) return status;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function untilSeals(ask: (call: string) => Promise<unknown>, seals: number): Promise<ShiftResult> {
  for (;;) {
    const status = (await ask("status").catch(() => null)) as ApplianceStatus | null;
    const shift = status?.lines[0]?.shift ?? null;
    if (shift !== null && shift.seals >= seals) return shift;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function seenSeconds({ startUs, endUs, coverage }: ShiftResult): number {
  return ((coverage ?? 0) * (endUs - startUs)) / 1e6;
}

t.test("contacts on pins are counted, in the computer's own time", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const { ask, daemon } = await started(t, folder);
  const shift = await untilSeals(ask, 10);
  t.ok(Math.abs(shift.seals - seenSeconds(shift) / CYCLE_SECONDS) <= 4, "each cycle is a seal");
  const status = (await ask("status")) as ApplianceStatus;
  t.match(status, { inputs: { driver: "chardev", trouble: null } });
  t.same(ownAlarms(status), []);
  t.ok((status.inputs?.counters.edges ?? 0) >= 20);
  t.same(await daemon.stop(), [0, null]);
});

t.test("SIGHUP: a driver whose pins stay the same stays open, and no seal is lost or cut", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const { ask, daemon } = await started(t, folder);
  await untilSeals(ask, 3);
  for (const name of ["A", "B", "C", "D", "E"]) {
    writeFileSync(join(folder, "config.toml"), CONFIG.replace('"fast"', `"fast"\nname = "${name}"`));
    daemon.child.kill("SIGHUP");
    const { lines } = await untilNamed(ask, name);
    await untilSeals(ask, (lines[0]?.shift?.seals ?? 0) + 2);
  }
  const { inputs, lines } = (await ask("status")) as ApplianceStatus;
  const cycles = (inputs?.counters.edges ?? 0) / 2;
  const { seals = 0, stops = [] } = lines[0]?.shift ?? {};
  t.ok(seals <= cycles && seals >= cycles - 3, `${seals} seals in ${cycles} cycles`);
  t.ok(cycles > 10);
  t.equal(stops?.filter(({ kind }) => kind === "no-data").length, 1, "no hole but the time before it was started");
});

t.test(
  "SIGHUP: pins that changed cost a short hole, which is told; pins that cannot be had, nothing else",
  async (t) => {
    const folder = daemonFolder(t, { "config.toml": CONFIG });
    const { ask, daemon } = await started(t, folder);
    const first = await untilSeals(ask, 3);
    const file = join(folder, "config.toml");
    writeFileSync(file, CONFIG.replace("GPIO27", "GPIO99").replace('"fast"', '"fast"\nname = "Bad"'));
    daemon.child.kill("SIGHUP");
    const still = await untilSeals(ask, first.seals + 3);
    t.equal(((await ask("status")) as ApplianceStatus).lines[0]?.name, "Line 1");
    writeFileSync(file, `${CONFIG}channels.reject.pin = 22\n`.replace('"fast"', '"fast"\nname = "New"'));
    daemon.child.kill("SIGHUP");
    await untilNamed(ask, "New");
    const shift = await untilSeals(ask, still.seals + 3);
    const holes = shift.stops?.filter(({ kind, startUs }) => kind === "no-data" && startUs > first.endUs - 1e6) ?? [];
    t.ok(holes.length >= 1, "it is told");
    t.ok(
      holes.every(({ endUs }) => endUs < shift.endUs),
      "and is over",
    );
    t.ok(seenSeconds(shift) / CYCLE_SECONDS - shift.seals <= 6, "what was seen was counted");
  },
);

t.test("a simulation and real contacts do not share a store", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const data = join(folder, "data");
  const { ask, daemon } = await started(t, folder);
  await untilSeals(ask, 1);
  await daemon.stop();
  const sim = await sealtrace(["run", "--config", join(folder, "config.toml"), "--data", data, "--sim", "demo"]);
  t.match(sim, { status: 1, stdout: "", stderr: /the store holds what real contacts told, .*--data\n$/ });
});

t.test("one clear line and status 1, before anything is touched", async (t) => {
  const files = {
    "config.toml": CONFIG,
    "bare.toml": "",
    "none.toml": "line = []\n",
    "twice.toml": CONFIG.replace('"GPIO27"', "17"),
  };
  const folder = daemonFolder(t, { ...files, data: {}, newer: {} });
  const store = await Store.open(join(folder, "newer"));
  await store.close();
  const database = await openDatabase(join(folder, "newer", "db"), false);
  await database.batch([putStep(SCHEMA_KEY, [1, 99])], { sync: true });
  await database.close();
  for (const [config, data, says] of [
    ["bare.toml", "data", /bare.toml:line.0.channels.sealing.pin: the line `line-1` has no pin .*--sim$/],
    ["none.toml", "data", /none.toml:line: must name a line; /],
    [
      "twice.toml",
      "data",
      /twice.toml:line.0.channels.sealing.pin: pin 17 is used by line.0.channels.availability.pin/,
    ],
    ["absent.toml", "data", /absent.toml: there is no such file; /],
    ["config.toml", "newer", /the store has layout 99, this program knows layouts up to \d+; install the newer/],
    ["config.toml", "config.toml/x", /config.toml\/x: no folder can be made there \(ENOTDIR\); /],
    ["config.toml", "/proc/x/y", /\/proc\/x\/y: no folder can be made there \(ENOENT\); /],
  ] as const) {
    const args = [MAIN, join(folder, config), resolve(folder, data), "/tmp"];
    const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, [status]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    t.same([status, out], [1, ""], config);
    t.match(err, /^sealtrace: [^\n]+\n$/, config);
    t.match(err.trimEnd(), says, config);
  }
  const real = ["run", "--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", "/tmp"];
  t.match(
    await sealtrace(real),
    { status: 1, stdout: "", stderr: /^sealtrace: [^\n]+; [^\n]+\n$/ },
    "no GPIO chip here",
  );
});

t.test("SIGTERM with a source that hangs: the store is clean at once, and the process ends", async (t) => {
  const folder = daemonFolder(t, { "config.toml": `${CONFIG}[inputs]\nchip = "hanging"\n` });
  const { ask, daemon } = await started(t, folder);
  await untilSeals(ask, 3);
  await new Promise((resolve) => setTimeout(resolve, 1500));
  t.same(await daemon.stop(), [null, "SIGKILL"], "it cannot wait for the thread, and does not");
  t.match(daemon.said, /stop-hung message="the driver's thread does not end"/);
  writeFileSync(join(folder, "config.toml"), CONFIG);
  const again = await started(t, folder);
  await untilSeals(again.ask, 4);
  t.same(ownAlarms((await again.ask("status")) as ApplianceStatus), []);
  t.notMatch(again.daemon.said, /salvaged|checked/);
});

t.test("SIGTERM with a disk that hangs: the process waits for it, but not for ever", async (t) => {
  const folder = daemonFolder(t, { "config.toml": CONFIG });
  const { ask, daemon } = await started(t, folder, "hanging-disk");
  await untilSeals(ask, 10);
  t.same(await daemon.stop(), [null, "SIGKILL"]);
  t.match(daemon.said, /stop-hung message="the disk has not taken/);
  const again = await started(t, folder);
  await untilSeals(again.ask, 3);
  t.same(
    ownAlarms((await again.ask("status")) as ApplianceStatus),
    [],
    "what was not written is missing, and nothing else",
  );
});
