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

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setImmediate(resolve));
}

t.test("a dead process that nobody has waited for holds nothing; a living one does", async (t) => {
  const path = join(t.testdir(), "lock");
  // the shell becomes a process that never waits for the child that it was given, and only then the child ends
  const parent = spawn("sh", ["-c", "exec 3<&0; cat <&3 >/dev/null & echo $!; exec sleep 60"], {
    stdio: ["pipe", "pipe", "ignore"],
  });
  t.teardown(() => parent.kill("SIGKILL"));
  const [line] = await once(parent.stdout, "data");
  const pid = Number(String(line).trim());
  await until(() => readFileSync(`/proc/${parent.pid}/comm`, "latin1") === "sleep\n");
  parent.stdin.end();
  await until(() => /\) Z [^)]*$/.test(statOf(pid)));
  const stat = statOf(pid);
  writeFileSync(path, lockOf(pid, stat));
  const lock = await StoreLock.take(path);
  await lock.release();
  const living = parent.pid as number;
  writeFileSync(path, lockOf(living, statOf(living)));
  await t.rejects(StoreLock.take(path), { message: new RegExp(`in use by process ${living}`) });
});
