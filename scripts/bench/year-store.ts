import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { ShiftArchive } from "../../runtime/daemon/shift-archive.ts";
import { SocketClient } from "../../runtime/socket/socket-client.ts";
import type { ShiftInput } from "../../runtime/shift-input.ts";
import { Store } from "../../runtime/store/store.ts";
import { DaemonProcess } from "../torture/daemon-process.ts";

export const MAIN = fileURLToPath(new URL("../../runtime/main.js", import.meta.url));
const LINES = 8;
const SHIFTS_A_YEAR = 3 * 365;
const SHIFT_US = 8 * 3_600_000_000;
const COMMIT_SHIFTS = 40;
const POLL_MS = 500;
/** Of the shift under way: nearly all of some 4,500. */
const LATE_SEALS = 3500;

type Shifts = readonly { readonly id: string; readonly seals: number }[];

/** A plant of eight lines that works around the clock in three shifts. */
const CONFIG = [
  'timeZone = "UTC"',
  ...["Early,06:00,14:00", "Late,14:00,22:00", "Night,22:00,06:00"].map((shift) => {
    const [name, start, end] = shift.split(",");
    return `[[shift]]\nname = "${name}"\nstart = "${start}"\nend = "${end}"`;
  }),
  ...Array.from({ length: LINES }, (_, i) => `[[line]]\nid = "line-${i + 1}"\nname = "Line ${i + 1}"`),
].join("\n");

/** A daemon of eight lines on the data of a folder; `speed` times real time. */
export async function startPlant(folder: string, speed: number): Promise<DaemonProcess> {
  writeFileSync(join(folder, "config.toml"), CONFIG);
  const files = ["--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", folder];
  const args = [MAIN, "run", ...files, "--sim", "year", "--speed", String(speed)];
  const daemon = new DaemonProcess(args);
  await daemon.up();
  return daemon;
}

/**
 * Makes the store of a plant of eight lines: a day and the most of a shift really made, and the shifts of the year
 * before them as copies of those. @returns how many shifts there are.
 */
export async function makeYearStore(folder: string): Promise<number> {
  const daemon = await startPlant(folder, 1e6);
  const client = await SocketClient.connect({ folder });
  for (;;) {
    // it works as fast as it can, and answers when it comes to it
    const shifts = (await client.call("shifts", { line: "line-8", count: 1 }).catch(() => [])) as Shifts;
    const [shift] = shifts;
    if (shift?.id === "2026-01-02/late" && shift.seals > LATE_SEALS) break;
    await sleep(POLL_MS);
  }
  client.close();
  await daemon.stop();
  return await addYear(join(folder, "data"));
}

async function addYear(data: string): Promise<number> {
  const store = await Store.open(data);
  let shifts = 0;
  for (let line = 0; line < LINES; line++) {
    const archive = await ShiftArchive.open(store, line);
    const made: ShiftInput[] = [];
    for await (const each of archive.backwards(3)) made.unshift(each);
    const fresh: ShiftInput[] = [];
    for (let i = 1; archive.size < SHIFTS_A_YEAR; i++) {
      const input = made[i % made.length];
      if (input === undefined) throw new Error("the plant made no shift");
      const byUs = -i * SHIFT_US - 3 * SHIFT_US;
      const { window } = input;
      const moved = { ...input, window: { ...window, startUs: window.startUs + byUs, endUs: window.endUs + byUs } };
      archive.put(moved, 0);
      fresh.push(moved);
      if (i % COMMIT_SHIFTS !== 0) continue;
      await store.commit();
      for (const each of fresh.splice(0)) archive.settled(each);
    }
    await store.commit();
    shifts += archive.size;
  }
  await store.close();
  return shifts;
}
