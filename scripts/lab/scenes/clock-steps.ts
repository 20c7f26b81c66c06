import assert from "node:assert/strict";
import { Machine } from "../machine.ts";
import { differences } from "../same-report.ts";
import type { Scene } from "../scene.ts";
import {
  at,
  POWER_ON_US,
  prepareShift,
  replayed,
  shiftFindings,
  SHORT_SHIFT,
  shiftMachine,
  shiftTask,
} from "../shift.ts";
import { writeExpected } from "../with-holes.ts";
import { TOLERANCE } from "./eight-hours.ts";

const FOUR_YEARS_US = -1461 * 86_400e6;
const THREE_MINUTES_US = 180e6;

/** A clock without a battery, and one that the network sets wrong for a while. */
export const clockSteps: Scene = {
  name: "clock-steps",
  title: "a clock that steps by years and by minutes: durations and times are right, the steps are told",
  limitSeconds: 1200,
  async play(stage) {
    await prepareShift(stage, SHORT_SHIFT);
    const task = shiftTask(SHORT_SHIFT, {
      clockErrorUs: FOUR_YEARS_US,
      isClockTrusted: false,
      happenings: [
        { atUs: at("06:05:00"), kind: "clock", errorUs: 0 },
        { atUs: at("07:00:00"), kind: "clock", errorUs: THREE_MINUTES_US },
        { atUs: at("07:15:00"), kind: "clock", errorUs: 0 },
      ],
    });
    const timeTravelFromUs = POWER_ON_US + FOUR_YEARS_US;
    await Machine.run({ ...shiftMachine(stage, task, this.limitSeconds), timeTravelFromUs });
    const { report } = await shiftFindings(stage);
    await writeExpected(stage);
    const { remarks, worstHour, ...rest } = report;
    assert.equal(worstHour, null, "edges were counted at the hours of a wrong clock: which was the worst is not known");
    const { remarks: expectedRemarks, worstHour: _, ...expected } = await replayed(stage, "expected.csv");
    assert.deepEqual(differences(rest, expected, TOLERANCE), [], "the report of the stimulus");
    assert.deepEqual(
      remarks.filter(({ kind }) => kind !== "clock-step"),
      expectedRemarks,
    );
    const steps = remarks.filter(({ kind }) => kind === "clock-step");
    assert.equal(steps.length, 3, "three steps are told");
    return `${steps.length} steps; ${report.seals} seals, ${report.runs.length} runs, OEE ${report.oee?.oee?.toFixed(6)}`;
  },
};
