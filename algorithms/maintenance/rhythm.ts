import { similarStops } from "./length-classes.ts";
import { median } from "./median.ts";
import { binomialTail } from "./probability.ts";
import { longestSeries, type Positioned } from "./series.ts";
import type { FigureStop, ShiftHistory } from "./shift-figures.ts";
import type { NotJudged, RecurringStop } from "./signals.ts";

// The last shifts in which a rhythm is looked for: one that has just begun, and one that is slow.
const SPANS = [3, 10] as const;
const LEAST_OCCURRENCES = 4;
// How far a distance may be from the period.
const TOLERANCES = [0.05, 0.1, 0.2] as const;
// A period is tried when there are so many of the stops in one: some may be missing, others may be mixed in.
const FEWEST_PER_PERIOD = 0.5;
const MOST_PER_PERIOD = 3;
// Stops that follow within this part of the mean distance are one occurrence: a jam seldom comes alone.
const SAME_OCCURRENCE = 0.1;
const MOST_CHANCE = 0.01;

/** A stop with its place on the seal counter of the line, which goes on across shifts. */
interface CountedStop extends FigureStop, Positioned {
  readonly shiftId: string;
}

/**
 * Stops of similar length that come back after the same number of seals, if they still do.
 *
 * A stop is followed when another one of its length comes one period later, give or take the tolerance; each stop
 * follows one other at most. With n stops anywhere on a counter of T seals, the chance of being followed is
 * `1 - (1 - w / T)^(n - 1)`, w being the width of the tolerance; how many are followed is held against the binomial
 * distribution. The chance of the best period is multiplied by the number of all that were tried (Bonferroni).
 *
 * @param shifts oldest first, the current one last.
 */
export function recurringStops(shifts: ShiftHistory): RecurringStop[] | NotJudged {
  const spans = [...new Set(SPANS.map((span) => Math.min(span, shifts.length)))];
  const searches = spans.flatMap((span) => searchesIn(shifts.slice(-span)));
  const has = Math.max(0, ...searches.map(({ occurrences }) => occurrences.length));
  if (has < LEAST_OCCURRENCES)
    return { kind: "recurring stop", product: null, lacks: "similar stops", needed: LEAST_OCCURRENCES, has };
  const tries = searches.reduce((sum, search) => sum + [...periodsOf(search)].length, 0);
  const found = searches.flatMap((search) => rhythmOf(search, tries) ?? []);
  return withoutEchoes(found.sort((a, b) => a.chance - b.chance));
}

/** Stops of similar length, on a counter of so many seals. */
interface Search {
  readonly occurrences: readonly CountedStop[];
  readonly seals: number;
}

function searchesIn(shifts: ShiftHistory): readonly Search[] {
  let seals = 0;
  const stops: CountedStop[] = [];
  for (const shift of shifts) {
    for (const stop of shift.stops) stops.push({ ...stop, shiftId: shift.shiftId, position: seals + stop.sealsBefore });
    seals += shift.seals;
  }
  return similarStops(stops, LEAST_OCCURRENCES).map((similar) => ({ occurrences: joined(similar, seals), seals }));
}

function joined(stops: readonly CountedStop[], seals: number): readonly CountedStop[] {
  const leastDistance = (SAME_OCCURRENCE * seals) / stops.length;
  let last = Number.NEGATIVE_INFINITY;
  return stops.filter(({ position }) => {
    const isNew = position - last >= leastDistance;
    last = position;
    return isNew;
  });
}

interface Trial {
  readonly period: number;
  readonly tolerance: number;
}

function* periodsOf({ occurrences, seals }: Search): Generator<Trial> {
  if (occurrences.length < LEAST_OCCURRENCES || occurrences.length > seals) return;
  const meanDistance = seals / occurrences.length;
  for (const tolerance of TOLERANCES) {
    // a tolerance from one to the next: none falls between them
    const step = 1 + tolerance;
    const longest = MOST_PER_PERIOD * meanDistance;
    for (let period = FEWEST_PER_PERIOD * meanDistance; period <= longest; period *= step) yield { period, tolerance };
  }
}

