import type { LivePage } from "../../report/live-pages.ts";

/** What somebody looks at: a line, and closely at what of it. */
export interface WatchPlace {
  /** From 0. */
  readonly line: number;
  /** Null: the hours. */
  readonly page: LivePage | null;
}

const PAGE_KEYS: Readonly<Record<string, LivePage>> = {
  l: "losses",
  p: "products",
  s: "signals",
  h: "help",
  "?": "help",
};
const NEXT_KEYS = ["n", "\t", "\x1b[C", "\x1b[B"];
const BEFORE_KEYS = ["N", "\x1b[Z", "\x1b[D", "\x1b[A"];
const BACK_KEYS = ["\x1b", "m", "\x7f"];

/** Where a key leads; a page's own key leads back from it. Other keys change nothing. */
export function placeAfter(key: string, place: WatchPlace, lines: number): WatchPlace {
  const page = PAGE_KEYS[key];
  if (page !== undefined) return { ...place, page: place.page === page ? null : page };
  if (BACK_KEYS.includes(key)) return { ...place, page: null };
  if (NEXT_KEYS.includes(key)) return { ...place, line: (place.line + 1) % lines };
  if (BEFORE_KEYS.includes(key)) return { ...place, line: (place.line + lines - 1) % lines };
  const number = /^[1-8]$/.test(key) ? Number(key) : 0;
  return number >= 1 && number <= lines ? { ...place, line: number - 1 } : place;
}
