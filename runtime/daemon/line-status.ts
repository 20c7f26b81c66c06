import { liveMoment } from "../live-moment.ts";
import { type Activity, activityOf } from "../report/live-state.ts";
import type { LossName } from "../report/losses.ts";
import { rejectedPulses } from "../report/parts/head.ts";
import { type Report, reportOf } from "../report/parts/report.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { Appliance } from "./appliance.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";

/** Nobody sees in a status that a stop has grown for a second. */
const OLDEST_MS = 1000;
const MOST_LOSSES = 3;
const LONGEST_TURN_MS = 30;

/** The state of a line at this moment. */
export interface LineStatus {
  readonly line: string;
  readonly name: string;
  /** `no data` while the contacts are not seen. */
  readonly state: "sealing" | "ready" | "not ready" | "no data";
  /** What it is doing, in the words of the live view, and since when; null when nobody knows. */
  readonly activity: Activity | null;
  readonly activitySince: string | null;
  readonly activitySeconds: number | null;
  /** What is made or was made last; null before there is anything. */
  readonly product: { readonly id: string; readonly name: string | null } | null;
  readonly units: number | null;
  readonly possibleUnits: number | null;
  /** The three that cost most. */
  readonly topLosses: readonly {
    readonly name: LossName;
    readonly seconds: number;
    readonly units: number | null;
    readonly events: number;
  }[];
  /** Pulses that the filters removed in this shift; null when no contact was seen. */
  readonly rejectedPulses: number | null;
  /** Mean bounce of the sealing contact; null when none bounced. */
  readonly bounceSeconds: number | null;
  /** The shift under way or the latest one: the very result that reports and replay show; null before there is one. */
  readonly shift: ShiftResult | null;
  /** Events of the line's log that are on the disk. */
  readonly durableEvents: number;
}

/**
 * The lines as they are now, in order. From time to time the daemon does its own work in between: all at once would hold
 * it up, a pause after each line would make whoever asks wait for whatever else goes on.
 */
export async function* reportsNow(
  lines: readonly WatchedLine[],
  views: Views,
): AsyncGenerator<[WatchedLine, Report | null]> {
  let pausedMs = performance.now();
  for (const line of lines) {
    const shift = await views.recent(line, OLDEST_MS);
    yield [line, shift === null ? null : reportOf(shift, views.baseContext)];
    if (performance.now() - pausedMs < LONGEST_TURN_MS) continue;
    await new Promise((resolve) => setImmediate(resolve));
    pausedMs = performance.now();
  }
}

/** A line in the shift that it is in. */
export function lineStatus({ store }: Appliance, line: WatchedLine, report: Report | null): LineStatus {
  const { settings, pipeline } = line.keeper;
  const { id, name } = settings.line;
  const shift = report?.shift ?? null;
  const moment = liveMoment(pipeline);
  const doing = shift === null ? null : activityOf(shift, moment);
  const sinceUs = doing?.sinceUs ?? null;
  const run = shift?.runs.at(-1);
  const product = shift?.products.find((each) => each.id === run?.product);
  return {
    line: id,
    name,
    state: contactState(line),
    activity: doing?.activity ?? null,
    activitySince: sinceUs === null ? null : new Date(sinceUs / 1000).toISOString(),
    activitySeconds: sinceUs === null ? null : (moment.nowUs - sinceUs) / 1e6,
    product: product === undefined ? null : { id: product.id, name: product.name },
    units: shift?.products.reduce((sum, { units }) => sum + units, 0) ?? null,
    possibleUnits: report?.possibleUnits ?? null,
    topLosses: (report?.losses?.losses ?? [])
      .slice(0, MOST_LOSSES)
      .map(({ name, seconds, units, events }) => ({ name, seconds, units, events })),
    rejectedPulses: shift === null ? null : rejectedPulses(shift),
    bounceSeconds: shift?.signals.sealing?.bounceSeconds ?? null,
    shift,
    durableEvents: store.durableSeq(settings.number) + 1,
  };
}

/** What the contacts say. */
export function contactState({ keeper }: WatchedLine): LineStatus["state"] {
  const { contacts } = keeper.pipeline;
  if (contacts.startUs === null || contacts.blindSinceUs !== null) return "no data";
  if (contacts.levelOf("sealing") === 1) return "sealing";
  return contacts.levelOf("availability") === 0 ? "not ready" : "ready";
}
