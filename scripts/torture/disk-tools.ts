import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const LONGEST_COMMAND_MS = 60_000;
/** Says that the script has a namespace of its own already, and where its file system in memory goes. */
const FOLDER = "--folder";
const COMMANDS = ["unshare", "mount", "umount", "losetup", "mkfs.ext4", "findmnt"];

/** Runs a command and resolves to what it prints; rejects when it fails or takes a minute. */
export async function command(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(name, [...args], { timeout: LONGEST_COMMAND_MS });
  return stdout.trim();
}

/** What is missing for disks of our own, and what to do about it, in one line; null when they can be made. */
export async function missingForDisks(): Promise<string | null> {
  if (process.getuid?.() !== 0) return "needs root: run it with sudo";
  for (const device of ["/dev/fuse", "/dev/loop-control"]) {
    const isThere = await access(device).then(
      () => true,
      () => false,
    );
    if (!isThere) return `needs ${device}: modprobe fuse loop`;
  }
  for (const name of COMMANDS)
    if (await command(name, "--version").then(nothing, isMissing))
      return `needs ${name}: apt install util-linux mount e2fsprogs`;
  const isAllowed = await command("unshare", "--mount", "true").then(
    () => true,
    () => false,
  );
  return isAllowed ? null : "needs the right to mount: CAP_SYS_ADMIN";
}

/** What a script of `onOwnDisks` printed, and its exit status. */
export interface Outcome {
  readonly stdout: string;
  readonly status: number;
}

/**
 * Runs a script that calls `onOwnDisks`. It prints one line of JSON: its report, or what is missing to run it.
 * Whatever it mounts is gone when it ends, however it or this process ends: it has a mount namespace of its own.
 */
export async function runOnOwnDisks(script: URL, args: readonly string[]): Promise<Outcome> {
  const missing = await missingForDisks();
  if (missing !== null) return { stdout: `${JSON.stringify({ skipped: missing })}\n`, status: 0 };
  const folder = await mkdtemp(join(tmpdir(), "own-disks-"));
  const node = [process.execPath, fileURLToPath(script), FOLDER, folder, ...args];
  const unshare = ["--mount", "--propagation", "private", ...node];
  const child = spawn("unshare", unshare, { stdio: ["pipe", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  const [status] = await once(child, "close");
  await rm(folder, { recursive: true });
  return { stdout, status: status ?? 1 };
}

/**
 * The main program of a script that mounts: runs itself by `runOnOwnDisks`, and `work` in there.
 * @param work gets an empty file system in memory and the arguments; resolves to a report and whether it is good.
 */
export async function onOwnDisks(
  script: string,
  work: (folder: string, args: string[]) => Promise<{ readonly report: unknown; readonly isGood: boolean }>,
): Promise<void> {
  const [first, folder, ...args] = process.argv.slice(2);
  if (first !== FOLDER || folder === undefined) {
    const { stdout, status } = await runOnOwnDisks(new URL(script), process.argv.slice(2));
    process.stdout.write(stdout);
    process.exitCode = status;
    return;
  }
  process.stdin.resume().on("end", () => process.kill(process.pid, "SIGKILL"));
  const { report, isGood } = await inMemory(folder, args, work).catch((error: unknown) => ({
    report: { failed: error instanceof Error ? error.stack : String(error) },
    isGood: false,
  }));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  // an appliance that failed may still be at work
  process.exit(isGood ? 0 : 1);
}

async function inMemory<Result>(
  folder: string,
  args: string[],
  work: (folder: string, args: string[]) => Promise<Result>,
): Promise<Result> {
  await command("mount", "-t", "tmpfs", "-o", "size=768m", "own-disks", folder);
  return work(folder, args);
}

/** Makes an empty ext4 of this size in a file. Nothing of it is left to be written later. */
export async function makeExt4(path: string, bytes: number): Promise<void> {
  await command("truncate", "--size", String(bytes), path);
  await command("mkfs.ext4", "-q", "-F", "-b", "4096", "-E", "lazy_itable_init=0,lazy_journal_init=0,nodiscard", path);
}

/** Mounts the file system in a file, or in a device. */
export async function mountExt4(image: string, place: string, ...options: readonly string[]): Promise<void> {
  await command("mount", "-t", "ext4", "-o", ["loop", "noatime", ...options].join(","), image, place);
}

/** Unmounts as soon as nobody uses it any more. */
export async function unmount(place: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      await command("umount", place);
      return;
    } catch (error) {
      if (attempt >= 200) throw error;
      await sleep(20);
    }
  }
}

function nothing(): boolean {
  return false;
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "ENOENT";
}
