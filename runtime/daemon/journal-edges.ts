import { CHANNEL_KINDS, type Level } from "../../algorithms/signal.ts";
import type { Appliance } from "./appliance.ts";
import { CHANNELS_PER_LINE, journalChannel } from "./journal-channel.ts";
import type { WatchedLine } from "./watched-line.ts";

/** Edges of a line in a row; wall times in microseconds since 1970, `channel` indexes CHANNEL_KINDS. */
export interface JournalPortion {
  readonly edges: readonly { readonly wallUs: number; readonly channel: number; readonly level: Level }[];
  /** Edges that the journal could not keep, right before these. */
  readonly dropped: number;
}

/** Raw edges of a line between two wall times, both included, boot by boot, portion by portion. */
export async function* lineEdges(
  { journal, time }: Appliance,
  { keeper }: WatchedLine,
  fromWallUs: number,
  toWallUs: number,
): AsyncGenerator<JournalPortion> {
  const own = journalChannel(keeper.settings.number, 0);
  const boots = time.boots();
  for (const [i, { boot, offsetUs }] of boots.entries()) {
    const next = boots[i + 1];
    // a boot that made room ends where the store knew its end: the journal may reach further
    const endUs = next === undefined ? toWallUs : Math.min(toWallUs, next.offsetUs + next.firstMonoUs - 1);
    const first = Math.max(0, fromWallUs - offsetUs);
    const last = endUs - offsetUs;
    if (last < first) continue;
    for await (const { timesUs, channels, levels, droppedBefore } of journal.read(boot, first, last)) {
      const edges: { wallUs: number; channel: number; level: Level }[] = [];
      for (const [i, channel] of channels.entries()) {
        if (channel < own || channel >= own + CHANNELS_PER_LINE) continue;
        const wallUs = (timesUs[i] as number) + offsetUs;
        edges.push({ wallUs, channel: channel - own, level: levels[i] as Level });
      }
      yield { edges, dropped: droppedBefore };
    }
  }
}

/** What a line's channels are called in recordings, in the order of CHANNEL_KINDS. */
export function channelNames({ keeper }: WatchedLine): readonly string[] {
  return CHANNEL_KINDS.map((kind) => keeper.settings.line.channels[kind].signal);
}
