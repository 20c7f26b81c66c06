import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t, { type Test } from "tap";
import type { ApplianceStatus } from "../runtime/daemon/status.ts";
import { sealtrace } from "./commands.ts";
import { daemonFolder } from "./daemon-folder.ts";
import { type Running, started, until } from "./simulated-daemon.ts";

interface Synced extends Running {
  readonly base: string;
  readonly share: string;
}

/** A daemon on a simulated day whose reports go to a folder. */
async function synced(t: Test, more = "", speed = 20_000): Promise<Synced> {
  const base = daemonFolder(t);
  const share = join(base, "share");
  mkdirSync(share);
  writeFileSync(
    join(base, "config.toml"),
    `appliance = "sealer-1"
[[shift]]
name = "Early"
start = "06:00"
end = "08:00"
[[shift]]
name = "Late"
start = "08:00"
end = "12:00"
[[sync.folder]]
path = ${JSON.stringify(share)}
requireMount = false
${more}`,
  );
  return { ...(await started(t, base, speed)), base, share };
}

/** Waits until both shifts are over. */
async function worked({ client }: Running): Promise<void> {
  await until(
    () => client.call("shifts") as Promise<{ readonly id: string; readonly state: string }[]>,
    (shifts) => shifts.some(({ id, state }) => id === "2026-03-02/late" && state === "final"),
  );
}

t.test("the files of a shift are where they belong, once; what people say makes another version", async (t) => {
  const daemon = await synced(t);
  await worked(daemon);
  const first = await sealtrace(["sync"], daemon.env);
  t.match(first, { status: 0, stdout: /^folder .*share: .*files .* written, read again .* and right\n$|up to date/ });
  const month = join(daemon.share, "sealtrace/sealer-1/shifts/line-1/2026-03");
  const names = readdirSync(month);
  for (const name of ["2026-03-02-early.html", "2026-03-02-late.html", "2026-03-02-early.cborseq"])
    t.ok(names.includes(name), name);
  t.notOk(names.some((name) => name.includes("provisional")));
  const json = JSON.parse(readFileSync(join(month, "2026-03-02-early.json"), "utf8"));
  t.match(json, { appliance: "sealer-1" });

  t.match(await sealtrace(["sync"], daemon.env), { status: 0, stdout: /up to date, read again/ });
  t.equal((await sealtrace(["scrap", "7", "--shift", "2026-03-02/early"], daemon.env)).status, 0);
  // where the daemon's own visit was quicker, nothing is left to do
  t.match(await sealtrace(["sync"], daemon.env), { status: 0, stdout: /older versions removed|up to date/ });
  t.ok(existsSync(join(month, "2026-03-02-early.r2.html")));
  t.notOk(existsSync(join(month, "2026-03-02-early.html")));
  t.ok(existsSync(join(month, "2026-03-02-late.html")), "another shift is as it was");
  t.ok(existsSync(join(month, "2026-03-02-early.cborseq")), "no correction changes raw edges");

  const { sync, alarms } = (await daemon.client.call("status")) as ApplianceStatus;
  t.match(sync, [{ kind: "folder", state: "synced", pendingFiles: 0, problem: null, target: daemon.share }]);
  t.notOk(alarms.some((alarm) => alarm.includes(daemon.share)));
  t.match(await sealtrace(["status"], daemon.env), { stdout: /HEALTH .*folder synced \d\d:\d\d/ });

  const copy = join(daemon.base, "copy");
  t.match(await sealtrace(["sync", "--to", copy], daemon.env), {
    status: 0,
    stdout: /files \(.* MB\) written, read again/,
  });
  t.same(readdirSync(join(copy, "sealtrace/sealer-1/shifts/line-1/2026-03")), readdirSync(month));
  t.match(await sealtrace(["sync", "--to", copy], daemon.env), {
    status: 0,
    stdout: /up to date, \d+ were there already/,
  });
});

t.test("a target that is not there is said so, in words and in the exit status; it is no harm", async (t) => {
  const daemon = await synced(t, '[[sync.folder]]\npath = "/mnt/sealtrace-is-not-there"\n');
  await worked(daemon);
  const outcome = await sealtrace(["sync"], daemon.env);
  t.match(outcome, { status: 1, stdout: /share \/mnt\/sealtrace-is-not-there: NOT SYNCED: it went away, or the path/ });
  t.match(outcome.stdout, /^folder .*right$/m, "the other one is up to date");
  const { sync, alarms } = (await daemon.client.call("status")) as ApplianceStatus;
  t.match(sync[1], { kind: "share", state: "failed", lastDeliveredUs: null, proof: null });
  t.ok(alarms.some((alarm) => /^share \/mnt\/sealtrace-is-not-there: it went away/.test(alarm)));
  t.match(await sealtrace(["status"], daemon.env), { status: 1, stdout: /SHARE NOT SYNCED/ });
  writeFileSync(join(daemon.base, "file"), "");
  t.match(await sealtrace(["sync", "--to", join(daemon.base, "file")], daemon.env), { status: 1, stdout: "" });
});

t.test("before the first shift is over it says so, and not that all is up to date", async (t) => {
  const daemon = await synced(t, "", 1);
  const nothing = /: no shift is over yet, there is nothing to bring\n$/;
  t.match(await sealtrace(["sync"], daemon.env), { status: 0, stdout: nothing });
  t.match(await sealtrace(["sync", "--to", join(daemon.base, "copy")], daemon.env), { status: 0, stdout: nothing });
});

t.test("no target is in the appliance's own data: refused in one line", async (t) => {
  const base = daemonFolder(t, { disk: { sealtrace: {} }, none: {} });
  symlinkSync(join(base, "disk", "sealtrace"), join(base, "link"));
  const run = (sync: string, data: string) => {
    writeFileSync(join(base, "config.toml"), sync);
    return sealtrace(["run", "--sim", "demo", "--config", join(base, "config.toml"), "--data", data], {
      SEALTRACE_SOCKET_DIR: base,
    });
  };
  const data = join(base, "none", "sealtrace");
  const folder = (path: string) => `[[sync.folder]]\npath = ${JSON.stringify(path)}\nrequireMount = false\n`;
  for (const path of [data, join(data, "outbox"), join(base, "none")])
    t.match(
      await run(folder(path), data),
      { status: 1, stdout: "", stderr: /config.toml:sync.folder.0.path: ".*" is in the way of .*--data\)\n$/ },
      path,
    );
  t.match(await run(folder(join(base, "disk", "sealtrace")), join(base, "link")), {
    status: 1,
    stderr: /in the way/,
  });
  for (const path of [data, join(base, "none")])
    t.match(await run(`[sync]\nstickFolder = ${JSON.stringify(path)}\n`, data), {
      status: 1,
      stderr: /config.toml:sync.stickFolder: /,
    });
  t.notOk(existsSync(data), "nothing was made");
});

t.test("what turns out to be the data of an appliance is not written to", async (t) => {
  const daemon = await synced(t, "", 1);
  const disk = join(daemon.base, "disk");
  for (const name of ["db", "journal"]) mkdirSync(join(disk, "sealtrace", name), { recursive: true });
  writeFileSync(join(disk, "sealtrace", "db", "CURRENT"), "");
  t.match(await sealtrace(["sync", "--to", disk], daemon.env), {
    status: 1,
    stderr: /it is in the data of an appliance \(.*disk\/sealtrace\): name a folder elsewhere/,
  });
  t.same(readdirSync(join(disk, "sealtrace")), ["db", "journal"]);
});
