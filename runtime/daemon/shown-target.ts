import { LocalClock } from "../local-clock.ts";
import type { ShownTarget } from "../report/live-health.ts";
import type { TargetStatus } from "../sync/target-watch.ts";

const DAY_US = 86_400_000_000;

/** The target that has a problem, else the one that is being written, else the one that was written last. */
export function shownTarget(
  targets: readonly TargetStatus[],
  timeZone: string,
  wallUs = Date.now() * 1000,
): ShownTarget | null {
  const byTime = targets.toSorted((a, b) => (a.lastDeliveredUs ?? 0) - (b.lastDeliveredUs ?? 0));
  const shown =
    byTime.findLast(({ problem }) => problem !== null) ??
    byTime.findLast(({ state }) => state === "syncing") ??
    byTime.at(-1);
  if (shown === undefined) return null;
  const { kind, problem, state, lastDeliveredUs } = shown;
  const syncedAt = lastDeliveredUs === null ? null : localTime(lastDeliveredUs, wallUs, timeZone);
  return { kind, state: problem !== null ? "wrong" : state === "syncing" ? "busy" : "fine", syncedAt };
}

/** With its date unless it is of this day. */
function localTime(us: number, wallUs: number, timeZone: string): string {
  const clock = new LocalClock(timeZone);
  const time = clock.time(us).slice(0, 5);
  const isToday = Math.abs(wallUs - us) < DAY_US && clock.date(us) === clock.date(wallUs);
  return isToday ? time : `${clock.date(us)} ${time}`;
}
