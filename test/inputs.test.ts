import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import t from "tap";
import type { Level } from "../algorithms/signal.ts";
import { probeInputs } from "../drivers/gpio/probe.ts";
import { probeText } from "../runtime/cli/inputs-probe.ts";
import { LevelTrace } from "../runtime/cli/inputs/level-trace.ts";
import { scopeRow } from "../runtime/cli/inputs/scope-row.ts";
import type { EdgeBatch } from "../runtime/daemon/edge-feed.ts";
import { SocketClient } from "../runtime/socket/socket-client.ts";
import { sealtrace } from "./commands.ts";
import { FakeGpio } from "./fake-gpio.ts";
import { feedOfOneLine, simulatedDaemon } from "./live-contacts.ts";

const MAIN = fileURLToPath(new URL("../runtime/main.js", import.meta.url));
const LEAVE = "\x1b[?7h\x1b[?25h\x1b[?1049l";

t.test("a trace shows levels, edges, and how many edges a column hides", async (t) => {
  const trace = new LevelTrace();
  trace.push(2_000_000, 0);
  trace.push(4_000_000, 1);
  // a bounce of three edges and a glitch of two, each within one column
  for (const [at, level] of [
    [6_100_000, 0],
    [6_110_000, 1],
    [6_120_000, 0],
    [8_300_000, 1],
    [8_301_000, 0],
  ] as const)
    trace.push(at, level);
  const window = { untilUs: 10_000_000, windowUs: 10_000_000, columns: 10 };
  t.equal(scopeRow(trace, window, { utf8: false }), "  __|#3_2_");
  t.equal(scopeRow(trace, window, { utf8: true }), "  ▁▁│█3▁2▁");
  trace.push(9_000_000, null);
  t.equal(scopeRow(trace, window, { utf8: false }), "  __|#3_2?", "unknown is shown as unknown");
  for (let i = 0; i < 12; i++) trace.push(9_100_000 + i, (i % 2) as Level);
  t.equal(scopeRow(trace, window, { utf8: false }).at(-1), "*");
});

t.test("a trace counts the changes between any two moments", (t) => {
  const gaps = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 60 });
  t.doesNotThrow(() =>
    fc.assert(
      fc.property(gaps, fc.nat(1500), fc.nat(1500), (steps, a, b) => {
        const trace = new LevelTrace();
        const times: number[] = [];
        let now = 0;
        for (const [i, step] of steps.entries()) {
          now += step;
          times.push(now);
          trace.push(now, (i % 2) as Level);
        }
        const [from, until] = [Math.min(a, b), Math.max(a, b)];
        const { changes } = trace.between(from, until);
        return changes === times.filter((time) => from <= time && time < until).length;
      }),
    ),
  );
  t.end();
});

