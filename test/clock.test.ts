import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import t from "tap";
import { Anchors, type SavedAnchors } from "../algorithms/anchors.ts";
import { ApplianceClock } from "../runtime/clock/appliance-clock.ts";
import { MachineTime } from "../runtime/daemon/timekeeping.ts";
import { readClock, type SystemClock, systemClock } from "../runtime/clock/system-clock.ts";

const SECOND = 1_000_000;
const HOUR = 3600 * SECOND;
/** 2026-03-02 06:00 UTC. */
const MORNING = Date.UTC(2026, 2, 2, 6) * 1000;

t.test("a late time server moves everything recorded in this boot, and durations stay", (t) => {
  const anchors = new Anchors();
  const { boot } = anchors.begin("a", 10 * SECOND, 15 * SECOND, false);
  t.equal(anchors.wallOf(boot, 20 * SECOND), 25 * SECOND, "a first boot believes what it sees");
  t.equal(anchors.qualityOf(boot), "untrusted");
  t.same(anchors.observe(boot, 70 * SECOND, MORNING, true), [
    { boot: 1, atMonoUs: 70 * SECOND, beforeOffsetUs: 5 * SECOND, afterOffsetUs: MORNING - 70 * SECOND },
  ]);
  t.equal(anchors.wallOf(boot, 20 * SECOND), MORNING - 50 * SECOND);
  t.equal(anchors.qualityOf(boot), "trusted");
  t.end();
});

t.test("differences up to 2 s are kept silently, and never add up", (t) => {
  const anchors = new Anchors();
  const { boot } = anchors.begin("a", 0, MORNING, true);
  t.same(anchors.observe(boot, SECOND, MORNING + 3 * SECOND, true), [], "2 s ahead");
  t.equal(anchors.wallOf(boot, 0), MORNING);
  const steps = anchors.observe(boot, 2 * SECOND, MORNING + 4 * SECOND + 1, true);
  t.equal(steps[0]?.afterOffsetUs, MORNING + 2 * SECOND + 1, "a microsecond more, against the offset in use");
  t.end();
});

t.test("a clock that nobody vouches for does not move a boot that is trusted", (t) => {
  const anchors = new Anchors();
  const { boot } = anchors.begin("a", 0, MORNING, true);
  t.same(anchors.observe(boot, SECOND, 0, false), []);
  t.equal(anchors.wallOf(boot, SECOND), MORNING + SECOND);
  t.equal(anchors.qualityOf(boot), "trusted");
  t.end();
});

t.test("without a battery a boot begins 1 s after what is known, until somebody knows better", (t) => {
  const anchors = new Anchors();
  const first = anchors.begin("a", 0, MORNING, true).boot;
  anchors.reached(first, HOUR);
  const { boot, steps } = anchors.begin("b", 8 * SECOND, MORNING - HOUR, false);
  t.same(steps, []);
  t.equal(boot, 2);
  t.equal(anchors.qualityOf(boot), "estimated");
  t.equal(anchors.wallOf(boot, 8 * SECOND), MORNING + HOUR + SECOND);
  t.same(anchors.observe(boot, 9 * SECOND, MORNING - HOUR + SECOND, false), [], "the same wrong clock goes on");
  t.same(anchors.observe(boot, 10 * SECOND, MORNING - 2 * HOUR, false), [], "and may be set to another wrong time");
  const set = anchors.observe(boot, 20 * SECOND, MORNING + 2 * HOUR, false);
  t.equal(set.length, 1, "set by hand to a time that can be true");
  t.equal(anchors.qualityOf(boot), "untrusted");
  anchors.observe(boot, 30 * SECOND, MORNING + 3 * HOUR, true);
  t.equal(anchors.wallOf(boot, 30 * SECOND), MORNING + 3 * HOUR);
  t.end();
});

