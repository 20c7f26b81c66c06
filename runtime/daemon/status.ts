import type { ShiftResult } from "../shift-result.ts";
import type { StoreMetrics } from "../store/store.ts";
import { version } from "../version.ts";
import type { Appliance, WatchedLine } from "./appliance.ts";
import type { Views } from "./views.ts";

/** The state of a line at this moment. */
export interface LineStatus {
  readonly line: string;
  readonly name: string;
  /** `no data` while the contacts are not seen. */
  readonly state: "sealing" | "ready" | "not ready" | "no data";
  /** The shift under way or the latest one: the very result that reports and replay show; null before there is one. */
  readonly shift: ShiftResult | null;
  /** Events of the line's log that are on the disk. */
  readonly durableEvents: number;
}

/** Everything that `sealtrace status --json` prints (`sealtrace/status@1`). */
export interface ApplianceStatus {
  readonly schema: "sealtrace/status@1";
  readonly version: string;
  readonly lines: readonly LineStatus[];
  /** In the words of the log; empty when all is well. */
  readonly alarms: readonly string[];
  readonly metrics: {
    readonly upSeconds: number;
    readonly residentBytes: number;
    readonly edges: number;
    readonly lostEdges: number;
    readonly events: number;
    readonly seals: number;
    /** How long the latest events waited for the disk; null before there is one. */
    readonly durableMs: { readonly p50: number | null; readonly p99: number | null };
    readonly store: StoreMetrics;
  };
}

/** How the appliance and its lines are. */
export async function statusOf(appliance: Appliance, views: Views): Promise<ApplianceStatus> {
  const { lines } = appliance;
  const sum = (of: (line: WatchedLine) => number) => lines.reduce((total, line) => total + of(line), 0);
  return {
    schema: "sealtrace/status@1",
    version: version(),
    lines: await Promise.all(
      lines.map(async (line) => ({
        ...lineStatus(line, await views.current(line)),
        durableEvents: appliance.store.durableSeq(line.keeper.settings.number) + 1,
      })),
    ),
    alarms: [...appliance.alarms.values()].map(({ message }) => message),
    metrics: {
      upSeconds: Math.round(process.uptime()),
      residentBytes: process.memoryUsage.rss(),
      edges: appliance.edges,
      lostEdges: appliance.lostEdges,
      events: sum(({ keeper }) => keeper.events),
      seals: sum(({ keeper }) => keeper.seals),
      durableMs: { p50: appliance.latency.percentile(0.5), p99: appliance.latency.percentile(0.99) },
      store: appliance.store.metrics(),
    },
  };
}

function lineStatus(line: WatchedLine, shift: ShiftResult | null): Omit<LineStatus, "durableEvents"> {
  const { id, name } = line.keeper.settings.line;
  return { line: id, name, state: stateOf(line), shift };
}

function stateOf({ keeper }: WatchedLine): LineStatus["state"] {
  const { contacts } = keeper.pipeline;
  if (contacts.startUs === null || contacts.blindSinceUs !== null) return "no data";
  if (contacts.levelOf("sealing") === 1) return "sealing";
  return contacts.levelOf("availability") === 0 ? "not ready" : "ready";
}
