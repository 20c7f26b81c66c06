import fc from "fast-check";
import t from "tap";
import { AVAILABILITY_BETA_US, Availability, type AvailabilityInterval } from "../algorithms/availability.ts";
import { ContactFilter } from "../algorithms/contact-filter.ts";

const S = 1_000_000;

t.test("behind its level filter: readiness lost for a moment is not lost", (t) => {
  const contact = new ContactFilter(AVAILABILITY_BETA_US);
  const availability = new Availability();
  const intervals: string[] = [];
  const note = (interval: AvailabilityInterval | undefined) =>
    interval && intervals.push(`${interval.startUs / S}..${interval.endUs / S} ${interval.ready}`);
  const take = (isFinal: boolean) => isFinal && note(availability.push(contact.changeUs, contact.filter.level));
  const finish = (seconds: number) => {
    take(contact.finish(seconds * S));
    note(availability.finish(seconds * S));
  };
  const push = (seconds: number, level: 0 | 1) => take(contact.push(seconds * S, level));
  push(0, 1);
  push(60, 0);
  push(62.9, 1);
  push(100, 0);
  push(103.1, 1);
  finish(120);
  push(130, 1);
  finish(140);
  t.same(intervals, ["0..100 true", "100..103.1 false", "103.1..120 true", "120..130 null", "130..140 true"]);
  t.same(availability.open, { startUs: 140 * S, ready: null });
  t.end();
});

t.test("time runs on", (t) => {
  const availability = new Availability();
  availability.push(5, 1);
  t.throws(() => availability.push(4, 0), RangeError);
  t.throws(() => availability.finish(Number.NaN), RangeError);
  t.end();
});

t.test("intervals touch, are never empty, and survive a save anywhere", (t) => {
  const steps = fc.array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.constantFrom<0 | 1 | "gap">(0, 1, "gap")));
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, (steps) => {
        let availability = new Availability();
        let nowUs = 0;
        let coveredUntil: number | null = null;
        for (const [waitUs, what] of steps) {
          nowUs += waitUs;
          availability = Availability.restore(JSON.parse(JSON.stringify(availability.save())));
          const interval = what === "gap" ? availability.finish(nowUs) : availability.push(nowUs, what);
          coveredUntil ??= nowUs;
          if (!interval) continue;
          if (interval.startUs !== coveredUntil || interval.endUs <= interval.startUs) return false;
          coveredUntil = interval.endUs;
        }
        return availability.open.startUs === coveredUntil;
      }),
    ),
  );
  t.end();
});
