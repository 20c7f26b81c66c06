import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdtempSync, openSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import fc from "fast-check";
import t, { type Test } from "tap";
import { Heartbeat } from "../runtime/watchdog/heartbeat.ts";
import { LoopDelay } from "../runtime/watchdog/loop-delay.ts";
import { execStartLine, NOTIFY_SHIM, NOTIFY_VARIABLE } from "../runtime/watchdog/notify-shim.ts";
import { ServiceNotifier } from "../runtime/watchdog/service-notifier.ts";
import { Watchdog } from "../runtime/watchdog/watchdog.ts";

const missing = ["python3", "perl"].filter((program) => spawnSync(program, ["-e", "1"]).error !== undefined);
const missingPrograms = missing.length > 0 ? `not installed: ${missing.join(", ")}` : false;

/** Receives datagrams as systemd does, with the sender's process id; with a third argument it binds and never reads. */
const RECEIVER = `
import json, socket, struct, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, 16, 1)
s.bind(sys.argv[1].replace("@", "\\0"))
print("up", flush=True)
while len(sys.argv) == 2:
    data, extra, _, _ = s.recvmsg(4096, 256)
    print(json.dumps([struct.unpack("iII", extra[0][2])[0], data.decode()]), flush=True)
sys.stdin.read()
`;

/** A service that says what systemd is to hear, once through, and then how much was not taken. */
const SERVICE = `
import { ServiceNotifier } from ${JSON.stringify(new URL("../runtime/watchdog/service-notifier.js", import.meta.url))};
const notifier = new ServiceNotifier();
notifier.ready();
notifier.status("2 lines\\nREADY=0");
for (let i = 0; i < Number(process.argv[1]); i++) notifier.beat();
notifier.stopping();
console.log(JSON.stringify([process.pid, notifier.beatEveryMs, notifier.problem, notifier.missed]));
`;

/** The address of a socket has room for 107 characters, which the folders of `t.testdir` may exceed. */
function shortFolder(t: Test): string {
  const folder = mkdtempSync(join(tmpdir(), "sealtrace-"));
  t.teardown(() => rmSync(folder, { recursive: true }));
  return folder;
}

async function receiver(t: Test, socket: string, ...more: string[]) {
  const child = spawn("python3", ["-c", RECEIVER, socket, ...more], { stdio: ["pipe", "pipe", "inherit"] });
  t.teardown(() => child.kill());
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const next = async () => (await lines.next()).value as string;
  t.equal(await next(), "up");
  return next;
}

async function service(socket: string, beats: number): Promise<[number, number | null, string | null, number]> {
  const node = [process.execPath, "--input-type=module", "-e", SERVICE, String(beats)];
  const env = { PATH: process.env.PATH, NOTIFY_SOCKET: socket, WATCHDOG_USEC: "30000000" };
  const child = spawn("perl", ["-e", NOTIFY_SHIM, ...node], { env, stdio: ["ignore", "pipe", "inherit"] });
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  await once(child, "close");
  return JSON.parse(output);
}

t.test("systemd hears from the main process itself", { skip: missingPrograms }, async (t) => {
  for (const socket of [join(shortFolder(t), "notify"), `@sealtrace-test-${process.pid}`]) {
    const next = await receiver(t, socket);
    const [pid, beatEveryMs, problem, missed] = await service(socket, 1);
    t.same([beatEveryMs, problem, missed], [15_000, null, 0]);
    const heard = [await next(), await next(), await next(), await next()].map((line) => JSON.parse(line));
    t.same(heard, [
      [pid, "READY=1\n"],
      [pid, "STATUS=2 lines READY=0"],
      [pid, "WATCHDOG=1"],
      [pid, "STOPPING=1"],
    ]);
  }
});

t.test("a receiver that never reads costs messages, not time", { skip: missingPrograms }, async (t) => {
  const socket = join(shortFolder(t), "notify");
  await receiver(t, socket, "blocked");
  const [, , problem, missed] = await service(socket, 5000);
  t.equal(problem, null);
  t.ok(missed > 1000, `${missed} of 5003 not taken`);
});

