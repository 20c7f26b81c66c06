import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMainThread, parentPort, Worker, workerData } from "node:worker_threads";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { openRpio } from "../../drivers/gpio/rpio.ts";
import { BOARD_HOOK, bankFault, onRegisterBank, RegisterBank } from "./register-bank.ts";

// Measures rpio's sampler at 1 kHz: short pulses of a contact, while the main thread is stalled for 100 ms each second.
// `node dist/scripts/lab/rpio-stall.js [SECONDS]` prints one line of JSON; status 1 when an edge was lost.

const ON_BANK = "--on-bank";
const PIN = 17;
const SHORTEST_PULSE_MS = 3;
const PULSE_MS = [SHORTEST_PULSE_MS, 4, 6];
const PAUSE_MS = 7;
const STALL_MS = 100;

const nobody = new Int32Array(new SharedArrayBuffer(4));

if (!isMainThread) drive((workerData as { readonly seconds: number }).seconds);
else if (process.argv[2] === ON_BANK) await measure(Number(process.argv[3]));
else process.exitCode = start(process.argv[2] ?? "600");

function start(seconds: string): number {
  const fault = bankFault();
  if (fault !== null) {
    process.stdout.write(`${JSON.stringify({ skipped: fault })}\n`);
    return 0;
  }
  const folder = mkdtempSync(join(tmpdir(), "register-bank-"));
  try {
    const hook = join(folder, "model.cjs");
    writeFileSync(hook, BOARD_HOOK);
    const env = { ...process.env, NODE_OPTIONS: `--require "${hook}"` };
    const args = onRegisterBank(fileURLToPath(import.meta.url), ON_BANK, seconds);
    return spawnSync("unshare", args, { env, stdio: "inherit" }).status ?? 1;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Pulses of at least so long, one after the other; tells how many. */
function drive(seconds: number): void {
  const bank = new RegisterBank();
  const endMs = performance.now() + seconds * 1000;
  let pulses = 0;
  for (; performance.now() < endMs; pulses++) {
    bank.set(PIN, 1);
    pause(PULSE_MS[pulses % PULSE_MS.length] as number);
    bank.set(PIN, 0);
    pause(PAUSE_MS);
  }
  parentPort?.postMessage(pulses);
}

/** Never shorter than this. */
function pause(ms: number): void {
  const untilMs = performance.now() + ms;
  for (let leftMs = ms; leftMs > 0; leftMs = untilMs - performance.now()) Atomics.wait(nobody, 0, 0, leftMs);
}

async function measure(seconds: number): Promise<void> {
  const driver = await openRpio({ lines: [{ name: "sealing", pin: PIN }], channelNames: ["sealing", "recorder"] });
  const startedMs = performance.now();
  const worker = new Worker(new URL(import.meta.url), { workerData: { seconds } });
  const stall = setInterval(() => {
    for (const untilMs = performance.now() + STALL_MS; performance.now() < untilMs; );
  }, 1000);
  let driven = 0;
  worker.on("message", (pulses: number) => {
    driven = pulses;
    clearInterval(stall);
    // the last edges are on their way
    setTimeout(() => driver.close(), 1000);
  });
  const ring = new EdgeRing(2 ** 16);
  let seen = 0;
  let level = 0;
  while (await driver.read(ring))
    ring.drain((_timeUs, channel, next) => {
      if (channel !== 0) return;
      if (next === 1 && level === 0) seen++;
      level = next;
    });
  const { counters } = driver;
  const ranUs = (performance.now() - startedMs) * 1000;
  const report = {
    seconds: Math.round(ranUs / 1e6),
    stalledMsEachSecond: STALL_MS,
    looksPerSecond: Math.round(counters.beats / (ranUs / 1e6)),
    shortestPulseMs: SHORTEST_PULSE_MS,
    pulses: driven,
    seen,
    lostEdges: counters.lostEdges,
    blindIntervals: counters.blindIntervals,
    worstGapMs: counters.worstGapUs / 1000,
    samplerCpuPercent: Math.round((counters.cpuUs / ranUs) * 1000) / 10,
  };
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = counters.lostEdges === 0 ? 0 : 1;
}
