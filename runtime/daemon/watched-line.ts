import type { LineKeeper } from "./line-keeper.ts";
import type { ShiftArchive } from "./shift-archive.ts";

/** A line of the appliance, with the shifts that are over. */
export interface WatchedLine {
  readonly keeper: LineKeeper;
  readonly archive: ShiftArchive;
}
