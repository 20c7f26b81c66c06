import { readSync, writeSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import {
  ASK,
  answer,
  attributesBody,
  FuseMessage,
  initBody,
  LONGEST_WRITE,
  NOT_IMPLEMENTED,
  openBody,
  statisticsBody,
  writtenBody,
} from "./disk-fuse.ts";
import { type DiskEntry, nowMs, type RecorderData } from "./disk-recorder.ts";

// Serves one file, the disk, to the kernel until it is unmounted, and keeps every write and flush in order. It waits in
// the kernel: nothing else may happen in this thread.

const { descriptor, image, count } = workerData as RecorderData;
const disk = Buffer.from(image);
const position = new Int32Array(count);
const entries: DiskEntry[] = [];
const buffer = Buffer.alloc(LONGEST_WRITE + 4096);
const pause = new Int32Array(new SharedArrayBuffer(4));

for (let message = next(); message !== null; message = next()) {
  const reply = replyTo(message);
  if (reply !== null) send(reply);
}
parentPort?.postMessage(entries);

/** Null when the disk has been unmounted. */
function next(): FuseMessage | null {
  for (;;) {
    try {
      return new FuseMessage(buffer.subarray(0, readSync(descriptor, buffer)));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "ENODEV") return null;
      // EPERM: not mounted yet; the others: a question that was withdrawn
      if (!["EPERM", "EINTR", "EAGAIN", "ENOENT"].includes(code ?? "")) throw error;
      Atomics.wait(pause, 0, 0, 2);
    }
  }
}

function replyTo(message: FuseMessage): Buffer | null {
  const { id } = message;
  switch (message.ask) {
    case ASK.init:
      return answer(id, 0, initBody(message.offered));
    case ASK.getAttributes:
    case ASK.setAttributes:
      return answer(id, 0, attributesBody(disk.length));
    case ASK.open:
      return answer(id, 0, openBody());
    case ASK.read:
      return answer(id, 0, disk.subarray(message.offset, message.offset + message.size));
    case ASK.write:
      return answer(id, 0, write(message));
    case ASK.sync:
      keep(null);
      return answer(id, 0);
    case ASK.statistics:
      return answer(id, 0, statisticsBody());
    case ASK.flush:
    case ASK.release:
    case ASK.access:
    case ASK.destroy:
      return answer(id, 0);
    case ASK.forget:
    case ASK.forgetMany:
    case ASK.interrupt:
      return null;
    default:
      return answer(id, NOT_IMPLEMENTED);
  }
}

function write({ offset, written }: FuseMessage): Buffer {
  const data = Uint8Array.from(written);
  disk.set(data, offset);
  keep({ offset, data });
  return writtenBody(data.length);
}

/** Before it is answered: whoever knows of it finds it here. */
function keep(write: DiskEntry["write"]): void {
  entries.push({ atMs: nowMs(), write });
  Atomics.store(position, 0, entries.length);
}

function send(reply: Buffer): void {
  try {
    writeSync(descriptor, reply);
  } catch (error) {
    if (!["ENOENT", "ENODEV"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
  }
}
