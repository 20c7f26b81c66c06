import { spawnSync } from "node:child_process";
import { readFileSync, readSync, readdirSync, writeSync } from "node:fs";
import t from "tap";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { openInputs } from "../drivers/gpio/choose.ts";
import type { InputsDriver } from "../drivers/gpio/inputs.ts";
import { probeInputs } from "../drivers/gpio/probe.ts";
import { openRpio, type RpioOptions } from "../drivers/gpio/rpio.ts";
import { RegisterBank } from "../scripts/lab/register-bank.ts";
import { driverContract, type EnoughTest, readAll, type SeenEdge } from "./driver-contract.ts";

// Run by rpio.test.ts where /dev/gpiomem is a file: rpio's native code maps it and takes it for the chip's registers.
const bank = new RegisterBank();
const FUNCTION_SELECT_1 = 0x04;

const lines = [
  { name: "sealing", pin: 17 },
  { name: "availability", pin: 27 },
];
const pause = new Int32Array(new SharedArrayBuffer(4));

/** Moves a contact, with the main thread stalled: each level stands until the sampler has looked again. */
function toggle(driver: InputsDriver, times: number): void {
  for (let i = 0; i < times; i++) {
    bank.set(17, i % 2 === 0 ? 1 : 0);
    const { beats } = driver.counters;
    while (driver.counters.beats < beats + 2) Atomics.wait(pause, 0, 0, 0.2);
  }
}

function open(options: Partial<RpioOptions> = {}): Promise<InputsDriver> {
  bank.set(17, 0);
  bank.set(27, 1);
  return openRpio({ lines, ...options });
}

const moves: readonly (readonly [channel: number, level: 0 | 1])[] = [
  [0, 1],
  [1, 0],
  [1, 1],
  [0, 0],
  [1, 0],
  [0, 1],
];

/** Makes the next move as soon as the last one was seen; enough when all were. */
function mover(): EnoughTest {
  let made = 0;
  const next = () => {
    const [channel, level] = moves[made] as (typeof moves)[number];
    bank.set(channel === 0 ? 17 : 27, level);
    made++;
  };
  return (seen) => {
    const last = seen.at(-1) as SeenEdge;
    const [channel, level] = moves[made - 1] ?? [1, 1];
    if (last.channel !== channel || last.level !== level) return false;
    if (made === moves.length) return true;
    next();
    return false;
  };
}

driverContract(t, "rpio", async () => ({ driver: await open(), channels: 2, isEnough: mover() }), {
  repeatable: false,
});

t.test("every change arrives once, in order, with the time of the monotonic clock", async (t) => {
  const nowUs = () => Number(process.hrtime.bigint() / 1000n);
  const beforeUs = nowUs();
  const driver = await open();
  const seen = await readAll(driver, 1024, mover());
  await driver.close();
  const changes = seen.slice(2).filter(({ channel, level }, i) => {
    const known = seen.slice(0, i + 2).findLast((edge) => edge.channel === channel);
    return known?.level !== level;
  });
  t.same(
    changes.map(({ channel, level }) => [channel, level]),
    moves,
  );
  t.ok(seen.every(({ timeUs }) => timeUs >= beforeUs && timeUs <= nowUs()));
  t.equal(driver.counters.edges, moves.length);
});

t.test("a stalled main thread loses nothing", async (t) => {
  const driver = await open();
  toggle(driver, 300);
  const ring = new EdgeRing(1024);
  const seen: (0 | 1)[] = [];
  while (seen.length < 301) {
    await driver.read(ring);
    let last = seen.at(-1);
    ring.drain((_timeUs, channel, level) => {
      if (channel === 0 && level !== last) seen.push(level);
      last = seen.at(-1);
    });
  }
  t.same(
    seen,
    Array.from({ length: 301 }, (_, i) => i % 2),
  );
  t.equal(ring.lost, 0);
  await driver.close();
});

t.test("a ring that is full says how much is missing, and then how things stand", async (t) => {
  const driver = await open({ ringEdges: 128, blindAfterMs: 1000 });
  toggle(driver, 301);
  const { lostEdges } = driver.counters;
  t.ok(lostEdges >= 2 + 301 - 128, `${lostEdges} lost`);
  const ring = new EdgeRing(1024);
  await driver.read(ring);
  ring.drain(() => {});
  t.equal(ring.lost, 0, "nothing was lost before what the ring held");
  bank.set(27, 0);
  const said: string[] = [];
  while (said.at(-1) !== "1=0") {
    await driver.read(ring);
    ring.drain((_timeUs, channel, level, lostBefore) => said.push(`${channel}=${level}${lostBefore ? " lost" : ""}`));
  }
  t.equal(said[0], "0=1 lost");
  t.notOk(
    said.slice(1).find((entry) => entry.endsWith("lost")),
    "the mark stands once",
  );
  t.equal(ring.lost, driver.counters.lostEdges);
  await driver.close();
});

