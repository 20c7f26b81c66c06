import t from "tap";
import type { RecordedEdge } from "../scripts/lab/shift.ts";
import { expectedEdges } from "../scripts/lab/with-holes.ts";

type Row = readonly [ms: number, channel: RecordedEdge["channel"], level: 0 | 1];

const [SEALING, RECORDER] = ["sealing", "recorder"] as const;

function rows(offUs: number, all: readonly Row[]): readonly RecordedEdge[] {
  return all.map(([ms, channel, level]) => ({
    atUs: Math.round(ms * 1000) + offUs,
    channel,
    level,
  }));
}

const DRIVEN = rows(0, [
  [0, SEALING, 0],
  [100, SEALING, 1],
  [102, SEALING, 0],
  [500, SEALING, 1],
  [700, SEALING, 0],
  [5000, SEALING, 0],
]);

/**
 * Of what was driven the moments of the edges that somebody should have seen who wrote this down.
 * @throws RangeError when what should have been seen goes back in time: no recording does.
 */
function expectedMs(own: readonly RecordedEdge[]): readonly number[] {
  const expected = [...expectedEdges(DRIVEN, own)];
  for (const [i, { atUs }] of expected.entries())
    if (atUs < (expected[i - 1]?.atUs ?? 0)) throw new RangeError(`${expected[i - 1]?.atUs} us, then ${atUs} us`);
  return expected.filter((edge) => DRIVEN.includes(edge)).map(({ atUs }) => atUs / 1000);
}

for (const offUs of [-999, -447, 0, 553, 999]) {
  t.test(`an appliance whose times are ${offUs} us off`, async (t) => {
    const own = (...all: readonly Row[]) =>
      rows(offUs, [[1, RECORDER, 1], [1, SEALING, 0], ...all, [4000, SEALING, 0]]);
    t.same(
      expectedMs(own([100, SEALING, 1], [102, SEALING, 0], [102, RECORDER, 0], [600, SEALING, 1], [600, RECORDER, 1])),
      [100, 102, 700, 5000],
      "blind from its latest edge on",
    );
    t.same(
      expectedMs(own([100, SEALING, 1], [102, RECORDER, 0], [600, SEALING, 1], [600, RECORDER, 1])),
      [100, 102, 700, 5000],
      "the latest edge was seen, though the power failed before it was written down",
    );
    t.same(
      expectedMs(own([50, RECORDER, 0], [600, SEALING, 1], [600, RECORDER, 1])),
      [700, 5000],
      "blind before an edge",
    );
    t.same(
      expectedMs(own([50, RECORDER, 0], [700, SEALING, 0], [700, RECORDER, 1])),
      [5000],
      "an edge at the moment from which on it sees is in the level it read",
    );
    t.same(
      expectedMs(own([50, RECORDER, 0], [699.9, SEALING, 1], [699.9, RECORDER, 1], [700, SEALING, 0])),
      [700, 5000],
      "an edge just after it",
    );
  });
}
