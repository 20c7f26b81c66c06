import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Helper } from "../../runtime/sync/helper.ts";
import { Outbox } from "../../runtime/sync/outbox.ts";
import type { Visit } from "../../runtime/sync/task.ts";
import { command, onOwnDisks } from "./disk-tools.ts";
import { addDay, targetFaults, taskOf } from "./stick-files.ts";

const DAYS = 3;
const LONGEST_WAIT_MS = 60_000;
const OWN_NETWORK = "SEALTRACE_OWN_NETWORK";

/** What a share on a real SMB server did. `faults` must be empty. */
export interface SmbReport {
  readonly server: string;
  readonly visits: Visit[];
  readonly faults: string[];
}

/** What is missing for a server and its mount, in one line; null when both can be had. */
export async function missingForSmb(): Promise<string | null> {
  for (const name of ["smbd", "smbnetfs", "ip"]) {
    const isThere = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"].some((folder) => existsSync(join(folder, name)));
    if (!isThere) return `needs ${name}: apt install samba smbnetfs iproute2`;
  }
  return null;
}

/**
 * Copies some days to a share of a Samba server on this computer, mounted by smbnetfs (libsmbclient in user space: few
 * build machines have the kernel's cifs), and compares what the server has on its disk. To be run by `onOwnDisks`, in a
 * network of its own.
 */
async function shareOnSmb(folder: string): Promise<SmbReport> {
  const mount = join(folder, "mount");
  const share = join(folder, "share");
  for (const each of ["mount", "share", "state"]) await mkdir(join(folder, each), { mode: 0o777 });
  await command("ip", "link", "set", "lo", "up");
  const settings = await serverSettings(folder, share);
  const quiet = { stdio: "ignore" } as const;
  const server = spawn("smbd", ["--foreground", "--no-process-group", "--configfile", settings], quiet);
  const config = join(folder, "smbnetfs.conf");
  await writeFile(config, `smb_conf ${settings}\n`);
  const client = spawn("smbnetfs", ["-f", "-o", `config=${config}`, "-o", "allow_other", mount], quiet);
  try {
    const root = join(mount, "127.0.0.1/reports");
    await mounted(mount);
    return await fill(folder, root, share);
  } finally {
    await command("umount", "--lazy", mount).catch(() => {});
    client.kill("SIGKILL");
    server.kill("SIGKILL");
    await Promise.all([once(server, "exit"), once(client, "exit")]);
  }
}

async function fill(folder: string, root: string, share: string): Promise<SmbReport> {
  const outbox = await Outbox.open(join(folder, "outbox"));
  const target = { kind: "share", root, types: ["fuse.smbnetfs"], requireMount: true } as const;
  const task = { ...taskOf(folder, root), target };
  const report: SmbReport = { server: await command("smbd", "--version"), visits: [], faults: [] };
  for (let day = 0; day < DAYS; day++) {
    await addDay(outbox, day);
    report.visits.push(await visited(task));
    report.faults.push(...targetFaults(outbox.folder, join(share, "sealtrace/sealer-1")));
  }
  report.visits.push(await visited(task));
  return report;
}

/** The first access finds the server; before it answers there is no such folder. */
async function visited(task: ConstructorParameters<typeof Helper>[0]): Promise<Visit> {
  for (const beganMs = performance.now(); ; await sleep(200)) {
    const outcome = await visit(task);
    if (typeof outcome !== "string") return outcome;
    if (performance.now() - beganMs > LONGEST_WAIT_MS) throw new Error(outcome);
  }
}

function visit(task: ConstructorParameters<typeof Helper>[0]): Promise<Visit | string> {
  return new Promise((done) => {
    let outcome: Visit | string = "ended";
    new Helper(task, LONGEST_WAIT_MS, {
      onMessage: (message) => {
        if (message.kind === "done") outcome = message.visit;
        if (message.kind === "problem") outcome = message.problem;
      },
      onSilent: () => {},
      onGone: () => done(outcome),
    });
  });
}

async function mounted(place: string): Promise<void> {
  for (const beganMs = performance.now(); performance.now() - beganMs < LONGEST_WAIT_MS; await sleep(100))
    if ((await readFile("/proc/self/mountinfo", "utf8")).includes(` ${place} `)) return;
  throw new Error("smbnetfs does not mount");
}

async function serverSettings(folder: string, share: string): Promise<string> {
  const state = ["private dir", "lock directory", "state directory", "cache directory", "pid directory", "ncalrpc dir"];
  const path = join(folder, "smb.conf");
  await writeFile(
    path,
    `[global]
interfaces = lo
bind interfaces only = yes
disable netbios = yes
smb ports = 445
load printers = no
map to guest = Bad User
guest account = root
log file = ${join(folder, "smbd.log")}
${state.map((name) => `${name} = ${join(folder, "state")}\n`).join("")}
[reports]
path = ${share}
guest ok = yes
read only = no
force user = root
`,
  );
  return path;
}

/** The server listens in a network that only this process and its children have. */
async function inOwnNetwork(): Promise<void> {
  const env = { ...process.env, [OWN_NETWORK]: "1" };
  const args = ["--net", process.execPath, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const child = spawn("unshare", args, { stdio: "inherit", env });
  const [status] = await once(child, "exit");
  process.exitCode = status ?? 1;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.env[OWN_NETWORK] === undefined) await inOwnNetwork();
  else
    await onOwnDisks(import.meta.url, async (folder) => {
      const report = await shareOnSmb(folder);
      return { report, isGood: report.faults.length === 0 };
    });
}
