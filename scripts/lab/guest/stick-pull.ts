import { type ChildProcess, fork } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { leave, sharedFolder } from "./program.ts";
import type { Acknowledged, Way } from "./stick-writer.ts";
import { UsbStick } from "./usb-stick.ts";

// Sticks with FAT that are pulled out while files are written to them: what was acknowledged must be there.

/** What became of the files of one way of writing. */
export interface PullFindings {
  readonly pulls: number;
  readonly acknowledged: number;
  /** Acknowledged files that were missing, empty or another afterwards. */
  readonly lost: number;
}

const PULLS = 6;
const IMAGE = "/run/stick.img";
const PLACE = "/run/stick";

const stick = await freshStick();
leave("stick-pull.json", { ours: await pullWhile("ours"), textbook: await pullWhile("textbook") });

async function freshStick(): Promise<UsbStick> {
  copyFileSync(join(sharedFolder(), "stick.img"), IMAGE);
  return new UsbStick(IMAGE);
}

async function pullWhile(way: Way): Promise<PullFindings> {
  let acknowledged = 0;
  let lost = 0;
  for (let pull = 0; pull < PULLS; pull++) {
    copyFileSync(join(sharedFolder(), "stick.img"), IMAGE);
    await stick.plug(PLACE, "noatime");
    const files = await filesUntil(way, 2 + 3 * pull);
    await stick.forget(PLACE);
    await stick.plug(PLACE, "ro");
    acknowledged += files.length;
    lost += files.filter(({ name, sha256 }) => hashOf(join(PLACE, name)) !== sha256).length;
    await stick.remove(PLACE);
  }
  return { pulls: PULLS, acknowledged, lost };
}

/** Lets files be written and pulls the stick as soon as so many are acknowledged. */
async function filesUntil(way: Way, count: number): Promise<readonly Acknowledged[]> {
  const files: Acknowledged[] = [];
  const writer: ChildProcess = fork(new URL("stick-writer.js", import.meta.url), [PLACE, way], {
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(writer, "exit");
  writer.on("message", (file: Acknowledged) => {
    files.push(file);
    if (files.length === count) stick.pull();
  });
  await ended;
  if (files.length < count) throw new Error(`the writer ended after ${files.length} files`);
  return files;
}

function hashOf(path: string): string | null {
  try {
    return createHash("sha256").update(readFileSync(path)).digest("hex");
  } catch {
    return null;
  }
}
