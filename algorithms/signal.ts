// The vocabulary. Times are integer microseconds since the start of the recording (field names end in Us),
// sealing times are seconds. null means unknown, never 0.

/** A contact's level: 1 is active (contact closed). */
export type Level = 0 | 1;

/** What the contacts of a line can mean. `recorder` is 0 while the recorder saw nothing. */
export const CHANNEL_KINDS = ["availability", "sealing", "reject", "energy", "recorder"] as const;
export type ChannelKind = (typeof CHANNEL_KINDS)[number];
/** The channels that are contacts. */
export type Contact = Exclude<ChannelKind, "recorder">;
export const CONTACTS = CHANNEL_KINDS.filter((kind): kind is Contact => kind !== "recorder");

/** An interval during which a filtered channel is active; an end that nobody saw is null. */
export interface Pulse {
  readonly onUs: number | null;
  readonly offUs: number | null;
}

/** An accepted sealing pulse; the sealing time is null when one of its ends was not seen. */
export interface Seal {
  readonly onUs: number;
  readonly offUs: number;
  readonly sealingTimeSeconds: number | null;
}

/** Why raw edges were removed, see docs/algorithms/level-filter.md. */
export const REMOVED_KINDS = ["glitch", "chatter", "dropout", "burst", "mains", "short"] as const;
export type RemovedKind = (typeof REMOVED_KINDS)[number];

/** Raw edges of one channel: `edges = kept + sum of removed`, always. */
export interface EdgeCounts {
  edges: number;
  kept: number;
  readonly removed: Record<RemovedKind, number>;
}
