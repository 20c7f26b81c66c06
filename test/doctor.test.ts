import { chmodSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import type { Cause } from "../algorithms/interference-causes.ts";
import { healthAlarms, isNearlyFull } from "../runtime/daemon/health.ts";
import type { ApplianceStatus } from "../runtime/daemon/status.ts";
import { lookAtConfig } from "../runtime/doctor/config-findings.ts";
import type { Finding } from "../runtime/doctor/finding.ts";
import { interferenceFindings } from "../runtime/doctor/interference-findings.ts";
import { alarmFindings, driverFindings, wiringFindings } from "../runtime/doctor/line-findings.ts";
import { clockFinding, diskFinding, powerFinding, wearFinding } from "../runtime/doctor/machine-findings.ts";
import { folderFinding } from "../runtime/doctor/permission-findings.ts";
import { serviceFinding } from "../runtime/doctor/service-finding.ts";
import { syncFindings } from "../runtime/doctor/sync-findings.ts";
import { clockTrust } from "../runtime/health/clock-trust.ts";
import { diskSpace } from "../runtime/health/disk-space.ts";
import { power } from "../runtime/health/power.ts";
import { outputOf } from "../runtime/health/short-program.ts";
import { writtenBytesPerDay } from "../runtime/health/wear.ts";
import { healthWords } from "../runtime/report/live-health.ts";
import { textsOf } from "../runtime/report/texts/texts-of.ts";
import { sealtrace } from "./commands.ts";
import { daemonFolder } from "./daemon-folder.ts";
import { started, until } from "./simulated-daemon.ts";

const nobody = async () => null;
const says = (text: string) => async () => text;

t.test("clock: the mark of timesyncd, else the kernel's flag, else nobody knows", async (t) => {
  const marked = t.testdir({ run: { systemd: { timesync: { synchronized: "" } } } });
  t.same(await clockTrust(marked, nobody), { isSynchronized: true, source: "timesyncd" });
  const bare = join(marked, "run");
  t.same(await clockTrust(bare, says("yes\n")), { isSynchronized: true, source: "kernel" });
  t.same(await clockTrust(bare, says("no\n")), { isSynchronized: false, source: "kernel" });
  t.same(await clockTrust(bare, says("n/a")), { isSynchronized: null, source: null });
  t.same(await clockTrust(bare, nobody), { isSynchronized: null, source: null });
});

t.test("power: the firmware's flags from sysfs or from vcgencmd", async (t) => {
  const folder = (text: string) =>
    t.testdir({ sys: { devices: { platform: { soc: { "soc:firmware": { get_throttled: text } } } } } });
  t.same(await power(folder("0\n"), nobody), { isLowNow: false, wasLow: false, isThrottledNow: false });
  t.same(await power(folder("50005\n"), nobody), { isLowNow: true, wasLow: true, isThrottledNow: true });
  const bare = t.testdir();
  t.same(await power(bare, says("throttled=0x50000\n")), { isLowNow: false, wasLow: true, isThrottledNow: false });
  t.equal(await power(bare, says("error=1")), null);
  t.equal(await power(bare, nobody), null);
});

t.test("wear and disk: what the kernel counts; a program that hangs is left", async (t) => {
  const root = t.testdir({ proc: { self: { io: "rchar: 5\nwrite_bytes: 1000\ncancelled_write_bytes: 7\n" } } });
  t.equal(await writtenBytesPerDay(864, root), 100_000);
  t.equal(await writtenBytesPerDay(599, root), null);
  t.equal(await writtenBytesPerDay(864, join(root, "proc")), null);
  t.ok(((await diskSpace(root))?.freeBytes ?? 0) > 0);
  t.equal(await diskSpace(join(root, "nowhere")), null);
  t.equal(await outputOf("sleep", ["60"], 20), null);
  t.equal(await outputOf("no-such-program", []), null);
  t.equal(await outputOf("echo", ["here"]), "here\n");
});

t.test("what needs somebody alarms and stands first in the health line", async (t) => {
  const disk = { freeBytes: 50 << 20, totalBytes: 32e9 };
  const low = { isLowNow: true, wasLow: true, isThrottledNow: false };
  const health = { clock: { isSynchronized: true, source: "kernel" as const }, disk, power: low };
  t.equal(healthAlarms({ ...health, writtenBytesPerDay: null, machineUpSeconds: 0 }).length, 2);
  t.notOk(isNearlyFull({ freeBytes: 200 << 20, totalBytes: 32e9 }));
  const shown = {
    isClockSet: true,
    diskFree: 0.01,
    isDiskNearlyFull: true,
    power: "low" as const,
    sync: { kind: "stick" as const, state: "fine" as const, syncedAt: "11:30" },
  };
  t.same(healthWords({ ...shown, upSeconds: 41 * 86_400 }, textsOf("en")), [
    "DISK ONLY 1 % FREE",
    "POWER LOW",
    "clock ok",
    "stick synced 11:30",
    "up 41 d",
  ]);
  const share = { kind: "share", state: "wrong", syncedAt: "11:30" } as const;
  t.equal(healthWords({ ...shown, sync: share, upSeconds: 0 }, textsOf("en"))[2], "SHARE NOT SYNCED");
});

const verdicts = (findings: readonly Finding[]) => findings.map(({ verdict }) => verdict);

t.test("the machine: each verdict with something to do unless all is well", async (t) => {
  const findings = [
    clockFinding({ isSynchronized: true, source: "kernel" }),
    clockFinding({ isSynchronized: false, source: "kernel" }),
    clockFinding({ isSynchronized: null, source: null }),
    powerFinding(null),
    powerFinding({ isLowNow: true, wasLow: true, isThrottledNow: false }),
    powerFinding({ isLowNow: false, wasLow: true, isThrottledNow: false }),
    powerFinding({ isLowNow: false, wasLow: false, isThrottledNow: true }),
    diskFinding("/x", { freeBytes: 20e9, totalBytes: 32e9 }),
    diskFinding("/x", { freeBytes: 3e9, totalBytes: 32e9 }),
    diskFinding("/x", { freeBytes: 1e7, totalBytes: 32e9 }),
    diskFinding("/x", null),
    wearFinding({ writtenBytesPerDay: null }),
    wearFinding({ writtenBytesPerDay: 4e9 }),
  ];
  t.same(verdicts(findings), "ok warn warn ok fail warn warn ok warn fail fail ok warn".split(" "));
  t.ok(findings.every(({ verdict, todo }) => (verdict === "ok") === (todo === null)));
});

t.test("sticks and shares: when each last had everything", async (t) => {
  const target = { target: "/media/sealtrace/a", kind: "stick", state: "synced", pendingFiles: 0, problem: null };
  const told = (changes: object) =>
    syncFindings({ sync: [{ ...target, lastDeliveredUs: Date.UTC(2026, 2, 2, 6) * 1000, ...changes }] } as never)[0];
  t.same(told({}), {
    verdict: "ok",
    about: "sync /media/sealtrace/a",
    text: "synced; had everything at 2026-03-02T06:00Z",
    todo: null,
  });
  t.match(told({ lastDeliveredUs: null, pendingFiles: 3 }), {
    verdict: "ok",
    text: /never had everything; 3 files to come/,
  });
  t.match(told({ state: "failed", problem: "no room" }), { verdict: "warn", text: /no room$/ });
  t.match(syncFindings({ sync: [] }), [{ verdict: "ok" }]);
});

t.test("the service, by what systemd says", async (t) => {
  const unit = (active: string, more = "") => `LoadState=loaded\nActiveState=${active}\nSubState=x\n${more}`;
  const asked = [
    nobody,
    says("LoadState=not-found\nActiveState=inactive\n"),
    says(unit("failed")),
    says(unit("active", "NRestarts=3\nUnitFileState=enabled\n")),
    says(unit("active", "NRestarts=0\nUnitFileState=disabled\n")),
    says(unit("active", "NRestarts=0\nUnitFileState=enabled\n")),
  ];
  const findings = await Promise.all(asked.map((ask) => serviceFinding(ask)));
  t.same(verdicts(findings), ["warn", "warn", "fail", "warn", "warn", "ok"]);
});

t.test("configuration and folders on the disk", async (t) => {
  const folder = t.testdir({ "good.toml": "", "bad.toml": "nonsense = 1\n", open: {} });
  t.match(lookAtConfig(join(folder, "good.toml")).finding, { verdict: "ok", text: /1 line, 0 shifts/ });
  t.match(lookAtConfig(join(folder, "bad.toml")).finding, { verdict: "fail", text: /nonsense/ });
  t.match(lookAtConfig(join(folder, "none.toml")).finding, { verdict: "fail", text: /there is no such file/ });
  t.match(await folderFinding(folder, false), { verdict: "ok" });
  chmodSync(join(folder, "open"), 0o777);
  t.match(await folderFinding(join(folder, "open"), false), { verdict: "warn", text: /anybody/ });
  t.match(await folderFinding(join(folder, "none"), false), { verdict: "fail", todo: /install -d/ });
});

t.test("interference in words: how much an hour, by kind, why, and what to do", async (t) => {
  const removed = { glitch: 400, chatter: 0, dropout: 0, burst: 100, mains: 0, short: 0 };
  const counts = { edges: 600, kept: 100, removed };
  const told = (causes: readonly Cause[], hours = 2) =>
    interferenceFindings({
      hours,
      contacts: [{ line: "line-1", contact: "sealing", counts, bounceSeconds: 0.003, causes }],
    })[0];
  const near = { kind: "other change", other: "availability", share: 0.96, byChance: 0.03, atUs: null } as const;
  t.same(told([near]), {
    verdict: "warn",
    about: "signal line-1 sealing",
    text: "125 pulses an hour removed (glitch 100, burst 25), bounce 3 ms; 96 % within 40 ms of an edge of availability (by chance 3 %)",
    todo: "the same contactor or a coil beside it: fit an RC snubber or a diode to that coil",
  });
  t.match(told([near], 100), { verdict: "ok" }, "so little harms nobody");
  t.match(told([]), { verdict: "ok" }, "nor what is too little to tell");
});

t.test("a running daemon: every line of the plant; without one: what can be looked at all the same", async (t) => {
  const folder = daemonFolder(t, { "config.toml": "" });
  const daemon = await started(t, folder, 20_000);
  const ask = () => daemon.client.call("status") as Promise<ApplianceStatus>;
  const status = await until(ask, ({ lines }) => (lines[0]?.shift?.seals ?? 0) > 500);
  const { stdout, status: exit } = await sealtrace(["doctor", "--json"], daemon.env);
  const { schema, findings, interference } = JSON.parse(stdout);
  t.equal(schema, "sealtrace/doctor@1");
  t.equal(exit, findings.some(({ verdict }: Finding) => verdict === "fail") ? 1 : 0);
  const abouts = findings.map(({ about }: Finding) => about);
  for (const about of [
    "daemon",
    "inputs",
    "service",
    "configuration",
    "wiring line-1",
    "clock",
    "disk",
    "data folder",
    "rights",
  ])
    t.ok(abouts.includes(about), about);
  for (const { counts } of interference.contacts) {
    const { edges, kept, removed } = counts;
    t.equal(edges, kept + Object.values(removed as Record<string, number>).reduce((sum, value) => sum + value, 0));
  }
  t.ok(interference.contacts.length >= 2 && interference.hours > 0);

  const [line] = status.lines as [ApplianceStatus["lines"][number]];
  const seen = (changes: object) => wiringFindings({ ...line, shift: { ...line.shift, ...changes } } as typeof line);
  t.same(verdicts(seen({})), ["ok"]);
  t.same(verdicts(wiringFindings({ ...line, shift: null })), ["warn"]);
  t.same(verdicts(wiringFindings({ ...line, state: "no data" })), ["fail"]);
  t.same(verdicts(seen({ signals: {} })), ["fail", "warn"]);
  t.same(verdicts(seen({ sealsWhileNotReady: 9, remarks: [{ kind: "stuck" }, { kind: "noise-burst" }] })), [
    "warn",
    "warn",
    "warn",
  ]);
  const metrics = { ...status.metrics, lostEdges: 5, durableMs: { p50: 1, p99: 20_000 } };
  t.same(verdicts(alarmFindings({ ...status, alarms: ["x"], metrics })), ["fail", "warn", "warn"]);
  const counters = { edges: 5, blindIntervals: 1, blindUs: 1, lostEdges: 0 };
  const inputs = { driver: "chardev", trouble: null, counters } as unknown as ApplianceStatus["inputs"];
  t.same(verdicts(driverFindings({ ...status, inputs })), ["warn"]);
  t.same(verdicts(driverFindings({ ...status, inputs: { ...inputs, trouble: "gone" } as typeof inputs })), ["fail"]);

  const alone = await sealtrace(["doctor", "--data", folder], { SEALTRACE_SOCKET_DIR: "/tmp/nowhere" });
  t.equal(alone.status, 1);
  t.match(alone.stdout, /^fail {2}daemon +the daemon is not running\n {6}-> start it/);
  t.match(alone.stdout, /^ok {4}data folder/m);
  t.notMatch(alone.stdout, /wiring|signal line/);
});
