import fc from "fast-check";
import t from "tap";
import { type SealEvent, SealRules } from "../algorithms/seal-rules.ts";
import type { Level } from "../algorithms/signal.ts";

const S = 1_000_000;

type Step = readonly [seconds: number, what: Level | "gap" | "tick"];

/** Limits of 1 and 100 s; what came out, in words: seal 1..3 (2), short 1..2, stuck 1..? */
function run(...steps: Step[]): string {
  const rules = new SealRules({ maxSealingTimeSeconds: 100 });
  return steps
    .map((step) => say(apply(rules, step)))
    .join(" ")
    .trim()
    .replace(/ +/g, " ");
}

function apply(rules: SealRules, [seconds, what]: Step): SealEvent | undefined {
  const timeUs = Math.round(seconds * S);
  if (what === "gap") return rules.finish(timeUs);
  return what === "tick" ? rules.tick(timeUs) : rules.push(timeUs, what);
}

function say(event: SealEvent | undefined): string {
  if (event === undefined) return "";
  if (event.kind === "repeated") return `repeated@${event.atUs / S}=${event.level}`;
  const { onUs, offUs } = event.kind === "seal" ? event.seal : event;
  const span = `${event.kind}:${onUs / S}..${offUs === null ? "?" : offUs / S}`;
  return event.kind === "seal" ? `${span}(${event.seal.sealingTimeSeconds})` : span;
}

t.test("pulses between the limits are seals, limits included", (t) => {
  t.equal(run([0, 0], [5, 1], [7.25, 0]), "seal:5..7.25(2.25)");
  t.equal(run([0, 0], [5, 1], [6, 0]), "seal:5..6(1)");
  t.equal(run([0, 0], [5, 1], [105, 0]), "seal:5..105(100)");
  t.equal(run([0, 0], [5, 1], [5.999_999, 0]), "short:5..5.999999");
  t.equal(run([0, 0], [5, 1], [105.000_001, 0]), "stuck:5..105.000001");
  t.equal(run([0, 0], [1, 1], [2, 0], [2.1, 1], [4, 0]), "seal:1..2(1) seal:2.1..4(1.9)");
  t.end();
});

t.test("a stuck contact is told while it is still closed, once, and again with its end", (t) => {
  t.equal(run([0, 0], [5, 1], [105, "tick"], [106, "tick"], [200, "tick"], [300, 0]), "stuck:5..? stuck:5..300");
  t.equal(run([0, 0], [5, 1], [300, 0], [301, 1], [303, 0]), "stuck:5..300 seal:301..303(2)", "and then all is well");
  t.equal(run([0, 0], [90, "tick"], [300, "tick"]), "", "an open contact is never stuck");
  t.end();
});

t.test("active when the recording starts: a seal without a sealing time, if enough was seen", (t) => {
  t.equal(run([3, 1], [5, 0]), "seal:3..5(null)");
  t.equal(run([3, 1], [3.5, 0]), "cut:3..3.5");
  t.equal(run([3, 1], [150, 0]), "stuck:3..150");
  t.end();
});

t.test("active when the recording ends: the same", (t) => {
  t.equal(run([0, 0], [3, 1], [5, "gap"]), "seal:3..5(null)");
  t.equal(run([0, 0], [3, 1], [3.5, "gap"]), "cut:3..3.5");
  t.equal(run([0, 0], [3, 1], [150, "gap"]), "stuck:3..?");
  t.equal(run([0, 0], [3, 1], [150, "tick"], [160, "gap"]), "stuck:3..?", "told already");
  t.equal(run([3, 1], [5, "gap"]), "seal:3..5(null)", "at both ends");
  t.end();
});

t.test("a gap in which the clock begins anew is a gap as any other", (t) => {
  const parts = (...[firstS, gapS, againS, offS]: [number, number, number, number]) => {
    const rules = new SealRules({ maxSealingTimeSeconds: 100 });
    const before = [apply(rules, [0, 0]), apply(rules, [firstS, 1]), apply(rules, [gapS, "gap"])];
    rules.moveTime(-(gapS + 2) * S);
    return [...before, apply(rules, [againS, 1]), apply(rules, [offS, 0])].map(say).join(" ").trim();
  };
  t.equal(parts(3, 5, 1, 3), "seal:3..5(null)  cut:1..3", "counted before the gap");
  t.equal(parts(3, 3.5, 1, 3), "cut:3..3.5  seal:-2.5..3(null)", "counted after it");
  t.equal(parts(3, 150, 1, 3), "stuck:3..?  stuck:-149..3");
  t.equal(parts(3, 3.5, 99, 101), "cut:3..3.5  seal:99..101(null)", "too long for one");
  t.end();
});

