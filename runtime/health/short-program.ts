import { execFile } from "node:child_process";

const MOST_BYTES = 64 * 1024;

/** What a small program of the system prints; null when it is not there, fails, or takes longer than it may. */
export function outputOf(program: string, args: readonly string[], deadlineMs = 2000): Promise<string | null> {
  return new Promise((resolve) => {
    const options = { timeout: deadlineMs, killSignal: "SIGKILL", maxBuffer: MOST_BYTES, windowsHide: true } as const;
    execFile(program, args, options, (error, stdout) => resolve(error === null ? stdout : null));
  });
}
