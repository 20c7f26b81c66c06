import { median } from "./median.ts";
import { normalTail } from "./probability.ts";
import { figuresOf, LEAST_SEALS, LEAST_SHIFTS, type ProductFigures, type ShiftHistory } from "./shift-figures.ts";
import type { CycleTimeCreep, NotJudged } from "./signals.ts";

const LEAST_RISE = 0.02;
const MOST_CHANCE = 0.01;
const KIND = "cycle-time creep";

/**
 * A product's median cycle that rises from shift to shift: by 2 % or more from the first to the last, and so steadily
 * that chance does it less than once in a hundred.
 *
 * The rise is the Theil-Sen slope, the median of the slopes of all pairs of shifts; the chance comes from the
 * Mann-Kendall test (more pairs that rise than fall; ties allowed for; one-sided, since a faster machine is no wear).
 *
 * Sources: H. B. Mann 1945; M. G. Kendall 1975; P. K. Sen 1968.
 */
export function cycleTimeCreep(history: ShiftHistory, now: ProductFigures): CycleTimeCreep | NotJudged | null {
  const { product } = now;
  if (now.seals < LEAST_SEALS) return { kind: KIND, product, lacks: "seals", needed: LEAST_SEALS, has: now.seals };
  if (now.medianCycleSeconds === null) return { kind: KIND, product, lacks: "cycles", needed: 1, has: 0 };
  const points: Point[] = figuresOf(history, product).flatMap(({ shift, medianCycleSeconds: y }) =>
    y === null ? [] : [{ x: shift, y }],
  );
  if (points.length < LEAST_SHIFTS)
    return { kind: KIND, product, lacks: "shifts", needed: LEAST_SHIFTS, has: points.length };
  points.push({ x: history.length, y: now.medianCycleSeconds });
  const chance = chanceOfRise(points);
  const slope = theilSen(points);
  const middle = median(points.map(({ x, y }) => y - slope * x));
  const firstShift = (points[0] as Point).x;
  const fromSeconds = middle + slope * firstShift;
  const toSeconds = middle + slope * history.length;
  const change = toSeconds / fromSeconds - 1;
  if (!(change >= LEAST_RISE && chance < MOST_CHANCE)) return null;
  const shifts = history.length - firstShift + 1;
  return { kind: KIND, product, values: points.map(({ y }) => y), fromSeconds, toSeconds, change, shifts, chance };
}

/** Number of the shift, median cycle. */
interface Point {
  readonly x: number;
  readonly y: number;
}

function theilSen(points: readonly Point[]): number {
  return median(points.flatMap((a, i) => points.slice(i + 1).map((b) => (b.y - a.y) / (b.x - a.x))));
}

function chanceOfRise(points: readonly Point[]): number {
  const n = points.length;
  const score = points.reduce(
    (sum, a, i) => points.slice(i + 1).reduce((rises, b) => rises + Math.sign(b.y - a.y), sum),
    0,
  );
  const ties = new Map<number, number>();
  for (const { y } of points) ties.set(y, (ties.get(y) ?? 0) + 1);
  const spread = (count: number) => count * (count - 1) * (2 * count + 5);
  const variance = [...ties.values()].reduce((left, count) => left - spread(count), spread(n)) / 18;
  // the score moves in steps of two: half a step is for continuity
  return score <= 0 ? 1 : normalTail((score - 1) / Math.sqrt(variance));
}
