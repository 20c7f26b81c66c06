import type { Config } from "../config.ts";
import type { Store } from "../store/store.ts";
import type { WatchedLine } from "./watched-line.ts";

const DAY_US = 86_400_000_000;
const TENTH = 0.9;

/**
 * Removes what is older than it is kept, and the oldest shifts when the store has grown too large. Shifts hold all their
 * seals: their events are needed only to start anew and to look back closely.
 */
export async function retain(
  store: Store,
  lines: readonly WatchedLine[],
  nowWallUs: number,
  { eventDays, shiftDays, mostMegabytes }: Config["store"],
): Promise<void> {
  const isTooLarge = (await store.sizeBytes()) > mostMegabytes * 2 ** 20;
  for (const { keeper, archive } of lines) {
    archive.dropBefore(nowWallUs - shiftDays * DAY_US);
    const keepUs = isTooLarge ? archive.startOfLatest(Math.ceil(TENTH * archive.size)) : null;
    if (keepUs !== null) archive.dropBefore(keepUs);
    const firstSeq = await archive.firstSeqAfter(nowWallUs - eventDays * DAY_US);
    if (firstSeq === null) continue;
    // a boot of before is not counted anew any more: its events go
    keeper.forgetBootBase();
    await store.prune(keeper.settings.number, firstSeq);
  }
}
