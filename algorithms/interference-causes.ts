import type { ContactDisturbances, Disturbance } from "./disturbances.ts";

/** Relays and contactors that act on each other do so within this time: 40 ms. */
export const NEAR_US = 40_000;

/** A pattern that fewer disturbances show may be chance. */
const LEAST_DISTURBANCES = 5;
/** Which part of the disturbances a pattern must explain to be named. */
const LEAST_SHARE = 0.5;
/** How much more often than by chance. */
const LEAST_LIFT = 3;
const HOUR_US = 3_600_000_000;
const LEAST_HOURS = 3;

/**
 * What the disturbances of a contact have in common:
 * `own change`: they are its own bounces; `other change`: another contact changes within 40 ms; `together`: another
 * contact is disturbed within 40 ms; `mains`: edges follow each other at the mains' pace; `while closed`: almost only
 * while it is closed; `one hour`: most are in one hour of several; `none`: nothing that is looked for.
 */
export type CauseKind = "own change" | "other change" | "together" | "mains" | "while closed" | "one hour" | "none";

/** A pattern in the disturbances of a contact, and how strong it is. */
export interface Cause {
  readonly kind: CauseKind;
  /** The other contact, by its name; null where there is none. */
  readonly other: string | null;
  /** Share of the disturbances (of the removed edges for `mains`) that show it, 0..1. */
  readonly share: number;
  /** Share that would show it by chance; null where chance has no part in it. */
  readonly byChance: number | null;
  /** For `one hour`: when it began. */
  readonly atUs: number | null;
}

/** A contact among those that are looked at together. */
export interface WatchedContact extends ContactDisturbances {
  readonly name: string;
}

/** The time in which all contacts were watched; microseconds. */
export interface WatchedTime {
  readonly startUs: number;
  readonly endUs: number;
}

/**
 * The likely causes of what disturbs a contact, the strongest first; `none` alone when there is no pattern, empty when
 * there are too few disturbances to tell.
 *
 * A pattern is named when it explains half of the disturbances and is three times as frequent as by chance. By chance,
 * changes of another contact are near for the share of time that lies within 40 ms of them.
 */
export function interferenceCauses(
  contact: WatchedContact,
  others: readonly WatchedContact[],
  time: WatchedTime,
): readonly Cause[] {
  const { disturbances } = contact;
  if (disturbances.length < LEAST_DISTURBANCES || !(time.endUs > time.startUs)) return [];
  const found = [
    ownChange(disturbances),
    mains(contact),
    ...others.map(({ name, changesUs }) => otherChange(name, disturbances, changesUs, time)),
    ...others.map((other) => together(other, disturbances, time)),
    whileClosed(contact),
    oneHour(disturbances, time),
  ].filter((cause) => cause !== null);
  if (found.length === 0) return [{ kind: "none", other: null, share: 1, byChance: null, atUs: null }];
  return found.toSorted((a, b) => b.share - a.share);
}

function ownChange(disturbances: readonly Disturbance[]): Cause | null {
  return ifStrong("own change", disturbances.filter(({ isAtChange }) => isAtChange).length / disturbances.length, null);
}

function mains({ counts }: WatchedContact): Cause | null {
  const removed = counts.edges - counts.kept;
  return removed === 0 ? null : ifStrong("mains", counts.removed.mains / removed, null);
}

function otherChange(
  name: string,
  disturbances: readonly Disturbance[],
  changesUs: readonly number[],
  time: WatchedTime,
): Cause | null {
  const spans = changesUs.map((us) => ({ startUs: us, endUs: us }));
  return nearTo("other change", name, disturbances, spans, time);
}

function together(other: WatchedContact, disturbances: readonly Disturbance[], time: WatchedTime): Cause | null {
  const own = other.disturbances.filter(({ isAtChange }) => !isAtChange);
  return nearTo("together", other.name, disturbances, own, time);
}

/** How many disturbances lie near one of these spans, against how much of the time does. */
function nearTo(
  kind: "other change" | "together",
  other: string,
  disturbances: readonly Disturbance[],
  spans: readonly { readonly startUs: number; readonly endUs: number }[],
  { startUs, endUs }: WatchedTime,
): Cause | null {
  let near = 0;
  let next = 0;
  for (const disturbance of disturbances) {
    while ((spans[next]?.endUs ?? Number.POSITIVE_INFINITY) < disturbance.startUs - NEAR_US) next++;
    if ((spans[next]?.startUs ?? Number.POSITIVE_INFINITY) <= disturbance.endUs + NEAR_US) near++;
  }
  return ifStrong(kind, near / disturbances.length, coveredUs(spans) / (endUs - startUs), other);
}

/** Time within reach of the spans, overlaps counted once. */
function coveredUs(spans: readonly { readonly startUs: number; readonly endUs: number }[]): number {
  let sum = 0;
  let untilUs = Number.NEGATIVE_INFINITY;
  for (const { startUs, endUs } of spans) {
    const from = Math.max(untilUs, startUs - NEAR_US);
    untilUs = Math.max(untilUs, endUs + NEAR_US);
    sum += untilUs - from;
  }
  return sum;
}

function whileClosed({ disturbances, closedShare }: WatchedContact): Cause | null {
  if (closedShare === null) return null;
  const apart = disturbances.filter(({ isAtChange }) => !isAtChange);
  if (apart.length < LEAST_DISTURBANCES) return null;
  return ifStrong("while closed", apart.filter(({ level }) => level === 1).length / apart.length, closedShare);
}

function oneHour(disturbances: readonly Disturbance[], { startUs, endUs }: WatchedTime): Cause | null {
  const hours = (endUs - startUs) / HOUR_US;
  if (hours < LEAST_HOURS) return null;
  const counts = new Map<number, number>();
  for (const disturbance of disturbances) {
    const hour = Math.floor((disturbance.startUs - startUs) / HOUR_US);
    counts.set(hour, (counts.get(hour) ?? 0) + 1);
  }
  const [hour, most] = [...counts].reduce((best, each) => (each[1] > best[1] ? each : best));
  const cause = ifStrong("one hour", most / disturbances.length, 1 / hours);
  return cause === null ? null : { ...cause, atUs: startUs + hour * HOUR_US };
}

function ifStrong(kind: CauseKind, share: number, byChance: number | null, other: string | null = null): Cause | null {
  const isStrong = share >= LEAST_SHARE && share >= LEAST_LIFT * (byChance ?? 0);
  return isStrong ? { kind, other, share, byChance, atUs: null } : null;
}
