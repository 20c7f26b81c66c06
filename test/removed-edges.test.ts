import fc from "fast-check";
import t from "tap";
import { ContactFilter } from "../algorithms/contact-filter.ts";
import { EdgeAccounting } from "../algorithms/removed-edges.ts";
import type { Level, RemovedKind } from "../algorithms/signal.ts";

const MS = 1000;
const BETA_US = 250 * MS;

/** Edges at these times (ms), the first one rising; returns the contact after its end. */
function account(edgesMs: readonly number[], endMs: number): ContactFilter {
  const contact = new ContactFilter(BETA_US);
  contact.push(0, 0);
  for (const [i, ms] of edgesMs.entries()) contact.push(Math.round(ms * MS), i % 2 === 0 ? 1 : 0);
  contact.finish(endMs * MS);
  return contact;
}

/** Only the kinds that occur. */
function removed(contact: ContactFilter): Partial<Record<RemovedKind, number>> {
  return Object.fromEntries(Object.entries(contact.edges.counts().removed).filter(([, count]) => count > 0));
}

/** `waves` pulses of `onMs` at this period. */
function train(fromMs: number, waves: number, periodMs: number, onMs: number): number[] {
  return Array.from({ length: 2 * waves }, (_, i) => fromMs + Math.floor(i / 2) * periodMs + (i % 2) * onMs);
}

t.test("each kind of removed edge", (t) => {
  const cases: [string, number[], number, Partial<Record<RemovedKind, number>>][] = [
    ["a clean pulse loses nothing", [1000, 3000], 2, {}],
    ["a spike while open", [1000, 1002], 0, { glitch: 2 }],
    ["two spikes at once", [1000, 1002, 1030, 1031], 0, { glitch: 4 }],
    ["a spurious pulse longer than the group gap", [1000, 1400], 0, { glitch: 2 }],
    ["a drop-out inside a pulse", [1000, 2000, 2005, 3000], 2, { dropout: 2 }],
    ["a long drop-out inside a pulse", [1000, 2000, 2400, 4000], 2, { dropout: 2 }],
    ["bounce when closing", [1000, 1001, 1003, 1004, 1008, 3000], 2, { chatter: 4 }],
    ["bounce when opening", [1000, 3000, 3001, 3003], 2, { chatter: 2 }],
    ["three spikes at once", [1000, 1001, 1012, 1013, 1017, 1019], 0, { burst: 6 }],
    ["mains, 50 Hz, one half-wave", train(1000, 10, 20, 6), 0, { mains: 20 }],
    ["mains, 50 Hz, both", train(1000, 10, 10, 3), 0, { mains: 20 }],
    ["mains, 60 Hz, one half-wave", train(1000, 10, 50 / 3, 6), 0, { mains: 20 }],
    ["mains, 60 Hz, both", train(1000, 10, 25 / 3, 3), 0, { mains: 20 }],
    ["the shortest mains train", train(1000, 3, 20, 6), 0, { mains: 6 }],
    ["a train at no period of the mains", train(1000, 10, 14, 4), 0, { burst: 20 }],
    ["far from the mains either way", [...train(1000, 4, 5, 2), ...train(2000, 4, 40, 8)], 0, { burst: 16 }],
    ["mains while closed", [1000, ...train(2000, 10, 20, 6), 4000], 2, { mains: 20 }],
    ["a spike long before and long after a pulse", [500, 501, 2000, 4000, 5000, 5001], 2, { glitch: 4 }],
    ["a spike just after the candidate", [1000, 1300, 1302, 4000], 2, { dropout: 2 }],
    ["a spike after a candidate that fails", [1000, 1150, 1300, 1302], 0, { glitch: 4 }],
    ["a burst after a candidate that fails", [1000, 1100, ...train(1200, 3, 5, 2)], 0, { glitch: 2, burst: 6 }],
  ];
  for (const [name, edges, kept, kinds] of cases) {
    const contact = account(edges, 9000);
    t.same(removed(contact), kinds, name);
    t.equal(contact.edges.counts().kept, kept, name);
    t.equal(contact.edges.counts().edges, edges.length, name);
    t.equal(contact.edges.pending, 0, name);
  }
  t.end();
});

t.test("a recording that begins in a disturbance: where the contact was is no edge", (t) => {
  const contact = new ContactFilter(BETA_US);
  contact.push(0, 1);
  contact.push(2 * MS, 0);
  t.ok(contact.push(900 * MS, 0));
  t.same([contact.filter.changeUs, contact.filter.level], [0, 0]);
  t.same(removed(contact), { glitch: 1 }, "told at a tick, not only at the next edge");
  t.equal(contact.edges.counts().kept, 0);
  t.end();
});

t.test("edges under decision are pending, and in no count", (t) => {
  const contact = new ContactFilter(BETA_US);
  contact.push(0, 0);
  contact.push(1000 * MS, 1);
  contact.push(1400 * MS, 0);
  contact.push(1402 * MS, 1);
  t.equal(contact.edges.pending, 3);
  t.equal(contact.edges.counts().edges, 0);
  t.ok(contact.push(2000 * MS, 1));
  t.equal(contact.edges.pending, 0);
  t.match(contact.edges.counts(), { edges: 3, kept: 1, removed: { dropout: 2 } });
  t.end();
});

t.test("bounce: how often and for how long", (t) => {
  const contact = account([1000, 1004, 1007, 3000, 3001, 3003, 5000, 5500, 7000, 9000], 12_000);
  t.same(contact.edges.bounce, { groups: 2, longestUs: 7 * MS, sumUs: 10 * MS });
  t.equal(contact.edges.counts().removed.chatter, 4);
  t.end();
});

