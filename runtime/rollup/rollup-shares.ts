import type { RolledUp } from "./rollup.ts";

/** A part of planned time. */
export type Share = "net" | "slow" | "micro" | "change" | "stops";

/** Where the planned time of the rated shifts went, in seconds; slow cycles are below 0 where an ideal cycle is too slow. */
export function sharesOf({ oee }: RolledUp): Readonly<Record<Share, number>> | null {
  if (oee === null || oee.netSeconds === null) return null;
  const { plannedBusySeconds, runSeconds, netSeconds, iso } = oee;
  return {
    net: netSeconds,
    slow: iso.actualProductionSeconds - netSeconds,
    micro: runSeconds - iso.actualProductionSeconds,
    change: iso.actualSetupSeconds,
    stops: plannedBusySeconds - runSeconds - iso.actualSetupSeconds,
  };
}

/** Planned time that was worth nothing, in seconds; 0 where it is not known. */
export function lostSeconds(rolled: RolledUp): number {
  return rolled.oee === null ? 0 : rolled.oee.plannedBusySeconds - (rolled.oee.netSeconds ?? 0);
}
