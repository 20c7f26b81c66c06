import { uptime } from "node:os";
import { type ClockTrust, clockTrust } from "../health/clock-trust.ts";
import { type DiskSpace, diskSpace } from "../health/disk-space.ts";
import { type Power, power } from "../health/power.ts";
import { writtenBytesPerDay } from "../health/wear.ts";

/** How the computer is that the daemon runs on. Unknown is null. */
export interface Health {
  readonly clock: ClockTrust;
  readonly disk: DiskSpace | null;
  readonly power: Power | null;
  /** Bytes a day that the daemon makes the disk write. */
  readonly writtenBytesPerDay: number | null;
  /** Since the computer was switched on. */
  readonly machineUpSeconds: number;
}

const UNKNOWN: Health = {
  clock: { isSynchronized: null, source: null },
  disk: null,
  power: null,
  writtenBytesPerDay: null,
  machineUpSeconds: 0,
};

/** Below this share of free disk the health line alarms, as below this many bytes. */
const LEAST_FREE_SHARE = 0.05;
const LEAST_FREE_BYTES = 100 << 20;

/**
 * What is known of the computer, looked at now and then in the background: nobody who asks waits for a disk or a program.
 */
export class HealthWatch {
  /** Where the data is. */
  readonly folder: string;
  #known: Health = UNKNOWN;
  #isLooking = false;

  constructor(folder: string) {
    this.folder = folder;
  }

  get known(): Health {
    return { ...this.#known, machineUpSeconds: Math.round(uptime()) };
  }

  /** Looks anew; a look that hangs (a dead disk) is the only one there is. */
  async look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    const [clock, disk, supply, written] = await Promise.all([
      clockTrust(),
      diskSpace(this.folder),
      power(),
      writtenBytesPerDay(process.uptime()),
    ]);
    this.#known = { clock, disk, power: supply, writtenBytesPerDay: written, machineUpSeconds: 0 };
    this.#isLooking = false;
  }
}

/** What of it needs somebody now, in the words of an alarm. */
export function healthAlarms({ disk, power }: Health): readonly string[] {
  const alarms = [];
  if (disk !== null && isNearlyFull(disk)) alarms.push("the disk is nearly full: remove files or fit a larger card");
  if (power?.isLowNow) alarms.push("the supply is below 4.63 V: check the power unit, its cable and its terminals");
  return alarms;
}

/** Less room than the store needs to go on for long. */
export function isNearlyFull({ freeBytes, totalBytes }: DiskSpace): boolean {
  return freeBytes < Math.min(LEAST_FREE_BYTES, LEAST_FREE_SHARE * totalBytes);
}