function rhythmOf(search: Search, tries: number): RecurringStop | null {
  const best = bestTrial(search, tries);
  if (best === null) return null;
  const { tolerance, chance, distances, asked } = best;
  const period = median(distances);
  const series = longestSeries(search.occurrences, period, tolerance);
  const last = series.at(-1);
  if (last === undefined || series.length < LEAST_OCCURRENCES) return null;
  const hasEnded = search.seals - last.position > 2 * (1 + tolerance) * period;
  if (hasEnded) return null;
  return {
    kind: "recurring stop",
    product: commonProduct(series),
    lengthSeconds: median(series.map(({ lengthSeconds }) => lengthSeconds)),
    periodSeals: period,
    // the median deviation of a normal distribution is 0.6745 of its standard deviation
    spreadSeals: median(distances.map((distance) => Math.abs(distance - period))) / 0.6745,
    occurrences: series.map(({ shiftId, startUs }) => ({ shiftId, startUs })),
    similarStops: search.occurrences.length,
    followed: distances.length,
    asked,
    chance,
  };
}

type Result = Trial & Followed & { readonly chance: number };

/** What comes back after a period also comes back after two: the surest trial near the shortest convincing period. */
function bestTrial(search: Search, tries: number): Result | null {
  const convincing: Result[] = [];
  for (const trial of periodsOf(search)) {
    const followed = follow(search, trial);
    const chance = Math.min(1, tries * chanceOf(search, trial, followed));
    if (chance <= MOST_CHANCE) convincing.push({ ...trial, ...followed, chance });
  }
  const shortest = Math.min(...convincing.map(({ period }) => period));
  const near = convincing.filter(({ period }) => period <= 1.5 * shortest);
  return near.reduce<Result | null>((best, it) => (best === null || it.chance < best.chance ? it : best), null);
}

interface Followed {
  /** Of those that were followed, to the one that followed. */
  readonly distances: readonly number[];
  /** How many could have been followed before the counter ends. */
  readonly asked: number;
}

function follow({ occurrences, seals }: Search, trial: Trial): Followed {
  const [least, most] = reachOf(trial);
  const distances: number[] = [];
  let asked = 0;
  let next = 0;
  for (const { position } of occurrences) {
    if (position + most > seals) break;
    asked++;
    while (next < occurrences.length && placeOf(occurrences, next) < position + least) next++;
    const distance = next < occurrences.length ? placeOf(occurrences, next) - position : Number.POSITIVE_INFINITY;
    if (distance <= most) distances.push(distance);
  }
  return { distances, asked };
}

/** The shortest and the longest distance that is one period, in whole seals. */
function reachOf({ period, tolerance }: Trial): readonly [number, number] {
  return [Math.ceil((1 - tolerance) * period), Math.floor((1 + tolerance) * period)];
}

function placeOf(stops: readonly CountedStop[], i: number): number {
  return (stops[i] as CountedStop).position;
}

function chanceOf({ occurrences, seals }: Search, trial: Trial, { distances, asked }: Followed): number {
  const [least, most] = reachOf(trial);
  const reach = most - least + 1;
  let followedPlaces = 0;
  occurrences.forEach(({ position }, i) => {
    followedPlaces += Math.min(reach, i === 0 ? position : position - placeOf(occurrences, i - 1));
  });
  return binomialTail(distances.length, asked, Math.min(1, followedPlaces / seals));
}

function commonProduct(stops: readonly CountedStop[]): number | null {
  const product = stops[0]?.product ?? null;
  return stops.every((stop) => stop.product === product) ? product : null;
}

/** The same occurrences show in neighbouring lengths and in both spans: of what overlaps only the surest is told. */
function withoutEchoes(found: readonly RecurringStop[]): RecurringStop[] {
  const told: RecurringStop[] = [];
  for (const rhythm of found)
    if (!told.some(({ occurrences }) => overlaps(rhythm.occurrences, occurrences))) told.push(rhythm);
  return told;
}

function overlaps(a: RecurringStop["occurrences"], b: RecurringStop["occurrences"]): boolean {
  const keys = new Set(b.map(({ shiftId, startUs }) => `${startUs} ${shiftId}`));
  return a.some(({ shiftId, startUs }) => keys.has(`${startUs} ${shiftId}`));
}