t.test("an untrusted clock after the last known time is taken as it is", (t) => {
  const anchors = new Anchors();
  anchors.reached(anchors.begin("a", 0, MORNING, true).boot, HOUR);
  const { boot } = anchors.begin("b", 0, MORNING + HOUR + SECOND, false);
  t.equal(anchors.qualityOf(boot), "untrusted");
  t.equal(anchors.wallOf(boot, 0), MORNING + HOUR + SECOND);
  anchors.observe(boot, 10 * SECOND, 0, false);
  t.equal(anchors.qualityOf(boot), "estimated", "and no longer when it falls back behind that time");
  t.equal(anchors.wallOf(boot, 0), MORNING + HOUR + SECOND);
  t.end();
});

t.test("a boot that nobody vouches for makes room for a later one that is trusted", (t) => {
  const anchors = new Anchors();
  const year = 365 * 24 * HOUR;
  const [known, ahead, guessed] = [
    anchors.begin("a", 0, MORNING, true).boot,
    anchors.begin("b", 0, MORNING + year, false).boot,
    anchors.begin("c", 0, 0, false).boot,
  ];
  anchors.reached(guessed, 60 * SECOND);
  const { boot, steps } = anchors.begin("d", 0, MORNING + HOUR, true);
  t.same(
    steps.map((step) => step.boot),
    [guessed, ahead],
  );
  t.equal(anchors.wallOf(guessed, 60 * SECOND), anchors.wallOf(boot, 0) - SECOND);
  t.equal(anchors.wallOf(ahead, 0), anchors.wallOf(guessed, 0) - SECOND);
  t.equal(anchors.wallOf(known, 0), MORNING, "what is trusted stays");
  t.end();
});

t.test("room is made for any overlap, but not at the cost of a boot that is trusted", (t) => {
  const overlapping = (trusted: boolean) => {
    const anchors = new Anchors();
    const first = anchors.begin("a", 0, MORNING, trusted).boot;
    anchors.reached(first, HOUR);
    const { steps } = anchors.begin("b", 0, MORNING + HOUR - 1, true);
    return { steps: steps.length, startUs: anchors.wallOf(first, 0) };
  };
  t.same(overlapping(false), { steps: 1, startUs: MORNING - SECOND - 1 });
  t.same(overlapping(true), { steps: 0, startUs: MORNING }, "two clocks that are both right may contradict each other");
  t.end();
});

t.test("a restart within one boot goes on in it; a new id, no id or a time gone backwards is a new boot", (t) => {
  const before = new Anchors();
  before.reached(before.begin("a", SECOND, MORNING, false).boot, 50 * SECOND);
  const saved = JSON.parse(JSON.stringify(before.save())) as SavedAnchors;
  const resumed = new Anchors(saved);
  t.same(resumed.save(), before.save());
  t.same(resumed.begin("a", 50 * SECOND, MORNING + 50 * SECOND, false), { boot: 1, steps: [] });
  t.equal(resumed.wallOf(1, SECOND), MORNING, "the same offset");
  t.equal(new Anchors(saved).begin("a", 60 * SECOND, MORNING + HOUR, true).steps.length, 1, "a step between the two");
  t.equal(new Anchors(saved).begin("a", 49 * SECOND, MORNING + HOUR, true).boot, 2);
  t.equal(new Anchors(saved).begin("b", 60 * SECOND, MORNING + HOUR, true).boot, 2);
  const nameless = new Anchors();
  t.equal(nameless.begin("", 1, MORNING, true).boot, 1);
  t.equal(nameless.begin("", 2, MORNING + HOUR, true).boot, 2);
  t.end();
});

t.test("boots of which nothing is kept are forgotten; numbers are never used again", (t) => {
  const anchors = new Anchors();
  for (let i = 0; i < 5; i++) anchors.begin(`boot ${i}`, 0, MORNING + i * HOUR, true);
  anchors.forgetBefore(3);
  t.throws(() => anchors.wallOf(2, 0), RangeError);
  t.equal(anchors.wallOf(3, 0), MORNING + 2 * HOUR);
  anchors.forgetBefore(99);
  t.same(
    anchors.save().boots.map(({ boot }) => boot),
    [4, 5],
    "what the next boot must come after stays",
  );
  t.equal(new Anchors(anchors.save()).begin("next", 0, MORNING + 9 * HOUR, true).boot, 6);
  t.end();
});

