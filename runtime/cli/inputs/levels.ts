import type { Level } from "../../../algorithms/signal.ts";
import type { ChannelLevels, EdgeBatch, LineLevels } from "../../daemon/edge-feed.ts";
import type { LineTraces } from "./line-traces.ts";

/** Edges a second are counted over so long at most. */
const RATE_US = 10_000_000;

/** A contact as `sealtrace inputs` tells it. Levels: 1 is closed (active); unknown is null. */
export interface ContactReading {
  readonly channel: string;
  readonly signal: string;
  readonly raw: Level | null;
  readonly rawSinceSeconds: number | null;
  readonly filtered: Level | null;
  readonly filteredSinceSeconds: number | null;
  /** Null before anything was watched. */
  readonly edgesPerSecond: number | null;
}

/** A line as `sealtrace inputs` tells it. */
export interface LineReading {
  readonly line: string;
  readonly name: string;
  /** Since when the recorder sees nothing; null while it sees. */
  readonly blindSeconds: number | null;
  readonly channels: readonly ContactReading[];
}

/** What the contacts are now, and how busy they were during the latest seconds. */
export function readings(batch: EdgeBatch, traces: LineTraces): readonly LineReading[] {
  const nowUs = batch.nowUs ?? 0;
  return batch.lines.map((levels, line) => lineReading(levels, line, nowUs, traces));
}

function lineReading(levels: LineLevels, line: number, nowUs: number, traces: LineTraces): LineReading {
  const { line: id, name, blindSinceUs, channels } = levels;
  return {
    line: id,
    name,
    blindSeconds: secondsSince(blindSinceUs, nowUs),
    channels: channels.map((channel) => contactReading(channel, line, nowUs, traces)),
  };
}

function contactReading(levels: ChannelLevels, line: number, nowUs: number, traces: LineTraces): ContactReading {
  const { channel, signal, raw, rawSinceUs, filtered, filteredSinceUs } = levels;
  const watchedUs = Math.min(RATE_US, nowUs - (traces.firstUs ?? nowUs));
  const { changes } = traces.of(line, channel).raw.between(nowUs - watchedUs, nowUs + 1);
  return {
    channel,
    signal,
    raw,
    rawSinceSeconds: secondsSince(rawSinceUs, nowUs),
    filtered,
    filteredSinceSeconds: secondsSince(filteredSinceUs, nowUs),
    edgesPerSecond: watchedUs > 0 ? changes / (watchedUs / 1e6) : null,
  };
}

function secondsSince(sinceUs: number | null, nowUs: number): number | null {
  return sinceUs === null ? null : (nowUs - sinceUs) / 1e6;
}
