import type { Store } from "../store/store.ts";
import type { WatchedLine } from "./appliance.ts";

const DAY_US = 86_400_000_000;
/** Shifts are kept with all their seals, so their events are needed only to start anew and to look back closely. */
const EVENT_DAYS = 30;
const SHIFT_DAYS = 5 * 366;
/** Above this the oldest tenth of the shifts goes. */
const MOST_BYTES = 2 << 30;
const TENTH = 0.9;

/** Removes what is older than it is kept, and the oldest shifts when the store has grown too large. */
export async function retain(store: Store, lines: readonly WatchedLine[], nowWallUs: number): Promise<void> {
  const isTooLarge = (await store.sizeBytes()) > MOST_BYTES;
  for (const { keeper, archive } of lines) {
    archive.dropBefore(nowWallUs - SHIFT_DAYS * DAY_US);
    const keepUs = isTooLarge ? archive.startOfLatest(Math.ceil(TENTH * archive.size)) : null;
    if (keepUs !== null) archive.dropBefore(keepUs);
    const firstSeq = await archive.firstSeqAfter(nowWallUs - EVENT_DAYS * DAY_US);
    if (firstSeq === null) continue;
    // a boot of before is not counted anew any more: its events go
    keeper.forgetBootBase();
    await store.prune(keeper.settings.number, firstSeq);
  }
}
