import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

const FOLDER = "/run/smb";
const LOG = join(FOLDER, "smbd.log");
const OWN_PLACES = [
  "private dir",
  "lock directory",
  "state directory",
  "cache directory",
  "pid directory",
  "ncalrpc dir",
];
const PORT = 445;
const START_TRIES = 200;
const USER = "appliance";
const PASSWORD = "not-secret";

/** A Samba server in the machine, with one share. */
export class SmbServer {
  /** What the server has on its disk. */
  readonly folder = join(FOLDER, "share");
  readonly #process: ChildProcess;

  private constructor() {
    // of a group of its own: it and its children are told together
    this.#process = spawn("smbd", ["--foreground", "--no-process-group", "--configfile", settings(this.folder)], {
      stdio: "ignore",
      detached: true,
    });
  }

  /** Starts it and waits until it listens. @throws Error with its log when it does not. */
  static async start(): Promise<SmbServer> {
    execFileSync("busybox", ["ip", "link", "set", "lo", "up"]);
    const server = new SmbServer();
    for (let attempt = 0; attempt < START_TRIES; attempt++, await sleep(100)) if (await answers()) return server;
    throw new Error(`smbd does not listen:\n${server.log()}`);
  }

  /** Mounts the share with the kernel's own client, with the options that docs/install.md recommends. */
  mount(place: string): void {
    const safe = "soft,echo_interval=5,vers=3.1.1,nosuid,nodev,noexec";
    const options = `ip=127.0.0.1,${safe},username=${USER},password=${PASSWORD}`;
    mkdirSync(place, { recursive: true });
    execFileSync("mount", ["-i", "-t", "cifs", "//127.0.0.1/reports", place, "-o", options]);
  }

  /** From now on it answers nobody, but its connections stay. */
  freeze(): void {
    this.#tell("SIGSTOP");
  }

  thaw(): void {
    this.#tell("SIGCONT");
  }

  end(): void {
    this.#tell("SIGKILL");
  }

  /** What it has logged. */
  log(): string {
    return readFileSync(LOG, "utf8");
  }

  #tell(signal: NodeJS.Signals): void {
    process.kill(-(this.#process.pid as number), signal);
  }
}

/** Writes the server's settings, and the one user that it knows. @returns the path of the settings. */
function settings(share: string): string {
  const path = join(FOLDER, "smb.conf");
  const own = join(FOLDER, "own");
  for (const folder of [own, share]) mkdirSync(folder, { recursive: true });
  writeFileSync(
    path,
    `[global]
interfaces = lo
bind interfaces only = yes
disable netbios = yes
smb ports = ${PORT}
load printers = no
log file = ${LOG}
username map = ${join(FOLDER, "users")}
${OWN_PLACES.map((name) => `${name} = ${own}`).join("\n")}
[reports]
path = ${share}
read only = no
`,
  );
  writeFileSync(join(FOLDER, "users"), `root = ${USER}\n`);
  execFileSync("smbpasswd", ["-c", path, "-s", "-a", "root"], { input: `${PASSWORD}\n${PASSWORD}\n` });
  return path;
}

function answers(): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(PORT, "127.0.0.1");
    socket.on("error", () => done(false));
    socket.on("connect", () => {
      socket.destroy();
      done(true);
    });
  });
}
