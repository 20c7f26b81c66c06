import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { loadConfig } from "../../runtime/config.ts";
import { Appliance } from "../../runtime/daemon/appliance.ts";
import { SimulatedSource } from "../../runtime/daemon/simulated-source.ts";
import type { ApplianceStatus } from "../../runtime/daemon/status.ts";
import { Views } from "../../runtime/daemon/views.ts";
import { Log } from "../../runtime/log.ts";
import type { ShiftResult } from "../../runtime/shift-result.ts";
import { SocketClient } from "../../runtime/socket/socket-client.ts";
import { DaemonProcess } from "./daemon-process.ts";

const MAIN = fileURLToPath(new URL("../../runtime/main.js", import.meta.url));
const SCENARIO = "demo";
/** Three shifts that the scenario goes through. */
export const THREE_SHIFTS = `
[[shift]]
name = "A"
start = "05:30"
end = "08:45"
[[shift]]
name = "B"
start = "08:45"
end = "11:00"
[[shift]]
name = "C"
start = "11:30"
end = "20:00"
`;

/** What was seen of a daemon between its start and the signal that ended it. */
export interface DaemonLife {
  /** Events of each line that were durable at its start, and those that were said to be just before its end. */
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** From the signal until the process was gone, milliseconds. */
  readonly exitMs: number;
  /** Its exit status; null when the signal itself ended it. */
  readonly status: number | null;
}

/** A folder in which daemons live one after the other. */
export async function daemonHome(folder: string, config: string): Promise<string> {
  await mkdir(folder);
  await writeFile(join(folder, "config.toml"), config);
  return folder;
}

/** Starts the daemon on the simulation, lets it live, and sends it the signal. */
export async function liveAndEnd(
  folder: string,
  speed: number,
  lifeMs: number,
  signal: NodeJS.Signals,
): Promise<DaemonLife> {
  const files = ["--config", join(folder, "config.toml"), "--data", join(folder, "data"), "--socket", folder];
  const daemon = new DaemonProcess([MAIN, "run", ...files, "--sim", SCENARIO, "--speed", String(speed)]);
  try {
    await daemon.up();
    const client = await SocketClient.connect({ folder });
    const durable = async () =>
      ((await client.call("status")) as ApplianceStatus).lines.map(({ durableEvents }) => durableEvents);
    const first = await durable();
    await sleep(lifeMs);
    const last = await durable();
    const sentMs = performance.now();
    daemon.child.kill(signal);
    const [status] = await daemon.ended;
    client.close();
    return { first, last, exitMs: performance.now() - sentMs, status };
  } finally {
    await daemon.kill();
  }
}

/** Events that were durable and are not there any more. */
export function lostBetween(before: readonly number[], after: readonly number[]): number {
  return before.reduce((sum, events, line) => sum + Math.max(0, events - (after[line] ?? 0)), 0);
}

/** Lets the simulation run to its end, and reads what the store knows of all shifts of all lines then. */
export async function resultsOf(folder: string, speed: number): Promise<readonly ShiftResult[]> {
  const silent = { journal: false, write: () => true };
  const config = loadConfig(join(folder, "config.toml"));
  const appliance = await Appliance.start({
    config,
    dataFolder: join(folder, "data"),
    openSource: async () => new SimulatedSource(SCENARIO, speed, config),
    log: new Log({ out: silent, err: silent, clock: { monoUs: () => 0, wallUs: () => 0 } }),
  });
  await appliance.run();
  const views = new Views(appliance);
  const results: ShiftResult[] = [];
  for (const line of appliance.lines) results.push(...(await views.latest(line, 10)));
  await appliance.stop();
  return results;
}

/** How many shifts are not what they are when nothing disturbs the daemon. */
export function differingShifts(calm: readonly ShiftResult[], disturbed: readonly ShiftResult[]): number {
  return calm.filter((shift, i) => JSON.stringify(shift) !== JSON.stringify(disturbed[i])).length;
}
