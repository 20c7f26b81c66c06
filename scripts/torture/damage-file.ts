import { open, rm, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import type { Random } from "./random.ts";

const MOST_OVERWRITTEN = 512;

/**
 * Cuts off, removes, flips a bit of or overwrites a part of one of the files, at random.
 * @param names where they are in the folder.
 * @returns what was done.
 */
export async function damageOneFile(folder: string, names: readonly string[], random: Random): Promise<string> {
  const name = names[random(names.length)] as string;
  const path = join(folder, name);
  const { size } = await stat(path);
  const at = random(Math.max(size, 1));
  const kind = random(4);
  if (kind === 0) await truncate(path, at);
  else if (kind === 1) await rm(path);
  else await overwrite(path, at, kind === 2 ? 1 : Math.min(MOST_OVERWRITTEN, size - at), random);
  return `${name} ${["cut at", "removed, not", "bit flipped at", "overwritten at"][kind]} ${at} of ${size}`;
}

async function overwrite(path: string, at: number, length: number, random: Random): Promise<void> {
  const file = await open(path, "r+");
  const bytes = Buffer.alloc(Math.max(length, 0));
  await file.read(bytes, 0, bytes.length, at);
  if (length === 1) bytes[0] = (bytes[0] as number) ^ (1 << random(8));
  else bytes.fill(random(2) === 0 ? 0 : 0xa5);
  await file.write(bytes, 0, bytes.length, at);
  await file.close();
}
