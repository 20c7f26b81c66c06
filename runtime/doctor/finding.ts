/** How a thing is: as it should be, worth a look, or in need of somebody. */
export type Verdict = "ok" | "warn" | "fail";

/** One thing that was looked at. */
export interface Finding {
  readonly verdict: Verdict;
  /** What was looked at, in a word or two. */
  readonly about: string;
  /** How it is. */
  readonly text: string;
  /** What to do about it; null when there is nothing to do. */
  readonly todo: string | null;
}

/** As it should be. */
export function ok(about: string, text: string): Finding {
  return { verdict: "ok", about, text, todo: null };
}

/** Worth a look. */
export function warn(about: string, text: string, todo: string): Finding {
  return { verdict: "warn", about, text, todo };
}

/** In need of somebody. */
export function fail(about: string, text: string, todo: string): Finding {
  return { verdict: "fail", about, text, todo };
}
