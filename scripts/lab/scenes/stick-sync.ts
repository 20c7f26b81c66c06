import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { StickSyncFindings, StickSyncTask } from "../guest/stick-sync.ts";
import { Machine } from "../machine.ts";
import { left, type Scene } from "../scene.ts";
import { at, POWER_ON_US, prepareShift, SHORT_SHIFT } from "../shift.ts";
import { threeShifts } from "../three-shifts.ts";
import { makeStick } from "./stick-pull.ts";

/** `sealtrace sync` with a stick that is pulled out in the middle and plugged in again. */
export const stickSync: Scene = {
  name: "stick-sync",
  title: "a stick synced, pulled out in the middle, plugged in again: nothing half, and everything in the end",
  limitSeconds: 1200,
  async play(stage) {
    await prepareShift(stage, SHORT_SHIFT);
    await writeFile(join(stage.folder, "config.toml"), threeShifts('stickFolder = "/run/media"'));
    await makeStick(join(stage.folder, "stick.img"));
    await Machine.run({
      ...stage,
      program: new URL("../guest/stick-sync.js", import.meta.url),
      task: { plugUs: at("06:23") } satisfies StickSyncTask,
      limitMs: this.limitSeconds * 1000,
      timeTravelFromUs: POWER_ON_US,
    });
    const { wanted, afterPull, damaged, said, missing, wrong } = await left<StickSyncFindings>(
      stage,
      "stick-sync.json",
    );
    assert.ok(afterPull < wanted, "it was pulled before everything was there");
    assert.equal(damaged, 0, "what has a final name after the pull is whole");
    assert.equal(missing, 0, "everything is listed in the end");
    assert.equal(wrong, 0, "and is on the stick as it is listed");
    assert.match(JSON.stringify(said), /"problem":null/, "no problem is told");
    return `${afterPull} of ${wanted} files when it was pulled, all in the end, each of them whole`;
  },
};
