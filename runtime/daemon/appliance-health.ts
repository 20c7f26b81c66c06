import type { ShownHealth } from "../report/live-health.ts";
import type { StoreAlarm } from "../store/store-alarm.ts";
import type { SyncTargets } from "../sync/sync-targets.ts";
import { type HealthWatch, healthAlarms, isNearlyFull } from "./health.ts";
import { shownTarget } from "./shown-target.ts";
import type { SourceInputs } from "./source.ts";
import type { VitalSigns } from "./vital-signs.ts";

/** What of an appliance may need somebody. */
interface Cared {
  readonly alarms: ReadonlyMap<StoreAlarm["kind"], StoreAlarm>;
  readonly health: HealthWatch;
  readonly inputs: SourceInputs | null;
  readonly vitalSigns: VitalSigns | null;
  readonly sync: SyncTargets;
}

/** Everything that needs somebody now, in the words of the log. */
export function alarmsOf({ alarms, health, inputs, vitalSigns, sync }: Cared): readonly string[] {
  const told = [...alarms.values()].map(({ message }) => message);
  return [
    ...told,
    ...(vitalSigns?.alarms ?? []),
    ...(inputs?.trouble ? [inputs.trouble] : []),
    ...healthAlarms(health.known),
    ...sync.alarms(),
  ];
}

/** What the health line shows. */
export function shownHealth({ health, sync }: Cared, timeZone: string): ShownHealth {
  const { clock, disk, power, machineUpSeconds } = health.known;
  return {
    isClockSet: clock.isSynchronized,
    diskFree: disk === null ? null : disk.freeBytes / disk.totalBytes,
    isDiskNearlyFull: disk !== null && isNearlyFull(disk),
    power: power === null ? null : power.isLowNow ? "low" : power.wasLow ? "was low" : "ok",
    sync: shownTarget(sync.status(), timeZone),
    upSeconds: machineUpSeconds,
  };
}
