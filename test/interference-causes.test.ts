import fc from "fast-check";
import t from "tap";
import { ContactFilter } from "../algorithms/contact-filter.ts";
import { DisturbanceFinder } from "../algorithms/disturbances.ts";
import { type Cause, interferenceCauses, type WatchedContact } from "../algorithms/interference-causes.ts";
import type { Level } from "../algorithms/signal.ts";

const SECOND_US = 1_000_000;
const HOUR_US = 3600 * SECOND_US;

interface RawEdge {
  readonly timeUs: number;
  readonly level: Level;
}

/** A contact that closes for two seconds at each of these times, with pulses of 2 ms of the other level besides. */
function contact(
  name: string,
  closesUs: readonly number[],
  glitchesUs: readonly number[],
  endUs: number,
): WatchedContact {
  const changes = closesUs.flatMap((us) => [us, us + 2 * SECOND_US]);
  const glitches = glitchesUs.flatMap((us) => [us, us + 2000]);
  const times = [...changes, ...glitches].sort((a, b) => a - b);
  const finder = new DisturbanceFinder(250_000);
  finder.push(0, 0);
  times.forEach((timeUs, i) => {
    finder.push(timeUs, ((i + 1) % 2) as Level);
  });
  return { name, ...finder.finish(endUs) };
}

const every = (seconds: number, count: number, fromUs = 10 * SECOND_US) =>
  Array.from({ length: count }, (_, i) => fromUs + i * seconds * SECOND_US);
const told = (causes: readonly Cause[]) =>
  causes.map(({ kind, other }) => (other === null ? kind : `${kind} ${other}`));

t.test("interference 20 ms after another contact's edges: the same contactor", async (t) => {
  const closes = every(30, 100);
  const availability = contact("availability", closes, [], HOUR_US);
  const after = closes.flatMap((us) => [us + 20_000, us + 2 * SECOND_US + 20_000]);
  const elsewhere = every(611, 5, 5 * SECOND_US);
  const sealing = contact("sealing", [], [...after, ...elsewhere], HOUR_US);
  const [first] = interferenceCauses(sealing, [availability], { startUs: 0, endUs: HOUR_US });
  t.match(first, { kind: "other change", other: "availability" });
  t.equal(first?.share, 200 / 205);
  t.equal(first?.byChance, (200 * 80_000) / HOUR_US);
  t.same(interferenceCauses(availability, [sealing], { startUs: 0, endUs: HOUR_US }), [], "it is not disturbed itself");
});

t.test("glitches at times of their own have no cause that is known", async (t) => {
  const availability = contact("availability", every(30, 100), [], HOUR_US);
  const sealing = contact("sealing", [], every(47, 60, 3 * SECOND_US), HOUR_US);
  t.same(told(interferenceCauses(sealing, [availability], { startUs: 0, endUs: HOUR_US })), ["none"]);
});

t.test("a contact that changes all the time explains nothing by being near", async (t) => {
  const busy = contact("energy", [], [], HOUR_US);
  const changesUs = Array.from({ length: 60_000 }, (_, i) => i * 60_000);
  const sealing = contact("sealing", [], every(47, 60, 3 * SECOND_US), HOUR_US);
  t.same(told(interferenceCauses(sealing, [{ ...busy, changesUs }], { startUs: 0, endUs: HOUR_US })), ["none"]);
});

t.test("several contacts at once, and one hour of several", async (t) => {
  const endUs = 8 * HOUR_US;
  const burst = every(31, 100, 3 * HOUR_US);
  const sealing = contact("sealing", [], burst, endUs);
  const availability = contact(
    "availability",
    [],
    burst.map((us) => us + 5000),
    endUs,
  );
  const causes = interferenceCauses(sealing, [availability], { startUs: 0, endUs });
  t.same(told(causes).toSorted(), ["one hour", "together availability"]);
  t.equal(causes.find(({ kind }) => kind === "one hour")?.atUs, 3 * HOUR_US);
});

t.test("drop-outs while closed, and bounces at its own changes", async (t) => {
  const closes = every(30, 100);
  const loose = contact(
    "sealing",
    closes,
    closes.map((us) => us + SECOND_US),
    HOUR_US,
  );
  t.same(told(interferenceCauses(loose, [], { startUs: 0, endUs: HOUR_US })), ["while closed"]);
  t.equal(loose.counts.removed.dropout, 200);
  const worn = contact(
    "sealing",
    closes,
    closes.map((us) => us + 3000),
    HOUR_US,
  );
  t.same(told(interferenceCauses(worn, [], { startUs: 0, endUs: HOUR_US })), ["own change"]);
  t.equal(worn.counts.removed.chatter, 200);
  t.equal(worn.bounceSeconds, 0.005);
});

t.test("mains: 50 Hz trains", async (t) => {
  const trains = every(60, 30).flatMap((us) => Array.from({ length: 10 }, (_, i) => us + i * 20_000));
  const sealing = contact("sealing", [], trains, HOUR_US);
  t.same(told(interferenceCauses(sealing, [], { startUs: 0, endUs: HOUR_US })), ["mains"]);
});

t.test("any edges: what is found agrees with the live account of the same edges, to the edge", async (t) => {
  const gaps = fc.array(fc.oneof(fc.integer({ min: 1, max: 70_000 }), fc.integer({ min: 1, max: 3 * SECOND_US })), {
    minLength: 1,
    maxLength: 300,
  });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(gaps, (gaps) => {
        const edges: RawEdge[] = [];
        let timeUs = 0;
        gaps.forEach((gap, i) => {
          timeUs += gap;
          edges.push({ timeUs, level: (i % 2) as Level });
        });
        const finder = new DisturbanceFinder(250_000);
        const filter = new ContactFilter(250_000);
        for (const { timeUs, level } of edges) {
          finder.push(timeUs, level);
          filter.push(timeUs, level);
        }
        filter.finish(timeUs + SECOND_US);
        const { counts, disturbances, changesUs, closedShare } = finder.finish(timeUs + SECOND_US);
        const removed = disturbances.reduce((sum, { edges }) => sum + edges, 0);
        const apart = disturbances.filter(({ isAtChange }) => !isAtChange).reduce((sum, { edges }) => sum + edges, 0);
        const { chatter, ...others } = counts.removed;
        return (
          removed + changesUs.length === counts.edges &&
          counts.edges === filter.edges.counts().edges &&
          removed - apart === chatter &&
          apart === Object.values(others).reduce((sum, value) => sum + value, 0) &&
          (closedShare ?? 0) >= 0 &&
          (closedShare ?? 0) <= 1 &&
          disturbances.every(
            ({ startUs, endUs }, i) => startUs <= endUs && endUs < (disturbances[i + 1]?.startUs ?? Infinity),
          )
        );
      }),
      { numRuns: 300 },
    ),
  );
});
