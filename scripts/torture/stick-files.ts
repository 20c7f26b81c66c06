import { randomUUID } from "node:crypto";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Outbox } from "../../runtime/sync/outbox.ts";
import type { SyncTask } from "../../runtime/sync/task.ts";
import { seededRandom } from "./random.ts";

const LONGEST_FILE = 60_000;

/** Puts the files of a day into an outbox: provisional reports, and everything of the day before. */
export async function addDay(outbox: Outbox, day: number): Promise<void> {
  const random = seededRandom(day + 1);
  const bytes = () => Buffer.alloc(1 + random(LONGEST_FILE), `${day} ${random(1e6)} `);
  for (const shift of ["early", "late"]) {
    const path = (of: number) => `shifts/line-1/2026-03/2026-03-${String(of + 1).padStart(2, "0")}-${shift}`;
    for (const ending of ["html", "txt"]) await outbox.put(`${path(day)}.${ending}`, "provisional", bytes());
    if (day === 0) continue;
    for (const ending of ["html", "txt", "cborseq", "seals.csv"])
      await outbox.put(`${path(day - 1)}.${ending}`, "final", bytes());
  }
  await outbox.put("tables/seals/line=line-1/seals.parquet", "final", bytes());
}

/** A task for a target that is a folder, whatever it lies on. */
export function taskOf(base: string, root: string): SyncTask {
  const target = { kind: "folder", root, types: null, requireMount: false } as const;
  const own = { appliance: "sealer-1", applianceId: randomUUID(), readsInbox: false };
  return { ...own, outbox: join(base, "outbox"), memory: join(base, "memory"), target };
}

/** SHA-256 of each file below a folder, by path; of those on the way as well. */
export function hashesBelow(folder: string): ReadonlyMap<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [path.slice(folder.length + 1), createHash("sha256").update(readFileSync(path)).digest("hex")];
    }),
  );
}

/** What is wrong with a target that should have everything of an outbox: nothing missing, half or too much. */
export function targetFaults(outboxFolder: string, folder: string): readonly string[] {
  const there = hashesBelow(folder);
  const wanted = hashesBelow(outboxFolder);
  const missing = [...wanted].filter(([path, sha256]) => there.get(path) !== sha256).map(([path]) => `wrong: ${path}`);
  const known = new Set([...wanted.keys(), "manifest.sha256", "appliance.id"]);
  return [...missing, ...[...there.keys()].filter((path) => !known.has(path)).map((path) => `too much: ${path}`)];
}