t.test("a pulse the seal rules refuse moves from kept to short", (t) => {
  const contact = account([1000, 1700], 9000);
  contact.edges.rejectPulse();
  t.match(contact.edges.counts(), { edges: 2, kept: 0, removed: { short: 2 } });
  t.throws(() => contact.edges.rejectPulse(), RangeError);
  t.end();
});

t.test("a fast contact: true changes share no group", (t) => {
  const contact = new ContactFilter(2 * MS);
  contact.push(0, 0);
  const edges = [...train(100, 20, 50, 20), 1300, 1301];
  for (const [i, ms] of edges.entries()) contact.push(ms * MS, i % 2 === 0 ? 1 : 0);
  contact.finish(2000 * MS);
  t.match(contact.edges.counts(), { edges: 42, kept: 40, removed: { glitch: 2, chatter: 0 } });
  t.throws(() => new EdgeAccounting(0), RangeError);
  t.end();
});

/** The rules as they are written, offline: who is kept is known, so groups can simply be looked at. */
function oracle(raw: readonly [number, Level][], clean: readonly [number, Level][], startLevel: Level, gapUs: number) {
  const counts: Record<string, number> = { kept: 0, glitch: 0, chatter: 0, dropout: 0, burst: 0, mains: 0 };
  const groups: [number, Level][][] = [];
  for (const edge of raw) {
    const last = groups.at(-1);
    if (last && edge[0] - (last.at(-1)?.[0] ?? 0) <= gapUs) last.push(edge);
    else groups.push([edge]);
  }
  for (const group of groups) {
    const kept = group.filter(([timeUs]) => clean.some((change) => change[0] === timeUs)).length;
    const first = group[0]?.[0] ?? 0;
    const level = clean.findLast(([timeUs]) => timeUs <= first)?.[1] ?? startLevel;
    const kind = kept > 0 ? "chatter" : shapeOf(group) === "few" ? (level ? "dropout" : "glitch") : shapeOf(group);
    counts.kept = (counts.kept ?? 0) + kept;
    counts[kind] = (counts[kind] ?? 0) + group.length - kept;
  }
  return counts;
}

function shapeOf(group: readonly [number, Level][]): string {
  if (group.length < 5) return "few";
  const rises = group.filter(([, level]) => level === 1).map(([timeUs]) => timeUs);
  const periods = rises.slice(1).map((timeUs, i) => timeUs - (rises[i] ?? 0));
  const near = ([from, to]: readonly [number, number]) => periods.filter((us) => us >= from && us <= to).length;
  const bands = [
    [7_667, 9_000],
    [9_200, 10_800],
    [15_333, 18_000],
    [18_400, 21_600],
  ] as const;
  const isMains = group.length >= 6 && bands.some((band) => 2 * near(band) > periods.length);
  return isMains ? "mains" : "burst";
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const gap = fc.oneof(
  fc.integer({ min: 1, max: 12 * MS }),
  fc.integer({ min: 1, max: 300 * MS }),
  fc.integer({ min: 1, max: 2000 * MS }),
  fc.constantFrom(10 * MS, 60 * MS, 60 * MS + 1, BETA_US),
);
const pieces = fc.oneof(
  { weight: 5, arbitrary: fc.array(gap, { minLength: 1, maxLength: 12 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 30 }).map((waves) => Array<number>(2 * waves).fill(10 * MS)) },
);
const gaps = fc.array(pieces, { minLength: 1, maxLength: 12 }).map((pieces) => pieces.flat());

t.test("online it is the same as looking back, and edges = kept + removed, always", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(gaps, fc.constantFrom<Level>(0, 1), fc.integer(), (gaps, first, seed) => {
        let contact = new ContactFilter(BETA_US);
        let ticked = new ContactFilter(BETA_US);
        const raw: [number, Level][] = [];
        const clean: [number, Level][] = [];
        const note = (isFinal: boolean) => {
          if (isFinal) clean.push([contact.filter.changeUs, contact.filter.level]);
          if (contact.edges.counts().edges + contact.edges.pending !== raw.length) throw new Error("an edge is lost");
        };
        let timeUs = 0;
        let level = first;
        note(contact.push(0, level));
        ticked.push(0, level);
        gaps.forEach((us, i) => {
          ticked.push(timeUs + Math.floor(us / 3), level);
          ticked.push(timeUs + us - 1, level);
          timeUs += us;
          level = level === 0 ? 1 : 0;
          raw.push([timeUs, level]);
          note(contact.push(timeUs, level));
          ticked.push(timeUs, level);
          if ((i + seed) % 7 === 0) {
            contact = ContactFilter.restore(JSON.parse(JSON.stringify(contact.save())));
            ticked = ContactFilter.restore(JSON.parse(JSON.stringify(ticked.save())));
          }
        });
        note(contact.finish(timeUs + 5));
        ticked.finish(timeUs + 5);
        const [start, ...changes] = clean;
        const counts = contact.edges.counts();
        const { short, ...removed } = counts.removed;
        const expected = oracle(raw, changes, start?.[1] ?? first, 60 * MS);
        const isSame = same({ kept: counts.kept, ...removed }, expected) && same(ticked.edges.counts(), counts);
        const isComplete = contact.edges.pending === 0 && counts.edges === raw.length && short === 0;
        return isSame && isComplete && same(ticked.edges.bounce, contact.edges.bounce);
      }),
      { numRuns: 500 },
    ),
  );
  t.end();
});
