import { readFileSync } from "node:fs";
import { REMOVED_KINDS } from "../../algorithms/signal.ts";
import type { JournalMetrics } from "../store/journal.ts";
import type { StoreMetrics } from "../store/store.ts";
import type { Appliance, RingMetrics } from "./appliance.ts";
import type { Percentiles } from "./latency.ts";
import type { LoopMetrics } from "./vital-signs.ts";
import type { WatchedLine } from "./watched-line.ts";

/** What a line has gone through. */
export interface LineMetrics {
  readonly line: string;
  /** Since the appliance started, with this configuration. */
  readonly edges: number;
  readonly events: number;
  readonly seals: number;
  /** Since the line is in the store: edges that are decided, and those of them that the filters removed. */
  readonly decidedEdges: number;
  readonly rejectedEdges: number;
}

/** Counters and latencies of `status --json`. Counts are since the start, unless told. */
export interface ApplianceMetrics {
  readonly upSeconds: number;
  readonly residentBytes: number;
  readonly heapBytes: number;
  /** Processor time of all threads. */
  readonly cpuSeconds: number;
  readonly edges: number;
  readonly lostEdges: number;
  readonly events: number;
  readonly seals: number;
  /** How long the latest events waited for the disk. */
  readonly durableMs: Percentiles;
  /** From the edge that ends a seal until the seal is on the disk; nulls where the source has no time of this machine. */
  readonly sealToDurableMs: Percentiles;
  readonly eventLoop: LoopMetrics | null;
  /**
   * What this process made the kernel write, by `/proc/self/io`; the log's synchronous writes cost the card some four
   * times as much. Null where the kernel does not count.
   */
  readonly processWrittenBytes: number | null;
  /** Edges on their way from the source to the lines. */
  readonly ring: RingMetrics;
  /** `writtenBytes`: keys and values handed to LevelDB. */
  readonly store: StoreMetrics;
  readonly journal: JournalMetrics;
  readonly lines: readonly LineMetrics[];
}

export function metricsOf(appliance: Appliance): ApplianceMetrics {
  const lines = appliance.lines.map(lineMetrics);
  const sum = (of: (line: LineMetrics) => number) => lines.reduce((total, line) => total + of(line), 0);
  const { user, system } = process.cpuUsage();
  return {
    upSeconds: Math.round(process.uptime()),
    residentBytes: process.memoryUsage.rss(),
    heapBytes: process.memoryUsage().heapUsed,
    cpuSeconds: (user + system) / 1e6,
    edges: appliance.edges,
    lostEdges: appliance.lostEdges,
    events: sum(({ events }) => events),
    seals: sum(({ seals }) => seals),
    durableMs: appliance.latency.percentiles(),
    sealToDurableMs: appliance.sealLatency.percentiles(),
    eventLoop: appliance.vitalSigns?.loop ?? null,
    processWrittenBytes: processWrittenBytes(),
    ring: appliance.ringMetrics(),
    store: appliance.store.metrics(),
    journal: appliance.journal.metrics(),
    lines,
  };
}

function lineMetrics({ keeper }: WatchedLine): LineMetrics {
  const counts = Object.values(keeper.pipeline.contacts.counts());
  return {
    line: keeper.settings.line.id,
    edges: keeper.edges,
    events: keeper.events,
    seals: keeper.seals,
    decidedEdges: counts.reduce((sum, { edges }) => sum + edges, 0),
    rejectedEdges: counts.reduce(
      (sum, count) => sum + REMOVED_KINDS.reduce((all, kind) => all + count.removed[kind], 0),
      0,
    ),
  };
}

function processWrittenBytes(): number | null {
  try {
    const bytes = /^write_bytes: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8"))?.[1];
    return bytes === undefined ? null : Number(bytes);
  } catch {
    return null;
  }
}
