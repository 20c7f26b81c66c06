import t from "tap";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { openChardev } from "../drivers/gpio/chardev.ts";
import {
  chipInfoBytes,
  EVENT_BYTES,
  lineInfoBytes,
  lineRequestBytes,
  lineValuesBytes,
  parseChipInfo,
  parseEvents,
  parseLineInfo,
  parseLineValues,
  requestedFd,
} from "../drivers/gpio/chardev-abi.ts";
import { findChip } from "../drivers/gpio/chardev-chips.ts";
import type { WantedLine } from "../drivers/gpio/chardev-request.ts";
import { ChardevWatcher } from "../drivers/gpio/chardev-watcher.ts";
import { EdgeOutlet } from "../drivers/gpio/edge-outlet.ts";
import { EventSequence } from "../drivers/gpio/event-sequence.ts";
import { type Kernel, openKernel } from "../drivers/gpio/kernel.ts";
import { WorkerControl } from "../drivers/gpio/worker-control.ts";
import { InputError } from "../drivers/input-error.ts";
import { driverContract, type SeenEdge } from "./driver-contract.ts";
import { FakeGpio } from "./fake-gpio.ts";

const SEALING = 0;
const AVAILABILITY = 1;
const RECORDER = 2;

interface Watched {
  /** Time, channel, level, and `true` behind them where edges were lost before. */
  readonly entries: readonly (readonly unknown[])[];
  readonly lost: number;
  readonly counters: ReturnType<WorkerControl["counters"]>;
  readonly troubles: readonly (string | null)[];
}

const two: readonly WantedLine[] = [
  { line: 17, bias: null, activeLow: false },
  { line: "GPIO27", bias: null, activeLow: false },
];

/** Runs the watcher over the chip's stimulus, and for `restMs` after it. */
function watch(gpio: FakeGpio, restMs = 0, lines = two, hasRecorder = true): Watched {
  const ring = new EdgeRing(4096);
  const control = new WorkerControl();
  const channels = { lines: lines.map((_, i) => i), recorders: hasRecorder ? [RECORDER] : [] };
  const troubles: (string | null)[] = [];
  const voice = { started: () => {}, trouble: (message: string | null) => troubles.push(message) };
  let endUs: number | null = null;
  gpio.whenOver = () => {
    endUs ??= gpio.us + restMs * 1000;
    if (gpio.us >= endUs) control.stop();
  };
  const outlet = new EdgeOutlet(ring, control, channels, { wake: () => {} });
  new ChardevWatcher(gpio, { chip: null, lines, pollMs: 50 }, outlet, voice, gpio).run();
  const entries: unknown[][] = [];
  ring.drain((timeUs, channel, level, lostBefore) => {
    entries.push(lostBefore ? [timeUs, channel, level, true] : [timeUs, channel, level]);
  });
  return { entries, lost: ring.lost, counters: control.counters(), troubles };
}

/** What opening fails with. */
function faultOf(gpio: FakeGpio, lines: readonly WantedLine[] = two, chip: string | null = null): string {
  const outlet = new EdgeOutlet(
    new EdgeRing(256),
    new WorkerControl(),
    { lines: [0, 1], recorders: [] },
    { wake() {} },
  );
  const voice = { started() {}, trouble() {} };
  try {
    new ChardevWatcher(gpio, { chip, lines, pollMs: 50 }, outlet, voice, gpio).run();
    return "no fault";
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message;
  }
}

