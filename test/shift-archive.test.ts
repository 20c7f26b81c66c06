import t from "tap";
import { type ResultStore, ShiftArchive } from "../runtime/daemon/shift-archive.ts";
import type { ShiftInput } from "../runtime/shift-input.ts";

const DAY_US = 86_400_000_000;
const FIRST_US = Date.UTC(2026, 0, 1, 6) * 1000;

/** A store in memory: what the archive needs of the real one. */
function memory(): ResultStore & { readonly kept: Map<number, unknown> } {
  const kept = new Map<number, unknown>();
  return {
    kept,
    putResult: (_line, key, value) => void kept.set(key, structuredClone(value)),
    deleteResult: (_line, key) => void kept.delete(key),
    result: async (_line, key) => kept.get(key),
    resultKeys: async () => [...kept.keys()].sort((a, b) => a - b),
  };
}

function shiftOn(day: number): ShiftInput {
  const startUs = FIRST_US + day * DAY_US;
  const endUs = startUs + DAY_US / 3;
  const date = new Date(startUs / 1000).toISOString().slice(0, 10);
  const span = { startUs, endUs, fromUs: startUs, untilUs: endUs, touchesBefore: false, touchesAfter: false };
  return {
    window: { ...span, id: `${date}/early`, name: "Early", date, kind: "shift", breaks: [], plannedStops: [] },
    seenFromUs: FIRST_US,
    seenUntilUs: endUs,
    isFinal: true,
    seals: [],
    sealCount: 0,
    sealsBefore: 0,
    runs: [],
    products: [],
    availability: [],
    holes: [],
    rejectsUs: [],
    energyUs: [1, 5, 9],
    remarks: [],
    moreRemarks: 0,
    countsBefore: {},
    countsAfter: {},
  };
}

t.test("shifts are found by their id, also after a restart; the same one again replaces itself", async (t) => {
  const store = memory();
  const archive = await ShiftArchive.open(store, 0);
  for (const day of [0, 1, 2, 1]) archive.put(shiftOn(day), 10 * day);
  const again = await ShiftArchive.open(store, 0);
  t.same([archive.size, again.size], [3, 3]);
  for (const each of [archive, again]) {
    t.same(await each.get("2026-01-02/early"), shiftOn(1));
    t.equal(await each.get("2026-01-09/early"), null);
    t.equal(await each.get("no date at all"), null);
    t.same(
      (await each.latest(2)).map(({ window }) => window.id),
      ["2026-01-02/early", "2026-01-03/early"],
    );
  }
});

t.test("what is old goes, and tells up to which event nothing is needed any more", async (t) => {
  const store = memory();
  const archive = await ShiftArchive.open(store, 0);
  t.equal(await archive.firstSeqAfter(FIRST_US), null);
  for (let day = 0; day < 10; day++) archive.put(shiftOn(day), 100 * (day + 1));
  t.equal(await archive.firstSeqAfter(FIRST_US + 4.5 * DAY_US), 500, "behind the last shift that began before it");
  t.equal(archive.startOfLatest(4), FIRST_US + 6 * DAY_US);
  t.equal(archive.startOfLatest(11), null);
  archive.dropBefore(FIRST_US + 6 * DAY_US);
  t.same([archive.size, store.kept.size], [4, 4]);
  archive.dropFrom(FIRST_US + 8 * DAY_US);
  t.same(
    (await archive.latest(9)).map(({ window }) => window.date),
    ["2026-01-07", "2026-01-08"],
  );
});
