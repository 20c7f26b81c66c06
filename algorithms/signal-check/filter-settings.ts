import { LevelFilter } from "../level-filter.ts";
import { type EdgeSeries, eachEdge } from "./edge-series.ts";
import { lengthsAt, stretchesOf } from "./stretches.ts";

/** Prices of a change that are tried, in seconds: eight in a decade, from a bounce to the longest disturbance. */
export const TRIED_BETAS_SECONDS: readonly number[] = Array.from({ length: 21 }, (_, i) =>
  twoFigures(0.01 * 10 ** (i / 8)),
);

/** Counts that differ by less than this share count as the same. */
const SAME = 0.01;
/** Fewer pulses say nothing about a setting. */
const FEWEST_PULSES = 5;
/** A range of prices narrower than this, by its ratio, is none. */
const NARROWEST_RANGE = 2;
/** A setting as near to an edge of its range as this factor is on the edge. */
const MARGIN = 1.25;
/** Lengths of pulses nearer to each other than this, by their ratio, are no two kinds. */
const NARROWEST_GAP = 1.15;
/** The shortest seal is to be this much longer than the limit, for the next one may be shorter. */
const SEAL_MARGIN = 1.2;

/** A setting, its effect on what was watched, and what would be better; seconds. */
export interface SettingAdvice {
  readonly setting: "betaSeconds" | "minSealingTimeSeconds";
  readonly current: number;
  /** Null where the current one is good, or too little was seen to say. */
  readonly proposed: number | null;
  /** The setting may be anywhere from here to there without changing what is counted; null: not known. */
  readonly range: readonly [from: number, to: number] | null;
  /** Pulses that count, with the current setting and with the proposed one. */
  readonly countNow: number;
  readonly countThen: number | null;
  readonly reason: "good" | "too-little-seen" | "near-edge" | "outside" | "cuts-seals";
}

/** How many pulses of at least `minSeconds` there are at a price of a change; at the ends as much as was seen counts. */
export function pulsesAt(series: EdgeSeries, betaSeconds: number, minSeconds: number): number {
  const filter = new LevelFilter(Math.round(betaSeconds * 1e6));
  const minUs = minSeconds * 1e6;
  let pulses = 0;
  let onUs = Number.NaN;
  const take = (isFinal: boolean) => {
    if (!isFinal) return;
    if (filter.level === 1) onUs = filter.changeUs;
    else if (filter.changeUs - onUs >= minUs) pulses++;
  };
  filter.push(series.startUs, series.startLevel);
  eachEdge(series, (timeUs, level) => take(filter.push(timeUs, level)));
  take(filter.push(series.endUs, filter.rawLevel));
  take(filter.finish(series.endUs));
  return pulses + (filter.level === 1 && series.endUs - onUs >= minUs ? 1 : 0);
}

/**
 * The price of a change: what is counted is the same over a range of prices, between the longest disturbance and the
 * shortest true pulse; the middle of the widest such range (by ratio) is the safest place.
 * @param minSeconds shorter pulses do not count.
 */
export function betaAdvice(series: EdgeSeries, current: number, minSeconds: number): SettingAdvice {
  const counts = TRIED_BETAS_SECONDS.map((beta) => pulsesAt(series, beta, minSeconds));
  const countNow = pulsesAt(series, current, minSeconds);
  // seals are known by their length: without them the range beyond the shortest one would be the widest
  const isEnough = (pulses: number) => minSeconds === 0 || pulses >= FEWEST_PULSES;
  const ranges = rangesOf(counts).filter(({ from, to, pulses }) => to >= NARROWEST_RANGE * from && isEnough(pulses));
  const base = { setting: "betaSeconds", current, countNow } as const;
  const widest = ranges.toSorted((a, b) => b.to / b.from - a.to / a.from)[0];
  if (widest === undefined || widest.pulses < FEWEST_PULSES)
    return { ...base, proposed: null, range: null, countThen: null, reason: "too-little-seen" };
  const range = [widest.from, widest.to] as const;
  if (widest.from * MARGIN <= current && current * MARGIN <= widest.to)
    return { ...base, proposed: null, range, countThen: null, reason: "good" };
  const proposed = twoFigures(Math.sqrt(widest.from * widest.to));
  const countThen = pulsesAt(series, proposed, minSeconds);
  const isInside = widest.from <= current && current <= widest.to;
  // in a range so narrow there is no better place, and outside of it the setting may count as well
  const isNarrow = widest.to < NARROWEST_RANGE * MARGIN * MARGIN * widest.from;
  if (isInside ? isNarrow : isSame(countNow, countThen))
    return { ...base, proposed: null, range, countThen: null, reason: "good" };
  return { ...base, proposed, range, countThen, reason: isInside ? "near-edge" : "outside" };
}