t.test("a sampler that was held up says that it was blind", async (t) => {
  const driver = await open({ channelNames: ["recorder", "sealing", "availability"] });
  const ring = new EdgeRing(1024);
  await driver.read(ring);
  ring.drain(() => {});
  spawnSync("sh", ["-c", `kill -STOP ${process.pid}; sleep 0.1; kill -CONT ${process.pid}`]);
  const said: { readonly channel: number; readonly level: number; readonly timeUs: number }[] = [];
  while (said.filter(({ channel }) => channel === 0).length < 2) {
    await driver.read(ring);
    ring.drain((timeUs, channel, level) => said.push({ timeUs, channel, level }));
  }
  const [from, to] = said.filter(({ channel }) => channel === 0);
  t.match([from, to], [{ level: 0 }, { level: 1 }]);
  t.ok(driver.counters.blindIntervals >= 1);
  t.ok((to?.timeUs as number) > (from?.timeUs as number));
  t.ok(driver.counters.worstGapUs > 20_000);
  await driver.close();
});

t.test("the sampler's thread alone goes before all others, where it may", async (t) => {
  const driver = await open();
  const policies = readdirSync("/proc/self/task").map((thread) => {
    const stat = readFileSync(`/proc/self/task/${thread}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[38];
  });
  const mayDo = spawnSync("chrt", ["--fifo", "1", "true"]).status === 0;
  t.equal(policies.filter((policy) => policy === "1").length, mayDo ? 1 : 0);
  await driver.close();
});

t.test("pins become inputs, and a contact may be active low", async (t) => {
  writeSync(bank.fd, Buffer.from([0xff, 0xff, 0xff, 0x3f]), 0, 4, FUNCTION_SELECT_1);
  const driver = await open({ lines: [{ name: "sealing", pin: 17, activeLow: true, bias: "pull-up" }] });
  const seen = await readAll(driver, 64, (seen) => seen.length === 1);
  t.match(seen, [{ channel: 0, level: 1 }]);
  const word = Buffer.alloc(4);
  readSync(bank.fd, word, 0, 4, FUNCTION_SELECT_1);
  t.equal((word.readUInt32LE(0) >> 21) & 7, 0, "GPIO17 is an input");
  t.equal((word.readUInt32LE(0) >> 18) & 7, 7, "its neighbour is left alone");
  await driver.close();
});

t.test("one at a time, again and again, and nothing stays behind", async (t) => {
  const first = await open();
  await t.rejects(open(), /one such driver at a time/);
  await first.close();
  for (let i = 0; i < 3; i++) await (await open()).close();
  t.notMatch(readFileSync("/proc/self/maps", "latin1"), "gpiomem", "the registers are unmapped");
});

t.test("a pin that the header does not have, and a board that only rpio does not know", async (t) => {
  await t.rejects(open({ lines: [{ name: "sealing", pin: 53 }] }), {
    message: /^rpio: GPIO53 is not on this board's header/,
  });
  process.env.THREAD_MODEL = "Toaster";
  await t.rejects(open(), { message: /^rpio: does not know this board; use the driver "chardev"/ }, "never mock mode");
  delete process.env.THREAD_MODEL;
  await t.resolves((await open()).close(), "and it can be opened after that");
});

t.test("with no chip, the automatic choice on this board is rpio", async (t) => {
  bank.set(17, 1);
  const { name, driver } = await openInputs({ lines: [{ name: "sealing", line: "GPIO17" }] });
  t.equal(name, "rpio");
  t.match(await readAll(driver, 64, (seen) => seen.length === 1), [{ channel: 0, level: 1 }]);
  await driver.close();
});

t.test("a probe reads the pins", async (t) => {
  bank.set(17, 1);
  bank.set(27, 0);
  const wanted = [
    { name: "sealing", line: "GPIO17" },
    { name: "availability", line: 27, activeLow: true },
    { name: "reject", line: "ID_SDA" },
  ];
  const probe = await probeInputs({ lines: wanted, driver: "rpio" });
  t.match(probe, { driver: "rpio", board: { kind: "pi" }, contacts: [{ level: 1 }, { level: 1 }, { level: null }] });
  t.match(probe.faults, [/^rpio:reject: does not know the line ID_SDA/]);
});
