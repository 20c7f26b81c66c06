import type { Target } from "./targets.ts";

/** What the helper process is told: one visit of one target. Plain data. */
export interface SyncTask {
  /** Name of the appliance, and of its folder on the target. */
  readonly appliance: string;
  /** Which appliance it is: two of them must not have one name on a target. */
  readonly applianceId: string;
  /** The folder that holds all files, on the appliance's own disk. */
  readonly outbox: string;
  /** Where it is kept what each target has; null to remember nothing. */
  readonly memory: string | null;
  readonly target: Target;
  /** Whether to look for a new configuration and corrections. */
  readonly readsInbox: boolean;
}

/**
 * What is known about files that were delivered, from the least to the most: the device took them; they were read again,
 * perhaps out of this computer's memory; from the device itself; from the device after it had been unmounted.
 */
export type Proof = "written" | "re-read" | "re-read-direct" | "re-read-after-mount";

/** What a visit did. */
export interface Visit {
  readonly sentFiles: number;
  readonly sentBytes: number;
  /** Files that were there, though nothing said so, and turned out to be the right ones. */
  readonly foundFiles: number;
  /** Provisional files of which the final one is there now. */
  readonly removedFiles: number;
  /** Files that were not as they had been written, and were sent again. */
  readonly damagedFiles: number;
  readonly proof: Proof | null;
  /** When the target had everything; wall time in microseconds. */
  readonly deliveredUs: number;
  /** What was written is to be read again when the target has been unmounted. */
  readonly isProofDue: boolean;
}

/** A file for the appliance. */
export interface InboxFile {
  readonly name: string;
  readonly text: string;
  readonly sha256: string;
  /** Base64; null when there is none. */
  readonly signature: string | null;
}

/** What became of a file for the appliance, for the person who brought it. */
export interface InboxResult {
  readonly name: string;
  readonly sha256: string;
  readonly text: string;
  /** It had been taken before: an answer that is there already says more. */
  readonly isRepeat: boolean;
}

/** What the helper process says; whatever it is, it is a sign of life. */
export type HelperMessage =
  | { readonly kind: "target"; readonly key: string; readonly pendingFiles: number }
  | { readonly kind: "alive" }
  | { readonly kind: "sent"; readonly path: string; readonly bytes: number; readonly pendingFiles: number }
  | { readonly kind: "inbox"; readonly files: readonly InboxFile[] }
  | { readonly kind: "done"; readonly visit: Visit }
  | { readonly kind: "problem"; readonly problem: string };

/** Who listens to a visit. */
export interface VisitHooks {
  readonly tell: (message: HelperMessage) => void;
  /** Hands over what was brought for the appliance. */
  readonly onInbox: (files: readonly InboxFile[]) => Promise<readonly InboxResult[]>;
  /** Milliseconds of a clock that never jumps. */
  readonly nowMs: () => number;
  /** Wall time in microseconds; nothing is decided by it. */
  readonly wallUs: () => number;
}
