import { type FileHandle, open } from "node:fs/promises";
import type { Driver } from "./driver.ts";
import type { EdgeRing } from "./edge-ring.ts";
import { EdgeCborReader, isEdgeCbor } from "./formats/edge-cbor.ts";
import { EdgeCsvReader } from "./formats/edge-csv.ts";
import type { EdgeReader } from "./formats/edge-format.ts";
import { VcdReader } from "./formats/vcd.ts";
import { readFault } from "./read-fault.ts";

const CHUNK_BYTES = 512 * 1024;

/** A recording that is played back. */
export interface Replay extends Driver {
  /** Variables of the file that are no configured channels, for `ignoredNotice`. */
  readonly ignored: readonly string[];
  /** True once the file has ended without the end of its last line, for `cutNotice`. */
  readonly unterminated: boolean;
}

/**
 * Opens a recording, edge log CSV, edge sequence (CBOR) or VCD (told apart by content), as a source of edges that waits for its consumer: the
 * file is read piece by piece and the ring never overflows. Its head is read here, so that `startWallUs` is known.
 *
 * When the file fails in the middle, the edges before the fault are delivered and the next `read` rejects.
 * @param channelNames configured channels; the index of a name is its number in the ring.
 * @throws InputError when the file cannot be opened or read, or its head is bad.
 */
export async function openReplay(path: string, channelNames: readonly string[]): Promise<Replay> {
  const handle = await openFile(path);
  try {
    const bytes = await sizeOf(path, handle);
    const chunk = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    const first = await readChunk(path, handle, chunk);
    const replay = new FileReplay(path, handle, bytes, chunk, readerOf(first, path, channelNames));
    await replay.start(first);
    return replay;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

class FileReplay implements Replay {
  readonly #path: string;
  readonly #handle: FileHandle;
  /** Size of the file; null for a pipe, which has none. */
  readonly #size: number | null;
  readonly #chunk: Buffer;
  readonly #reader: EdgeReader;
  #fedBytes = 0;
  #ended = false;
  #finished = false;
  #fault: unknown;
  #closing: Promise<void> | undefined;

  constructor(path: string, handle: FileHandle, size: number | null, chunk: Buffer, reader: EdgeReader) {
    this.#path = path;
    this.#handle = handle;
    this.#size = size;
    this.#chunk = chunk;
    this.#reader = reader;
  }

  get startWallUs(): number | null {
    return this.#reader.startWallUs;
  }

  get ignored(): readonly string[] {
    return this.#reader.ignored;
  }

  get unterminated(): boolean {
    return this.#reader.unterminated;
  }

  get progress(): number | null {
    if (this.#size === null) return null;
    if (this.#finished) return 1;
    // A file that is still being written may have grown since.
    return Math.min(1, Math.max(0, this.#fedBytes - this.#reader.pendingBytes) / Math.max(1, this.#size));
  }

  /** Reads the head; `first` is the first chunk. */
  async start(first: Uint8Array): Promise<void> {
    this.#feed(first);
    while (!this.#reader.readHead()) await this.#feedNext();
  }

  async read(ring: EdgeRing): Promise<boolean> {
    const before = ring.free;
    while (this.#closing === undefined && !this.#finished) {
      if (!this.#readInto(ring, before)) return true;
      if (this.#ended) this.#finished = true;
      else if (ring.free < before) return true;
      else await this.#feedNext();
    }
    return false;
  }

  close(): Promise<void> {
    this.#closing ??= this.#handle.close();
    return this.#closing;
  }

  /** True when the bytes at hand are used up. A fault behind good edges waits until they are delivered. */
  #readInto(ring: EdgeRing, before: number): boolean {
    if (this.#fault !== undefined) throw this.#fault;
    try {
      return this.#reader.read(ring);
    } catch (error) {
      this.#fault = error;
      if (ring.free === before) throw error;
      return false;
    }
  }

  async #feedNext(): Promise<void> {
    try {
      this.#feed(await readChunk(this.#path, this.#handle, this.#chunk));
    } catch (error) {
      if (this.#closing !== undefined) return;
      this.#fault = error;
      throw error;
    }
  }

  #feed(chunk: Uint8Array): void {
    this.#fedBytes += chunk.length;
    this.#ended = chunk.length === 0;
    if (this.#ended) this.#reader.end();
    else this.#reader.feed(chunk);
  }
}

function readerOf(first: Uint8Array, path: string, channelNames: readonly string[]): EdgeReader {
  if (isEdgeCbor(first)) return new EdgeCborReader(path, channelNames);
  return isVcd(first) ? new VcdReader(path, channelNames) : new EdgeCsvReader(path, channelNames);
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path, "r");
  } catch (error) {
    throw readFault(path, error);
  }
}

async function sizeOf(path: string, handle: FileHandle): Promise<number | null> {
  const stats = await handle.stat();
  if (stats.isDirectory()) throw readFault(path, { code: "EISDIR" });
  return stats.isFile() ? stats.size : null;
}

async function readChunk(path: string, handle: FileHandle, chunk: Buffer): Promise<Uint8Array> {
  try {
    const { bytesRead } = await handle.read(chunk, 0, chunk.length, null);
    return chunk.subarray(0, bytesRead);
  } catch (error) {
    throw readFault(path, error);
  }
}

/** A VCD begins with a keyword such as `$date`, an edge log never does. */
function isVcd(first: Uint8Array): boolean {
  const text = Buffer.from(first.buffer, first.byteOffset, Math.min(first.length, 4096)).toString("latin1");
  return /^(\u00ef\u00bb\u00bf)?\s*\$/.test(text);
}
