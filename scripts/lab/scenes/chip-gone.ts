import assert from "node:assert/strict";
import { Machine } from "../machine.ts";
import { differences, EXACT } from "../same-report.ts";
import type { Scene } from "../scene.ts";
import {
  at,
  changes,
  ownEdges,
  prepareShift,
  type RecordedEdge,
  replayed,
  replayedOwn,
  SHORT_SHIFT,
  shiftFindings,
  shiftMachine,
  shiftTask,
} from "../shift.ts";
import { writeExpected } from "../with-holes.ts";
import { TOLERANCE } from "./eight-hours.ts";

const GONE = { startUs: at("06:20:00.500"), endUs: at("06:21:30") };
const GONE_AGAIN = { startUs: at("07:20:02"), endUs: at("07:20:04.300") };
/** The chip's last answer is two waits of the driver ago at most; it is tried again each second. */
const NOTICED_US = 450_000;
const TRIED_US = 1_250_000;

/** A time in which the appliance could not see the contacts; microseconds since 1970. */
interface Hole {
  readonly startUs: number;
  readonly endUs: number;
}

/** The chip goes away under the running appliance, twice, and comes back. */
export const chipGone: Scene = {
  name: "chip-gone",
  title: "the chip removed and put back twice: two holes, and all else as ever",
  limitSeconds: 1200,
  async play(stage) {
    await prepareShift(stage, SHORT_SHIFT);
    const happenings = [GONE, GONE_AGAIN].flatMap(({ startUs, endUs }) => [
      { atUs: startUs, kind: "unplug" as const },
      { atUs: endUs, kind: "plug" as const },
    ]);
    await Machine.run(shiftMachine(stage, shiftTask(SHORT_SHIFT, { happenings }), this.limitSeconds));
    const { report } = await shiftFindings(stage);
    const own = await replayedOwn(stage);
    assert.deepEqual(differences(report, own, EXACT), [], "the report of its own edges");
    const holes = holesOf(await ownEdges(stage));
    assert.equal(holes.length, 2, "two holes");
    for (const [i, { startUs, endUs }] of [GONE, GONE_AGAIN].entries()) {
      const hole = holes[i] as Hole;
      assert.ok(hole.startUs <= startUs && hole.startUs > startUs - NOTICED_US, `hole ${i} begins at ${hole.startUs}`);
      assert.ok(hole.endUs >= endUs && hole.endUs < endUs + TRIED_US, `hole ${i} ends at ${hole.endUs}`);
    }
    await writeExpected(stage);
    const expected = await replayed(stage, "expected.csv");
    assert.deepEqual(differences(report, expected, TOLERANCE), [], "the report of the stimulus with these holes");
    const lengths = holes.map(({ startUs, endUs }) => `${((endUs - startUs) / 1e6).toFixed(2)} s`);
    return `holes of ${lengths.join(" and ")}; ${report.seals} seals, coverage ${report.coverage?.toFixed(6)}`;
  },
};

function holesOf(edges: readonly RecordedEdge[]): readonly Hole[] {
  const own = changes(edges).filter(({ channel }) => channel === "recorder");
  return own.flatMap(({ atUs, level }, i) => (level === 0 ? [{ startUs: atUs, endUs: own[i + 1]?.atUs ?? 0 }] : []));
}
