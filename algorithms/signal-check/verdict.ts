import type { Contact } from "../signal.ts";

/** What can be the matter with a contact, worst first. */
export const VERDICTS = [
  "swapped",
  "floating",
  "inverted",
  "welded",
  "never-closes",
  "perhaps-inverted",
  "seals-while-not-ready",
  "mains",
  "worn",
  "disturbed",
  "resting",
  "normal",
] as const;
export type Verdict = (typeof VERDICTS)[number];
export type Severity = "ok" | "warn" | "fail";

/** With one of these the wiring is wrong, and the filters' settings are of no concern. */
export const WIRING_FAULTS: readonly Verdict[] = ["swapped", "floating", "inverted", "welded", "never-closes"];

/** Something that was found, with the figure that speaks for it. */
export interface Finding {
  readonly channel: Contact;
  readonly verdict: Verdict;
  readonly severity: Severity;
  /** What it is depends on the verdict: a length in seconds, a frequency in hertz, edges a second, a share. */
  readonly figure: number | null;
}
