import { statfs } from "node:fs/promises";

/** Room on the file system of a folder; bytes. */
export interface DiskSpace {
  /** What the daemon's user may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** Null where it cannot be told. */
export async function diskSpace(folder: string): Promise<DiskSpace | null> {
  try {
    const { bsize, bavail, blocks } = await statfs(folder);
    return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
  } catch {
    return null;
  }
}
