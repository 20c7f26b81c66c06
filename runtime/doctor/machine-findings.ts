import type { Health } from "../daemon/health.ts";
import { isNearlyFull } from "../daemon/health.ts";
import type { ClockTrust } from "../health/clock-trust.ts";
import type { DiskSpace } from "../health/disk-space.ts";
import type { Power } from "../health/power.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

const MUCH_WRITTEN_BYTES = 2e9;
const SCARCE_SHARE = 0.15;

/** Whether times can be believed. */
export function clockFinding({ isSynchronized, source }: ClockTrust): Finding {
  const todo = "connect it to a time server, or set it (timedatectl set-time): durations are right all the same";
  if (isSynchronized === null) return warn("clock", "nobody here can tell whether it is right", todo);
  return isSynchronized
    ? ok("clock", `set by a time server (${source})`)
    : warn("clock", "not set since the start", todo);
}

/** The supply; null on a computer that does not tell. */
export function powerFinding(power: Power | null): Finding {
  if (power === null) return ok("power", "this computer does not tell");
  const todo = "check the power unit (5.1 V, 3 A), its cable and its terminals";
  if (power.isLowNow) return fail("power", "below 4.63 V at this moment", todo);
  if (power.wasLow) return warn("power", "was below 4.63 V since the start", todo);
  if (power.isThrottledNow)
    return warn("power", "slowed down by heat", "see that air gets to it; 85 degrees are the limit");
  return ok("power", "never low since the start");
}

/** Room for data. */
export function diskFinding(folder: string, disk: DiskSpace | null): Finding {
  if (disk === null) return fail("disk", `${folder} cannot be looked at`, "check that it is there and mounted");
  const share = disk.freeBytes / disk.totalBytes;
  const text = `${Math.round(100 * share)} % of ${bytesText(disk.totalBytes)} free`;
  const todo = "remove what does not belong there, or fit a larger card";
  if (isNearlyFull(disk)) return fail("disk", text, todo);
  return share < SCARCE_SHARE ? warn("disk", text, todo) : ok("disk", text);
}

/** How fast the card is worn. */
export function wearFinding({ writtenBytesPerDay }: Pick<Health, "writtenBytesPerDay">): Finding {
  if (writtenBytesPerDay === null) return ok("wear", "not known before the daemon has run for ten minutes");
  const text = `${bytesText(writtenBytesPerDay)} written a day`;
  if (writtenBytesPerDay < MUCH_WRITTEN_BYTES) return ok("wear", text);
  return warn("wear", text, "see what disturbs the contacts below: every edge is recorded; or fit an industrial card");
}

/** `1.5 GB`, `320 MB`. */
export function bytesText(bytes: number): string {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.round(bytes / 1e6)} MB`;
}
