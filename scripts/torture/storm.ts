import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { ApplianceStatus } from "../../runtime/daemon/status.ts";
import { SocketClient } from "../../runtime/socket/socket-client.ts";
import { DaemonProcess, ownAlarms } from "./daemon-process.ts";
import { CYCLE_US } from "./made-machine.ts";

const DAEMON = fileURLToPath(new URL("./made-contacts-daemon.js", import.meta.url));
const LINES = 4;
const LOOK_EVERY_SECONDS = 10;
/** A seal is decided a second after its end at the latest: of those that have ended, one may not count yet. */
const SEALS_UNDER_WAY = 1;
/** The start of the daemon and the first whole cycle. */
const CYCLES_BEFORE = 3;
const MEGABYTE = 2 ** 20;

/** What a storm of edges on the first of four lines did. `faults` must be empty. */
export interface StormReport {
  readonly seconds: number;
  readonly edgesASecond: number;
  readonly edges: number;
  readonly lostEdges: number;
  readonly journalDropped: number;
  /** Of the calm lines: seals, and cycles of their machines that are over. */
  readonly seals: readonly number[];
  readonly cycles: number;
  /** Share of a core: of the whole process, and of it without the thread that makes the edges. */
  readonly cpu: number;
  readonly cpuWithoutThread: number;
  readonly residentMegabytes: { readonly first: number; readonly most: number; readonly last: number };
  readonly loopMaxMs: number;
  readonly sealToDurableMs: ApplianceStatus["metrics"]["sealToDurableMs"];
  readonly storeWrittenBytes: number;
  readonly commits: number;
  readonly faults: readonly string[];
}

/** Runs the daemon on contacts of which the first one chatters. @param rate edges a second; 0: all lines are calm. */
export async function storm(seconds: number, rate: number): Promise<StormReport> {
  const folder = await mkdtemp(join(tmpdir(), "seal-"));
  const lines = Array.from({ length: LINES }, (_, i) => lineConfig(i)).join("");
  await writeFile(join(folder, "config.toml"), `[inputs]\nchip = "storm-${rate}"\n${lines}`);
  const daemon = new DaemonProcess([DAEMON, join(folder, "config.toml"), join(folder, "data"), folder]);
  try {
    await daemon.up();
    const client = await SocketClient.connect({ folder });
    return await watched(daemon, client, seconds, rate).finally(() => client.close());
  } finally {
    await daemon.kill();
    await rm(folder, { recursive: true });
  }
}

function lineConfig(i: number): string {
  return `[[line]]
id = "line-${i + 1}"
channels.sealing = { pin = ${2 * i}, minSealingTimeSeconds = 0.5 }
channels.availability.pin = ${2 * i + 1}
`;
}

async function watched(
  daemon: DaemonProcess,
  client: SocketClient,
  seconds: number,
  rate: number,
): Promise<StormReport> {
  const ask = async () => (await client.call("status")) as ApplianceStatus;
  const first = await ask();
  const resident = [first.metrics.residentBytes];
  const looks = Math.max(1, Math.floor(seconds / LOOK_EVERY_SECONDS));
  const startedMs = performance.now();
  for (let i = 1; i <= looks; i++) {
    await sleep(Math.max(0, startedMs + (i * seconds * 1000) / looks - performance.now()));
    if (daemon.isOver) throw new Error(`the daemon ended: ${daemon.said}`);
    resident.push((await ask()).metrics.residentBytes);
  }
  const last = await ask();
  const tookSeconds = (performance.now() - startedMs) / 1000;
  const [status] = await daemon.stop();
  return { ...reportOf(first, last, resident, tookSeconds, rate, status === 0) };
}

function reportOf(
  first: ApplianceStatus,
  last: ApplianceStatus,
  resident: readonly number[],
  seconds: number,
  edgesASecond: number,
  endedWell: boolean,
): StormReport {
  const { metrics, inputs } = last;
  const cpuSeconds = metrics.cpuSeconds - first.metrics.cpuSeconds;
  const threadSeconds = ((inputs?.counters.cpuUs ?? 0) - (first.inputs?.counters.cpuUs ?? 0)) / 1e6;
  const calm = metrics.lines.slice(1);
  // each line is told that it is seen, and its two levels; the calm ones then have two edges a seal
  const cycles = Math.min(...calm.map(({ edges }) => Math.floor((edges - 3) / 2)));
  const seals = calm.map((line) => line.seals);
  const megabytes = (bytes: number) => Math.round(bytes / MEGABYTE);
  const lostEdges = metrics.lostEdges + (inputs?.counters.lostEdges ?? 0);
  const faults = [
    ...seals.flatMap((count, i) =>
      count >= cycles - SEALS_UNDER_WAY ? [] : [`line-${i + 2} has ${count} seals of ${cycles}`],
    ),
    ...(cycles < Math.floor((seconds * 1e6) / CYCLE_US) - CYCLES_BEFORE ? [`only ${cycles} cycles were seen`] : []),
    ...(lostEdges > 0 ? [`${lostEdges} edges were lost`] : []),
    ...(metrics.store.droppedEvents > 0 ? [`${metrics.store.droppedEvents} events were dropped`] : []),
    ...ownAlarms(last),
    ...(endedWell ? [] : ["it did not stop in order"]),
  ];
  return {
    seconds: Math.round(seconds),
    edgesASecond,
    edges: metrics.edges,
    lostEdges,
    journalDropped: metrics.journal.dropped,
    seals,
    cycles,
    cpu: cpuSeconds / seconds,
    cpuWithoutThread: (cpuSeconds - threadSeconds) / seconds,
    residentMegabytes: {
      first: megabytes(resident[0] ?? 0),
      most: megabytes(Math.max(...resident)),
      last: megabytes(resident.at(-1) ?? 0),
    },
    loopMaxMs: Math.max(metrics.eventLoop?.maxMs ?? 0, metrics.eventLoop?.longestStallMs ?? 0),
    sealToDurableMs: metrics.sealToDurableMs,
    storeWrittenBytes: metrics.store.writtenBytes - first.metrics.store.writtenBytes,
    commits: metrics.store.commits - first.metrics.store.commits,
    faults,
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({
    options: { seconds: { type: "string", default: "600" }, rate: { type: "string", default: "20000" } },
  });
  const report = await storm(Number(values.seconds), Number(values.rate));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  process.exitCode = report.faults.length === 0 ? 0 : 1;
}
