import fc from "fast-check";
import t from "tap";
import { betaForShortestPulse, LevelFilter } from "../algorithms/level-filter.ts";
import type { Level } from "../algorithms/signal.ts";

interface Change {
  readonly timeUs: number;
  readonly level: Level;
}

/** A raw recording: the level at the start, then an edge at each time. */
interface Recording {
  readonly startUs: number;
  readonly first: Level;
  readonly edges: readonly number[];
  readonly endUs: number;
}

const flip = (level: Level): Level => (level === 0 ? 1 : 0);
const parity = (count: number, first: Level): Level => (count % 2 === 0 ? first : flip(first));

function rawOf({ startUs, first, edges }: Recording): Change[] {
  return [{ timeUs: startUs, level: first }, ...edges.map((timeUs, i) => ({ timeUs, level: parity(i + 1, first) }))];
}

function filterAll(recording: Recording, betaUs: number): Change[] {
  const filter = new LevelFilter(betaUs);
  const clean: Change[] = [];
  const note = (isFinal: boolean) => isFinal && clean.push({ timeUs: filter.changeUs, level: filter.level });
  for (const { timeUs, level } of rawOf(recording)) note(filter.push(timeUs, level));
  note(filter.finish(recording.endUs));
  return clean;
}

/** What the filter minimises, straight from the definition; the first clean "change" is the level at the start. */
function cost(recording: Recording, clean: readonly Change[], betaUs: number): number {
  const raw = rawOf(recording);
  const times = [...raw, ...clean].map((c) => c.timeUs).concat(recording.endUs);
  times.sort((a, b) => a - b);
  const levelAt = (signal: readonly Change[], timeUs: number) => signal.findLast((c) => c.timeUs <= timeUs)?.level;
  let total = (clean.length - 1) * betaUs;
  times.forEach((timeUs, i) => {
    if (levelAt(raw, timeUs) !== levelAt(clean, timeUs)) total += (times[i + 1] ?? timeUs) - timeUs;
  });
  return total;
}

/**
 * The oracle: every set of edges as clean changes. Of equally cheap ones with the same last level the one whose
 * changes, read from the end, are later; between the two last levels the fewer changes, then the first raw level.
 */
function bruteForce(recording: Recording, betaUs: number): Change[] {
  const best: ({ clean: Change[]; cost: number } | undefined)[] = [undefined, undefined];
  for (let subset = 0; subset < 2 ** recording.edges.length; subset++)
    for (const level of [0, 1] as const) {
      const chosen = recording.edges.filter((_, i) => subset & (1 << i));
      const clean = rawOf({ ...recording, first: level, edges: chosen });
      const last = parity(chosen.length, level);
      const candidate = { clean, cost: cost(recording, clean, betaUs) };
      const rival = best[last];
      if (!rival || candidate.cost < rival.cost || (candidate.cost === rival.cost && isLater(clean, rival.clean)))
        best[last] = candidate;
    }
  const [zero, one] = best;
  if (!zero || !one) throw new Error("unreachable: each last level has the explanation without changes");
  if (zero.cost !== one.cost) return (zero.cost < one.cost ? zero : one).clean;
  if (zero.clean.length !== one.clean.length) return (zero.clean.length < one.clean.length ? zero : one).clean;
  return (recording.first === 0 ? zero : one).clean;
}

