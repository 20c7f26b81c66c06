import fc from "fast-check";
import t from "tap";
import { ContactFilter } from "../algorithms/contact-filter.ts";
import type { Level } from "../algorithms/signal.ts";

const BETA_US = 250_000;
const MS = 1000;

/** Changes [ms, level] of a contact whose edges alternate, beginning open at 0. */
function changesOf(edgesMs: readonly number[], endMs: number): (readonly [number, Level])[] {
  const contact = new ContactFilter(BETA_US);
  const found: (readonly [number, Level])[] = [];
  const note = (isFinal: boolean) => isFinal && found.push([contact.changeUs / MS, contact.level]);
  note(contact.push(0, 0));
  for (const [i, ms] of edgesMs.entries()) note(contact.push(ms * MS, ((i + 1) % 2) as Level));
  note(contact.finish(endMs * MS));
  return found;
}

t.test("a change is stamped with the first edge of its bounce, at both ends", (t) => {
  // closes at 2000, open for most of the bounce; opens at 5000 the same way
  const edges = [2000, 2001, 2006, 2007, 2012, 5000, 5001, 5006, 5007, 5012];
  t.same(changesOf(edges, 9000), [
    [0, 0],
    [2000, 1],
    [5000, 0],
  ]);
  t.end();
});

t.test("a glitch well before a change is no part of its bounce", (t) => {
  t.same(changesOf([1980, 1981, 2000, 5000], 9000)[1], [2000, 1]);
  t.end();
});

t.test("a disturbance longer than a bounce keeps the edge that fits best", (t) => {
  const chatter = Array.from({ length: 11 }, (_, i) => [2000 + 8 * i, 2001 + 8 * i]).flat();
  t.same(changesOf([...chatter, 2090, 5000], 9000)[1], [2090, 1]);
  t.end();
});

const noisyContact = fc.array(fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 50, max: 1500 })), {
  minLength: 1,
  maxLength: 60,
});

t.test("stamps are in order, at raw edges, and at most a bounce before the best fit", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(noisyContact, (gapsMs) => {
        const contact = new ContactFilter(BETA_US);
        const edges = new Set([0]);
        let timeUs = 0;
        let before = 0;
        const check = (isFinal: boolean) => {
          if (!isFinal) return;
          const early = contact.filter.changeUs - contact.changeUs;
          if (early < 0 || early > 20 * MS) throw new Error(`stamped ${early} us early`);
          if (contact.changeUs < before) throw new Error("went back");
          if (!edges.has(contact.changeUs)) throw new Error("not at an edge");
          before = contact.changeUs;
        };
        check(contact.push(0, 0));
        for (const [i, gapMs] of gapsMs.entries()) {
          timeUs += gapMs * MS;
          edges.add(timeUs);
          check(contact.push(timeUs, ((i + 1) % 2) as Level));
        }
        check(contact.finish(timeUs + 2_000_000));
      }),
    ),
  );
  t.end();
});

t.test("ticks, and saving as JSON and restoring at any edge, change nothing", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(noisyContact, fc.infiniteStream(fc.boolean()), (gapsMs, coins) => {
        const plain = new ContactFilter(BETA_US);
        let other = new ContactFilter(BETA_US);
        const expected: number[] = [plain.push(0, 0) ? 0 : -1].filter((us) => us >= 0);
        const actual: number[] = [other.push(0, 0) ? 0 : -1].filter((us) => us >= 0);
        let timeUs = 0;
        for (const [i, gapMs] of gapsMs.entries()) {
          if (coins.next().value === true) other = ContactFilter.restore(JSON.parse(JSON.stringify(other.save())));
          if (coins.next().value === true) {
            if (other.push(timeUs + gapMs * 500, other.filter.rawLevel)) actual.push(other.changeUs);
          }
          timeUs += gapMs * MS;
          const level = ((i + 1) % 2) as Level;
          if (plain.push(timeUs, level)) expected.push(plain.changeUs);
          if (other.push(timeUs, level)) actual.push(other.changeUs);
        }
        if (plain.finish(timeUs + 9e6)) expected.push(plain.changeUs);
        if (other.finish(timeUs + 9e6)) actual.push(other.changeUs);
        return JSON.stringify(expected) === JSON.stringify(actual);
      }),
    ),
  );
  t.end();
});
