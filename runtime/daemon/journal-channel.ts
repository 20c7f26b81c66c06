/** Places that a line has in the journal. */
export const CHANNELS_PER_LINE = 8;

/** A line's channel in the journal; whatever the configuration calls it, it stays the same. */
export function journalChannel(line: number, channel: number): number {
  return line * CHANNELS_PER_LINE + channel;
}