t.test("the bytes are those of <linux/gpio.h>, as a C compiler lays them out", (t) => {
  const request = lineRequestBytes(
    [
      { offset: 17, bias: null, activeLow: false },
      { offset: 27, bias: "pull-up", activeLow: true },
      { offset: 300, bias: null, activeLow: false },
    ],
    "sealtrace",
  );
  t.equal(request.length, 592);
  t.equal(request.toString("hex", 0, 12), "110000001b0000002c010000", "offsets");
  t.equal(request.toString("latin1", 256, 266), "sealtrace\0");
  t.equal(
    request.toString("hex", 288, 344),
    "34000000000000000100000000000000000000000000000000000000000000000100000000000000360100000000000002000000" +
      "00000000",
    "flags of all, and an attribute for the second line",
  );
  t.equal(request.toString("hex", 560, 568), "0300000000040000", "three lines, 1024 events");
  request.writeInt32LE(-7, 588);
  t.equal(requestedFd(request), -7);
  const event = "efcdab89674523010200000011000000feffffff03000000".padEnd(96, "0");
  t.same(parseEvents(Buffer.from(event + event.slice(0, 40), "hex")), [
    { timeUs: 81_985_529_216_486, offset: 17, level: 0, seqno: 4_294_967_294 },
  ]);
  const info = lineInfoBytes(17);
  t.equal(info.length, 256);
  t.equal(info.readUInt32LE(64), 17);
  info.write("GPIO17", 0);
  info.write("onewire@0\x1b[2J", 32);
  info.writeUInt32LE(5, 72);
  t.same(parseLineInfo(info), { offset: 17, name: "GPIO17", consumer: "onewire@0\\x1b[2J", isUsed: true });
  const chip = chipInfoBytes();
  t.equal(chip.length, 68);
  Buffer.from("6770696f6368697030", "hex").copy(chip, 0);
  Buffer.from("70696e6374726c2d62636d32373131", "hex").copy(chip, 32);
  chip[64] = 58;
  t.same(parseChipInfo(chip), { name: "gpiochip0", label: "pinctrl-bcm2711", lines: 58 });
  t.equal(lineValuesBytes(3).toString("hex"), "00000000000000000700000000000000");
  t.equal(lineValuesBytes(64).toString("hex"), "0000000000000000ffffffffffffffff");
  t.same(parseLineValues(Buffer.from("05000000000000000700000000000000", "hex"), 3), [1, 0, 1]);
  t.equal(EVENT_BYTES, 48);
  t.end();
});

t.test("levels at the start, edges with the kernel's times, and a sign of life each second", (t) => {
  const gpio = new FakeGpio(28);
  gpio.set(27, 1);
  gpio.after(1500, () => gpio.set(17, 1)).after(100, () => gpio.set(27, 0));
  const { entries, lost, counters, troubles } = watch(gpio, 2000);
  t.same(entries.slice(0, 5), [
    [1_000_000, RECORDER, 1],
    [1_000_000, SEALING, 0],
    [1_000_000, AVAILABILITY, 1],
    [1_001_500, SEALING, 1],
    [1_001_600, AVAILABILITY, 0],
  ]);
  const beats = entries.slice(5).map(([timeUs]) => timeUs as number);
  t.ok(beats.length >= 1 && beats.every((timeUs, i) => timeUs - (beats[i - 1] ?? 1_001_600) <= 1_100_000), `${beats}`);
  t.same(
    entries.slice(5).map(([, ...rest]) => rest),
    beats.map(() => [SEALING, 1]),
    "which repeats a level",
  );
  t.equal(lost, 0);
  t.match(counters, { hiddenGlitches: 0, corrections: 0, blindIntervals: 0 });
  t.same(troubles, []);
  t.same([...gpio.openFds], [], "every descriptor is closed at the end");
  t.end();
});

t.test("lines are asked for as inputs with their own bias and polarity", (t) => {
  const gpio = new FakeGpio(4);
  gpio.set(2, 1);
  let flags: (bigint | null)[] = [];
  gpio.after(10, () => {
    flags = [0, 1, 2, 3].map((offset) => gpio.flagsOf(offset));
  });
  gpio.after(10, () => gpio.set(2, 0));
  const lines: WantedLine[] = [
    { line: 3, bias: null, activeLow: false },
    { line: 2, bias: "pull-up", activeLow: true },
    { line: 1, bias: "pull-down", activeLow: false },
    { line: 0, bias: "disabled", activeLow: true },
  ];
  const { entries } = watch(gpio, 0, lines, false);
  const both = 0b110100n;
  t.same(flags, [both | 0x402n, both | 0x200n, both | 0x102n, both]);
  t.same(entries, [
    [1_000_000, 0, 0],
    [1_000_000, 1, 0],
    [1_000_000, 2, 0],
    [1_000_000, 3, 1],
    [1_050_020, 1, 1],
  ]);
  t.end();
});

