import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { Folder } from "../../../runtime/sync/folder.ts";
import { partName, placeFile } from "../../../runtime/sync/place-file.ts";

// Writes file after file into a folder and tells of each when it is acknowledged, until the stick is pulled.

/** `ours`: as the sync does it. `textbook`: without the second sync of the file, as most programs do it. */
export type Way = "ours" | "textbook";

/** A file that is safe, as its writer believes. */
export interface Acknowledged {
  readonly name: string;
  readonly sha256: string;
}

const MOST_FILES = 1000;

/** Content of a file, different for each. */
function content(number: number): Uint8Array {
  const bytes = Buffer.alloc(1000 + ((number * 7919) % 60_000));
  for (let i = 0; i < bytes.length; i++) bytes[i] = (number * 31 + i * (i >> 8)) & 0xff;
  return bytes;
}

function byTheBook(folder: Folder, name: string, bytes: Uint8Array): void {
  const file = openSync(folder.path(partName(name)), "wx");
  for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
  fsyncSync(file);
  renameSync(folder.path(partName(name)), folder.path(name));
  closeSync(file);
  folder.sync();
}

const [path = "", way] = process.argv.slice(2);
const folder = Folder.open(path);
for (let number = 0; number < MOST_FILES; number++) {
  const name = `file-${number}.bin`;
  const bytes = content(number);
  if (way === ("ours" satisfies Way)) placeFile(folder, name, [bytes], () => {});
  else byTheBook(folder, name, bytes);
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  process.send?.({ name, sha256 } satisfies Acknowledged);
  // the message leaves before the next file is begun
  await new Promise((resolve) => setImmediate(resolve));
}
