import type { ShiftResult } from "../shift-result.ts";
import type { Report } from "./parts/report.ts";
import type { Texts } from "./texts/texts.ts";

/** What a view shows besides the result itself. */
export interface LiveMoment {
  /** Now, in line time. */
  readonly nowUs: number;
  /** 1 while the sealing contact is closed, 0 while it is open, null when it was never seen. */
  readonly sealing: 0 | 1 | null;
  /** What the availability contact says; null when nobody knows. */
  readonly ready: boolean | null;
  /** Since when the contacts are unseen, or not ready; null when they are neither, or nobody knows. */
  readonly contactSinceUs: number | null;
  /** Words about the appliance, the most urgent first; as many as fit are shown. */
  readonly health: readonly string[];
}

/** What a line is doing. */
export type Activity = keyof Texts["live"]["states"];

/** What a line is doing, and since when. */
export interface LineActivity {
  readonly activity: Activity;
  /** Null when nobody knows. */
  readonly sinceUs: number | null;
  /** A stop that goes on: what it is called may change with its end. */
  readonly isOpen: boolean;
}

const BY_KIND = {
  "not-ready": "notReady",
  waiting: "waiting",
  changeover: "changeover",
  break: "break",
  "no-data": "noData",
  "micro-stop": "running",
} as const;

/** What a line is doing; micro-stops do not interrupt running. */
export function activityOf(shift: Pick<ShiftResult, "stops" | "state" | "startUs" | "endUs">, moment: LiveMoment) {
  const { state, stops, startUs, endUs } = shift;
  const last = stops?.findLast(({ kind }) => kind !== "micro-stop") ?? null;
  const open = last?.open === true ? last : null;
  const found = (activity: Activity, sinceUs: number | null, isOpen = false): LineActivity => ({
    activity,
    sinceUs: sinceUs !== null && sinceUs > moment.nowUs ? null : sinceUs,
    isOpen,
  });
  if (state !== "running") return found("over", endUs);
  if (moment.sealing === null) return found("noSignal", moment.contactSinceUs);
  const runningSinceUs = last?.endUs ?? startUs;
  if (moment.sealing === 1) return found("running", open === null ? runningSinceUs : null);
  if (open !== null) return found(BY_KIND[open.kind], open.startUs, true);
  return moment.ready === false ? found("notReady", moment.contactSinceUs) : found("running", runningSinceUs);
}

/** `RUNNING 25 min`, `NOT READY ~ 4 min`: the mark stands for a stop that goes on. */
export function stateOf({ shift, texts, numerals }: Report, moment: LiveMoment): string {
  const { activity, sinceUs, isOpen } = activityOf(shift, moment);
  const name = `${texts.live.states[activity]}${isOpen ? " ~" : ""}`;
  if (sinceUs === null || activity === "over") return name;
  return `${name} ${numerals.duration((moment.nowUs - sinceUs) / 1e6)}`;
}
