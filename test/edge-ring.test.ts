import fc from "fast-check";
import t from "tap";
import { EdgeRing } from "../drivers/edge-ring.ts";

t.test("what goes in comes out, in order, whatever the rhythm", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.array(fc.oneof(fc.constant("drain" as const), fc.constantFrom<0 | 1>(0, 1)), { maxLength: 200 }),
        (capacity, actions) => {
          const ring = new EdgeRing(capacity);
          const expected: { timeUs: number; level: number; lostBefore: boolean }[] = [];
          const actual: typeof expected = [];
          let waiting = 0;
          let lost = 0;
          let lostBefore = false;
          const drain = () => {
            ring.drain((timeUs, _channel, level, lostBefore) => actual.push({ timeUs, level, lostBefore }));
            waiting = 0;
          };
          for (const [timeUs, action] of actions.entries()) {
            if (action === "drain") {
              drain();
              continue;
            }
            const fits = waiting < capacity;
            if (ring.push(timeUs, 0, action) !== fits) throw new Error("push told a lie");
            if (fits) {
              expected.push({ timeUs, level: action, lostBefore });
              waiting++;
              lostBefore = false;
            } else {
              lost++;
              lostBefore = true;
            }
            if (ring.length !== waiting || ring.lost !== lost || ring.free !== capacity - waiting)
              throw new Error("counts are off");
          }
          drain();
          return JSON.stringify(actual) === JSON.stringify(expected);
        },
      ),
    ),
  );
  t.end();
});

t.test("both ends may live in two threads: the same memory, two views", (t) => {
  const source = new EdgeRing(3);
  const sink = new EdgeRing(3, source.buffer);
  for (const timeUs of [1, 2, 3, 4]) source.push(timeUs, 7, 1);
  const seen: number[] = [];
  sink.drain((timeUs, channel) => seen.push(timeUs, channel));
  t.same(seen, [1, 7, 2, 7, 3, 7]);
  t.equal(sink.lost, 1, "the loss is counted where both can see it");
  t.end();
});

t.test("a source that lost edges itself says so: counted, and marked on the next that fits", (t) => {
  const ring = new EdgeRing(2);
  const seen: unknown[] = [];
  const drain = (limit?: number) => ring.drain((timeUs, _c, _l, lostBefore) => seen.push([timeUs, lostBefore]), limit);
  ring.push(1, 0, 1);
  ring.lose(5);
  ring.lose(0);
  ring.push(2, 0, 1);
  t.equal(drain(1), 1, "no more are taken than were asked for");
  ring.push(3, 0, 1);
  t.equal(drain(), 2);
  t.same(seen, [
    [1, false],
    [2, true],
    [3, false],
  ]);
  t.equal(ring.lost, 5);
  t.end();
});

t.test("a capacity out of range is refused", (t) => {
  for (const capacity of [0, -1, 1.5, 2 ** 20 + 1, Number.NaN]) t.throws(() => new EdgeRing(capacity), RangeError);
  t.end();
});
