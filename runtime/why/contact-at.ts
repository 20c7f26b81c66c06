import type { Contact, Level } from "../../algorithms/signal.ts";
import { type EdgeSeries, eachEdge } from "../../algorithms/signal-check/edge-series.ts";
import { type Excursion, excursions, verdictCosts } from "../../algorithms/verdict-costs.ts";
import type { FilteredChange } from "./contact-story.ts";

/** What the level filter weighed: the cheaper one is its answer where nothing else is near. */
export interface WhyCosts {
  readonly keepSeconds: number;
  readonly removeSeconds: number;
}

/** A contact around a moment. */
export interface WhyContact {
  readonly channel: Contact;
  readonly betaSeconds: number;
  readonly raw: Level;
  readonly filtered: Level | null;
  /** The filtered stretch at the moment; null: not decided. */
  readonly startUs: number | null;
  /** False when the stretch began before the edges that were looked at. */
  readonly isStartSeen: boolean;
  readonly endUs: number | null;
  /** Of that stretch; null while it has no end. */
  readonly costs: WhyCosts | null;
  /** What the filter removed in the stretch, nearest first, eight at most. */
  readonly removed: readonly (Excursion & WhyCosts)[];
  /** Raw edges around the moment, 400 at most on each side. */
  readonly window: {
    readonly fromUs: number;
    readonly untilUs: number;
    readonly startLevel: Level;
    readonly edgesUs: readonly number[];
  };
}

/** As the account of removed edges has it: further apart they are two disturbances. */
const JOIN_US = 60_000;
const MOST_REMOVED = 8;
const BESIDE_US = 1_000_000;
const WIDEST_US = 20_000_000;
const MOST_EDGES = 400;

/** What a contact and its filter did around a moment that lies within its edges. */
export function contactAt(
  channel: Contact,
  series: EdgeSeries,
  changes: readonly FilteredChange[],
  betaSeconds: number,
  momentUs: number,
): WhyContact {
  const index = changes.findLastIndex(({ atUs }) => atUs <= momentUs);
  const level = changes[index]?.level ?? null;
  const startUs = changes[index]?.atUs ?? null;
  const endUs = changes[index + 1]?.atUs ?? null;
  const betaUs = Math.round(betaSeconds * 1e6);
  const costsOf = (from: number, until: number, at: Level): WhyCosts => {
    const { keepUs, removeUs } = verdictCosts(series, { startUs: from, endUs: until, level: at }, betaUs);
    return { keepSeconds: keepUs / 1e6, removeSeconds: removeUs / 1e6 };
  };
  const isWhole = index > 0 && startUs !== null && endUs !== null && level !== null;
  return {
    channel,
    betaSeconds,
    raw: rawAt(series, momentUs),
    filtered: level,
    startUs,
    isStartSeen: index > 0,
    endUs,
    costs: isWhole ? costsOf(startUs, endUs, level) : null,
    removed:
      startUs === null || level === null
        ? []
        : nearest(excursions(series, { startUs, endUs: endUs ?? series.endUs, level }, JOIN_US), momentUs).map(
            (each) => ({
              ...each,
              ...costsOf(each.startUs, each.endUs, level === 1 ? 0 : 1),
            }),
          ),
    window: windowOf(series, startUs, endUs, momentUs),
  };
}

function rawAt(series: EdgeSeries, momentUs: number): Level {
  let raw = series.startLevel;
  eachEdge(series, (timeUs, level) => {
    if (timeUs <= momentUs) raw = level;
  });
  return raw;
}

function nearest(all: readonly Excursion[], momentUs: number): readonly Excursion[] {
  const distance = ({ startUs, endUs }: Excursion) => Math.max(0, startUs - momentUs, momentUs - endUs);
  return all.toSorted((a, b) => distance(a) - distance(b)).slice(0, MOST_REMOVED);
}

/** The whole stretch with a second beside it, or what of that is near the moment. */
function windowOf(series: EdgeSeries, startUs: number | null, endUs: number | null, momentUs: number) {
  const half = WIDEST_US / 2;
  const from = Math.max(startUs === null ? momentUs - half : startUs - BESIDE_US, momentUs - half, series.startUs);
  const until = Math.min(endUs === null ? momentUs + half : endUs + BESIDE_US, momentUs + half, series.endUs);
  const all: number[] = [];
  let startLevel = series.startLevel;
  let first = 0;
  eachEdge(series, (timeUs, level) => {
    if (timeUs < from) startLevel = level;
    else if (timeUs <= until) all.push(timeUs);
  });
  const middle = all.findIndex((timeUs) => timeUs > momentUs);
  first = Math.max(0, (middle < 0 ? all.length : middle) - MOST_EDGES);
  const edgesUs = all.slice(first, first + 2 * MOST_EDGES);
  const isCut = edgesUs.length < all.length;
  return {
    fromUs: isCut && first > 0 ? (edgesUs[0] as number) : from,
    untilUs: isCut ? (edgesUs.at(-1) as number) : until,
    startLevel: first % 2 === 0 ? startLevel : ((1 - startLevel) as Level),
    edgesUs,
  };
}
