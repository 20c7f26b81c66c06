import assert from "node:assert/strict";
import { Machine } from "../machine.ts";
import { differences } from "../same-report.ts";
import type { Scene } from "../scene.ts";
import {
  at,
  BETWEEN_TICKS_US,
  prepareShift,
  replayed,
  shiftFindings,
  SHORT_SHIFT,
  shiftMachine,
  shiftTask,
} from "../shift.ts";
import { writeExpected } from "../with-holes.ts";
import { TOLERANCE } from "./eight-hours.ts";

const CUT_US = at("06:47:13.200");
const BACK_US = at("06:52:00") + BETWEEN_TICKS_US;
/** What was seen is known up to the latest event that is on the disk: a cycle, its decision and a second ago. */
const MOST_LOST_US = 8_000_000;

/** The power fails in the middle of the shift and is back minutes later; of the data there is what was synced. */
export const powerCut: Scene = {
  name: "power-cut",
  title: "the power fails in the middle of the shift: one hole, and all else as ever",
  limitSeconds: 1200,
  async play(stage) {
    await prepareShift(stage, SHORT_SHIFT);
    const happenings = [{ atUs: CUT_US, kind: "cut" as const }];
    const task = shiftTask(SHORT_SHIFT, { keepsData: true, happenings });
    const machine = await Machine.start(shiftMachine(stage, task, this.limitSeconds));
    await machine.says(/lab: cut me off/);
    await machine.off();
    const after = shiftMachine(stage, shiftTask(SHORT_SHIFT, { keepsData: true }), this.limitSeconds);
    await Machine.run({ ...after, timeTravelFromUs: BACK_US });
    const { report, startedUs } = await shiftFindings(stage);
    const holes = (report.stops ?? []).filter(({ kind }) => kind === "no-data");
    assert.equal(holes.length, 1, "one hole is told");
    const [hole] = holes as [(typeof holes)[number]];
    assert.ok(hole.startUs <= CUT_US && hole.startUs > CUT_US - MOST_LOST_US, `the hole begins at ${hole.startUs}`);
    assert.ok(hole.endUs >= BACK_US && hole.endUs <= startedUs, `the hole ends at ${hole.endUs}`);
    await writeExpected(stage);
    const expected = await replayed(stage, "expected.csv");
    assert.deepEqual(differences(report, expected, TOLERANCE), [], "the report of the stimulus with this hole");
    const lostMs = Math.round((CUT_US - hole.startUs) / 1000);
    return `${lostMs} ms lost before the cut; ${report.seals} seals, coverage ${report.coverage?.toFixed(6)}`;
  },
};
