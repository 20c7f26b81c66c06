import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { command } from "../../torture/disk-tools.ts";
import type { PullFindings } from "../guest/stick-pull.ts";
import { Machine } from "../machine.ts";
import { left, type Scene } from "../scene.ts";
import { SHIFT_START_US } from "../shift.ts";

const STICK_BYTES = 32 * 2 ** 20;

/** An empty stick with FAT, as an image. */
export async function makeStick(path: string): Promise<void> {
  await writeFile(path, "");
  await command("truncate", "--size", String(STICK_BYTES), path);
  await command("/usr/sbin/mkfs.vfat", "-F", "32", path);
}

/** What the sync wrote and acknowledged survives the pull; what is written by the textbook does not. */
export const stickPull: Scene = {
  name: "stick-pull",
  title: "a stick with FAT, pulled out while it is written to: what was acknowledged is there",
  limitSeconds: 600,
  async play(stage) {
    await makeStick(join(stage.folder, "stick.img"));
    await Machine.run({
      ...stage,
      program: new URL("../guest/stick-pull.js", import.meta.url),
      limitMs: this.limitSeconds * 1000,
      timeTravelFromUs: SHIFT_START_US,
    });
    const { ours, textbook } = await left<Record<"ours" | "textbook", PullFindings>>(stage, "stick-pull.json");
    assert.equal(ours.lost, 0, "files that were acknowledged");
    assert.ok(textbook.lost > 0, "the control must lose: otherwise the pull has not been one");
    const told = ({ lost, acknowledged, pulls }: PullFindings) =>
      `${lost} of ${acknowledged} files lost in ${pulls} pulls`;
    return `${told(ours)}; by the textbook ${told(textbook)}`;
  },
};
