import { ContactFilter } from "../../algorithms/contact-filter.ts";
import { EdgeAccounting } from "../../algorithms/removed-edges.ts";
import { SEALING_BETA_US } from "../../algorithms/seal-rules.ts";
import { type Level, REMOVED_KINDS, type RemovedKind } from "../../algorithms/signal.ts";
import { type Scenario, Simulation } from "../../sim/simulation.ts";

/** A change of level, raw or clean. */
export interface Change {
  readonly timeUs: number;
  readonly level: Level;
}

/** Why an edge was removed, or that it was kept. */
export type Fate = RemovedKind | "kept";

/** A raw edge and what became of it. */
export interface FatedEdge extends Change {
  readonly fate: Fate;
}

/** The sealing contact of a simulated recording, before and after its level filter. */
export interface Contact {
  readonly raw: readonly Change[];
  readonly clean: readonly Change[];
  readonly filter: ContactFilter;
}

/** The start of a simulated recording: raw edges of its sealing contact up to a time. */
export function rawSealing(scenario: Scenario, untilUs = Number.POSITIVE_INFINITY): readonly Change[] {
  const simulation = new Simulation(scenario);
  const sealing = simulation.channels.indexOf("sealing");
  const raw: Change[] = [];
  for (const { timeUs, channel, level } of simulation.edges()) {
    if (timeUs > untilUs) break;
    if (channel === sealing && level !== raw.at(-1)?.level) raw.push({ timeUs, level });
  }
  return raw;
}

/** Raw edges through the level filter. */
export function filtered(raw: readonly Change[], betaUs = SEALING_BETA_US): Contact {
  const filter = new ContactFilter(betaUs);
  const clean: Change[] = [];
  const take = (isFinal: boolean) => {
    if (isFinal) clean.push({ timeUs: filter.changeUs, level: filter.filter.level });
  };
  for (const { timeUs, level } of raw) take(filter.push(timeUs, level));
  take(filter.finish((raw.at(-1)?.timeUs ?? 0) + 4 * betaUs));
  return { raw, clean, filter };
}

/** The level of a list of changes at a time; 0 before the first one. */
export function levelAt(changes: readonly Change[], timeUs: number): Level {
  return changes.findLast((change) => change.timeUs <= timeUs)?.level ?? 0;
}

/**
 * What became of each raw edge, asked of the edge accounting group by group.
 * @throws Error when that does not add up to what the filter counted.
 */
export function fates({ raw, clean, filter }: Contact): readonly FatedEdge[] {
  const keptTimes = new Set(clean.slice(1).map(({ timeUs }) => timeUs));
  const isKept = ({ timeUs }: Change) => keptTimes.has(timeUs);
  const { groupGapUs } = filter.edges.save();
  // the first row says where the contact was, and is no edge
  const fated = groups(raw.slice(1), groupGapUs).flatMap((group) => {
    const others: Fate = group.some(isKept)
      ? "chatter"
      : kindOf(group, levelAt(clean, group[0]?.timeUs ?? 0), groupGapUs);
    return group.map((edge): FatedEdge => ({ ...edge, fate: isKept(edge) ? "kept" : others }));
  });
  checkCounts(fated, filter);
  return fated;
}

function groups(edges: readonly Change[], gapUs: number): Change[][] {
  const found: Change[][] = [];
  for (const edge of edges) {
    const last = found.at(-1);
    if (last !== undefined && edge.timeUs - (last.at(-1)?.timeUs ?? 0) <= gapUs) last.push(edge);
    else found.push([edge]);
  }
  return found;
}

function kindOf(group: readonly Change[], cleanLevel: Level, gapUs: number): RemovedKind {
  const accounting = new EdgeAccounting(gapUs);
  for (const { timeUs, level } of group) accounting.edge(timeUs, level);
  accounting.finish(cleanLevel);
  const { removed } = accounting.counts();
  return REMOVED_KINDS.find((kind) => removed[kind] > 0) as RemovedKind;
}

function checkCounts(fated: readonly FatedEdge[], filter: ContactFilter): void {
  const { kept, removed } = filter.edges.counts();
  for (const [fate, count] of [["kept", kept] as const, ...Object.entries(removed)]) {
    const drawn = fated.filter((edge) => edge.fate === fate).length;
    if (drawn !== count) throw new Error(`${drawn} edges drawn as ${fate}, the filter counted ${count}`);
  }
}
