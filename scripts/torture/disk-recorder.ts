import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { makeExt4, mountExt4, unmount } from "./disk-tools.ts";

/** What reached the disk: bytes, or the order to make everything before it permanent. */
export interface DiskEntry {
  /** On the clock of `nowMs`. */
  readonly atMs: number;
  /** Null for a flush. */
  readonly write: { readonly offset: number; readonly data: Uint8Array } | null;
}

/** What the thread that is the disk is given. */
export interface RecorderData {
  readonly descriptor: number;
  readonly image: SharedArrayBuffer;
  /** One Int32: entries so far. */
  readonly count: SharedArrayBuffer;
}

/** A clock that all threads and processes of a machine share. */
export function nowMs(): number {
  return Number(process.hrtime.bigint() / 1000n) / 1000;
}

/**
 * A real ext4 on a loop device on a disk that is a thread of this process, which records every write and every flush.
 *
 * ```
 *   ext4 -> /dev/loopN -> FUSE file -> /dev/fuse -> worker thread -> entries
 * ```
 * To be used in a mount namespace of its own, see `onOwnDisks`.
 */
export class DiskRecorder {
  /** Where the file system is mounted. */
  readonly root: string;
  /** The disk before anything was written. */
  readonly blank: Uint8Array;
  readonly #disk: string;
  readonly #worker: Worker;
  readonly #count = new SharedArrayBuffer(4);
  readonly #descriptor: number;

  private constructor(folder: string, blank: Buffer) {
    this.root = join(folder, "root");
    this.#disk = join(folder, "disk");
    this.blank = blank;
    this.#descriptor = openSync("/dev/fuse", "r+");
    const image = new SharedArrayBuffer(blank.length);
    Buffer.from(image).set(blank);
    const workerData: RecorderData = { descriptor: this.#descriptor, image, count: this.#count };
    this.#worker = new Worker(new URL("./disk-recorder-worker.js", import.meta.url), { workerData });
  }

  /** Makes a file system of this size in a folder and mounts it. */
  static async mount(folder: string, bytes: number): Promise<DiskRecorder> {
    const blank = join(folder, "blank");
    await mkdir(join(folder, "root"));
    await writeFile(join(folder, "disk"), "");
    await makeExt4(blank, bytes);
    const recorder = new DiskRecorder(folder, await readFile(blank));
    await rm(blank);
    await recorder.#mount();
    return recorder;
  }

  /** Entries so far: whatever was acknowledged by now lies before this place. */
  get position(): number {
    return Atomics.load(new Int32Array(this.#count), 0);
  }

  /** Unmounts, and resolves to everything that was recorded. */
  async finish(): Promise<readonly DiskEntry[]> {
    const entries = once(this.#worker, "message");
    await unmount(this.root);
    await unmount(this.#disk);
    const [recorded] = await entries;
    closeSync(this.#descriptor);
    return recorded as readonly DiskEntry[];
  }

  async #mount(): Promise<void> {
    const options = "fd=3,rootmode=100000,user_id=0,group_id=0";
    const args = ["-i", "-t", "fuse", "-o", options, "recorder", this.#disk];
    const child = spawn("mount", args, { stdio: ["ignore", "inherit", "inherit", this.#descriptor] });
    const [status] = await once(child, "exit");
    if (status !== 0) throw new Error(`the recording disk could not be mounted: status ${status}`);
    await mountExt4(this.#disk, this.root);
  }
}
