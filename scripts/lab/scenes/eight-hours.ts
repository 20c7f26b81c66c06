import assert from "node:assert/strict";
import { comparedEdges } from "../compared-edges.ts";
import { Machine } from "../machine.ts";
import { differences, EXACT } from "../same-report.ts";
import type { Scene } from "../scene.ts";
import {
  prepareShift,
  replayed,
  replayedOwn,
  SHIFT_START_US,
  STAMP_US,
  shiftFindings,
  shiftMachine,
  shiftTask,
  WHOLE_SHIFT,
} from "../shift.ts";
import { writeExpected } from "../with-holes.ts";

/** And the wall clock is read in milliseconds. */
export const TOLERANCE = { momentUs: 2 * STAMP_US, lengthSeconds: 0.001, ratio: 1e-6 };

/** A whole shift through the pins: every edge arrives, and the report is that of the stimulus. */
export const eightHours: Scene = {
  name: "eight-hours",
  title: "eight hours through the pins: the report is that of the stimulus",
  limitSeconds: 2400,
  async play(stage) {
    await prepareShift(stage, WHOLE_SHIFT);
    await Machine.run(shiftMachine(stage, shiftTask(WHOLE_SHIFT), this.limitSeconds));
    const { report, exitStatus, worstLateUs } = await shiftFindings(stage);
    assert.equal(exitStatus, 0, "the daemon stopped in order");
    const own = await replayedOwn(stage);
    assert.deepEqual(differences(report, own, EXACT), [], "the report of its own edges");
    await writeExpected(stage);
    const expected = await replayed(stage, "expected.csv");
    assert.deepEqual(differences(report, expected, TOLERANCE), [], "the report of the stimulus");
    const { edges, worstUs } = await comparedEdges(stage, { fromUs: SHIFT_START_US, untilUs: WHOLE_SHIFT.endUs });
    return `${edges} edges, each within ${worstUs} us, driven ${worstLateUs} us late at most; ${report.seals} seals, ${report.runs.length} runs, OEE ${report.oee?.oee?.toFixed(6)}`;
  },
};
