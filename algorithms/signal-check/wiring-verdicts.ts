import type { Stretch } from "./stretches.ts";
import type { Finding } from "./verdict.ts";

/** The two contacts of a machine, filtered alike, over the same time. */
export interface MachineContacts {
  readonly sealing: readonly Stretch[];
  /** Null where that contact was not seen. */
  readonly availability: readonly Stretch[] | null;
  readonly minSealingTimeSeconds: number;
  readonly maxSealingTimeSeconds: number;
}

const FEWEST_SEALS = 4;
const MOST_OF = 0.8;
/** A stretch this many times the usual one is none of the usual ones. */
const MUCH_LONGER = 4;
const LONG_SECONDS = 10;
/** Jaws that are closed this many times longer than usual are not. */
const STUCK_TIMES = 10;
const STUCK_SECONDS = 20;
/** Of simulated minutes 60-90 % show the gaps between seals this much less alike than the seals, 0.3-2.6 % the contrary. */
const LESS_ALIKE = 1.7;
const FEWEST_TO_COMPARE = 10;

/** What the two contacts say about their wiring, each by itself and against the other; empty: nothing is the matter. */
export function wiringVerdicts(machine: MachineContacts): readonly Finding[] {
  const { sealing, availability } = machine;
  if (availability !== null && isSwapped(sealing, availability))
    return (["sealing", "availability"] as const).map((channel) => ({
      channel,
      verdict: "swapped",
      severity: "fail",
      figure: null,
    }));
  return [...sealingVerdicts(machine), ...(availability === null ? [] : availabilityVerdicts(machine, availability))];
}

/** `availability` does what a sealing contact does, and only while `sealing` is closed. */
function isSwapped(sealing: readonly Stretch[], availability: readonly Stretch[]): boolean {
  const pulses = wholePulses(availability);
  if (pulses.length < FEWEST_SEALS || wholePulses(sealing).length * MUCH_LONGER > pulses.length) return false;
  const within = pulses.filter((pulse) => overlapUs(pulse, sealing, 1) >= MOST_OF * lengthUs(pulse));
  return within.length >= MOST_OF * pulses.length && shareAt(availability, 1) < MOST_OF;
}

function sealingVerdicts(machine: MachineContacts): readonly Finding[] {
  const { sealing, availability } = machine;
  const channel = "sealing";
  if (isSealingInverted(sealing, availability))
    return [{ channel, verdict: "inverted", severity: "fail", figure: null }];
  const stuckSeconds = longestStuck(machine);
  if (stuckSeconds !== null) return [{ channel, verdict: "welded", severity: "fail", figure: stuckSeconds }];
  const ratio = unlikeness(sealing);
  if (ratio !== null && ratio > LESS_ALIKE)
    return [{ channel, verdict: "perhaps-inverted", severity: "warn", figure: ratio }];
  const closedUs = sealing.reduce((sum, stretch) => sum + (stretch.level === 1 ? lengthUs(stretch) : 0), 0);
  if (closedUs > 0) return [];
  const wasReady = availability === null || shareAt(availability, 1) > 0;
  return [{ channel, verdict: "never-closes", severity: wasReady ? "warn" : "ok", figure: null }];
}

/**
 * A machine at rest leaves the jaws open. So an inverted contact rests closed: while the machine is not ready, or several
 * times, between openings that are short and alike.
 */
function isSealingInverted(sealing: readonly Stretch[], availability: readonly Stretch[] | null): boolean {
  const openings = sealing.filter(({ level, isWhole }) => level === 0 && isWhole);
  const usualOpenUs = median(openings.map(lengthUs));
  if (openings.length < FEWEST_SEALS || usualOpenUs === null) return false;
  const closings = sealing.filter(({ level }) => level === 1);
  const usualClosedUs = median(closings.map(lengthUs)) ?? 0;
  const areAlike = openings.every((opening) => lengthUs(opening) < 2 * usualOpenUs);
  const rests = closings.filter(
    (closing) => lengthUs(closing) > MUCH_LONGER * usualClosedUs && lengthUs(closing) > LONG_SECONDS * 1e6,
  );
  const notReady = availability?.filter(({ level }) => level === 0 && level !== undefined) ?? [];
  const longNotReady = notReady.filter((stretch) => lengthUs(stretch) > LONG_SECONDS * 1e6);
  const restsWhileNotReady =
    longNotReady.length > 0 &&
    longNotReady.every((stretch) => overlapUs(stretch, sealing, 1) > MOST_OF * lengthUs(stretch));
  if (restsWhileNotReady) return true;
  return areAlike && rests.filter(({ isWhole }) => isWhole).length >= 2;
}