function isLater(a: readonly Change[], b: readonly Change[]): boolean {
  const times = (clean: readonly Change[]) => clean.slice(1).reverse();
  const [x, y] = [times(a), times(b)];
  for (let i = 0; i < Math.max(x.length, y.length); i++) {
    const difference = (x[i]?.timeUs ?? -1) - (y[i]?.timeUs ?? -1);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

/** The second oracle, for long recordings: the textbook recursion over both levels, with backtracking. */
function viterbi(recording: Recording, betaUs: number): Change[] {
  const raw = rawOf(recording);
  const costs: [number, number] = [0, 0];
  const cameFromOther: [boolean[], boolean[]] = [[], []];
  raw.forEach(({ timeUs, level }, i) => {
    const other = flip(level);
    const changes = i > 0 && costs[other] + betaUs <= costs[level];
    if (changes) costs[level] = costs[other] + betaUs;
    cameFromOther[level].push(changes);
    cameFromOther[other].push(false);
    costs[other] += (raw[i + 1]?.timeUs ?? recording.endUs) - timeUs;
  });
  const trace = (last: Level): Change[] => {
    const clean: Change[] = [];
    let level = last;
    for (let i = raw.length - 1; i > 0; i--)
      if (cameFromOther[level][i]) {
        clean.unshift({ timeUs: raw[i]?.timeUs ?? Number.NaN, level });
        level = flip(level);
      }
    return [{ timeUs: recording.startUs, level }, ...clean];
  };
  const [zero, one] = [trace(0), trace(1)];
  if (costs[0] !== costs[1]) return costs[0] < costs[1] ? zero : one;
  if (zero.length !== one.length) return zero.length < one.length ? zero : one;
  return recording.first === 0 ? zero : one;
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const level = fc.constantFrom<Level>(0, 1);
const beta = fc.integer({ min: 1, max: 9 });

/** Small whole gaps, so that equal costs are frequent. */
function recordings(maxEdges: number, shortestGap = 1) {
  return fc
    .record({
      startUs: fc.integer({ min: 0, max: 5 }),
      first: level,
      gaps: fc.array(fc.integer({ min: shortestGap, max: 14 }), { minLength: 1, maxLength: maxEdges + 1 }),
    })
    .map(({ startUs, first, gaps }): Recording => {
      let timeUs = startUs;
      const times = gaps.map((gap) => (timeUs += gap));
      return { startUs, first, edges: times.slice(0, -1), endUs: timeUs };
    });
}

t.test("no explanation is cheaper, and equally cheap ones are told apart as documented", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(recordings(9), beta, (recording, betaUs) =>
        same(filterAll(recording, betaUs), bruteForce(recording, betaUs)),
      ),
      { numRuns: 400 },
    ),
  );
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(recordings(200), beta, (recording, betaUs) => {
        const clean = filterAll(recording, betaUs);
        const oracle = viterbi(recording, betaUs);
        return same(clean, oracle) && cost(recording, clean, betaUs) === cost(recording, oracle, betaUs);
      }),
      { numRuns: 1000 },
    ),
  );
  t.end();
});

t.test("edges at the same time cost nothing and break nothing", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(recordings(8, 0), beta, (recording, betaUs) => {
        const best = cost(recording, bruteForce(recording, betaUs), betaUs);
        return cost(recording, filterAll(recording, betaUs), betaUs) === best;
      }),
      { numRuns: 400 },
    ),
  );
  t.end();
});

t.test("clean changes alternate, in order, and each is a raw edge to the same level", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(recordings(60), beta, (recording, betaUs) => {
        const raw = rawOf(recording);
        const [start, ...changes] = filterAll(recording, betaUs);
        if (start?.timeUs !== recording.startUs) return false;
        return changes.every((change, i) => {
          const before = i === 0 ? start : (changes[i - 1] as Change);
          const isEdge = raw.some((edge, k) => k > 0 && same(edge, change));
          return isEdge && change.level !== before.level && change.timeUs > before.timeUs;
        });
      }),
    ),
  );
  t.end();
});

t.test("ticks and saves anywhere change nothing, and what is called final stays", (t) => {
  const actions = fc.array(fc.constantFrom("tick", "save"), { maxLength: 6 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(recordings(40), beta, fc.array(actions, { maxLength: 60 }), (recording, betaUs, extras) => {
        let filter = new LevelFilter(betaUs);
        const clean: Change[] = [];
        const raw = rawOf(recording);
        let finalUntil = 0;
        const note = (isFinal: boolean) => {
          if (isFinal) {
            if (filter.changeUs < finalUntil) throw new Error("a final level was changed");
            clean.push({ timeUs: filter.changeUs, level: filter.level });
          }
          if (filter.pendingSinceUs < finalUntil) throw new Error("finality went back");
          finalUntil = filter.pendingSinceUs;
        };
        raw.forEach((edge, i) => {
          note(filter.push(edge.timeUs, edge.level));
          const next = raw[i + 1]?.timeUs ?? recording.endUs;
          let now = edge.timeUs;
          for (const action of extras[i] ?? []) {
            if (action === "save") filter = LevelFilter.restore(JSON.parse(JSON.stringify(filter.save())));
            else now = Math.min(next, now + 2);
            note(filter.push(now, edge.level));
          }
        });
        if (filter.finish(recording.endUs)) clean.push({ timeUs: filter.changeUs, level: filter.level });
        return same(clean, filterAll(recording, betaUs));
      }),
    ),
  );
  t.end();
});

