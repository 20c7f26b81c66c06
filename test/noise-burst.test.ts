import fc from "fast-check";
import t from "tap";
import { type BurstEvent, NoiseBurst } from "../algorithms/noise-burst.ts";
import type { Seal } from "../algorithms/signal.ts";

const S = 1_000_000;
const SHORTEST = 2;

/** Seals of half a second that start at these seconds. */
function seals(...onSeconds: readonly number[]): Seal[] {
  return onSeconds.map((on) => ({ onUs: on * S, offUs: (on + 0.5) * S, sealingTimeSeconds: 0.5 }));
}

/** The starts of released seals in seconds, and `from-until xcount` for a burst. */
function told(events: readonly BurstEvent[]): (number | string)[] {
  return events.map((event) =>
    event.kind === "seal" ? event.seal.onUs / S : `${event.startUs / S}-${event.endUs / S} x${event.seals}`,
  );
}

function all(given: readonly Seal[], guard = new NoiseBurst(SHORTEST)): BurstEvent[] {
  return [...given.flatMap((seal) => guard.push(seal)), ...guard.finish()];
}

t.test("cycles that the machine can make pass", (t) => {
  t.same(told(all(seals(0, 2, 4, 6, 8, 10, 12, 14))), [0, 2, 4, 6, 8, 10, 12, 14], "exactly the shortest is possible");
  t.end();
});

t.test("up to three faster cycles pass, four are a burst with both their ends", (t) => {
  t.same(told(all(seals(0, 10, 11, 12, 13, 20))), [0, 10, 11, 12, 13, 20]);
  t.same(told(all(seals(0, 10, 11, 12, 13, 14, 20))), [0, "10-14.5 x5", 20]);
  t.same(told(all(seals(0, 10, 11, 12, 13, 14, 15, 16, 20))), [0, "10-16.5 x7", 20]);
  t.end();
});

t.test("the cycles must follow each other", (t) => {
  const starts = [0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13];
  t.same(told(all(seals(...starts))), starts);
  t.end();
});

t.test("two bursts beside each other are two", (t) => {
  t.same(told(all(seals(0, 1, 2, 3, 4, 6, 7, 8, 9, 10))), ["0-4.5 x5", "6-10.5 x5"]);
  t.end();
});

t.test("a seal waits only while it may be the beginning of a burst", (t) => {
  const guard = new NoiseBurst(SHORTEST);
  const push = (...on: readonly number[]) => told(seals(...on).flatMap((seal) => guard.push(seal)));
  t.same(push(0), []);
  t.same(push(10), [0]);
  t.same(told(guard.tick(11.999999 * S)), []);
  t.same(told(guard.tick(12 * S)), [10], "the next cycle cannot be too short any more");
  t.same(push(20, 21, 22, 23), []);
  t.equal(guard.waiting.length, 4);
  t.same(push(24), []);
  t.equal(guard.waiting.length, 0);
  t.same(guard.burst, { startUs: 20 * S, endUs: 24.5 * S, seals: 5 });
  t.same(told(guard.tick(26 * S)), ["20-24.5 x5"], "a burst is told when it is over");
  t.equal(guard.burst, null);
  t.same(guard.push({ onUs: 30 * S, offUs: 32 * S, sealingTimeSeconds: 2 }).length, 1, "its own length decides");
  t.end();
});

t.test("a mechanical maximum that nobody knows lets everything pass at once", (t) => {
  const guard = new NoiseBurst(null);
  t.same(told(seals(0, 0.6, 1.2, 1.8, 2.4, 3).flatMap((seal) => guard.push(seal))), [0, 0.6, 1.2, 1.8, 2.4, 3]);
  t.same(guard.finish(), []);
  t.same(NoiseBurst.restore(guard.save()).push(seals(1)[0] as Seal).length, 1);
  t.end();
});

t.test("impossible input is refused", (t) => {
  for (const seconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
    t.throws(() => new NoiseBurst(seconds), RangeError);
  const guard = new NoiseBurst(SHORTEST);
  guard.push(seals(5)[0] as Seal);
  t.throws(() => guard.push(seals(5)[0] as Seal), RangeError);
  t.end();
});

const anySeals = fc
  .array(fc.tuple(fc.constantFrom(0.6, 1, 1.5, 1.9, 2, 2.1, 5), fc.constantFrom(0.2, 0.5, 3)), { maxLength: 60 })
  .map((steps) => {
    let nowUs = 0;
    return steps.map(([cycle, seconds]): Seal => {
      const onUs = nowUs;
      const offUs = onUs + seconds * S;
      nowUs = Math.max(offUs, onUs + Math.round(cycle * S));
      return { onUs, offUs, sealingTimeSeconds: seconds };
    });
  });

/** By the rule, with everything at hand: a seal is of a burst if one of its cycles is in a row of four fast ones. */
function isInBurst(made: readonly Seal[], at: number): boolean {
  const isFast = (i: number) => i >= 0 && i + 1 < made.length && cycleUs(made, i) < SHORTEST * S;
  const rowAround = (i: number) => {
    if (!isFast(i)) return 0;
    let [from, until] = [i, i];
    while (isFast(from - 1)) from--;
    while (isFast(until + 1)) until++;
    return until - from + 1;
  };
  return rowAround(at - 1) > 3 || rowAround(at) > 3;
}

function cycleUs(made: readonly Seal[], at: number): number {
  return (made[at + 1] as Seal).onUs - (made[at] as Seal).onUs;
}

t.test("every seal leaves once and in order, as the rule says, wherever it is saved and ticked", (t) => {
  const check = fc.property(
    anySeals,
    fc.array(fc.constantFrom("go", "save", "tick"), { minLength: 60 }),
    (made, doing) => {
      let guard = new NoiseBurst(SHORTEST);
      let most = 0;
      const events = made.flatMap((seal, i) => {
        const out = [...guard.push(seal)];
        most = Math.max(most, guard.waiting.length);
        if (doing[i] === "save") guard = NoiseBurst.restore(JSON.parse(JSON.stringify(guard.save())));
        if (doing[i] === "tick") out.push(...guard.tick(made[i + 1]?.onUs ?? seal.offUs));
        return out;
      });
      events.push(...guard.finish());
      const expected = made.filter((_, i) => !isInBurst(made, i));
      const released = events.flatMap((event) => (event.kind === "seal" ? [event.seal] : []));
      const bursts = events.flatMap((event) => (event.kind === "burst" ? [event] : []));
      const places = events.map((event) => (event.kind === "seal" ? event.seal.onUs : event.startUs));
      return (
        most <= 4 &&
        JSON.stringify(told(events)) === JSON.stringify(told(all(made))) &&
        JSON.stringify(released) === JSON.stringify(expected) &&
        released.length + bursts.reduce((sum, burst) => sum + burst.seals, 0) === made.length &&
        places.every((us, i) => i === 0 || us > (places[i - 1] as number)) &&
        bursts.every(
          (burst) => made.filter((s) => s.onUs >= burst.startUs && s.offUs <= burst.endUs).length === burst.seals,
        )
      );
    },
  );
  t.doesNotThrow(() => fc.assert(check, { numRuns: 500 }));
  t.end();
});
