import { createHash } from "node:crypto";
import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import type { Folder } from "./folder.ts";

const { O_DIRECT, O_NOFOLLOW, O_NONBLOCK, O_RDONLY } = constants;
const WASM_PAGES = 16;

/** How the content of a file was read. */
export interface ReadBack {
  readonly sha256: string;
  readonly bytes: number;
  /** From the device or the server, past what this computer remembers of it. */
  readonly isDirect: boolean;
}

/** Reads a plain file of a folder to its end; null when there is none, or something else stands there. */
export function readBack(folder: Folder, name: string, onPiece: () => void): ReadBack | null {
  const direct = openPlain(folder, name, O_DIRECT);
  const file = direct === "not so" ? openPlain(folder, name, 0) : direct;
  if (file === null || file === "not so") return null;
  try {
    const hash = createHash("sha256");
    const buffer = alignedBuffer();
    let bytes = 0;
    for (;;) {
      const read = readSync(file, buffer);
      if (read === 0) return { sha256: hash.digest("hex"), bytes, isDirect: file === direct };
      hash.update(buffer.subarray(0, read));
      bytes += read;
      onPiece();
    }
  } finally {
    closeSync(file);
  }
}

/** The content of a plain file; null when there is none, something else stands there, or it is larger than that. */
export function readContent(folder: Folder, name: string, mostBytes: number): Buffer | null {
  const file = openPlain(folder, name, 0);
  if (file === null || file === "not so") return null;
  try {
    const { size } = fstatSync(file);
    if (size > mostBytes) return null;
    // what is added to it meanwhile is not read
    const content = Buffer.alloc(size);
    let done = 0;
    for (let read = 1; read > 0 && done < size; done += read) read = readSync(file, content, done, size - done, null);
    return content.subarray(0, done);
  } finally {
    closeSync(file);
  }
}

/** Never waits for a pipe, never follows a link. `not so`: the file system does not know how to open it in this way. */
function openPlain(folder: Folder, name: string, flags: number): number | "not so" | null {
  let file: number;
  try {
    file = openSync(folder.path(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | flags);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EINVAL" || code === "ENOTSUP") return "not so";
    // nothing there, a link, a socket
    if (code === "ENOENT" || code === "ELOOP" || code === "ENXIO") return null;
    throw error;
  }
  if (fstatSync(file).isFile()) return file;
  closeSync(file);
  return null;
}

/** Reading past the cache needs memory that begins at a page: that of WebAssembly does. */
function alignedBuffer(): Uint8Array {
  const { WebAssembly } = globalThis as unknown as {
    WebAssembly: { Memory: new (size: { initial: number }) => { buffer: ArrayBuffer } };
  };
  return new Uint8Array(new WebAssembly.Memory({ initial: WASM_PAGES }).buffer);
}
