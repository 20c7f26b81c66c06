import type { ChannelKind } from "../algorithms/signal.ts";
import type { Interval } from "./machine-spec.ts";
import type { Range } from "./random.ts";

/** A contact that hangs for an interval. */
export interface StuckSpec extends Interval {
  readonly channel: ChannelKind;
  readonly contact: "open" | "closed";
}

/** What the panel does to the contacts. A rate, a share or a number of bounces of 0 switches a kind off. */
export interface PanelSpec {
  /** Contacts that catch interference; bounce is on every contact. */
  readonly channels: readonly ChannelKind[];
  /** At each change the contact falls back and returns so many times, within this time. */
  readonly bounce: { readonly bounces: Range; readonly lengthSeconds: Range };
  /** Isolated inversions of the level. */
  readonly glitches: { readonly perSecond: number; readonly lengthSeconds: Range };
  /** Trains of inversions. */
  readonly bursts: {
    readonly perSecond: number;
    readonly glitches: Range;
    readonly lengthSeconds: Range;
    readonly pauseSeconds: Range;
  };
  /** One inversion inside a sealing pulse, for this share of the pulses. */
  readonly dropouts: { readonly share: number; readonly lengthSeconds: Range };
  /** Long inversions. */
  readonly spuriousPulses: { readonly perSecond: number; readonly lengthSeconds: Range };
  /** Pick-up from the mains: one inversion a period, for this part (duty, below 0.5) of the period. */
  readonly mains: {
    readonly perSecond: number;
    readonly lengthSeconds: Range;
    readonly frequencyHertz: number;
    readonly duty: Range;
  };
  readonly stuck: readonly StuckSpec[];
  /** The wires of availability and sealing are swapped. */
  readonly swapped: boolean;
  /** Contacts that are read the wrong way round (before any swap of wires). */
  readonly inverted: readonly ChannelKind[];
}

const QUIET: PanelSpec = {
  channels: ["availability", "sealing", "reject"],
  bounce: { bounces: [1, 3], lengthSeconds: [0.005, 0.015] },
  glitches: { perSecond: 0.05, lengthSeconds: [0.0001, 0.02] },
  bursts: { perSecond: 0.002, glitches: [5, 60], lengthSeconds: [0.0001, 0.01], pauseSeconds: [0.0005, 0.02] },
  dropouts: { share: 0.05, lengthSeconds: [0.005, 0.15] },
  spuriousPulses: { perSecond: 0.001, lengthSeconds: [0.05, 0.6] },
  mains: { perSecond: 0.0005, lengthSeconds: [0.1, 1.5], frequencyHertz: 50, duty: [0.3, 0.48] },
  stuck: [],
  swapped: false,
  inverted: [],
};

/** Panels by name: `none` passes the contacts on as they are. */
export const PANELS = {
  none: {
    ...QUIET,
    bounce: { ...QUIET.bounce, bounces: [0, 0] },
    glitches: { ...QUIET.glitches, perSecond: 0 },
    bursts: { ...QUIET.bursts, perSecond: 0 },
    dropouts: { ...QUIET.dropouts, share: 0 },
    spuriousPulses: { ...QUIET.spuriousPulses, perSecond: 0 },
    mains: { ...QUIET.mains, perSecond: 0 },
  },
  quiet: QUIET,
  busy: {
    ...QUIET,
    glitches: { ...QUIET.glitches, perSecond: 1 },
    bursts: { ...QUIET.bursts, perSecond: 0.03 },
    dropouts: { ...QUIET.dropouts, share: 0.3 },
    spuriousPulses: { ...QUIET.spuriousPulses, perSecond: 0.01 },
    mains: { ...QUIET.mains, perSecond: 0.003 },
  },
  hostile: {
    ...QUIET,
    glitches: { ...QUIET.glitches, perSecond: 5 },
    bursts: { ...QUIET.bursts, perSecond: 0.1 },
    dropouts: { ...QUIET.dropouts, share: 0.6 },
    spuriousPulses: { ...QUIET.spuriousPulses, perSecond: 0.035 },
    mains: { ...QUIET.mains, perSecond: 0.01 },
  },
} as const satisfies Record<string, PanelSpec>;

export type PanelName = keyof typeof PANELS;
