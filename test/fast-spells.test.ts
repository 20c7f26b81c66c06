import t from "tap";
import { tooSlowIdeals } from "../algorithms/fast-spells.ts";
import type { PlacedSeal } from "../algorithms/gaps.ts";

const S = 1_000_000;

/** A run of seals, one a cycle; cycles in seconds. */
function run(product: number | null, fromSeconds: number, count: number, cycleSeconds: number): PlacedSeal[] {
  return Array.from({ length: count }, (_, i) => {
    const onUs = Math.round((fromSeconds + i * cycleSeconds) * S);
    return { onUs, offUs: onUs + S, product };
  });
}

t.test("golden figure 4: the ideal entered as 3.6 s, P is 1.0309, the proposal brings it to 1", (t) => {
  // 3,780 cycles in the 13,200 s that the first product ran
  const seals = [...run(1, 0, 3780, 13_200 / 3780), ...run(2, 14_000, 2010, 9420 / 2010)];
  const ideals = new Map([
    [1, 3.6],
    [2, 4.0],
  ]);
  const proposals = tooSlowIdeals(seals, ideals);
  t.same(
    proposals.map(({ product }) => product),
    [1],
  );
  const [first] = proposals;
  t.equal(first?.proposedSeconds.toFixed(3), "3.492");
  t.equal((3.6 / (first?.proposedSeconds as number)).toFixed(4), "1.0309");
  t.equal(first?.spells, 21, "600 s at a time, in 13,200 s");
  t.same(tooSlowIdeals(seals, new Map([[1, 3.0]])), [], "with the true ideal cycle there is nothing to say");
  t.end();
});

t.test("the fastest spell of each product, however often it was too fast", (t) => {
  const seals = [...run(1, 0, 400, 3.5), ...run(1, 1400, 400, 3.2), ...run(1, 2680, 400, 3.4)];
  const [first, ...others] = tooSlowIdeals(seals, new Map([[1, 3.6]]));
  t.same(others, []);
  t.equal(first?.proposedSeconds.toFixed(2), "3.20");
  t.ok(first !== undefined && first.startUs >= 1400 * S && first.endUs <= 2700 * S);
  t.equal(first?.spells, 6);
  t.end();
});

t.test("a spell does not reach across a run of another product", (t) => {
  const seals = [...run(1, 0, 150, 3), ...run(2, 450, 5, 1), ...run(1, 455, 150, 3)];
  t.same(tooSlowIdeals(seals, new Map([[1, 4]])), []);
  t.equal(tooSlowIdeals([...run(1, 0, 150, 3), ...run(1, 450, 150, 3)], new Map([[1, 4]])).length, 1);
  t.end();
});

t.test("a seal of nobody is passed over, as performance does", (t) => {
  const seals = run(1, 0, 400, 3).map((seal, i) => (i % 20 === 7 ? { ...seal, product: null } : seal));
  const [first] = tooSlowIdeals(seals, new Map([[1, 4]]));
  t.ok((first?.proposedSeconds as number) > 3.1 && (first?.proposedSeconds as number) < 3.2);
  t.end();
});

t.test("a product without an ideal cycle is not checked; one not above 0 is refused", (t) => {
  t.same(tooSlowIdeals(run(5, 0, 1000, 1), new Map([[1, 4]])), []);
  t.same(tooSlowIdeals([], new Map([[1, 4]])), []);
  t.throws(() => tooSlowIdeals([], new Map([[1, 0]])), RangeError);
  t.end();
});

t.test("proposals are in order of product number", (t) => {
  const seals = [...run(9, 0, 300, 3), ...run(2, 1000, 300, 3)];
  const ideals = new Map([
    [9, 4],
    [2, 4],
  ]);
  t.same(
    tooSlowIdeals(seals, ideals).map(({ product }) => product),
    [2, 9],
  );
  t.end();
});
