import t from "tap";
import { PastShifts } from "../runtime/daemon/past-shifts.ts";
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

async function gathered(inputs: AsyncIterable<ShiftInput>): Promise<readonly ShiftInput[]> {
  const found: ShiftInput[] = [];
  for await (const each of inputs) found.push(each);
  return found;
}

/** An archive of so many shifts that are on the disk, and how it is read. */
async function readArchive(shifts: number) {
  const store = memory();
  const full = await ShiftArchive.open(store, 0);
  for (let day = 0; day < shifts; day++) full.put(shiftOn(day), 0);
  const reads = { all: 0, now: 0, mostAtOnce: 0 };
  const result: ResultStore["result"] = async (line, key) => {
    reads.all++;
    reads.mostAtOnce = Math.max(reads.mostAtOnce, ++reads.now);
    await new Promise(setImmediate);
    reads.now--;
    return store.result(line, key);
  };
  return { archive: await ShiftArchive.open({ ...store, result }, 0), reads };
}

function keyOf(day: number): number {
  return (FIRST_US + day * DAY_US) / 60_000_000;
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
      (await gathered(each.backwards(2))).map(({ window }) => window.id),
      ["2026-01-03/early", "2026-01-02/early"],
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
    (await gathered(archive.backwards(9))).map(({ window }) => window.date),
    ["2026-01-08", "2026-01-07"],
  );
});

t.test("shifts are large: each is read when it is asked for, and no two at a time", async (t) => {
  const { archive, reads } = await readArchive(100);
  for await (const { window } of archive.backwards(60)) {
    t.equal(window.date, "2026-04-10");
    break;
  }
  t.equal(reads.all, 1);
  t.equal((await archive.last())?.window.date, "2026-04-10");
  t.equal((await archive.ofDate("2026-02-03")).length, 1);
  t.equal(reads.mostAtOnce, 1);
});

t.test("a report looks back at the sixty shifts before its own, and reads each of them once", async (t) => {
  const { archive, reads } = await readArchive(200);
  let computed = 0;
  const figures = { runSeconds: 1, seals: 0, products: [], bounceSeconds: null, removedPerSeal: null, stops: [] };
  const past = new PastShifts(archive, ({ window }) => {
    computed++;
    return { shiftId: window.id, startUs: window.startUs, notReadyEvents: 0, ...figures };
  });
  const latest = await past.before(keyOf(199), "");
  t.same([latest.length, latest[0]?.key, latest.at(-1)?.key], [60, keyOf(139), keyOf(198)]);
  t.match(latest[0], {
    id: "2026-05-20/early",
    name: "Early",
    kind: "shift",
    figures: { startUs: FIRST_US + 139 * DAY_US },
  });
  t.same(reads, { all: 60, now: 0, mostAtOnce: 1 });
  t.same((await past.before(keyOf(200), "")).map(({ key }) => key).slice(0, 59), latest.map(({ key }) => key).slice(1));
  t.equal(reads.all, 61, "one has come since");
  const early = await past.before(keyOf(70), "");
  t.same(
    [early.length, early[0]?.key, early.at(-1)?.key],
    [60, keyOf(10), keyOf(69)],
    "an old one is held against older ones",
  );
  t.equal((await past.before(keyOf(3), "")).length, 3);
  t.same([reads.all, computed], [124, 124]);
  await past.before(keyOf(200), "");
  t.equal(reads.all, 127, "some that were not used for long have been forgotten");
  await past.before(keyOf(200), "somebody merged two products");
  t.equal(reads.all, 187);
  archive.put(shiftOn(150), 0);
  await past.before(keyOf(200), "somebody merged two products");
  t.equal(computed, 247, "the clock was wrong: shifts were counted anew");
});