t.test("a burst that the kernel cannot keep: arrived and lost are what was driven, and the level is right", (t) => {
  const gpio = new FakeGpio(28);
  gpio.after(10, () => {
    for (let i = 0; i < 101; i++) {
      gpio.us += 10;
      gpio.set(17, i % 2 === 0 ? 1 : 0);
    }
  });
  const { entries, lost, counters } = watch(gpio, 2000);
  const arrived = entries.filter(([timeUs]) => (timeUs as number) > 1_000_000 && (timeUs as number) <= 1_001_020);
  t.equal(arrived.length + lost, 101);
  t.equal(counters.edges, arrived.length);
  t.equal(lost, 69, "32 of two lines are kept");
  t.same(arrived[0]?.[3], true, "the first behind the hole says so");
  t.equal(entries.filter((entry) => entry[3] === true).length, 1, "and no other");
  t.same(entries.findLast(([, channel]) => channel === SEALING)?.[2], 1);
  t.end();
});

t.test("interrupts that the chip kept from before are no loss", (t) => {
  const gpio = new FakeGpio(28);
  gpio.kept = 2;
  gpio.after(700, () => gpio.set(17, 1));
  const { entries, lost, counters } = watch(gpio, 500);
  t.equal(lost, 0);
  t.equal(counters.edges, 1);
  t.notOk(entries.find(([, , , isMarked]) => isMarked));
  t.end();
});

t.test("edges that interrupts ran together are counted by the number", (t) => {
  const gpio = new FakeGpio(28);
  gpio.after(10, () => gpio.tell(17, 1, 2));
  gpio.setSilently(17, 0);
  gpio.after(0, () => gpio.setSilently(17, 1));
  const { lost, counters } = watch(gpio, 2000);
  t.equal(lost, 2);
  t.equal(counters.corrections, 0, "the levels agree afterwards");
  t.end();
});

t.test("levels that a loss left wrong are put right at once, and not counted twice", (t) => {
  const gpio = new FakeGpio(28);
  gpio.after(10, () => {
    gpio.setSilently(27, 1);
    gpio.tell(17, 1, 1);
    gpio.setSilently(17, 1);
  });
  const { entries, lost, counters } = watch(gpio, 500);
  t.equal(lost, 1);
  t.equal(counters.corrections, 1);
  const put = entries.find(([timeUs, channel]) => channel === AVAILABILITY && (timeUs as number) > 1_000_000);
  t.same(put?.slice(1), [AVAILABILITY, 1, true]);
  t.ok((put?.[0] as number) < 1_200_000, "without waiting for the next look");
  t.end();
});

t.test("a pulse of which one edge was told is a hidden glitch, no error", (t) => {
  const gpio = new FakeGpio(28);
  gpio.after(10, () => gpio.set(17, 1)).after(500, () => gpio.tell(17, 1));
  const { entries, lost, counters } = watch(gpio);
  t.equal(counters.hiddenGlitches, 1);
  t.equal(lost, 0);
  t.same(entries.slice(3), [
    [1_000_010, SEALING, 1],
    [1_000_510, SEALING, 1],
  ]);
  t.end();
});

t.test("a change of which no edge tells is found by the look of each second", (t) => {
  const gpio = new FakeGpio(28);
  gpio.after(10, () => gpio.setSilently(27, 1));
  const { entries, lost, counters } = watch(gpio, 2000);
  t.equal(lost, 1);
  t.equal(counters.corrections, 1);
  const found = entries.find(([, channel, level]) => channel === AVAILABILITY && level === 1);
  t.equal(found?.[3], true);
  t.ok((found?.[0] as number) <= 2_200_000);
  t.end();
});

