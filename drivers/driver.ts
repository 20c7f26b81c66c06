import type { EdgeRing } from "./edge-ring.ts";

/**
 * A source of edges: a recording, a simulation or a board's pins. Every driver passes the suite in
 * `test/driver-contract.ts`.
 *
 * The loop around it is `do { more = await driver.read(ring); ring.drain(...) } while (more)`.
 * - Channel numbers in the ring index the list of names the driver was opened with.
 * - Times are integer microseconds, never decreasing. The first entry of a channel is its level at that moment, not a change.
 * - An entry that repeats a level only moves time on; the last entry's time is how far the source is known.
 */
export interface Driver {
  /** Wall time of t = 0 in microseconds since 1970 (UTC); null where the source does not say. */
  readonly startWallUs: number | null;
  /** How much of the source has been read, 0 to 1; null where it has no end. */
  readonly progress: number | null;
  /**
   * Waits for something new and writes it into the ring; a source that can wait never writes more than fits.
   * Resolves to false when nothing will ever follow. Rejects with an InputError when the source is bad.
   */
  read(ring: EdgeRing): Promise<boolean>;
  /** Releases files, lines and threads; may be called at any time and more than once. */
  close(): Promise<void>;
}
