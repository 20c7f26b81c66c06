import fc from "fast-check";
import t from "tap";
import { STOP_KINDS, type Stop, type StopKind } from "../algorithms/gap-stops.ts";
import type { PlacedSeal } from "../algorithms/gaps.ts";
import { clip, lengthUs } from "../algorithms/interval.ts";
import { minuteLetters, sealsByMinute } from "../algorithms/minute-letters.ts";
import { findStops } from "../algorithms/stops.ts";

const S = 1_000_000;
const MINUTE = 60 * S;

function stop(kind: StopKind, from: number, until: number): Stop {
  const [startUs, endUs] = [from * S, until * S];
  return { startUs, endUs, kind, name: "waiting", open: false, continued: false, gapUs: endUs - startUs };
}

/** The letters of a window in seconds; the clock's minutes start at 0 unless told otherwise. */
function letters(from: number, until: number, stops: readonly Stop[], originSeconds = 0): string {
  return minuteLetters({ originUs: originSeconds * S, startUs: from * S, endUs: until * S }, stops);
}

t.test("each kind has its letter", (t) => {
  const kinds: StopKind[] = ["waiting", "not-ready", "changeover", "break", "no-data", "micro-stop"];
  const stops = kinds.map((kind, i) => stop(kind, i * 60, (i + 1) * 60));
  t.equal(letters(0, 480, stops), "wXC-?m==");
  t.equal(letters(0, 180, []), "===");
  t.equal(letters(0, 0, []), "");
  t.end();
});

t.test("the kind with the most time, running and micro-stops together", (t) => {
  const of = (...spent: readonly (readonly [StopKind, number])[]) => {
    let at = 0;
    const stops = spent.map(([kind, seconds]) => {
      at += seconds;
      return stop(kind, at - seconds, at);
    });
    return letters(0, 60, stops);
  };
  t.equal(of(["waiting", 29]), "=");
  t.equal(of(["waiting", 31]), "w");
  t.equal(of(["waiting", 30]), "w", "half idle is not drawn as sealing");
  t.equal(of(["waiting", 20], ["not-ready", 19], ["micro-stop", 5]), "=");
  t.equal(of(["waiting", 20], ["not-ready", 25], ["micro-stop", 5]), "X");
  t.equal(of(["waiting", 22], ["micro-stop", 20], ["changeover", 18]), "w");
  t.equal(of(["not-ready", 20], ["changeover", 20], ["waiting", 20]), "X", "of equals, what people can act on");
  t.equal(of(["micro-stop", 14.999999]), "=");
  t.equal(of(["micro-stop", 15]), "m");
  t.end();
});

t.test("no data for half a minute hides the rest of it; less than that does not", (t) => {
  t.equal(letters(0, 60, [stop("no-data", 0, 30)]), "?");
  t.equal(letters(0, 60, [stop("no-data", 0, 29.999999)]), "=");
  t.equal(letters(0, 60, [stop("no-data", 0, 25), stop("waiting", 25, 45)]), "w", "of the known time");
  t.end();
});

t.test("letters are by the clock: the first and the last minute may be short", (t) => {
  t.equal(letters(40, 140, []), "===");
  t.equal(letters(40, 140, [stop("waiting", 40, 50)]), "w==", "half of the 20 s it has");
  t.equal(letters(40, 140, [stop("micro-stop", 40, 45), stop("not-ready", 120, 130)]), "m=X");
  t.equal(letters(0, 130, [stop("no-data", 120, 125)]), "==?");
  t.equal(letters(0, 130, [stop("micro-stop", 127.5, 130)]), "==m", "a quarter of 10 s");
  t.equal(letters(150, 240, [], -60), "---==", "minutes before the window are off shift");
  t.end();
});

t.test("what lies beyond now does not count, whatever the window", (t) => {
  const rows = { originUs: 0, startUs: 0, endUs: 480 * MINUTE, nowUs: 130 * S };
  t.equal(minuteLetters(rows, []), "===");
  t.equal(minuteLetters(rows, [stop("waiting", 124, 130)]), "==w");
  t.same(sealsByMinute(rows, [{ offUs: 65 * S }, { offUs: 131 * S }]), [0, 1, 0]);
  t.equal(minuteLetters({ ...rows, nowUs: -5 * S }, []), "");
  t.end();
});

