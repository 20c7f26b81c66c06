import { Level } from "level";
import type { Database, OpenDatabase } from "../../runtime/store/database.ts";

/**
 * The database with a log that is rotated often, and with writes that need not reach the disk where `sync` is false:
 * a store on it keeps no promise.
 */
export function smallLogs(sync: boolean): OpenDatabase {
  return async (folder, createIfMissing) => {
    const encodings = { keyEncoding: "buffer", valueEncoding: "buffer" } as const;
    const database = new Level<Buffer, Buffer>(folder, { ...encodings, writeBufferSize: 1 << 16, createIfMissing });
    await database.open();
    if (sync) return database;
    const write = database.batch.bind(database) as (steps: unknown, options: unknown) => Promise<void>;
    const batch = (steps: unknown) => write(steps, { sync: false });
    return Object.assign(database, { batch }) as Database;
  };
}
