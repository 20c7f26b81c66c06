import { type OpenDatabase, openDatabase } from "../../runtime/store/database.ts";

/** A disk that can be told to fail. */
export interface FaultyDisk {
  /** What the next writes and openings fail with; null when all is well. */
  fault: string | null;
  /** A failing write reaches the disk all the same, as one does whose answer got lost. */
  writesAnyway: boolean;
  opened: number;
  readonly open: OpenDatabase;
}

export function faultyDisk(): FaultyDisk {
  const disk: FaultyDisk = {
    fault: null,
    writesAnyway: false,
    opened: 0,
    open: async (folder, create) => {
      if (disk.fault !== null) throw new Error(disk.fault);
      disk.opened++;
      const database = await openDatabase(folder, create);
      const write = database.batch.bind(database) as (steps: unknown, options: unknown) => Promise<void>;
      const batch = async (steps: unknown, options: unknown) => {
        if (disk.fault === null || disk.writesAnyway) await write(steps, options);
        if (disk.fault !== null) throw new Error(disk.fault);
      };
      return Object.assign(database, { batch }) as typeof database;
    },
  };
  return disk;
}
