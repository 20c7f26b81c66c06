const FIRST_RETRY_MS = 10_000;
const LONGEST_RETRY_MS = 300_000;

/** What decides whether a target is to be visited. */
export interface VisitFacts {
  /** Mounted, or mounted as soon as it is used; a configured folder always is. */
  readonly isPresent: boolean;
  /** A helper of it lives, also one that was given up. */
  readonly isBusy: boolean;
  /** Not visited since it is present. */
  readonly isNew: boolean;
  /** A person asks for it. */
  readonly isRequested: boolean;
  /** The last visit came to no good end. */
  readonly hasFailed: boolean;
  /** There are files that it has not been offered. */
  readonly hasNews: boolean;
  /** What was written is to be read again as soon as it has been unmounted. */
  readonly isProofDue: boolean;
  readonly isMounted: boolean;
  /** After a failure; on the clock of `nowMs`. */
  readonly notBeforeMs: number;
}

/** Whether a visit begins now. There is never a second helper for a target while one lives. */
export function isVisitDue(facts: VisitFacts, nowMs: number): boolean {
  if (!facts.isPresent || facts.isBusy) return false;
  if (facts.isRequested) return true;
  if (nowMs < facts.notBeforeMs) return false;
  return facts.isNew || facts.hasFailed || facts.hasNews || (facts.isProofDue && !facts.isMounted);
}

/** How long a target is left alone after its n-th failure in a row: ten seconds, doubling up to five minutes. */
export function retryDelayMs(failures: number): number {
  return Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (failures - 1));
}
