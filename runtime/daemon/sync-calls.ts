import type { DaemonCall } from "./calls.ts";
import type { SyncService } from "./sync-service.ts";

/** What can be asked about sticks and shares. */
export function syncCalls(sync: SyncService): Record<string, DaemonCall> {
  return {
    "sync-now": { writes: true, handler: () => sync.request() },
    "sync-progress": { writes: false, handler: () => sync.progress() },
    "sync-copy": { writes: true, handler: () => sync.copyTask() },
  };
}
