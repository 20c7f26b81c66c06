import type { Interval } from "../../algorithms/interval.ts";
import { CHANNEL_KINDS, type Level } from "../../algorithms/signal.ts";
import type { LineConfig } from "../config.ts";
import { type ContactStory, StoryTeller } from "./contact-story.ts";

/** Edges of one line in a row; `channel` indexes CHANNEL_KINDS, line time. */
export interface StoryPortion {
  readonly edges: readonly { readonly timeUs: number; readonly channel: number; readonly level: Level }[];
  /** Edges that are missing right before these. */
  readonly dropped: number;
}

const RECORDER = CHANNEL_KINDS.indexOf("recorder");
const LEAD_US = 1_800_000_000;
const TAIL_US = 60_000_000;

/**
 * From when to when edges are needed to know what the filters made of a moment: whatever was open half an hour before it
 * is decided by then, and what is open at it is over or stuck when the longest seal would be.
 */
export function storySpan(momentUs: number, { channels }: LineConfig): Interval {
  const longestUs = channels.sealing.maxSealingTimeSeconds * 1e6;
  return { startUs: momentUs - Math.max(LEAD_US, 2 * longestUs), endUs: momentUs + longestUs + TAIL_US };
}

/**
 * Runs recorded edges through the line's contacts once more.
 * @param holes when nothing was seen, in order: a restart of the program leaves no edge.
 */
export async function readStory(
  line: LineConfig,
  portions: AsyncIterable<StoryPortion>,
  holes: readonly Interval[],
): Promise<ContactStory> {
  const teller = new StoryTeller(line);
  const seen = holes.flatMap(({ startUs, endUs }) => [
    { timeUs: startUs, level: 0 as Level },
    { timeUs: endUs, level: 1 as Level },
  ]);
  let next = 0;
  let hasBegun = false;
  for await (const { edges, dropped } of portions) {
    teller.drop(dropped);
    for (const { timeUs, channel, level } of edges) {
      for (; next < seen.length; next++) {
        const hole = seen[next] as (typeof seen)[number];
        if (hole.timeUs > timeUs) break;
        if (hasBegun) teller.edge(hole.timeUs, RECORDER, hole.level);
      }
      teller.edge(timeUs, channel, level);
      hasBegun = true;
    }
  }
  return teller.story();
}