t.test("an idle end is never drawn as running", (t) => {
  const seals = Array.from({ length: 30 }, (_, i): PlacedSeal => {
    return { onUs: i * 10 * S, offUs: (i * 10 + 4) * S, product: 1 };
  });
  const nothing = { availability: [], holes: [], breaks: [], plannedStops: [], idealCycleSeconds: new Map([[1, 10]]) };
  for (let now = 331; now <= 1000; now++) {
    const rows = { originUs: 0, startUs: 0, endUs: 28_800 * S, nowUs: now * S };
    const { stops } = findStops({ startUs: 0, endUs: rows.endUs, seenUntilUs: rows.nowUs, seals, ...nothing });
    const drawn = minuteLetters(rows, stops);
    t.equal(drawn.length, Math.ceil(now / 60));
    if (!/^=====[mw]*$/.test(drawn)) t.fail(`at ${now} s: ${drawn}`);
  }
  t.end();
});

t.test("seals are counted in the minute in which they end", (t) => {
  const rows = { originUs: 0, startUs: 30 * S, endUs: 180 * S };
  const ends = [29, 30, 59, 60, 179, 180, 181].map((second) => ({ offUs: second * S }));
  t.same(sealsByMinute(rows, ends), [2, 1, 2], "the one that ends with the window is its own");
  t.same(sealsByMinute(rows, ends, true), [2, 1, 1], "unless another shift follows");
  t.same(sealsByMinute({ ...rows, endUs: 30 * S }, []), [0]);
  t.end();
});

t.test("impossible rows are refused", (t) => {
  t.throws(() => letters(10, 5, []), RangeError);
  t.throws(() => letters(10, 50, [], 20), RangeError);
  t.throws(() => letters(Number.NaN, 50, []), RangeError);
  t.throws(() => letters(0, 32 * 86_400, []), RangeError);
  t.throws(() => sealsByMinute({ originUs: 0, startUs: 5, endUs: 4 }, []), RangeError);
  t.end();
});

const anyStops = fc
  .array(fc.tuple(fc.nat(70), fc.integer({ min: 1, max: 150 }), fc.constantFrom(...STOP_KINDS)), { maxLength: 40 })
  .map((steps) => {
    let at = 0;
    return steps.map(([wait, seconds, kind]) => {
      at += wait + seconds;
      return stop(kind, at - seconds, at);
    });
  });

t.test("each letter follows from what its minute holds, looked at by itself", (t) => {
  const letterKinds: Record<string, readonly StopKind[]> = {
    X: ["not-ready"],
    C: ["changeover"],
    w: ["waiting"],
    "-": ["break"],
  };
  const check = fc.property(anyStops, fc.nat(200), fc.nat(2000), (stops, from, length) => {
    const until = from + length;
    const drawn = [...letters(from, until, stops)];
    return drawn.every((letter, i) => {
      const minute = { startUs: Math.max(i * MINUTE, from * S), endUs: Math.min((i + 1) * MINUTE, until * S) };
      const us = minute.endUs - minute.startUs;
      if (us <= 0) return letter === "-";
      const spent = (...kinds: readonly StopKind[]) =>
        lengthUs(stops.filter(({ kind }) => kinds.includes(kind)).flatMap((one) => clip([one], minute)));
      const isUnknown = 2 * spent("no-data") >= us;
      if (letter === "?" || isUnknown) return letter === "?" && isUnknown;
      const working = us - spent(...STOP_KINDS) + spent("micro-stop");
      const most = Math.max(working, ...Object.values(letterKinds).map((kinds) => spent(...kinds)));
      const own = letterKinds[letter];
      if (own !== undefined) return spent(...own) === most;
      return working === most && (letter === "m") === 4 * spent("micro-stop") >= us;
    });
  });
  t.doesNotThrow(() => fc.assert(check, { numRuns: 500 }));
  t.end();
});