t.test("a lone pulse or drop-out shorter than 2 beta disappears, a longer one stays", (t) => {
  const clean = (first: Level, lengthUs: number) =>
    filterAll({ startUs: 0, first, edges: [1000, 1000 + lengthUs], endUs: 5000 }, 100);
  for (const first of [0, 1] as const) {
    t.same(clean(first, 199), [{ timeUs: 0, level: first }]);
    t.same(clean(first, 201).slice(1), [
      { timeUs: 1000, level: flip(first) },
      { timeUs: 1201, level: first },
    ]);
    t.equal(clean(first, 200).length, 3, "exactly 2 beta: the later change wins the tie");
  }
  t.end();
});

t.test("chatter at a change resolves to the edge that fits best", (t) => {
  // closed for 10, open for 30, closed for 40, open for 10, then closed for good
  const edges = [1000, 1010, 1040, 1080, 1090, 3000];
  t.same(filterAll({ startUs: 0, first: 0, edges, endUs: 6000 }, 100), [
    { timeUs: 0, level: 0 },
    { timeUs: 1040, level: 1 },
    { timeUs: 3000, level: 0 },
  ]);
  t.end();
});

t.test("the level at the start is found, not believed", (t) => {
  t.same(filterAll({ startUs: 7, first: 1, edges: [10], endUs: 900 }, 100), [{ timeUs: 7, level: 0 }], "a glitch");
  t.same(
    filterAll({ startUs: 7, first: 1, edges: [107], endUs: 900 }, 100),
    [
      { timeUs: 7, level: 1 },
      { timeUs: 107, level: 0 },
    ],
    "beta at the edge of the recording is enough: that pulse costs one change only",
  );
  t.same(
    filterAll({ startUs: 7, first: 1, edges: [], endUs: 7 }, 100),
    [{ timeUs: 7, level: 1 }],
    "nothing but a level",
  );
  t.end();
});

t.test("a gap decides what is pending and forgets the level", (t) => {
  const filter = new LevelFilter(100);
  t.notOk(filter.running);
  t.notOk(filter.finish(0), "nothing to finish");
  t.notOk(filter.push(0, 0));
  t.ok(filter.running);
  t.notOk(filter.known);
  t.notOk(filter.push(99, 0));
  t.equal(filter.pendingSinceUs, 0);
  t.ok(filter.push(100, 0), "after beta of quiet no later answer can deny it");
  t.ok(filter.known);
  t.equal(filter.pendingSinceUs, 100);
  t.notOk(filter.push(500, 1));
  t.equal(filter.pendingSinceUs, 500);
  t.notOk(filter.push(600, 1), "equally cheap so far");
  t.ok(filter.finish(601), "cheaper by a microsecond");
  t.same([filter.changeUs, filter.level, filter.known, filter.running], [500, 1, false, false]);
  t.throws(() => filter.push(600, 1), RangeError, "not even a gap turns time back");
  t.notOk(filter.push(9000, 1));
  t.ok(filter.push(9100, 1));
  t.same([filter.changeUs, filter.level], [9000, 1], "found again, not assumed");
  t.throws(() => filter.push(9099, 1), RangeError);
  t.throws(() => filter.finish(Number.NaN), RangeError);
  t.end();
});

t.test("prices out of range are refused", (t) => {
  for (const betaUs of [0, -1, 1.5, Number.NaN]) t.throws(() => new LevelFilter(betaUs), RangeError);
  for (const pulseUs of [3, Number.NaN]) t.throws(() => betaForShortestPulse(pulseUs), RangeError);
  t.equal(betaForShortestPulse(1_000_000), 250_000);
  t.end();
});
