import fc from "fast-check";
import t from "tap";
import type { ChannelKind } from "../algorithms/signal.ts";
import type { Change } from "../sim/change.ts";
import { SEALING } from "../sim/machine-signals.ts";
import { disturb, withPulseEnds } from "../sim/panel.ts";
import { PANELS, type PanelSpec } from "../sim/panel-spec.ts";
import { Random, type Range } from "../sim/random.ts";
import { type RecorderSpec, record, type SimulatedEdge } from "../sim/recorder.ts";

const CONTACTS = ["availability", "sealing"] as const;
const HOUR_US = 3.6e9;

/** A machine that is ready from the start and seals 2 s out of 6. */
function seals(count: number): Change[] {
  const changes: Change[] = [{ timeUs: 0, channel: 0, level: 1 }];
  for (let i = 0; i < count; i++)
    changes.push({ timeUs: 6e6 * i + 1e6, channel: 1, level: 1 }, { timeUs: 6e6 * i + 3e6, channel: 1, level: 0 });
  return changes;
}

function noisy(panel: PanelSpec, changes: readonly Change[], endUs: number, seed = 1): Change[] {
  return [...disturb(panel, CONTACTS, changes, () => endUs, new Random(seed))];
}

function recorded(changes: readonly Change[], endUs: number, spec: Partial<RecorderSpec> = {}): SimulatedEdge[] {
  const channels: readonly ChannelKind[] = spec.holes?.length ? ["recorder", ...CONTACTS] : CONTACTS;
  const plain: RecorderSpec = { channels, timeStepUs: 1, holes: [], swapped: false, inverted: [] };
  return [...record({ ...plain, ...spec }, CONTACTS, changes, () => endUs)];
}

const only = (part: Partial<PanelSpec>): PanelSpec => ({ ...PANELS.none, channels: ["sealing"], ...part });

const rangeOf = (min: number, max: number): fc.Arbitrary<Range> =>
  fc.tuple(fc.integer({ min, max }), fc.integer({ min, max })).map(([a, b]) => [Math.min(a, b), Math.max(a, b)]);
const lengths = (max: number) => rangeOf(0, max * 1e6).map(([a, b]): Range => [a / 1e6, b / 1e6]);
const rates = fc.constantFrom(0, 0.1, 5, 200);

const panels: fc.Arbitrary<PanelSpec> = fc.record({
  channels: fc.subarray(["availability", "sealing"] as ChannelKind[]),
  bounce: fc.record({ bounces: rangeOf(0, 5), lengthSeconds: lengths(3) }),
  glitches: fc.record({ perSecond: rates, lengthSeconds: lengths(0.02) }),
  bursts: fc.record({
    perSecond: rates,
    glitches: rangeOf(1, 60),
    lengthSeconds: lengths(0.01),
    pauseSeconds: lengths(0.02),
  }),
  dropouts: fc.record({ share: fc.constantFrom(0, 0.5, 1), lengthSeconds: lengths(5) }),
  spuriousPulses: fc.record({ perSecond: rates, lengthSeconds: lengths(0.6) }),
  mains: fc.record({
    perSecond: rates,
    lengthSeconds: lengths(1.5),
    frequencyHertz: fc.constantFrom(50, 60),
    duty: fc.constant([0.3, 0.49] as const),
  }),
  stuck: fc.array(
    fc.record({
      channel: fc.constantFrom(...CONTACTS),
      contact: fc.constantFrom("open" as const, "closed" as const),
      atSeconds: fc.integer({ min: 0, max: 60 }),
      lengthSeconds: fc.integer({ min: 1, max: 60 }),
    }),
    { maxLength: 2 },
  ),
  swapped: fc.boolean(),
  inverted: fc.subarray(["availability", "sealing"] as ChannelKind[]),
});

