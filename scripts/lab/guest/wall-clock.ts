import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import koffi from "koffi";

const CLOCK_REALTIME = 0;
const SYNCHRONIZED = "/run/systemd/timesync/synchronized";
const settime = koffi.load(null).func("int clock_settime(int clock, const int64_t *time)");

/** Sets this computer's wall clock, at once; microseconds since 1970. */
export function setWallClock(wallUs: number): void {
  const us = BigInt(Math.round(wallUs));
  const time = [us / 1_000_000n, (us % 1_000_000n) * 1000n];
  if (settime(CLOCK_REALTIME, time) !== 0) throw new Error("the clock cannot be set");
}

/** The clock is right from now on: what systemd-timesyncd leaves when it has set it. */
export function trustClock(): void {
  mkdirSync(dirname(SYNCHRONIZED), { recursive: true });
  writeFileSync(SYNCHRONIZED, "");
}