t.test("an edge that is still on its way is waited for and is no loss", (t) => {
  const gpio = new FakeGpio(28);
  for (let i = 0; i < 19; i++) gpio.after(0, () => {});
  gpio.after(0, () => gpio.setSilently(17, 1));
  gpio.after(0, () => gpio.tell(17, 1));
  const { entries, lost, counters } = watch(gpio, 100);
  t.equal(lost, 0);
  t.equal(counters.corrections, 0);
  t.ok(entries.some(([, channel, level]) => channel === SEALING && level === 1));
  t.end();
});

t.test("one chattering contact does not keep the others from being looked at", (t) => {
  const gpio = new FakeGpio(28);
  gpio.after(10, () => gpio.setSilently(27, 1));
  for (let i = 0; i < 400; i++)
    gpio.after(i % 2 === 0 ? 10_000 : 0, () => (i % 2 === 0 ? gpio.set(17, i % 4 === 0 ? 1 : 0) : 0));
  const { counters } = watch(gpio);
  t.equal(counters.corrections, 1);
  t.end();
});

t.test("a chip that goes away leaves a hole and comes back by itself", (t) => {
  const gpio = new FakeGpio(28);
  const gone = () => gpio.after(0, () => {});
  gpio.after(10, () => gpio.set(17, 1)).after(100_000, () => gpio.unplug());
  gone();
  gone();
  gpio.after(0, () => {
    gpio.plug();
    gpio.set(17, 0);
    gpio.set(27, 1);
    (gpio.lines[27] as { consumer: string }).consumer = "thief";
  });
  gpio.after(0, () => {
    (gpio.lines[27] as { consumer: string }).consumer = "";
  });
  gpio.after(10, () => gpio.set(17, 1));
  const { entries, lost, counters, troubles } = watch(gpio);
  t.same(entries, [
    [1_000_000, RECORDER, 1],
    [1_000_000, SEALING, 0],
    [1_000_000, AVAILABILITY, 0],
    [1_000_010, SEALING, 1],
    [1_000_010, RECORDER, 0],
    [2_100_010, RECORDER, 0],
    [3_100_010, RECORDER, 0],
    [4_100_010, RECORDER, 0],
    [5_100_010, RECORDER, 0],
    [5_100_010, SEALING, 0],
    [5_100_010, AVAILABILITY, 1],
    [5_100_010, RECORDER, 1],
    [5_100_020, SEALING, 1],
  ]);
  t.equal(lost, 0);
  t.match(counters, { blindIntervals: 1, blindUs: 4_100_000 });
  t.match(troubles, [/gone .*ENODEV/, /no GPIO chip/, /thief/, null]);
  t.same([...gpio.openFds], []);
  t.end();
});

t.test("without a channel to say it on, the first edge behind the hole is marked", (t) => {
  const gpio = new FakeGpio(28);
  gpio.after(10, () => gpio.unplug()).after(0, () => gpio.plug());
  const { entries } = watch(gpio, 0, two, false);
  t.same(entries.slice(2), [
    [2_000_010, SEALING, 0, true],
    [2_000_010, AVAILABILITY, 0],
  ]);
  t.end();
});

