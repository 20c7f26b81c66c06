import { existsSync } from "node:fs";
import type { Test } from "tap";
import type { DaemonProcess } from "../scripts/torture/daemon-process.ts";

/**
 * A folder for daemons, with these files; it goes when they have ended. That of `t.testdir` alone would be removed before
 * anything is torn down, unless there was something to be torn down before it was made.
 */
export function daemonFolder(t: Test, files: Parameters<Test["testdir"]>[0] = {}): string {
  t.teardown(() => {});
  return t.testdir(files);
}

/** Kills the daemon when the test ends, which fails when the daemon's folder has gone before it. */
export function killInTheEnd(t: Test, daemon: DaemonProcess, folder: string): void {
  t.teardown(async () => {
    const isThere = existsSync(folder);
    await daemon.kill();
    if (!isThere) throw new Error(`${folder} was removed while a daemon worked in it: make it with daemonFolder()`);
  });
}