t.test("closed on both sides of a gap: one seal, as long as it can be one", (t) => {
  t.equal(run([0, 0], [3, 1], [5, "gap"], [6, 1], [8, 0]), "seal:3..5(null) cut:6..8", "counted before the gap");
  t.equal(run([0, 0], [3, 1], [3.5, "gap"], [6, 1], [8, 0]), "cut:3..3.5 seal:3..8(null)", "counted after it");
  t.equal(run([0, 0], [3, 1], [3.6, "gap"], [6, 1], [6.4, 0]), "cut:3..3.6 seal:3..6.4(null)", "both parts together");
  t.equal(run([0, 0], [3, 1], [3.4, "gap"], [6, 1], [6.4, 0]), "cut:3..3.4 cut:6..6.4", "too little of either");
  t.equal(run([0, 0], [3, 1], [5, "gap"], [102, 1], [103, 0]), "seal:3..5(null) cut:102..103", "just one seal");
  t.equal(run([0, 0], [3, 1], [5, "gap"], [102, 1], [103.1, 0]), "seal:3..5(null) seal:102..103.1(null)", "two");
  t.equal(run([0, 0], [3, 1], [5, "gap"], [6, 1], [7, "gap"], [8, 1], [9, 0]), "seal:3..5(null) cut:6..7 cut:8..9");
  t.end();
});

t.test("a gap that hides the end of one pulse and the start of the next makes two", (t) => {
  t.equal(run([0, 0], [3, 1], [5, "gap"], [6, 0], [7, 1], [9, 0]), "seal:3..5(null) seal:7..9(2)");
  t.equal(run([0, 0], [5, "gap"], [6, 1], [9, 0]), "seal:6..9(null)");
  t.equal(
    run([0, 0], [3, 1], [5, "gap"], [6, "gap"], [7, 1], [8, 0]),
    "seal:3..5(null) cut:7..8",
    "an empty recording",
  );
  t.end();
});

t.test("a stuck contact stays stuck across a gap", (t) => {
  t.equal(run([0, 0], [3, 1], [150, "tick"], [151, "gap"], [160, 1], [165, 0]), "stuck:3..? stuck:3..165");
  t.equal(run([0, 0], [3, 1], [150, "gap"], [160, 1], [161, "gap"], [162, 1], [165, 0]), "stuck:3..? stuck:3..165");
  t.equal(run([0, 0], [3, 1], [150, "gap"], [160, 0], [161, 1], [165, 0]), "stuck:3..? seal:161..165(4)", "repaired");
  t.end();
});

t.test("levels that do not alternate are reported, and cost the seal its time", (t) => {
  t.equal(run([0, 0], [3, 1], [5, 1], [8, 0]), "repeated@5=1 seal:3..8(null)");
  t.equal(run([0, 0], [3, 0], [5, 1], [8, 0]), "repeated@3=0 seal:5..8(3)");
  t.end();
});

t.test("what is out of range is refused", (t) => {
  for (const minSealingTimeSeconds of [0, -1, 900, Number.NaN])
    t.throws(() => new SealRules({ minSealingTimeSeconds }), RangeError);
  t.throws(() => new SealRules({ maxSealingTimeSeconds: Number.POSITIVE_INFINITY }), RangeError);
  const rules = new SealRules();
  rules.push(5, 0);
  for (const timeUs of [4, Number.NaN]) {
    t.throws(() => rules.push(timeUs, 1), RangeError);
    t.throws(() => rules.tick(timeUs), RangeError);
    t.throws(() => rules.finish(timeUs), RangeError);
  }
  t.end();
});

const steps = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.constantFrom<"flip" | "gap" | "tick">("flip", "gap", "tick")), {
    maxLength: 40,
  })
  .map((moves) => {
    let level: Level = 0;
    let tenths = 0;
    return moves.map(([wait, what]): Step => {
      tenths += wait % 7 === 0 ? wait * 5 : wait;
      if (what === "flip") level = level === 0 ? 1 : 0;
      return [tenths / 10, what === "flip" ? level : what];
    });
  });

t.test("saved and restored anywhere it says the same", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, (steps) => {
        let rules = new SealRules({ maxSealingTimeSeconds: 100 });
        const said = steps.map((step) => {
          rules = SealRules.restore(JSON.parse(JSON.stringify(rules.save())));
          return say(apply(rules, step));
        });
        return said.join(" ").trim().replace(/ +/g, " ") === run(...steps);
      }),
    ),
  );
  t.end();
});

t.test("seals never overlap and none is out of range", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(steps, (steps) => {
        const rules = new SealRules({ maxSealingTimeSeconds: 100 });
        let last = 0;
        return steps.every((step) => {
          const event = apply(rules, step);
          if (event?.kind !== "seal") return true;
          const { onUs, offUs, sealingTimeSeconds } = event.seal;
          const fits = onUs >= last && offUs - onUs >= S && offUs - onUs <= 100 * S;
          last = offUs;
          return fits && (sealingTimeSeconds === null || sealingTimeSeconds === (offUs - onUs) / S);
        });
      }),
    ),
  );
  t.end();
});