t.test("inputs tells levels and traces of a running daemon", async (t) => {
  const { env } = await simulatedDaemon(t, "hostile", 20);
  const text = await sealtrace(["inputs", "--seconds", "0.7"], env);
  t.match(text, { status: 0, stderr: "" });
  t.match(text.stdout, /^LINE 1 \(line-1\)/);
  t.match(text.stdout, /\navailability +(open|closed)/);
  t.match(text.stdout, /\nsealing +(open|closed)[^\n]+\n {2}raw +[ #_|2-9*]{20,}\n {2}filtered +[ #_|]{20,}\n/);
  t.ok(text.stdout.split("\n").every((line) => line.length <= 80));
  const json = JSON.parse((await sealtrace(["inputs", "--json", "--seconds", "0.5"], env)).stdout);
  t.match(json, { schema: "sealtrace/inputs@1", dropped: 0, lines: [{ line: "line-1", blindSeconds: null }] });
  const [availability, sealing] = json.lines[0].channels;
  t.match(availability, { channel: "availability", signal: "availability" });
  t.ok([0, 1].includes(sealing.raw) && [0, 1].includes(sealing.filtered));
  t.ok(sealing.edgesPerSecond > 0, "a hostile panel is never quiet");
  const unknown = await sealtrace(["inputs", "--line", "line-9"], env);
  t.match(unknown, { status: 1, stdout: "", stderr: /line line-9: there is no such line; name one of line-1/ });
  t.equal((await sealtrace(["inputs", "--seconds", "soon"], env)).status, 2);
});

t.test("without a daemon inputs says so", async (t) => {
  const nowhere = { SEALTRACE_SOCKET_DIR: t.testdir() };
  t.match(await sealtrace(["inputs"], nowhere), { status: 1, stdout: "", stderr: /status\.sock: .*; / });
});

t.test("no edge is lost on the way to a listener that keeps up", async (t) => {
  const { folder } = await simulatedDaemon(t, "hostile", 40);
  const client = await SocketClient.connect({ folder });
  t.teardown(() => client.close());
  let edges = 0;
  const levels = new Map<string, Level>();
  await new Promise<void>((resolve, reject) => {
    client.subscribe(
      "edges",
      {},
      {
        onEnd: reject,
        onValue: (value) => {
          const batch = value as EdgeBatch;
          if (batch.dropped > 0) reject(new Error("a listener that keeps up loses nothing"));
          for (const [i, channel] of batch.edges.channels.entries()) {
            const level = batch.edges.levels[i] as Level;
            if (levels.get(channel) === level) reject(new Error(`two edges of ${channel} in the same direction`));
            levels.set(channel, level);
            edges++;
          }
          for (const { channel, raw } of batch.lines[0]?.channels ?? [])
            if (levels.has(channel) && levels.get(channel) !== raw) reject(new Error("levels do not follow the edges"));
          if (edges > 2_000) resolve();
        },
      },
    );
  });
  t.ok(edges > 2_000);
});

t.test("a listener that does not take its batches learns how much it missed, and nobody else is touched", async (t) => {
  const { feed, contacts, appliance } = feedOfOneLine();
  const asked: { toJSON(): EdgeBatch }[] = [];
  const stop = feed.listen(null, (batch) => asked.push(batch));
  const other = feed.listen("line-1", (batch) => {
    batch.toJSON();
  });
  t.throws(() => feed.listen("line-9", () => {}), { message: /there is no such line; name one of line-1/ });
  t.equal(asked.length, 1, "a first batch at once, which is not taken here");
  const edges = 40_000;
  for (let i = 1; i <= edges; i++) {
    appliance.nowUs = i * 1000;
    contacts.edge(i * 1000, 1, (i % 2) as Level, false);
  }
  t.equal(asked.length, 1, "it is not asked again before it has taken the first one");
  const batch = asked[0]?.toJSON() as EdgeBatch;
  const told = batch.edges.timesUs.length + batch.changes.timesUs.length;
  t.equal(told, 16_384);
  t.ok(batch.dropped >= edges - told, "what did not fit is counted");
  t.equal(batch.lines[0]?.channels[0]?.raw, 0, "and the levels are those behind it");
  t.same(batch.edges.timesUs.slice(0, 3), [1000, 2000, 3000], "what is told has no hole");
  stop();
  t.not(contacts.watcher, null, "somebody listens still");
  other();
  t.equal(contacts.watcher, null, "nobody watches when nobody listens");
  const stops = Array.from({ length: 16 }, () => feed.listen(null, () => {}));
  t.throws(() => feed.listen(null, () => {}), { message: /16 programs watch the contacts already/ });
  for (const each of stops) each();
});

/** Runs a command on a terminal of its own. */
function onTerminal(command: string, env: Readonly<Record<string, string>>): ChildProcess {
  return spawn("script", ["-qec", command, "/dev/null"], {
    stdio: ["pipe", "pipe", "inherit"],
    env: { PATH: process.env.PATH, TERM: "xterm", LANG: "C", ...env },
  });
}

t.test("inputs gives the terminal back, however it ends", async (t) => {
  const { env } = await simulatedDaemon(t, "busy", 10);
  const node = `${process.execPath} ${MAIN}`;
  // the shell says its own number, which is that of the program after exec
  const command = `stty -a | grep -o '.icanon'; sh -c 'echo pid=$$; exec ${node} inputs'; stty -a | grep -o '.icanon'`;
  for (const end of ["q", "SIGTERM", "SIGHUP", "SIGINT"]) {
    const terminal = onTerminal(command, env);
    let seen = "";
    let isTold = false;
    terminal.stdout?.setEncoding("utf8").on("data", (text: string) => {
      seen += text;
      if (isTold || !seen.includes("filtered")) return;
      isTold = true;
      if (end === "q") terminal.stdin?.write("q");
      else process.kill(Number(/pid=(\d+)/.exec(seen)?.[1]), end);
    });
    await once(terminal, "close");
    t.ok(isTold, `it was drawn before ${end}`);
    t.ok(seen.includes("\x1b[?1049h"));
    t.ok(seen.lastIndexOf(LEAVE) > seen.lastIndexOf("filtered"), "and nothing is drawn afterwards");
    const modes = seen.match(/.icanon/g) ?? [];
    t.equal(modes.length, 2);
    t.equal(modes[0], modes[1], "the line discipline is as it was");
  }
});

t.test("a probe in words: what there is, what each contact reads, what to put right", async (t) => {
  const gpio = new FakeGpio(28, "pinctrl-bcm2711");
  gpio.set(17, 1);
  (gpio.lines[4] as { consumer: string }).consumer = "onewire@0";
  const root = t.testdir({ proc: { "device-tree": { model: "Raspberry Pi 4 Model B Rev 1.4\0" } } });
  const lines = [
    { name: "sealing", line: 17 },
    { name: "energy", line: 4 },
  ];
  const text = probeText(await probeInputs({ lines, kernel: gpio, root }), "/etc/sealtrace/config.toml");
  t.match(text, [
    "board     Raspberry Pi 4 Model B Rev 1.4",
    "driver    chardev",
    "chips     gpiochip0 (pinctrl-bcm2711, behind the pin header), 28 lines, in use: 4 onewire@0",
    "contacts  sealing  pin 17       closed",
    "          energy   pin 4        cannot be read",
    /^to fix {4}1\. \/dev\/gpiochip0:line 4 \(GPIO4\): is in use by `onewire@0`; end that program, take its overlay out/,
  ]);
  t.equal(text.length, 6);
  // without pins, on whatever computer this is
  const here = await sealtrace(["inputs", "--probe", "--json", "--config", join(root, "none.toml")]);
  t.match(here, { status: 1, stdout: "", stderr: /none\.toml: there is no such file/ });
  writeFileSync(join(root, "pins.toml"), "[[line]]\nchannels.sealing.pin = 17\n");
  const probed = await sealtrace(["inputs", "--probe", "--json", "--config", join(root, "pins.toml")]);
  const { schema, contacts, faults } = JSON.parse(probed.stdout);
  t.match({ schema, contacts }, { schema: "sealtrace/probe@1", contacts: [{ name: "sealing", line: 17 }] });
  t.equal(probed.status, faults.length > 0 ? 1 : 0);
});