/**
 * How much less alike the closed times are than the open ones. A timer ends a seal, whatever comes along ends a gap: seals
 * are more alike. From one to the next, so that a change of product counts little; null with too few.
 */
function unlikeness(sealing: readonly Stretch[]): number | null {
  const steps = ([0, 1] as const).map((level) => {
    const lengths = sealing.filter((stretch) => stretch.level === level && stretch.isWhole).map(lengthUs);
    const between = lengths.slice(1).map((length, i) => Math.abs(length - (lengths[i] as number)));
    return lengths.length < FEWEST_TO_COMPARE ? null : median(between);
  });
  const [open, closed] = steps as [number | null, number | null];
  return open === null || closed === null || open === 0 ? null : closed / open;
}

/** How long the sealing contact stays closed beyond all sense; null when it does not. */
function longestStuck({ sealing, maxSealingTimeSeconds }: MachineContacts): number | null {
  const closings = sealing.filter(({ level }) => level === 1);
  const usualUs = median(wholePulses(sealing).map(lengthUs));
  const isWholeTime = closings.length === sealing.length;
  const limitUs =
    usualUs === null
      ? (isWholeTime ? STUCK_SECONDS : maxSealingTimeSeconds) * 1e6
      : Math.min(maxSealingTimeSeconds * 1e6, Math.max(STUCK_TIMES * usualUs, STUCK_SECONDS * 1e6));
  const longestUs = Math.max(0, ...closings.map(lengthUs));
  return longestUs > limitUs ? longestUs / 1e6 : null;
}

function availabilityVerdicts(machine: MachineContacts, availability: readonly Stretch[]): readonly Finding[] {
  const channel = "availability";
  const minUs = machine.minSealingTimeSeconds * 1e6;
  const seals = wholePulses(machine.sealing).filter((pulse) => lengthUs(pulse) >= minUs);
  const notReady = seals.filter((seal) => overlapUs(seal, availability, 0) > 0.5 * lengthUs(seal));
  const share = seals.length === 0 ? 0 : notReady.length / seals.length;
  const isNeverClosed = shareAt(availability, 1) === 0;
  if (seals.length >= FEWEST_SEALS && share >= MOST_OF)
    return [{ channel, verdict: isNeverClosed ? "never-closes" : "inverted", severity: "fail", figure: share }];
  if (notReady.length >= 2 && share > 0.05)
    return [{ channel, verdict: "seals-while-not-ready", severity: "warn", figure: share }];
  return isNeverClosed ? [{ channel, verdict: "never-closes", severity: "ok", figure: null }] : [];
}

function wholePulses(stretches: readonly Stretch[]): readonly Stretch[] {
  return stretches.filter(({ level, isWhole }) => level === 1 && isWhole);
}

function lengthUs({ startUs, endUs }: Stretch): number {
  return endUs - startUs;
}

function shareAt(stretches: readonly Stretch[], level: 0 | 1): number {
  const all = stretches.reduce((sum, stretch) => sum + lengthUs(stretch), 0);
  const own = stretches.reduce((sum, stretch) => sum + (stretch.level === level ? lengthUs(stretch) : 0), 0);
  return all === 0 ? 0 : own / all;
}

/** How long the others were at this level during a stretch. */
function overlapUs({ startUs, endUs }: Stretch, others: readonly Stretch[], level: 0 | 1): number {
  let sum = 0;
  for (let i = firstEndingAfter(others, startUs); i < others.length; i++) {
    const other = others[i] as Stretch;
    if (other.startUs >= endUs) break;
    if (other.level === level) sum += Math.min(endUs, other.endUs) - Math.max(startUs, other.startUs);
  }
  return sum;
}

function firstEndingAfter(stretches: readonly Stretch[], timeUs: number): number {
  let low = 0;
  let high = stretches.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((stretches[middle] as Stretch).endUs <= timeUs) low = middle + 1;
    else high = middle;
  }
  return low;
}

function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}