t.test("whatever the panel does, levels alternate, times are integers in order, and the end is told", (t) => {
  const endUs = 65_000_000;
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(panels, fc.nat(), fc.constantFrom(1, 1000, 100_000), fc.boolean(), (panel, seed, step, hole) => {
        const holes = hole ? [{ atSeconds: 10, lengthSeconds: 21.5 }] : [];
        const { swapped, inverted } = panel;
        const spec = { swapped, inverted, timeStepUs: step, holes };
        const edges = recorded(noisy(panel, seals(10), endUs, seed), endUs, spec);
        const channels = hole ? 3 : 2;
        const last = edges.splice(-channels);
        const levels: (number | null)[] = Array(channels).fill(null);
        let nowUs = 0;
        for (const { timeUs, channel, level } of edges) {
          if (timeUs < nowUs || timeUs % step !== 0 || timeUs > endUs) throw new Error(`bad time ${timeUs}`);
          if (levels[channel] === level) throw new Error(`the same level twice at ${timeUs}`);
          if (hole && channel > 0 && timeUs > 10e6 && timeUs < 31.5e6) throw new Error("recorded in a hole");
          levels[channel] = level;
          nowUs = timeUs;
        }
        return last.every((edge, i) => edge.timeUs === endUs && edge.channel === i && edge.level === levels[i]);
      }),
      { numRuns: 300 },
    ),
  );
  t.end();
});

t.test("no panel: the clean contacts pass as they are", (t) => {
  t.same(noisy(PANELS.none, seals(500), HOUR_US), seals(500));
  t.end();
});

t.test("bounce: each change happens when it does, falls back and returns within its time", (t) => {
  const panel = only({ bounce: { bounces: [2, 2], lengthSeconds: [0.005, 0.015] } });
  const changes = noisy(panel, seals(100), HOUR_US).slice(1);
  t.equal(changes.length, 200 * 5);
  seals(100)
    .slice(1)
    .forEach((clean, i) => {
      const own = changes.slice(5 * i, 5 * i + 5);
      const lengthUs = (own[4]?.timeUs as number) - clean.timeUs;
      t.same(own[0], clean);
      t.ok(own[4]?.level === clean.level && lengthUs >= 5000 && lengthUs <= 15_000, `${lengthUs} us`);
    });
  t.end();
});

t.test("the rates of the named panels are what they say", (t) => {
  const hours = 40;
  const count = (part: Partial<PanelSpec>) => noisy(only(part), [], hours * HOUR_US).length / 2;
  for (const [name, glitches, bursts] of [
    ["quiet", 0.05, 0.002],
    ["busy", 1, 0.03],
    ["hostile", 5, 0.1],
  ] as const) {
    const perSecond = count({ glitches: PANELS[name].glitches }) / (hours * 3600);
    t.ok(Math.abs(perSecond / glitches - 1) < 0.05, `${name}: ${perSecond} glitches a second`);
    const train = { ...PANELS[name].bursts, glitches: [20, 20] as const };
    const trains = count({ bursts: train }) / 20 / (hours * 3600);
    t.ok(Math.abs(trains / bursts - 1) < 0.2, `${name}: ${trains} bursts a second`);
    const { spuriousPulses } = PANELS[name];
    const spurious = count({ spuriousPulses }) / (hours * 3600);
    t.ok(Math.abs(spurious / spuriousPulses.perSecond - 1) < 0.25, `${name}: ${spurious} long pulses a second`);
  }
  t.end();
});

t.test("drop-outs lie inside their share of the seals", (t) => {
  for (const [name, share] of [
    ["quiet", 0.05],
    ["busy", 0.3],
    ["hostile", 0.6],
  ] as const) {
    const changes = noisy(only({ dropouts: PANELS[name].dropouts }), seals(10_000), 61_000e6).slice(1);
    const found = (changes.length - 20_000) / 2;
    t.ok(Math.abs(found / 10_000 - share) < 0.02, `${name}: ${found} of 10,000`);
    t.ok(changes.every(({ timeUs }) => timeUs % 6e6 >= 1e6 && timeUs % 6e6 <= 3e6));
  }
  t.end();
});

t.test("mains: half-waves at the frequency, never half of the time", (t) => {
  const mains = { ...PANELS.quiet.mains, perSecond: 0.01, lengthSeconds: [1, 1] as const, frequencyHertz: 60 };
  const changes = noisy(only({ mains }), [], HOUR_US);
  const ons = changes.filter((change) => change.level === 1).map((change) => change.timeUs);
  const periods = ons.slice(1).flatMap((on, i) => (on - (ons[i] as number) < 30_000 ? [on - (ons[i] as number)] : []));
  t.ok(periods.length > 1000 && periods.every((us) => Math.abs(us - 16_667) <= 50));
  const closedUs = changes.reduce((sum, { timeUs, level }) => sum + (level === 1 ? -timeUs : timeUs), 0);
  const duty = closedUs / (ons.length * 16_667);
  t.ok(duty > 0.3 && duty < 0.48, `duty ${duty}`);
  t.end();
});

