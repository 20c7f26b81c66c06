import type { Level } from "../algorithms/signal.ts";

/** A channel changes to a level; channels are numbered as in `contactsOf`. Every channel starts at 0. */
export interface Change {
  readonly timeUs: number;
  readonly channel: number;
  readonly level: Level;
}