t.test("with nobody at the socket the service starts all the same", { skip: missingPrograms }, async (t) => {
  const [, beatEveryMs, problem, missed] = await service(join(shortFolder(t), "nobody"), 3);
  t.equal(beatEveryMs, null);
  t.match(problem, /^NOTIFY_SOCKET is set but .* use the ExecStart line/);
  t.equal(missed, 0);
});

t.test("what was handed to another process, or is no socket, is not written to", (t) => {
  const file = openSync(join(t.testdir({ file: "" }), "file"), "r+");
  t.teardown(() => closeSync(file));
  for (const value of [
    `${process.pid + 1}:3`,
    `${process.pid}:${file}`,
    `${process.pid}:1`,
    `${process.pid}:65000`,
    "x",
  ]) {
    const notifier = new ServiceNotifier({ NOTIFY_SOCKET: "/n", [NOTIFY_VARIABLE]: value, WATCHDOG_USEC: "1000" });
    t.type(notifier.problem, "string", value);
    notifier.ready();
    t.same([notifier.beatEveryMs, notifier.missed], [null, 0]);
  }
  t.equal(new ServiceNotifier({}).problem, null, "without NOTIFY_SOCKET there is nothing to say");
  t.end();
});

t.test("the unit's line keeps every character of the command", (t) => {
  const line = execStartLine(["/usr/bin/node", "/opt/a b/main.js", "run", "50%", "$HOME", "it's \\"]);
  t.match(line, /^ExecStart=\/usr\/bin\/perl -e 'use Socket;/);
  t.ok(line.endsWith("' /usr/bin/node '/opt/a b/main.js' run '50%%' '$$HOME' 'it\\'s \\\\'"), line);
  t.notOk(/(^|[^$])\$(\$\$)*[A-Za-z{]/.test(line), "systemd finds no variable of its own in it");
  t.end();
});

t.test("only a fatal part that is stalled withholds the beat", (t) => {
  let nowMs = 0;
  const watchdog = new Watchdog(() => nowMs);
  watchdog.watch("source", { deadlineMs: 5000, fatal: false });
  watchdog.watch("store", { deadlineMs: 10_000, fatal: true });
  watchdog.idle("store");
  nowMs = 5000;
  t.same(watchdog.check(), { beat: true, newlyStalled: [], recovered: [] }, "the deadline itself is still in time");
  nowMs = 5001;
  const source = { name: "source", silentMs: 5001, fatal: false };
  t.same(watchdog.check(), { beat: true, newlyStalled: [source], recovered: [] });
  t.same(watchdog.stalled(), [source]);
  watchdog.alive("store");
  nowMs = 15_002;
  t.same(watchdog.check(), {
    beat: false,
    newlyStalled: [{ name: "store", silentMs: 10_001, fatal: true }],
    recovered: [],
  });
  t.same(watchdog.check(), { beat: false, newlyStalled: [], recovered: [] }, "told once");
  watchdog.idle("store");
  watchdog.alive("source");
  t.same(watchdog.check(), { beat: true, newlyStalled: [], recovered: ["source", "store"] });
  nowMs = 90_000;
  watchdog.forget("source");
  t.same(watchdog.check(), { beat: true, newlyStalled: [], recovered: [] }, "an idle store may rest for ever");
  t.throws(() => watchdog.alive("source"), RangeError);
  t.throws(() => watchdog.watch("store", { deadlineMs: 1, fatal: true }), RangeError);
  t.throws(() => watchdog.watch("line", { deadlineMs: 0, fatal: true }), RangeError);
  t.end();
});

/** A heartbeat that the test drives by hand. */
function handDriven(beatEveryMs: number | null) {
  const state = { nowUs: 0, beats: [] as number[], told: [] as string[] };
  const watchdog = new Watchdog(() => state.nowUs / 1000);
  const notifier = { beatEveryMs, beat: () => void state.beats.push(state.nowUs / 1000), retry: () => {} };
  const heartbeat = new Heartbeat(watchdog, notifier, () => state.nowUs, {
    looking: () => {},
    partsChanged: ({ newlyStalled, recovered }) =>
      void state.told.push(
        ...newlyStalled.map(({ name }) => `${name} stalled`),
        ...recovered.map((name) => `${name} back`),
      ),
    loopStalled: (lateUs) => void state.told.push(`loop stood for ${lateUs / 1000} ms`),
  });
  const runMs = (ms: number) => {
    for (const endUs = state.nowUs + ms * 1000; state.nowUs < endUs; ) {
      state.nowUs += 250_000;
      heartbeat.tick();
    }
  };
  return { state, watchdog, heartbeat, runMs };
}

t.test("beats come at half the time allowed, stop with a fatal part, and resume with it at once", (t) => {
  const { state, watchdog, runMs } = handDriven(500);
  watchdog.watch("store", { deadlineMs: 1000, fatal: true });
  runMs(1000);
  t.same(state.beats, [250, 750], "at once and every 500 ms");
  runMs(1000);
  t.same(state.told, ["store stalled"]);
  t.same(state.beats, [250, 750], "none at 1250, when the part is late");
  watchdog.alive("store");
  runMs(250);
  t.same(state.beats, [250, 750, 2250]);
  t.same(state.told, ["store stalled", "store back"]);
  t.end();
});

t.test("nobody waits for beats: parts are looked after all the same", (t) => {
  const { state, watchdog, runMs } = handDriven(null);
  watchdog.watch("source", { deadlineMs: 1000, fatal: false });
  runMs(2000);
  t.same([state.beats, state.told], [[], ["source stalled"]]);
  t.end();
});

t.test("the time in which the loop itself stood still is not held against the parts", (t) => {
  const { state, watchdog, heartbeat, runMs } = handDriven(null);
  watchdog.watch("source", { deadlineMs: 1000, fatal: false });
  runMs(500);
  state.nowUs += 8_250_000;
  heartbeat.tick();
  t.same(state.told, ["loop stood for 8000 ms"]);
  runMs(1250);
  t.same(state.told, ["loop stood for 8000 ms", "source stalled"], "but silence afterwards is");
  t.equal(heartbeat.loopDelay.takeWindow().maxUs, 8_000_000);
  t.end();
});

t.test("the timer runs and stops, and does not keep the process alive", async (t) => {
  const beaten = new Promise<void>((resolve) => {
    const notifier = { beatEveryMs: 1, beat: resolve, retry: () => {} };
    const monoUs = () => Number(process.hrtime.bigint() / 1000n);
    const listener = { looking: () => {}, partsChanged: () => {}, loopStalled: () => {} };
    const heartbeat = new Heartbeat(new Watchdog(() => monoUs() / 1000), notifier, monoUs, listener);
    heartbeat.start();
    heartbeat.start();
    t.teardown(() => heartbeat.stop());
  });
  const awake = setTimeout(() => {}, 60_000);
  await beaten;
  clearTimeout(awake);
});

t.test("percentiles of the loop's lateness are those of the sorted list, at most 9 % or 100 us above", (t) => {
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20_000_000 }), { minLength: 1, maxLength: 200 }), (late) => {
        const delay = new LoopDelay(1000);
        let nowUs = 0;
        delay.tick(nowUs);
        delay.takeWindow();
        for (const us of late) {
          nowUs += 1000 + us;
          delay.tick(nowUs);
        }
        const sorted = late.toSorted((a, b) => a - b);
        const window = delay.takeWindow();
        for (const [share, found] of [
          [0.5, window.p50Us],
          [0.99, window.p99Us],
        ] as const) {
          const exact = sorted[Math.ceil(share * sorted.length) - 1] as number;
          const most = Math.max(100, exact * 1.091 + 1);
          if (found === null || found < exact || found > most) throw new Error(`${share}: ${found} for ${exact}`);
        }
        return window.maxUs === sorted.at(-1) && window.ticks === late.length;
      }),
    ),
  );
  t.end();
});

t.test("a window without a tick says nothing; one of hours is in the maximum", (t) => {
  const delay = new LoopDelay(1000);
  t.same(delay.takeWindow(), { ticks: 0, p50Us: null, p99Us: null, maxUs: null });
  delay.tick(0);
  t.same(delay.takeWindow(), { ticks: 1, p50Us: 0, p99Us: 0, maxUs: 0 }, "the first tick is never late");
  t.equal(delay.tick(500), 0, "nor is one that came early");
  delay.takeWindow();
  delay.tick(9_000_000_000);
  t.same(delay.takeWindow(), { ticks: 1, p50Us: 8_999_998_500, p99Us: 8_999_998_500, maxUs: 8_999_998_500 });
  t.end();
});
