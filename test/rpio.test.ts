import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import t from "tap";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { detectBoard } from "../drivers/gpio/board.ts";
import { EdgeOutlet } from "../drivers/gpio/edge-outlet.ts";
import { openRpio, rpioFault } from "../drivers/gpio/rpio.ts";
import { RpioSampler } from "../drivers/gpio/rpio-sampler.ts";
import { WorkerControl } from "../drivers/gpio/worker-control.ts";
import { BOARD_HOOK, bankFault, onRegisterBank } from "../scripts/lab/register-bank.ts";

const RECORDER = 2;
const BLIND_AFTER_US = 20_000;

/** A sampler of two lines, and what came out of it. */
class SamplerBench {
  readonly control = new WorkerControl();
  readonly ring: EdgeRing;
  readonly entries: (readonly unknown[])[] = [];
  readonly #sampler: RpioSampler;

  constructor(capacity = 1024, recorders: readonly number[] = [RECORDER]) {
    this.ring = new EdgeRing(capacity);
    const outlet = new EdgeOutlet(this.ring, this.control, { lines: [0, 1], recorders }, { wake: () => {} });
    this.#sampler = new RpioSampler(outlet, 2, BLIND_AFTER_US);
  }

  look(timeUs: number, first: 0 | 1, second: 0 | 1): void {
    this.#sampler.look(timeUs, (line) => (line === 0 ? first : second));
  }

  drain(): (readonly unknown[])[] {
    const from = this.entries.length;
    this.ring.drain((...entry) => this.entries.push(entry[3] ? entry : entry.slice(0, 3)));
    return this.entries.slice(from);
  }
}

t.test("a change has the time of the look that found it; a second of silence is broken by a repeat", (t) => {
  const bench = new SamplerBench();
  for (let ms = 0; ms <= 2500; ms++) bench.look(1_000_000 + ms * 1000, ms >= 700 ? 1 : 0, 1);
  t.same(bench.drain(), [
    [1_000_000, RECORDER, 1],
    [1_000_000, 0, 0],
    [1_000_000, 1, 1],
    [1_700_000, 0, 1],
    [2_700_000, 0, 1],
  ]);
  t.match(bench.control.counters(), { beats: 2501, edges: 1, blindIntervals: 0, worstGapUs: 1000 });
  t.end();
});

t.test("looks too far apart leave a hole from the one to the other, and levels are said anew", (t) => {
  const bench = new SamplerBench();
  bench.look(1_000_000, 0, 1);
  bench.look(1_020_000, 1, 1);
  bench.look(1_040_001, 0, 1);
  t.same(bench.drain().slice(3), [
    [1_020_000, 0, 1],
    [1_020_000, RECORDER, 0],
    [1_040_001, 0, 0],
    [1_040_001, 1, 1],
    [1_040_001, RECORDER, 1],
  ]);
  t.match(bench.control.counters(), { blindIntervals: 1, blindUs: 20_001, worstGapUs: 20_001 });
  t.end();
});

t.test("without a channel to say it on, a hole is counted only", (t) => {
  const bench = new SamplerBench(1024, []);
  bench.look(1_000_000, 0, 1);
  bench.look(1_100_000, 0, 1);
  t.same(bench.drain(), [
    [1_000_000, 0, 0],
    [1_000_000, 1, 1],
    [1_100_000, 0, 0],
    [1_100_000, 1, 1],
  ]);
  t.match(bench.control.counters(), { blindIntervals: 1, blindUs: 100_000 });
  t.end();
});

t.test("a full ring refuses and counts; with room again every level is said, behind a mark", (t) => {
  const bench = new SamplerBench(128);
  for (let i = 0; i < 200; i++) bench.look(1_000_000 + i * 1000, (i % 2) as 0 | 1, 0);
  t.equal(bench.ring.lost, 3 + 199 - 128);
  t.equal(bench.drain().length, 128);
  bench.look(1_201_000, 1, 1);
  const behind = bench.drain();
  t.same(behind[0], [1_201_000, RECORDER, 1, true]);
  t.same(
    new Map(behind.map(([, channel, level]) => [channel, level])),
    new Map([
      [RECORDER, 1],
      [0, 1],
      [1, 1],
    ]),
  );
  t.end();
});

t.test("a sign of life that does not fit is no loss", (t) => {
  const bench = new SamplerBench(128);
  for (let i = 0; i < 126; i++) bench.look(1_000_000 + i * 1000, (i % 2) as 0 | 1, 0);
  t.equal(bench.ring.free, 0);
  for (let i = 126; i < 5000; i++) bench.look(1_000_000 + i * 1000, 1, 0);
  t.equal(bench.ring.lost, 0);
  bench.look(6_000_000, 0, 0);
  for (let i = 1; i < 5000; i++) bench.look(6_000_000 + i * 1000, 0, 0);
  t.equal(bench.ring.lost, 1);
  bench.drain();
  for (let i = 5000; i < 6001; i++) bench.look(6_000_000 + i * 1000, 0, 0);
  t.match(bench.drain(), [
    [Number, RECORDER, 1, true],
    [Number, 0, 0],
    [Number, 1, 0],
  ]);
  t.end();
});

