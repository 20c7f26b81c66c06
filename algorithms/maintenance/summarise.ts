import type { Stop } from "../gap-stops.ts";
import type { PlacedSeal } from "../gaps.ts";
import { median } from "./median.ts";
import { type FigureStop, LEAST_SEALS, type ProductFigures, type ShiftFigures } from "./shift-figures.ts";

const MOST_STOPS = 200;
// No product scatters by more than 12 % (see mobisea.md); what lies further out was measured wrongly.
const FURTHEST = 0.15;
const END_PART = 0.2;

/** All that a shift has to be summed up from. */
export interface ShiftData {
  readonly shiftId: string;
  readonly startUs: number;
  readonly runSeconds: number;
  /** Those of the shift, in order of time. */
  readonly seals: readonly PlacedSeal[];
  /** As `findStops` returns them, in order of time. */
  readonly stops: readonly Stop[];
  /** Mean bounce at true changes of the sealing contact; null when not measured. */
  readonly bounceSeconds: number | null;
  /** Removed raw edges of the sealing contact; null when not counted. */
  readonly removedEdges: number | null;
}

/**
 * What maintenance remembers of a shift. O(n log n) in seals and stops.
 *
 * Of more than 200 stops the longest are kept.
 *
 * @throws RangeError for seals or stops out of order.
 */
export function summarise(data: ShiftData): ShiftFigures {
  const { shiftId, startUs, runSeconds, seals, bounceSeconds, removedEdges } = data;
  requireOrder(seals.map(({ onUs }) => onUs));
  requireOrder(data.stops.map((stop) => stop.startUs));
  return {
    shiftId,
    startUs,
    runSeconds,
    seals: seals.length,
    products: productsOf(seals),
    bounceSeconds,
    removedPerSeal: removedEdges === null || seals.length === 0 ? null : removedEdges / seals.length,
    notReadyEvents: data.stops.filter(({ name, continued }) => name === "not ready" && !continued).length,
    stops: longest([...stopsBetweenSeals(data)]),
  };
}

function requireOrder(timesUs: readonly number[]): void {
  for (let i = 1; i < timesUs.length; i++)
    if (!((timesUs[i] as number) >= (timesUs[i - 1] as number)))
      throw new RangeError(`${timesUs[i]} us is out of order`);
}

/** Sealing times and cycles of a product, in seconds. */
interface Lists {
  readonly times: number[];
  readonly cycles: number[];
}

function productsOf(seals: readonly PlacedSeal[]): readonly ProductFigures[] {
  const lists = new Map<number, Lists>();
  seals.forEach(({ onUs, offUs, product }, i) => {
    if (product === null) return;
    const before = seals[i - 1];
    const { times, cycles } = lists.get(product) ?? { times: [], cycles: [] };
    if (times.length === 0) lists.set(product, { times, cycles });
    times.push((offUs - onUs) / 1e6);
    if (before?.product === product) cycles.push((onUs - before.onUs) / 1e6);
  });
  return [...lists].sort(([a], [b]) => a - b).map(([product, list]) => figures(product, list));
}

function figures(product: number, { times, cycles }: Lists): ProductFigures {
  const middle = median(times);
  const sound = times.filter((seconds) => Math.abs(seconds - middle) <= FURTHEST * middle);
  const sealingTimeSeconds = mean(sound);
  const squares = sound.reduce((sum, seconds) => sum + (seconds - sealingTimeSeconds) ** 2, 0);
  const part = Math.floor(END_PART * sound.length);
  const isEnough = sound.length >= LEAST_SEALS;
  return {
    product,
    seals: times.length,
    sealingTimeSeconds,
    sealingTimeSdSeconds: Math.sqrt(squares / Math.max(1, sound.length - 1)),
    headSeconds: isEnough ? mean(sound.slice(0, part)) : null,
    tailSeconds: isEnough ? mean(sound.slice(-part)) : null,
    medianCycleSeconds: cycles.length === 0 ? null : median(cycles),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** One for each gap between seals, however many pieces it was booked in. */
function* stopsBetweenSeals({ seals, stops }: ShiftData): Generator<FigureStop> {
  let sealsBefore = 0;
  let pieces: Stop[] = [];
  for (const stop of stops) {
    const firstSeal = sealsBefore;
    while (sealsBefore < seals.length && (seals[sealsBefore] as PlacedSeal).onUs < stop.startUs) sealsBefore++;
    if (sealsBefore > firstSeal) {
      yield* asOne(pieces, firstSeal, seals);
      pieces = [];
    }
    pieces.push(stop);
  }
  yield* asOne(pieces, sealsBefore, seals);
}

function* asOne(pieces: readonly Stop[], sealsBefore: number, seals: readonly PlacedSeal[]): Generator<FigureStop> {
  const [first] = pieces;
  if (first === undefined || first.continued || !pieces.every(isOfMachine)) return;
  yield {
    startUs: first.startUs,
    lengthSeconds: first.gapUs / 1e6,
    sealsBefore,
    kind: pieces.some(({ kind }) => kind === "not-ready") ? "not-ready" : first.kind,
    product: seals[sealsBefore - 1]?.product ?? null,
  };
}

function isOfMachine({ name, open }: Stop): boolean {
  return !open && (name === "not ready" || name === "waiting" || name === "micro-stop");
}

function longest(stops: readonly FigureStop[]): readonly FigureStop[] {
  if (stops.length <= MOST_STOPS) return stops;
  const kept = stops.toSorted((a, b) => b.lengthSeconds - a.lengthSeconds).slice(0, MOST_STOPS);
  return kept.sort((a, b) => a.startUs - b.startUs);
}