t.test("what stands in the way is said with what to do", (t) => {
  const fresh = (change: (gpio: FakeGpio) => void) => {
    const gpio = new FakeGpio(28);
    change(gpio);
    return gpio;
  };
  const busy = (consumer: string) =>
    faultOf(fresh(({ lines }) => ((lines[17] as { consumer: string }).consumer = consumer)));
  t.equal(
    busy("onewire@0"),
    "/dev/gpiochip0:line 17 (GPIO17): is in use by `onewire@0`; end that program, take its overlay out of " +
      "/boot/firmware/config.txt and restart, or use another line",
  );
  t.match(busy("sealtrace"), /sealtrace inputs/);
  t.match(busy("sysfs"), /echo 17 > \/sys\/class\/gpio\/unexport/);
  t.match(faultOf(fresh((gpio) => gpio.unplug())), /there is no GPIO chip \(\/dev\/gpiochip\*\); .*container/);
  t.match(
    faultOf(new FakeGpio(28), two, "pinctrl-rp1"),
    /no GPIO chip `pinctrl-rp1`; name one of `gpiochip0 \(pinctrl-fake\)`/,
  );
  t.match(faultOf(new FakeGpio(28), two, "/dev/gpiochip9"), /^\/dev\/gpiochip9: there is no such chip/);
  t.match(faultOf(fresh((gpio) => (gpio.hasTwin = true))), /there are 2 chips; name one of/);
  t.match(
    faultOf(
      fresh((gpio) => (gpio.hasTwin = true)),
      two,
      "pinctrl-fake",
    ),
    /2 chips fit/,
  );
  t.match(faultOf(fresh((gpio) => (gpio.openFault = "EACCES"))), /may not be opened; .*usermod -aG gpio/);
  t.match(faultOf(fresh((gpio) => (gpio.requestFault = "EINVAL"))), /interface version 2; use Linux 5.10/);
  t.match(faultOf(fresh((gpio) => (gpio.requestFault = "EIO"))), /does not answer: EIO/);
  const line = (name: number | string) => [{ line: name, bias: null, activeLow: false }];
  t.match(faultOf(new FakeGpio(28), line("GPIO99")), /has no line named `GPIO99`; check the spelling/);
  t.match(faultOf(new FakeGpio(28), line(28)), /has no line 28; its lines are 0 to 27/);
  t.match(
    faultOf(
      fresh(({ lines }) => ((lines[3] as { name: string }).name = "GPIO4")),
      line("GPIO4"),
    ),
    /has 2 lines named/,
  );
  t.match(faultOf(new FakeGpio(28), [...line(17), ...line("GPIO17")]), /line 17 \(GPIO17\): is named twice/);
  const biased: WantedLine[] = [{ line: 1, bias: "pull-up", activeLow: false }];
  t.match(
    faultOf(
      fresh((gpio) => (gpio.requestFault = "ENOTSUP")),
      biased,
    ),
    /refuses the lines: ENOTSUP; leave out `bias`/,
  );
  t.end();
});

t.test("the kernel's numbers run over 2^32", (t) => {
  const sequence = new EventSequence();
  t.equal(sequence.push(1), 0);
  t.equal(sequence.push(2), 0);
  t.equal(sequence.push(2 ** 32 - 1), 2 ** 32 - 4);
  t.equal(sequence.push(0), 0);
  t.equal(sequence.push(3), 2);
  t.end();
});

t.test("options out of range are refused", async (t) => {
  const line = { name: "sealing", line: 17 };
  for (const pollMs of [0, 1001, Number.NaN]) t.throws(() => openChardev({ lines: [line], pollMs }), RangeError);
  await t.rejects(openChardev({ lines: [] }), RangeError);
  await t.rejects(openChardev({ lines: [line, { ...line, line: 27 }] }), RangeError);
  await t.rejects(openChardev({ lines: [line], channelNames: ["availability"] }), RangeError);
  await t.rejects(openChardev({ lines: [line], ringEdges: 127 }), RangeError);
});

const worker = new URL("./fake-chardev-worker.js", import.meta.url);
const fakeLines = [
  { name: "sealing", line: 17 },
  { name: "availability", line: "GPIO27" },
];

/** The stimulus of the fake thread, as its driver must tell it. */
function expectedOfFake(): SeenEdge[] {
  const edge = (timeUs: number, channel: number, level: 0 | 1) => ({ timeUs, channel, level });
  const edges = [edge(1_000_000, 0, 1), edge(1_000_000, 1, 1), edge(1_000_000, 2, 0), edge(1_030_000, 1, 0)];
  // the second step moves nothing, so the wait for it takes 50 ms
  for (let i = 2; i < 20; i++) edges.push(edge(1_080_000 + 30_000 * i, i % 2 === 0 ? 1 : 2, i % 4 > 1 ? 1 : 0));
  return [...edges, edge(1_980_000, 1, 1), edge(2_980_000, 1, 1)];
}

