import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const BUILD = fileURLToPath(new URL("../../../scripts/lab/build-kernel.sh", import.meta.url));

/** The laboratory cannot run on this computer; the message says why and what to do. */
export class MissingError extends Error {}

/**
 * The path of the laboratory's kernel, built now unless it was before: some minutes on two cores.
 * @throws MissingError when it cannot be had or not be run here.
 */
export async function labKernel(): Promise<string> {
  await checkPtrace();
  const given = process.env.SEALTRACE_LAB_KERNEL;
  return given ?? made(BUILD);
}

/**
 * What a script of the laboratory makes, unless it was made before: the path that it prints. What it says meanwhile is
 * passed on. @throws MissingError with its last word when it fails.
 */
export async function made(script: string): Promise<string> {
  const build = spawn("bash", [script], { stdio: ["ignore", "pipe", "pipe"] });
  let told = "";
  build.stderr.setEncoding("utf8").on("data", (said: string) => {
    process.stderr.write(said);
    told = `${told}${said}`.slice(-1000);
  });
  const [path, [status]] = await Promise.all([text(build.stdout), once(build, "close")]);
  if (status !== 0) throw new MissingError(told.trim().split("\n").at(-1) || `${script} failed`);
  return path.trim();
}

/** The kernel is a program that traces others: where nobody may, it cannot run. */
async function checkPtrace(): Promise<void> {
  const scope = await readFile("/proc/sys/kernel/yama/ptrace_scope", "utf8").catch(() => "0");
  if (scope.trim() === "3")
    throw new MissingError("ptrace is forbidden: set kernel.yama.ptrace_scope to 0 and boot anew");
}
