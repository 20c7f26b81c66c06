import { CHANNEL_KINDS, type ChannelKind, type Level } from "../../../algorithms/signal.ts";
import type { InputError } from "../../../drivers/input-error.ts";
import type { EdgeBatch, LevelColumns } from "../../daemon/edge-feed.ts";
import { SocketClient } from "../../socket/socket-client.ts";
import { given } from "../ask.ts";

/** A listener to the contacts of the running daemon. */
export interface EdgeStreamListener {
  readonly onBatch: (batch: EdgeBatch) => void;
  /** The daemon ended, or refused; not called after the stream was ended from this side. */
  readonly onEnd: (error: InputError) => void;
}

/**
 * Listens to the contacts as they move.
 * @param line only this one; all when absent.
 * @returns what ends it.
 * @throws InputError when no daemon answers.
 */
export async function listenToEdges(line: string | undefined, listener: EdgeStreamListener): Promise<() => void> {
  const client = await SocketClient.connect({ door: "status" });
  client.subscribe("edges", given({ line }), {
    onValue: (value) => listener.onBatch(value as EdgeBatch),
    onEnd: listener.onEnd,
  });
  return () => client.close();
}

/** One row of columns. */
export type LevelConsumer = (timeUs: number, line: number, channel: ChannelKind, level: Level) => void;

/** Row by row. */
export function eachLevel({ timesUs, lines, channels, levels }: LevelColumns, consume: LevelConsumer): void {
  for (const [i, timeUs] of timesUs.entries())
    consume(timeUs, lines[i] as number, channels[i] as ChannelKind, levels[i] as Level);
}

/** A channel of a line as one word, for maps. */
export function channelKey(line: number, channel: ChannelKind): number {
  return line * CHANNEL_KINDS.length + CHANNEL_KINDS.indexOf(channel);
}
