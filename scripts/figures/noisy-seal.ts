import { parseScenario } from "../../sim/scenario.ts";
import { truthOf } from "../../sim/simulation.ts";
import type { Span } from "./axes.ts";
import { type Contact, type Fate, type FatedEdge, fates, filtered, rawSealing } from "./contact.ts";

// A panel on which everything happens at once, so that one seal shows it all.
const SCENARIO = `
seed = 11
[[products]]
name = "A"
sealingTimeSeconds = 2.4
noiseSeconds = 0.04
cycleTimeSeconds = 6
[[plan]]
product = "A"
seals = 600
[panel]
preset = "none"
bounce = { bounces = [2, 4], lengthSeconds = [0.02, 0.04] }
glitches = { perSecond = 0.6, lengthSeconds = [0.01, 0.04] }
bursts = { perSecond = 0.12, glitches = [4, 9], lengthSeconds = [0.005, 0.02], pauseSeconds = [0.008, 0.03] }
dropouts = { share = 0.7, lengthSeconds = [0.1, 0.2] }
mains = { perSecond = 0.1, lengthSeconds = [0.25, 0.5] }
`;

const BEFORE_US = 2_300_000;
const AFTER_US = 1_500_000;

/** A stretch of a recording around one seal to which everything happens. */
export interface NoisySeal {
  readonly contact: Contact;
  readonly stretch: Span;
  readonly edges: readonly FatedEdge[];
  readonly trueOnUs: number;
  readonly trueOffUs: number;
}

/**
 * The first seal in whose neighbourhood edges of every kind were removed, with one drop-out.
 * @throws Error when there is none.
 */
export function noisySeal(): NoisySeal {
  const scenario = parseScenario(SCENARIO, "figure");
  const contact = filtered(rawSealing(scenario));
  const all = fates(contact);
  for (const [trueOnUs, trueOffUs] of truthOf(scenario).seals ?? []) {
    const stretch: Span = [trueOnUs - BEFORE_US, trueOffUs + AFTER_US];
    const edges = all.filter(({ timeUs }) => timeUs > stretch[0] && timeUs < stretch[1]);
    if (showsAll(edges)) return { contact, stretch, edges, trueOnUs, trueOffUs };
  }
  throw new Error("no seal of the scenario shows every kind of disturbance");
}

function showsAll(edges: readonly FatedEdge[]): boolean {
  const count = (wanted: Fate) => edges.filter(({ fate }) => fate === wanted).length;
  const isEach = count("glitch") > 1 && count("chatter") > 1 && count("burst") > 1 && count("mains") > 1;
  return isEach && count("dropout") === 2 && count("kept") === 2;
}