t.test("whatever the rhythm of looks and stalls: times never go back, and the levels are right in the end", (t) => {
  const look = fc.record({
    afterUs: fc.integer({ min: 0, max: 30_000 }),
    levels: fc.constantFrom<readonly [0 | 1, 0 | 1]>([0, 0], [0, 1], [1, 0], [1, 1]),
    drains: fc.boolean(),
  });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(look, { minLength: 1, maxLength: 400 }), (looks) => {
        const bench = new SamplerBench(128);
        let timeUs = 0;
        let last = looks[0]?.levels as readonly [0 | 1, 0 | 1];
        for (const { afterUs, levels, drains } of looks) {
          timeUs += afterUs;
          last = levels;
          bench.look(timeUs, ...levels);
          if (drains) bench.drain();
        }
        bench.drain();
        bench.look(timeUs + BLIND_AFTER_US + 1, ...last);
        bench.drain();
        const times = bench.entries.map(([timeUs]) => timeUs as number);
        const levels = new Map(bench.entries.map(([, channel, level]) => [channel, level]));
        return (
          times.every((us, i) => us >= (times[i - 1] ?? 0)) && levels.get(0) === last[0] && levels.get(1) === last[1]
        );
      }),
    ),
  );
  t.end();
});

t.test("boards that rpio does not know are refused by name, with what to do", async (t) => {
  const boardOf = (model: string) => detectBoard(t.testdir({ proc: { "device-tree": { model: `${model}\0` } } }));
  const folder = t.testdirName;
  for (const model of [
    "Raspberry Pi 5 Model B Rev 1.0",
    "Raspberry Pi 500 Rev 1.0",
    "Raspberry Pi Compute Module 5 Rev 1.0",
  ]) {
    const board = boardOf(model);
    t.match(board, { kind: "pi5", headerChip: "pinctrl-rp1" }, model);
    t.match(rpioFault(board), { fault: { source: "rpio", remedy: 'use the driver "chardev"' } });
  }
  for (const model of ["Raspberry Pi 6", "Orange Pi Zero", "Raspberry Pi 50", "x\x1b[2J"]) {
    const board = boardOf(model);
    t.equal(board.kind, "other");
    t.match(rpioFault(board), { message: /is not a Raspberry Pi 0 to 4, the only boards it knows/ });
  }
  t.match(rpioFault(detectBoard(join(folder, "none"))), { message: /a computer without a device tree is not/ });
  const known: readonly (readonly [string, string])[] = [
    ["Raspberry Pi Model B Rev 2", "pinctrl-bcm2835"],
    ["Raspberry Pi Zero 2 W Rev 1.0", "pinctrl-bcm2835"],
    ["Raspberry Pi 3 Model B Plus Rev 1.3", "pinctrl-bcm2835"],
    ["Raspberry Pi Compute Module 3 Plus Rev 1.0", "pinctrl-bcm2835"],
    ["Raspberry Pi 4 Model B Rev 1.4", "pinctrl-bcm2711"],
    ["Raspberry Pi 400 Rev 1.0", "pinctrl-bcm2711"],
    ["Raspberry Pi Compute Module 4S Rev 1.0", "pinctrl-bcm2711"],
  ];
  for (const [model, headerChip] of known) {
    const board = boardOf(model);
    t.same(board, { model, kind: "pi", headerChip });
    t.match(rpioFault(board, folder), { message: /^\/dev\/gpiomem: there is no such device; / });
  }
  t.equal(rpioFault(boardOf("Raspberry Pi 2"), t.testdir({ dev: { gpiomem: "" } })), null);
});

t.test("options out of range are refused", async (t) => {
  const line = { name: "sealing", pin: 17 };
  for (const rateHz of [99, 5001, Number.NaN]) await t.rejects(openRpio({ lines: [line], rateHz }), RangeError);
  for (const blindAfterMs of [1, 1001, Number.NaN])
    await t.rejects(openRpio({ lines: [line], blindAfterMs }), RangeError);
  await t.rejects(openRpio({ lines: [line], rateHz: 100, blindAfterMs: 19 }), RangeError);
  for (const pin of [-1, 54, 1.5]) await t.rejects(openRpio({ lines: [{ ...line, pin }] }), RangeError);
});

const fault = bankFault();
const onBank = "rpio's own code on a register bank";
if (fault !== null) t.test(onBank, { skip: fault }, () => {});
else {
  const hook = join(t.testdir({ "model.cjs": BOARD_HOOK }), "model.cjs");
  const program = fileURLToPath(new URL("./rpio-bank.js", import.meta.url));
  const options = `${process.env.NODE_OPTIONS ?? ""} --require "${hook}"`;
  t.spawn("unshare", onRegisterBank(program), { env: { ...process.env, NODE_OPTIONS: options } }, onBank);
}