driverContract(t, "character device on a chip in memory", async () => {
  const channelNames = ["recorder", "sealing", "availability"];
  const driver = await openChardev({ lines: fakeLines, channelNames, worker, pollMs: 50 });
  const expected = expectedOfFake();
  return { driver, channels: 3, expected, isEnough: (seen) => seen.length === expected.length };
});

t.test("what the thread finds wrong is what opening rejects with", async (t) => {
  await t.rejects(openChardev({ lines: [{ name: "sealing", line: "GPIO99" }], worker }), {
    name: "InputError",
    fault: { source: "/dev/gpiochip0", problem: "has no line named `GPIO99`" },
  });
  const missing = new URL("./there-is-no-such-worker.js", import.meta.url);
  await t.rejects(openChardev({ lines: fakeLines, worker: missing }), /Cannot find module/);
});

t.test("while it runs, a chip that is gone is trouble, and a thread that fails is an error", async (t) => {
  const driver = await openChardev({ lines: fakeLines, worker, chip: "vanishing" });
  const ring = new EdgeRing(1024);
  t.equal(driver.trouble, null);
  const isReading = driver.read(ring).then(() => driver.read(ring));
  while (driver.trouble === null) await new Promise((resolve) => setImmediate(resolve));
  t.match(driver.trouble, /^the GPIO chip is gone and is tried each second: /);
  t.match(driver.counters, { blindIntervals: 1, lostEdges: 0 });
  await driver.close();
  t.equal(await isReading, false);
  const failing = await openChardev({ lines: fakeLines, worker, chip: "failing" });
  const reading = async () => {
    while (await failing.read(ring)) ring.drain(() => {});
  };
  await t.rejects(reading(), { message: "the thread failed" });
  await t.resolves(failing.close());
});

t.test("the system calls are those of this computer's kernel", (t) => {
  let kernel: Kernel;
  try {
    kernel = openKernel();
  } catch {
    t.pass("koffi is optional and not installed here");
    t.end();
    return;
  }
  t.throws(() => findChip(kernel, "/dev/null"), { message: /^\/dev\/null: is no GPIO chip/ });
  const path = t.testdir({ file: "edges" });
  const fd = kernel.open(`${path}/file`);
  t.equal(kernel.poll(fd, 0), 1, "a file can be read at any time");
  const bytes = Buffer.alloc(8);
  t.equal(kernel.read(fd, bytes), 5);
  t.equal(bytes.toString("latin1", 0, 5), "edges");
  kernel.close(fd);
  t.throws(() => kernel.read(fd, bytes), { code: "EBADF" });
  t.throws(() => kernel.open(`${path}/none`), { code: "ENOENT" });
  t.ok(kernel.chipPaths().every((chip) => chip.startsWith("/dev/gpiochip")));
  t.end();
});

// Real wires: SEALTRACE_TEST_CHIP=pinctrl-bcm2711 SEALTRACE_TEST_LINES=17,27
const { SEALTRACE_TEST_CHIP: chip, SEALTRACE_TEST_LINES: pins } = process.env;
const open = async () => {
  const lines = (pins ?? "").split(",").map((pin) => ({ name: pin, line: /^\d+$/.test(pin) ? Number(pin) : pin }));
  const driver = await openChardev({ lines, ...(chip === undefined ? {} : { chip }) });
  return { driver, channels: lines.length, isEnough: (seen: readonly SeenEdge[]) => seen.length > lines.length };
};
if (pins !== undefined) driverContract(t, "character device on real wires", open, { repeatable: false });
else t.test("character device on real wires", { skip: "SEALTRACE_TEST_LINES names none" }, () => {});