t.test("a contact that hangs shows nothing of the machine until it is free", (t) => {
  const stuck = [
    { channel: "sealing", contact: "closed", atSeconds: 2, lengthSeconds: 12 },
    { channel: "availability", contact: "open", atSeconds: 5, lengthSeconds: 1000 },
  ] as const;
  t.same(
    noisy(only({ stuck }), seals(4), 30e6).map((c) => [c.timeUs / 1e6, c.channel, c.level]),
    [
      [0, 0, 1],
      [1, 1, 1],
      [5, 0, 0],
      [15, 1, 0],
      [19, 1, 1],
      [21, 1, 0],
    ],
    "freed at 14 s inside a seal: it shows that seal to its end; nothing comes after the end of the recording",
  );
  t.end();
});

t.test("swapped and inverted wires: the recording shows the other contact, or the other level", (t) => {
  const plain = recorded(seals(3), 20e6);
  const swapped = recorded(seals(3), 20e6, { swapped: true });
  const key = ({ timeUs, channel, level }: SimulatedEdge) => `${timeUs} ${channel} ${level}`;
  t.same(swapped.map((e) => key({ ...e, channel: 1 - e.channel })).sort(), plain.map(key).sort());
  const inverted = recorded(seals(3), 20e6, { inverted: ["sealing"] });
  const back = inverted.map((e) => key(e.channel === 1 ? { ...e, level: e.level === 1 ? 0 : 1 } : e));
  t.same(back, plain.map(key));
  t.end();
});

t.test("a coarse clock sees only what stands at its looks", (t) => {
  const changes: Change[] = [
    { timeUs: 10_000, channel: 1, level: 1 },
    { timeUs: 20_000, channel: 1, level: 0 },
    { timeUs: 110_000, channel: 1, level: 1 },
    { timeUs: 350_000, channel: 1, level: 0 },
  ];
  t.same(
    recorded(changes, 1_230_000, { timeStepUs: 100_000 }).map((e) => [e.timeUs, e.channel, e.level]),
    [
      [0, 0, 0],
      [0, 1, 0],
      [200_000, 1, 1],
      [400_000, 1, 0],
      [1_300_000, 0, 0],
      [1_300_000, 1, 0],
    ],
  );
  t.end();
});

t.test("a hole from the start, and one to the end", (t) => {
  const holes = [
    { atSeconds: 0, lengthSeconds: 2 },
    { atSeconds: 8, lengthSeconds: 100 },
  ];
  t.same(
    recorded(seals(3), 20e6, { holes }).map((e) => [e.timeUs / 1e6, e.channel, e.level]),
    [
      [0, 0, 0],
      [2, 0, 1],
      [2, 1, 1],
      [2, 2, 1],
      [3, 2, 0],
      [7, 2, 1],
      [8, 0, 0],
      [20, 0, 0],
    ],
  );
  t.end();
});

t.test("the look-ahead for the end of a pulse is bounded", (t) => {
  const changes: Change[] = [{ timeUs: 0, channel: SEALING, level: 1 }];
  for (let s = 1; s <= 100; s++) changes.push({ timeUs: s * 1e6, channel: 0, level: s % 2 === 1 ? 1 : 0 });
  let pulled = 0;
  const source = function* () {
    for (const change of changes) {
      pulled++;
      yield change;
    }
  };
  const first = withPulseEnds(source()).next();
  t.same(first.value, { ...changes[0], endUs: null });
  t.ok(pulled <= 62, `${pulled} changes`);
  t.same([...withPulseEnds(seals(1))][1], { timeUs: 1e6, channel: SEALING, level: 1, endUs: 3e6 });
  t.end();
});

t.test("what one kind of interference draws does not move another", (t) => {
  const glitches = PANELS.busy.glitches;
  const sealing = noisy(only({ glitches }), [], HOUR_US).filter((c) => c.channel === 1);
  const both = noisy(only({ glitches, channels: ["availability", "sealing"] }), [], HOUR_US);
  t.same(
    both.filter((change) => change.channel === 1),
    sealing,
  );
  t.end();
});
