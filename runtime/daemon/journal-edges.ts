import { CHANNEL_KINDS } from "../../algorithms/signal.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { Appliance, WatchedLine } from "./appliance.ts";

const CHANNELS_PER_LINE = 8;
/** Contacts are known from some time before the shift on. */
const BEFORE_US = 120_000_000;
const MOST_EDGES = 200_000;

/** A line's channel in the journal; whatever the configuration calls it, it stays the same. */
export function journalChannel(line: number, channel: number): number {
  return line * CHANNELS_PER_LINE + channel;
}

/** Raw edges of a line, in columns; times count from `startWallUs`. */
export interface EdgePage {
  readonly startWallUs: number;
  /** Names of the channels that `channels` indexes. */
  readonly names: readonly string[];
  readonly timesUs: readonly number[];
  readonly channels: readonly number[];
  readonly levels: readonly number[];
  /** Edges that the journal could not keep. */
  readonly dropped: number;
  /** Where the next page begins; null on the last one. */
  readonly nextUs: number | null;
}

/** Raw edges of a shift from the journal, from two minutes before it on; up to 200,000 a page. */
export async function edgesOf(
  { journal, time }: Appliance,
  { keeper }: WatchedLine,
  shift: ShiftResult,
  fromUs: number | null,
): Promise<EdgePage> {
  const { line, number } = keeper.settings;
  const startWallUs = shift.startUs - BEFORE_US;
  const page = { timesUs: [] as number[], channels: [] as number[], levels: [] as number[], dropped: 0 };
  const own = journalChannel(number, 0);
  for (const { boot, offsetUs } of time.boots()) {
    const first = Math.max(0, (fromUs ?? 0) + startWallUs - offsetUs);
    const last = shift.endUs - offsetUs;
    if (last < first) continue;
    for await (const { timesUs, channels, levels, droppedBefore } of journal.read(boot, first, last)) {
      page.dropped += droppedBefore;
      for (const [i, channel] of channels.entries()) {
        if (channel < own || channel >= own + CHANNELS_PER_LINE) continue;
        const timeUs = (timesUs[i] as number) + offsetUs - startWallUs;
        // a page ends where time goes on, so that no edge is left out or told twice
        if (page.timesUs.length >= MOST_EDGES && timeUs > (page.timesUs.at(-1) as number))
          return { startWallUs, names: namesOf(line), ...page, nextUs: timeUs };
        page.timesUs.push(timeUs);
        page.channels.push(channel - own);
        page.levels.push(levels[i] as number);
      }
    }
  }
  return { startWallUs, names: namesOf(line), ...page, nextUs: null };
}

function namesOf({ channels }: WatchedLine["keeper"]["settings"]["line"]): readonly string[] {
  return CHANNEL_KINDS.map((kind) => channels[kind].signal);
}
