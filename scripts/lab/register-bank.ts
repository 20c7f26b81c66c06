import { spawnSync } from "node:child_process";
import { openSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import type { Level } from "../../algorithms/signal.ts";

const LEVELS = 0x34;

/** Why rpio's own code cannot run on a register bank that is a file; null when it can. */
export function bankFault(): string | null {
  try {
    createRequire(import.meta.url)("rpio/package.json");
  } catch {
    return "rpio is optional and not installed here";
  }
  const isAllowed = spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "tmpfs", "/mnt"]).status === 0;
  return isAllowed ? null : "needs root: a file is mounted as /dev/gpiomem";
}

// A /dev of its own, in which the register bank is a file of the size of the real one.
const BANK = `set -e
folder=$(mktemp -d)
mount -t tmpfs tmpfs "$folder"
for device in null zero random urandom; do
  : > "$folder/$device"
  mount --bind "/dev/$device" "$folder/$device"
done
truncate -s 16M "$folder/gpiomem"
mount --move "$folder" /dev
rmdir "$folder"
exec "$@"`;

/**
 * rpio and the driver read the board's name from a file that is not there: with this, as a module that is required
 * first, it is a Raspberry Pi 4. THREAD_MODEL tells the thread another name than the program.
 */
export const BOARD_HOOK = `const fs = require("fs"), { isMainThread } = require("worker_threads"), read = fs.readFileSync;
fs.readFileSync = (path, ...rest) => path !== "/proc/device-tree/model" ? read(path, ...rest)
  : (isMainThread ? "Raspberry Pi 4 Model B Rev 1.4" : process.env.THREAD_MODEL ?? "Raspberry Pi 4 Model B Rev 1.4");
require("module").syncBuiltinESMExports();`;

/** Arguments of `unshare` that run a program of Node.js where /dev/gpiomem is a file. */
export function onRegisterBank(program: string, ...args: readonly string[]): string[] {
  return ["--mount", "sh", "-c", BANK, "sh", process.execPath, program, ...args];
}

/** The registers of a Raspberry Pi's pins, for a program that `onRegisterBank` runs. */
export class RegisterBank {
  readonly fd = openSync("/dev/gpiomem", "r+");
  readonly #levels = new Uint32Array(1);

  set(pin: number, level: Level): void {
    const levels = this.#levels[0] as number;
    this.#levels[0] = level === 1 ? levels | (1 << pin) : levels & ~(1 << pin);
    writeSync(this.fd, this.#levels, 0, 4, LEVELS);
  }
}
