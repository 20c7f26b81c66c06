import type { Manifest } from "./manifest.ts";
import { versionOf } from "./names.ts";

/** What is to be done so that a target has everything. */
export interface DeliveryPlan {
  /** Paths that the target is not known to have, the most wanted one first. */
  readonly send: readonly string[];
  /** Paths that the target is known to have, and a later version of which is there, or will be. */
  readonly superseded: readonly string[];
}

/**
 * Decides what a target needs.
 * @param wanted paths of all files of the appliance.
 * @param known files that the target has, and that were not tampered with.
 */
export function deliveryPlan(wanted: readonly string[], known: Manifest): DeliveryPlan {
  const newest = new Map<string, number>();
  for (const each of [...wanted, ...known.keys()]) {
    const { path, age } = versionOf(each);
    newest.set(path, Math.max(age, newest.get(path) ?? 0));
  }
  const isOld = (each: string) => {
    const { path, age } = versionOf(each);
    return age < (newest.get(path) ?? 0);
  };
  return {
    send: wanted.filter((path) => !known.has(path) && !isOld(path)).sort(byWant),
    superseded: [...known.keys()].filter(isOld),
  };
}

/** The latest day first, and of it what people read: whoever pulls the stick early has today's report. */
function byWant(a: string, b: string): number {
  return compare(dayOf(b), dayOf(a)) || compare(rankOf(a), rankOf(b)) || compare(b, a);
}

function dayOf(path: string): string {
  return /\d{4}-\d\d-\d\d/.exec(path)?.[0] ?? "";
}

function rankOf(path: string): number {
  return path.endsWith(".html") ? 0 : 1;
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : Number(a > b);
}
