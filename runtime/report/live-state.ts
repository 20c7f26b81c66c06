import type { Report } from "./parts/report.ts";

/** What a view shows besides the result itself. */
export interface LiveMoment {
  /** Now, in line time. */
  readonly nowUs: number;
  /** 1 while the sealing contact is closed, 0 while it is open, null when it was never seen. */
  readonly sealing: 0 | 1 | null;
  /** What the availability contact says; null when nobody knows. */
  readonly ready: boolean | null;
  /** Since when the state holds, in line time; null: as far as the stops of the shift tell. */
  readonly stateSinceUs: number | null;
  /** Lines about the appliance, each a text of its own; may be empty. */
  readonly health: readonly string[];
}

/** `RUNNING 25 min`, `NOT READY ~ 4 min`. */
export function stateOf({ shift, texts, numerals }: Report, moment: LiveMoment): string {
  const { states } = texts.live;
  const last = shift.stops?.findLast(({ kind }) => kind !== "micro-stop") ?? null;
  const open = last?.open === true ? last : null;
  const sinceUs = moment.stateSinceUs ?? (open === null ? (last?.endUs ?? shift.startUs) : open.startUs);
  const time = sinceUs > moment.nowUs ? "" : ` ${numerals.duration((moment.nowUs - sinceUs) / 1e6)}`;
  if (shift.state !== "running") return states.over;
  if (moment.sealing === null) return states.noSignal;
  if (moment.sealing === 1) return `${states.running}${open === null ? time : ""}`;
  if (open === null) return moment.ready === false ? `${states.notReady}` : `${states.running}${time}`;
  const byKind = {
    "not-ready": states.notReady,
    waiting: states.waiting,
    changeover: states.changeover,
    break: states.break,
    "no-data": states.noData,
    "micro-stop": states.running,
  } as const;
  return `${byKind[open.kind]} ~${time}`;
}
