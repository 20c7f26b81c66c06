import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { StoreLock } from "../runtime/store/store-lock.ts";

/** The lock text of a process, as that process itself would have written it. */
function lockOf(pid: number, stat: string): string {
  const bootId = readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim();
  return `${pid} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]} ${bootId}\n`;
}

function statOf(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, "latin1");
}

t.test("a dead process that nobody has waited for holds nothing; a living one does", async (t) => {
  const path = join(t.testdir(), "lock");
  // the shell becomes a process that never waits for the child that it was given
  const parent = spawn("sh", ["-c", "true & echo $!; exec sleep 60"], { stdio: ["ignore", "pipe", "ignore"] });
  t.teardown(() => parent.kill("SIGKILL"));
  const [line] = await once(parent.stdout, "data");
  const pid = Number(String(line).trim());
  let stat = statOf(pid);
  while (!stat.slice(stat.lastIndexOf(")")).startsWith(") Z")) {
    await new Promise((resolve) => setImmediate(resolve));
    stat = statOf(pid);
  }
  writeFileSync(path, lockOf(pid, stat));
  const lock = await StoreLock.take(path);
  await lock.release();
  const living = parent.pid as number;
  writeFileSync(path, lockOf(living, statOf(living)));
  await t.rejects(StoreLock.take(path), { message: new RegExp(`in use by process ${living}`) });
});
