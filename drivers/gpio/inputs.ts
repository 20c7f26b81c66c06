import type { Driver } from "../driver.ts";

/** The resistor inside the chip; left out, it stays as the board's boot or another program set it. */
export type Bias = "pull-up" | "pull-down" | "disabled";

/** A contact on a pin. */
export interface ContactLine {
  /** Name of its channel. */
  readonly name: string;
  readonly bias?: Bias;
  /** True when a closed contact pulls the pin low, as most isolated 24 V boards do: levels are turned round. */
  readonly activeLow?: boolean;
}

/** How channels are numbered, for every driver of pins. */
export interface ChannelOptions {
  /** The names that the ring's channel numbers index; without them, those of the lines in their order. */
  readonly channelNames?: readonly string[];
  /** Names among them on which the driver itself says that it is blind (0) or sees (1); `recorder` unless given. */
  readonly recorderNames?: readonly string[];
  /** Edges kept for a consumer that stalls, 128 to 2^20; 65,536 unless given. */
  readonly ringEdges?: number;
}

/** What a driver of pins has met since it was opened. */
export interface InputCounters {
  /** Turns of the driver's loop, modulo 2^32: while it moves, the thread lives. */
  readonly beats: number;
  /** Changes that were seen: what the kernel told, or what looks at the pins found. */
  readonly edges: number;
  /** Edges that did not fit or that the kernel lost. */
  readonly lostEdges: number;
  /** How often nothing was known of the contacts for a while, and for how long in all. */
  readonly blindIntervals: number;
  readonly blindUs: number;
  /** Longest time between two samples; 0 where the kernel stamps the edges. */
  readonly worstGapUs: number;
  /** Pulses too short to be seen, of which the kernel told one edge only. */
  readonly hiddenGlitches: number;
  /** Levels found wrong by a look at the pins. */
  readonly corrections: number;
  /** CPU time of the driver's thread, brought up to date each second. */
  readonly cpuUs: number;
}

/** A driver of real pins: it never ends by itself. Times are those of CLOCK_MONOTONIC, as of `process.hrtime`. */
export interface InputsDriver extends Driver {
  readonly counters: InputCounters;
  /** Why nothing is seen at the moment, in one printable line; null while all is well. */
  readonly trouble: string | null;
  /** A `read` that waits, or else the next one, resolves to true at once, with or without news. */
  interrupt(): void;
}

/** The smallest ring in which every line's level can be said anew after a loss. */
const FEWEST_RING_EDGES = 128;

/** Channel numbers of the lines, in their order, and of the channels that say whether anything is seen. */
export interface ChannelTable {
  readonly lines: readonly number[];
  readonly recorders: readonly number[];
}

/**
 * Finds the channel of each line.
 * @throws RangeError when there is no line, two share a name, a name is not among the channels, or the ring is too small.
 */
export function channelTable(lines: readonly ContactLine[], options: ChannelOptions): ChannelTable {
  const names = lines.map(({ name }) => name);
  const { channelNames = names, recorderNames = ["recorder"], ringEdges = FEWEST_RING_EDGES } = options;
  if (names.length === 0 || names.length > 64) throw new RangeError(`there must be 1 to 64 lines, not ${names.length}`);
  if (ringEdges < FEWEST_RING_EDGES) throw new RangeError(`ringEdges must be ${FEWEST_RING_EDGES} or more`);
  if (new Set(names).size < names.length) throw new RangeError(`each line needs its own name: ${names.join(", ")}`);
  const channelOf = (name: string) => {
    const channel = channelNames.indexOf(name);
    if (channel < 0 || channel > 255) throw new RangeError(`${name} is no channel`);
    return channel;
  };
  const recorders = recorderNames.filter((name) => channelNames.includes(name) && !names.includes(name));
  return { lines: names.map(channelOf), recorders: recorders.map(channelOf) };
}
