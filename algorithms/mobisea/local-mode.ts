/** Where a handful of sealing times pile up, and how widely, in seconds. */
export interface LocalMode {
  readonly modeSeconds: number;
  readonly scaleSeconds: number;
  /** Values within reach of the mode. */
  readonly members: number;
}

/** A value this many scales from the mode is an outlier: of a million normal values less than one is lost. */
const REACH_IN_SCALES = 5.5;
/** A value this near belongs in any case: what a jam cuts short differs by more. */
const REACH_RELATIVE = 0.025;
const ROUNDS = 4;
// 68.27 % of normal values lie within one standard deviation of their mean.
const ONE_SIGMA_SHARE = 0.6827;

/** True when `seconds` belongs to the pile around `local`. */
export function isMember(local: LocalMode, seconds: number): boolean {
  return Math.abs(seconds - local.modeSeconds) <= reachOf(local.modeSeconds, local.scaleSeconds);
}

function reachOf(modeSeconds: number, scaleSeconds: number): number {
  return Math.max(REACH_IN_SCALES * scaleSeconds, REACH_RELATIVE * modeSeconds);
}

/**
 * The mode of some sealing times as the centre of a capped loss: start at the middle of the shortest half (Rousseeuw
 * 1984), then repeat "mean and spread of what is within reach" until it stands.
 *
 * @param values seconds, at least one, any order.
 * @param narrowestSeconds the scale is never below this (clock step, grid).
 */
export function localMode(values: Float64Array, narrowestSeconds: number): LocalMode {
  const sorted = values.slice().sort();
  let mode = middleOfShortestHalf(sorted);
  let scale = Math.max(narrowestSeconds, spreadAround(sorted, mode, Number.POSITIVE_INFINITY));
  let members = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const reach = reachOf(mode, scale);
    let sum = 0;
    members = 0;
    for (const x of sorted) {
      if (Math.abs(x - mode) > reach) continue;
      sum += x;
      members++;
    }
    if (members === 0) break;
    mode = sum / members;
    scale = Math.max(narrowestSeconds, spreadAround(sorted, mode, reach));
  }
  return { modeSeconds: mode, scaleSeconds: scale, members };
}

function middleOfShortestHalf(sorted: Float64Array): number {
  const half = Math.floor(sorted.length / 2);
  let best = Number.POSITIVE_INFINITY;
  let at = 0;
  for (let i = 0; i + half < sorted.length; i++) {
    const width = (sorted[i + half] as number) - (sorted[i] as number);
    if (width < best) {
      best = width;
      at = i;
    }
  }
  let sum = 0;
  for (let i = at; i <= at + half; i++) sum += sorted[i] as number;
  return sum / (half + 1);
}

/** The distance that holds 68 % of the values within reach: the standard deviation of normal noise. */
function spreadAround(sorted: Float64Array, mode: number, reach: number): number {
  const distances = sorted
    .map((x) => Math.abs(x - mode))
    .filter((distance) => distance <= reach)
    .sort();
  const n = distances.length;
  if (n === 0) return 0;
  return distances[Math.min(n - 1, Math.floor(ONE_SIGMA_SHARE * n))] as number;
}

/** Modes that differ by less than this share are noise of one product within a shift (0.3 % is noise, 6 % is not). */
const SAME_RELATIVE = 0.008;

/**
 * True when two piles of sealing times may be one product: their modes differ by less than `relative`, or by less than
 * one scale and what chance adds for so few seals.
 */
export function isSameMode(a: LocalMode, b: LocalMode, relative = SAME_RELATIVE): boolean {
  const difference = Math.abs(a.modeSeconds - b.modeSeconds);
  const scale = a.members >= b.members ? a.scaleSeconds : b.scaleSeconds;
  const scales = 1 + 4 / Math.sqrt(Math.min(a.members, b.members));
  return difference <= Math.max(relative * a.modeSeconds, scales * scale);
}
