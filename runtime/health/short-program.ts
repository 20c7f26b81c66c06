import { execFile } from "node:child_process";

const MOST_BYTES = 64 * 1024;

/** To look for one in vain again and again would each time cost a fork of the daemon. */
const missing = new Set<string>();

/**
 * What a small program of the system prints; null when it is not there, fails, or takes longer than it may. One that was
 * not there once is not looked for again.
 */
export function outputOf(program: string, args: readonly string[], deadlineMs = 2000): Promise<string | null> {
  if (missing.has(program)) return Promise.resolve(null);
  return new Promise((resolve) => {
    const options = { timeout: deadlineMs, killSignal: "SIGKILL", maxBuffer: MOST_BYTES, windowsHide: true } as const;
    execFile(program, args, options, (error, stdout) => {
      if (error?.code === "ENOENT") missing.add(program);
      resolve(error === null ? stdout : null);
    });
  });
}