t.test("times and saved boots that make no sense are refused", (t) => {
  const anchors = new Anchors();
  t.throws(() => anchors.begin("a", -1, 0, true), RangeError);
  t.throws(() => anchors.begin("a", 0.5, 0, true), RangeError);
  t.throws(() => anchors.begin("a", 0, Number.NaN, true), RangeError);
  anchors.begin("a", 0, MORNING, true);
  anchors.begin("b", 0, MORNING + HOUR, true);
  t.throws(() => anchors.observe(1, 1, MORNING, true), RangeError, "that boot is over");
  t.throws(() => anchors.reached(3, 1), RangeError);
  const saved = anchors.save();
  const [boot] = saved.boots;
  const broken = (change: object) => () => new Anchors({ nextBoot: 3, boots: [{ ...boot, ...change } as never] });
  t.doesNotThrow(broken({}));
  t.throws(broken({ firstMonoUs: 5, lastMonoUs: 4 }), RangeError);
  t.throws(broken({ offsetUs: 0.5 }), RangeError);
  t.throws(broken({ quality: "good" }), RangeError);
  t.throws(broken({ bootId: 7 }), RangeError);
  t.throws(broken({ boot: 3 }), RangeError);
  t.throws(() => new Anchors({ nextBoot: 3, boots: [...saved.boots].reverse() }), RangeError);
  t.end();
});

/** A boot as it truly was, and what its clock showed: an error that is put right at one of its moments, or never. */
const trueBoot = fc.record({
  offUs: fc.integer({ min: 5 * SECOND, max: 100 * HOUR }),
  startMonoUs: fc.integer({ min: 0, max: 60 * SECOND }),
  stepsUs: fc.array(fc.integer({ min: 1, max: 10 * HOUR }), { maxLength: 6 }),
  errorsUs: fc.array(fc.integer({ min: -50 * 8766 * HOUR, max: 10 * 8766 * HOUR }), { minLength: 1, maxLength: 7 }),
  rightFrom: fc.integer({ min: 0, max: 7 }),
});

t.test("whatever untrusted clocks show, time never goes backwards, and trusted boots are where they were", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(trueBoot, { minLength: 1, maxLength: 5 }), fc.boolean(), (boots, restarts) => {
        let anchors = new Anchors();
        const recorded: { boot: number; monoUs: number; trueUs: number }[] = [];
        let trueUs = MORNING;
        const check = () => {
          const wall = recorded.map(({ boot, monoUs }) => anchors.wallOf(boot, monoUs));
          if (wall.some((us, i) => i > 0 && us < (wall[i - 1] as number))) throw new Error(`backwards: ${wall}`);
          recorded.forEach(({ boot, trueUs }, i) => {
            const offUs = Math.abs((wall[i] as number) - trueUs);
            if (anchors.qualityOf(boot) === "trusted" && offUs > 2 * SECOND) throw new Error(`${boot} off ${offUs}`);
          });
        };
        boots.forEach(({ offUs, startMonoUs, stepsUs, errorsUs, rightFrom }, index) => {
          trueUs += offUs;
          let monoUs = startMonoUs;
          const moments = [0, ...stepsUs, ...(index === boots.length - 1 ? [1] : [])];
          let boot = 0;
          moments.forEach((stepUs, i) => {
            trueUs += stepUs;
            monoUs += stepUs;
            const trusted = i >= rightFrom || (index === boots.length - 1 && i === moments.length - 1);
            const shownUs = trusted ? trueUs : trueUs + (errorsUs[i % errorsUs.length] as number);
            if (restarts) anchors = new Anchors(anchors.save());
            if (i === 0 || restarts) boot = anchors.begin(`boot ${index}`, monoUs, shownUs, trusted).boot;
            else anchors.observe(boot, monoUs, shownUs, trusted);
            if (boot !== index + 1) throw new Error(`boot ${index + 1} got number ${boot}`);
            recorded.push({ boot, monoUs, trueUs });
            check();
          });
        });
        return anchors.qualityOf(boots.length) === "trusted";
      }),
      { numRuns: 300 },
    ),
  );
  t.end();
});

