import assert from "node:assert/strict";
import { join } from "node:path";
import { Machine } from "../machine.ts";
import { differences, EXACT } from "../same-report.ts";
import type { Scene, Stage } from "../scene.ts";
import {
  changes,
  ownEdges,
  prepareShift,
  type RecordedEdge,
  readEdges,
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
  limitSeconds: 1200,
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
    const { edges, worstUs } = await comparedEdges(stage);
    assert.ok(worstUs <= STAMP_US, `an edge is ${worstUs} us away; the latest was driven ${worstLateUs} us late`);
    return `${edges} edges, each within ${worstUs} us, driven ${worstLateUs} us late at most; ${report.seals} seals, ${report.runs.length} runs, OEE ${report.oee?.oee?.toFixed(6)}`;
  },
};

/** Compares each edge of the shift in the appliance's journal with the stimulus. */
async function comparedEdges(stage: Stage) {
  const driven = inShift((await readEdges(join(stage.folder, "stimulus.csv"))).edges);
  const arrived = inShift(await ownEdges(stage));
  let edges = 0;
  let worstUs = 0;
  for (const channel of ["sealing", "availability"] as const) {
    const [drivenHere, arrivedHere] = [driven, arrived].map((all) => all.filter((edge) => edge.channel === channel));
    assert.equal(arrivedHere?.length, drivenHere?.length, `edges of ${channel}`);
    for (const [i, { atUs, level }] of (drivenHere ?? []).entries()) {
      const edge = arrivedHere?.[i] as RecordedEdge;
      assert.equal(edge.level, level, `level of edge ${i} of ${channel}`);
      worstUs = Math.max(worstUs, Math.abs(edge.atUs - atUs));
      edges++;
    }
  }
  return { edges, worstUs };
}

function inShift(edges: readonly RecordedEdge[]): readonly RecordedEdge[] {
  return changes(edges).filter(({ atUs }) => atUs > SHIFT_START_US && atUs < WHOLE_SHIFT.endUs);
}
