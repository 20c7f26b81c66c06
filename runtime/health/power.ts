import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { outputOf } from "./short-program.ts";

/** What the board says about its supply; it only knows since it was switched on. */
export interface Power {
  /** Below some 4.63 V at this moment. */
  readonly isLowNow: boolean;
  readonly wasLow: boolean;
  /** Slowed down because of heat or supply at this moment. */
  readonly isThrottledNow: boolean;
}

const FLAGS_FILE = "sys/devices/platform/soc/soc:firmware/get_throttled";
const LOW_NOW = 1;
const THROTTLED_NOW = 1 << 2;
const WAS_LOW = 1 << 16;

/**
 * The flags of a Raspberry Pi's firmware, from sysfs or from `vcgencmd get_throttled`; null on another computer.
 * @param root where the file system begins; for tests.
 */
export async function power(root = "/", ask = outputOf): Promise<Power | null> {
  const flags = parseFlags(await readFile(join(root, FLAGS_FILE), "utf8").catch(() => null)) ?? (await asked(ask));
  if (flags === null) return null;
  return {
    isLowNow: (flags & LOW_NOW) !== 0,
    wasLow: (flags & WAS_LOW) !== 0,
    isThrottledNow: (flags & THROTTLED_NOW) !== 0,
  };
}

async function asked(ask: typeof outputOf): Promise<number | null> {
  return parseFlags((await ask("vcgencmd", ["get_throttled"]))?.replace(/^throttled=/, "") ?? null);
}

/** `50005` or `0x50005`: hexadecimal, both in sysfs and from the program. */
function parseFlags(text: string | null): number | null {
  const digits = /^(?:0x)?([0-9a-f]{1,8})$/i.exec(text?.trim() ?? "")?.[1];
  return digits === undefined ? null : Number.parseInt(digits, 16);
}
