import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { comparedEdges } from "../compared-edges.ts";
import type { ShareSyncFindings, ShareSyncTask } from "../guest/share-sync.ts";
import { Machine } from "../machine.ts";
import { left, type Scene } from "../scene.ts";
import { at, POWER_ON_US, prepareShift, SHIFT_START_US, SHORT_SHIFT } from "../shift.ts";
import { THREE_SHIFTS, threeShifts } from "../three-shifts.ts";

const PLACE = "/run/share";
const TASK: ShareSyncTask = {
  place: PLACE,
  hang: { fromUs: at("06:18"), untilUs: at("06:28") },
  untilUs: at("06:32"),
  shifts: THREE_SHIFTS,
};

/** A real SMB server, mounted by the kernel; a shift ends while it does not answer, for ten minutes. */
export const shareSync: Scene = {
  name: "share-sync",
  title:
    "a share of a Samba server that does not answer for ten minutes: an alarm, no edge lost, everything in the end",
  limitSeconds: 1200,
  async play(stage) {
    await prepareShift(stage, SHORT_SHIFT);
    const share = `folder = [{ path = "${PLACE}", fileSystem = "cifs" }]`;
    await writeFile(join(stage.folder, "config.toml"), threeShifts(share));
    await Machine.run({
      ...stage,
      program: new URL("../guest/share-sync.js", import.meta.url),
      task: TASK,
      limitMs: this.limitSeconds * 1000,
      timeTravelFromUs: POWER_ON_US,
    });
    const found = await left<ShareSyncFindings>(stage, "share-sync.json");
    const { before, after, hanging, helpers, said, faults } = found;
    assert.ok(before > 0 && before < after, `files: ${before} before it hung, ${after} in the end`);
    assert.match(JSON.stringify(hanging), /it has not answered for/, "an alarm while it hangs");
    assert.ok(helpers <= 1, `${helpers} processes work on the share`);
    assert.match(JSON.stringify(said), /"problem":null/, "no problem is told in the end");
    assert.deepEqual(faults, [], "everything is on the server's disk");
    const { edges } = await comparedEdges(stage, { fromUs: SHIFT_START_US, untilUs: at("06:30") });
    return `${before} of ${after} files before it hung, all in the end; ${edges} edges, none lost`;
  },
};
