import { createHash } from "node:crypto";
import { closeSync, constants, fsyncSync, openSync, readSync, renameSync, writeSync } from "node:fs";
import type { Folder } from "./folder.ts";
import { TargetProblem } from "./target-problem.ts";

const { O_CREAT, O_EXCL, O_NOFOLLOW, O_NONBLOCK, O_RDONLY, O_WRONLY } = constants;
const PIECE_BYTES = 1 << 20;
/** FAT32 takes none larger. */
const MOST_BYTES = 2 ** 32 - 1;

/** The name of a file while it is being written. */
export function partName(name: string): string {
  return `~${name}.part`;
}

/** What was placed. */
export interface Placed {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes a file so that under its name it is complete, or not there at all, whenever the power fails or the stick is
 * pulled: temporary name, sync, rename, **sync of the file once more**, sync of the folder. The second one is for Linux
 * vfat, whose rename writes an empty entry and leaves the file's size for later (docs/sync.md).
 * @param pieces of the content, in order.
 * @param onPiece called after each: a sign of life.
 */
export function placeFile(
  folder: Folder,
  name: string,
  pieces: Iterable<Uint8Array>,
  onPiece: (bytes: number) => void,
): Placed {
  const part = partName(name);
  folder.remove(part);
  const hash = createHash("sha256");
  let bytes = 0;
  let file: number | null = openSync(folder.path(part), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o644);
  try {
    for (const piece of pieces) {
      writeAll(file, piece);
      hash.update(piece);
      bytes += piece.length;
      if (bytes > MOST_BYTES) throw new RangeError(`${name} has more than ${MOST_BYTES} bytes`);
      onPiece(piece.length);
    }
    fsyncSync(file);
    if (!isRenamed(folder, part, name)) {
      closeSync(file);
      file = null;
      renameSync(folder.path(part), folder.path(name));
      file = openSync(folder.path(name), O_WRONLY | O_NOFOLLOW);
    }
    fsyncSync(file);
    folder.sync();
  } catch (error) {
    discard(folder, part);
    throw error;
  } finally {
    if (file !== null) closeSync(file);
  }
  return { bytes, sha256: hash.digest("hex") };
}

/** Some network file systems rename no file that is open. */
function isRenamed(folder: Folder, part: string, name: string): boolean {
  try {
    renameSync(folder.path(part), folder.path(name));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}

/** The content of a local file, in pieces; the same memory is used for each. */
export function* piecesOf(path: string): Generator<Uint8Array> {
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const buffer = Buffer.allocUnsafe(PIECE_BYTES);
    for (;;) {
      const read = readOwn(file, buffer);
      if (read === 0) return;
      yield buffer.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}

/** A fault of the appliance's own disk must not be taken for one of the target. */
function readOwn(file: number, buffer: Uint8Array): number {
  try {
    return readSync(file, buffer);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new TargetProblem(`the appliance's own copy of a file cannot be read (${code})`, { cause: error });
  }
}

function writeAll(file: number, piece: Uint8Array): void {
  for (let done = 0; done < piece.length; ) done += writeSync(file, piece, done);
}

/** A full disk gets its room back; a stick that is gone has nothing to be removed from. */
function discard(folder: Folder, part: string): void {
  try {
    folder.remove(part);
  } catch {
    // the first error says what is wrong
  }
}
