import t, { type Test } from "tap";
import { detectBoard } from "../drivers/gpio/board.ts";
import { chooseDriver, openInputs, rpioLine } from "../drivers/gpio/choose.ts";
import { probeInputs } from "../drivers/gpio/probe.ts";
import { InputError } from "../drivers/input-error.ts";
import { FakeGpio } from "./fake-gpio.ts";

const noKoffi = new InputError({ source: "chardev", problem: "koffi is missing", remedy: "install it" });

/** A file system with a board's model and, if asked for, rpio's device. */
function rootOf(t: Test, model: string, hasGpiomem = true): string {
  return t.testdir({ proc: { "device-tree": { model: `${model}\0` } }, dev: hasGpiomem ? { gpiomem: "" } : {} });
}

t.test("the character device wherever there is a chip, rpio on its boards where there is none", (t) => {
  const unplugged = new FakeGpio(28);
  unplugged.unplug();
  const four = rootOf(t, "Raspberry Pi 4 Model B Rev 1.4");
  const board = detectBoard(four);
  t.equal(chooseDriver(board, new FakeGpio(28), four), "chardev");
  t.equal(chooseDriver(board, unplugged, four), "rpio");
  t.equal(chooseDriver(board, noKoffi, four), "rpio");
  const five = rootOf(t, "Raspberry Pi 5 Model B Rev 1.0");
  t.equal(chooseDriver(detectBoard(five), new FakeGpio(28), five), "chardev");
  t.throws(() => chooseDriver(detectBoard(five), noKoffi, five), noKoffi);
  t.throws(() => chooseDriver(detectBoard(five), unplugged, five), { message: /there is no GPIO chip/ });
  t.end();
});

t.test("a driver that is named is taken, whatever fits", async (t) => {
  const lines = [{ name: "sealing", line: 17 }];
  await t.rejects(openInputs({ lines, driver: "chardev", chip: "/dev/null" }), { name: "InputError" });
  await t.rejects(openInputs({ lines: [{ name: "sealing", line: "x" }], driver: "rpio" }), {
    message: /^rpio:sealing: /,
  });
});

t.test("rpio counts lines as the header's GPIO numbers", (t) => {
  t.same(rpioLine({ name: "sealing", line: "GPIO17", bias: "pull-up" }), { name: "sealing", pin: 17, bias: "pull-up" });
  t.same(rpioLine({ name: "sealing", line: 4 }), { name: "sealing", pin: 4 });
  for (const line of ["17", "GPIO54", "GPIO", "gpio17", "GPIO017", 54, -1, 1.5])
    t.throws(() => rpioLine({ name: "sealing", line }), { name: "InputError" }, `${line}`);
  t.end();
});

t.test("a probe says what there is, what each contact reads, and what is to be put right", async (t) => {
  const gpio = new FakeGpio(28, "pinctrl-bcm2711");
  gpio.set(17, 1);
  gpio.set(22, 1);
  (gpio.lines[4] as { consumer: string }).consumer = "onewire@0";
  const lines = [
    { name: "sealing", line: 17 },
    { name: "availability", line: "GPIO22", activeLow: true },
    { name: "energy", line: 4 },
    { name: "reject", line: "GPIO99" },
  ];
  const root = rootOf(t, "Raspberry Pi 4 Model B Rev 1.4");
  const probe = await probeInputs({ lines, kernel: gpio, root });
  t.match(probe, {
    board: { model: "Raspberry Pi 4 Model B Rev 1.4", kind: "pi", headerChip: "pinctrl-bcm2711" },
    driver: "chardev",
    chips: [{ path: "/dev/gpiochip0", name: "gpiochip0", label: "pinctrl-bcm2711", lines: 28 }],
    contacts: [
      { name: "sealing", line: 17, level: 1, fault: null },
      { name: "availability", level: 0, fault: null },
      { name: "energy", level: null, fault: /line 4 \(GPIO4\): is in use by `onewire@0`/ },
      { name: "reject", level: null, fault: /no line named `GPIO99`/ },
    ],
    faults: [/onewire@0/, /GPIO99/],
  });
  t.match(probe.chips[0]?.descriptions[4], { offset: 4, name: "GPIO4", consumer: "onewire@0", isUsed: true });
  t.equal(gpio.openFds.size, 0, "nothing is held afterwards");
  t.same(JSON.parse(JSON.stringify(probe)), probe, "plain data");
});

t.test("a probe on a computer without contacts says so, once", async (t) => {
  const root = rootOf(t, "Toaster", false);
  const lines = [{ name: "sealing", line: 17 }];
  const bare = await probeInputs({ lines, kernel: noKoffi, root });
  t.match(bare, { driver: null, chips: [], contacts: [{ level: null, fault: null }], faults: [/koffi is missing/] });
  const closed = new FakeGpio(28);
  closed.openFault = "EACCES";
  const shut = await probeInputs({ lines, kernel: closed, root });
  t.match(shut, { driver: "chardev", chips: [], faults: [/may not be opened; .*group gpio/] });
  t.equal(shut.faults.length, 1);
  const forced = await probeInputs({ lines, kernel: noKoffi, root, driver: "chardev" });
  t.match(forced, { driver: "chardev", contacts: [{ level: null, fault: /koffi is missing/ }] });
});

t.test("the board's name is harmless and short, whatever stands there", (t) => {
  const board = detectBoard(rootOf(t, `\x1b[2J${"x".repeat(10_000)}`));
  t.equal(board.kind, "other");
  t.match(board.model, /^\\x1b\[2Jx+$/);
  t.ok((board.model?.length ?? 0) < 200);
  t.end();
});
