import { spawnSync } from "node:child_process";

/** What went wrong while a release was built, for the person who builds it. */
export class ReleaseFault extends Error {}

/** Runs a program to its end and returns what it printed. @throws ReleaseFault with the end of what it complained. */
export function command(program: string, args: readonly string[], cwd?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    cwd,
    encoding: "utf8",
    maxBuffer: 256 * 1024 * 1024,
    env: { ...process.env, LC_ALL: "C", TZ: "UTC" },
  });
  if (error) throw new ReleaseFault(`${program} cannot be started: ${error.message}`);
  if (status !== 0) throw new ReleaseFault(`${program} ${args.join(" ")} failed:\n${(stderr || stdout).slice(-2000)}`);
  return stdout;
}