/** A clock that tells what the test sets. */
function setClock(): SystemClock & { mono: number; wall: number; trusted: boolean } {
  return {
    mono: 0,
    wall: MORNING,
    trusted: false,
    monoUs() {
      return this.mono;
    },
    wallUs() {
      return this.wall;
    },
    bootId: () => "a",
    wallIsTrusted() {
      return this.trusted;
    },
  };
}

t.test("the appliance's time follows the anchors, not the system clock", (t) => {
  const clock = setClock();
  const anchors = new Anchors();
  const appliance = new ApplianceClock(clock, anchors);
  t.same(appliance.stepsAtStart, []);
  clock.mono = 5 * SECOND;
  clock.wall = MORNING + HOUR;
  t.equal(appliance.monoUs(), 5 * SECOND);
  t.equal(appliance.wallUs(), MORNING + 5 * SECOND, "a step counts once it was looked at");
  t.same(
    appliance.check().map(({ boot, atMonoUs }) => [boot, atMonoUs]),
    [[appliance.boot, 5 * SECOND]],
  );
  t.equal(appliance.wallUs(), MORNING + HOUR);
  clock.wall += 3 * HOUR;
  t.same(
    new ApplianceClock(clock, anchors).stepsAtStart.map(({ boot }) => boot),
    [appliance.boot],
    "a step while the process was down",
  );
  t.end();
});

t.test(
  "an appliance that is switched on each day for years knows its latest boots, and what it writes stays small",
  (t) => {
    let saved: SavedAnchors | null = null;
    const clock = setClock();
    for (let day = 1; day <= 1000; day++) {
      clock.wall = MORNING + day * 24 * HOUR;
      const bootId = `00000000-0000-4000-8000-${String(day).padStart(12, "0")}`;
      const time: MachineTime = new MachineTime({ ...clock, bootId: () => bootId }, saved, null);
      saved = time.save();
      t.equal(time.boot, day);
    }
    const boots = saved?.boots ?? [];
    t.same([boots.length, boots[0]?.boot, boots.at(-1)?.boot], [60, 941, 1000]);
    const time = new MachineTime(clock, saved, null);
    t.same([time.knows(941), time.knows(942), time.knows(1001)], [false, true, true]);
    t.end();
  },
);

t.test("two clocks that could not be read together say nothing about a step", (t) => {
  const clock = setClock();
  const appliance = new ApplianceClock(clock, new Anchors());
  let pauses = 0;
  const slow = (times: number) => {
    pauses = times;
    clock.wallUs = () => {
      if (pauses-- > 0) clock.mono += 3 * SECOND;
      return MORNING + clock.mono;
    };
  };
  slow(2);
  t.equal(readClock(clock).spreadUs, 0, "the closest attempt counts");
  slow(99);
  clock.trusted = true;
  t.same(appliance.check(), []);
  t.end();
});

t.test("the machine's own clocks", (t) => {
  const folder = t.testdir({ boot_id: "00000000-1111-2222-3333-444444444444\n", odd: "what?\n" });
  const clock = systemClock(join(folder, "boot_id"), join(folder, "synchronized"));
  t.equal(clock.bootId(), "00000000-1111-2222-3333-444444444444");
  t.equal(clock.wallIsTrusted(), false);
  writeFileSync(join(folder, "synchronized"), "");
  t.equal(clock.wallIsTrusted(), true);
  t.equal(systemClock(join(folder, "odd")).bootId(), "", "no id that could be mistaken for one");
  t.equal(systemClock(join(folder, "none")).bootId(), "");
  const [before, after] = [clock.monoUs(), clock.monoUs()];
  t.ok(Number.isSafeInteger(before) && before <= after);
  t.ok(Number.isSafeInteger(systemClock().wallUs()));
  t.end();
});