/**
 * The shortest seal: the widest gap (by ratio) among the lengths of the filtered pulses, at or below the usual one,
 * separates disturbances from seals; the limit belongs well below the shortest seal.
 */
export function minSealAdvice(series: EdgeSeries, betaSeconds: number, current: number): SettingAdvice {
  const lengths = lengthsAt(stretchesOf(series, Math.round(betaSeconds * 1e6)), 1).toSorted((a, b) => a - b);
  const countNow = lengths.filter((seconds) => seconds >= current).length;
  const base = { setting: "minSealingTimeSeconds", current, countNow } as const;
  const usual = lengths[lengths.length >> 1];
  if (usual === undefined || lengths.length < FEWEST_PULSES)
    return { ...base, proposed: null, range: null, countThen: null, reason: "too-little-seen" };
  const [below, shortest] = gapBelow(lengths, usual, 2 * betaSeconds);
  if (shortest < NARROWEST_GAP * below)
    return { ...base, proposed: null, range: null, countThen: null, reason: "too-little-seen" };
  const range = [below, shortest] as const;
  const proposed = twoFigures(Math.sqrt(below * shortest));
  const countThen = lengths.filter((seconds) => seconds >= proposed).length;
  const isCutting = !isSame(countNow, countThen);
  // one seal that was cut short is no reason; the shortest of the usual ones is
  const usualShort = lengths.filter((seconds) => seconds >= shortest)[Math.floor(0.05 * countThen)] ?? shortest;
  if (!isCutting && current * SEAL_MARGIN <= usualShort)
    return { ...base, proposed: null, range, countThen: null, reason: "good" };
  return { ...base, proposed, range, countThen, reason: isCutting ? "cuts-seals" : "near-edge" };
}

/** The two neighbours, up to the usual length, that are furthest apart; at the low end a pulse that just survives alone. */
function gapBelow(lengths: readonly number[], usual: number, survivesSeconds: number): readonly [number, number] {
  let best: readonly [number, number] = [survivesSeconds, usual];
  let widest = 0;
  let last = Math.min(survivesSeconds, lengths[0] ?? survivesSeconds);
  for (const seconds of lengths) {
    if (seconds > usual) break;
    if (seconds / last > widest) {
      widest = seconds / last;
      best = [last, seconds];
    }
    last = seconds;
  }
  return best;
}

function rangesOf(counts: readonly number[]) {
  const ranges: { from: number; to: number; pulses: number }[] = [];
  for (const [i, pulses] of counts.entries()) {
    const beta = TRIED_BETAS_SECONDS[i] as number;
    const last = ranges.at(-1);
    if (last !== undefined && Math.abs(pulses - last.pulses) <= SAME * last.pulses) last.to = beta;
    else ranges.push({ from: beta, to: beta, pulses });
  }
  return ranges;
}

/** One more or less may be chance, and so may a hundredth. */
function isSame(before: number, after: number): boolean {
  return Math.abs(after - before) <= Math.max(1, SAME * before);
}

/** Two figures are enough for a setting. */
function twoFigures(value: number): number {
  return Number(value.toPrecision(2));
}
