import { existsSync, readFileSync } from "node:fs";

/** The clocks of the machine. Times are integer microseconds. */
export interface SystemClock {
  /** CLOCK_MONOTONIC: never steps, starts near 0 with each boot, stands still while the machine sleeps. */
  monoUs(): number;
  /** Since 1970 (UTC), in steps of a millisecond; may be years off and may step. */
  wallUs(): number;
  /** The kernel's name of this boot; empty where there is none, which makes each start a new boot. */
  bootId(): string;
  /** True once the wall clock was set from the network in this boot. */
  wallIsTrusted(): boolean;
}

/** A moment in both times. */
export interface ClockReading {
  readonly monoUs: number;
  readonly wallUs: number;
  readonly trusted: boolean;
  /** Time that reading took: how far the two may be apart. */
  readonly spreadUs: number;
}

const BOOT_ID = "/proc/sys/kernel/random/boot_id";
/**
 * systemd-timesyncd creates it at its first answer in a boot. Other time services leave no such file: with those the
 * clock counts as untrusted for good, which still follows its steps and only leaves the remark on the report.
 */
const SYNCHRONIZED = "/run/systemd/timesync/synchronized";
const GOOD_SPREAD_US = 1_000;
const ATTEMPTS = 5;

/** The clocks of this machine; the two files can be elsewhere for a test. */
export function systemClock(bootIdFile = BOOT_ID, synchronizedFile = SYNCHRONIZED): SystemClock {
  return {
    monoUs: () => Number(process.hrtime.bigint() / 1000n),
    wallUs: () => Date.now() * 1000,
    bootId: () => readBootId(bootIdFile),
    wallIsTrusted: () => existsSync(synchronizedFile),
  };
}

/**
 * Reads both clocks as one. A process can be put aside between the two reads for seconds, which would look like a
 * step; so the closest of up to five attempts counts.
 */
export function readClock(clock: SystemClock): ClockReading {
  // Asked for first: a clock set while we read is then believed at the next reading only.
  const trusted = clock.wallIsTrusted();
  let best: ClockReading | undefined;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const monoUs = clock.monoUs();
    const wallUs = clock.wallUs();
    const spreadUs = clock.monoUs() - monoUs;
    if (best === undefined || spreadUs < best.spreadUs) best = { monoUs, wallUs, trusted, spreadUs };
    if (spreadUs <= GOOD_SPREAD_US) break;
  }
  return best as ClockReading;
}

function readBootId(file: string): string {
  try {
    const text = readFileSync(file, "utf8").trim();
    return /^[0-9a-f-]{36}$/.test(text) ? text : "";
  } catch {
    return "";
  }
}
