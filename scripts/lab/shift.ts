import { execFile } from "node:child_process";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Level } from "../../algorithms/signal.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { EdgeCsvWriter } from "../../drivers/formats/edge-csv.ts";
import { openReplay } from "../../drivers/replay.ts";
import type { ShiftResult } from "../../runtime/shift-result.ts";
import type { ShiftFindings, ShiftTask } from "./guest/shift.ts";
import type { MachinePlan } from "./machine.ts";
import type { Stage } from "./scene.ts";

const MAIN = fileURLToPath(new URL("../../runtime/main.js", import.meta.url));
const SCENARIOS = new URL("../../../scripts/lab/", import.meta.url);
const MOST_OUTPUT_BYTES = 2 ** 26;

export const SHIFT_ID = "2026-03-02/early";
const NEXT_SHIFT_ID = "2026-03-02/late";

/** A moment of the day of the shift, as microseconds since 1970: `at("06:30")`, UTC. */
export function at(time: string): number {
  return Date.parse(`2026-03-02T${time}Z`) * 1000;
}

/** When the machines of the laboratory live: the start of the shifts that are played, microseconds since 1970. */
export const SHIFT_START_US = at("06:00");
/**
 * Moments of the stimulus, which are full milliseconds, then lie between two ticks of a machine's kernel: an edge is
 * stamped 0.7 ms after the contact, well within a tick, however the two clocks began.
 */
export const BETWEEN_TICKS_US = 700;
/** An edge is stamped at the chip's interrupt, a tick of the kernel after the contact at most. */
export const STAMP_US = 1000;
/** A machine is switched on, and the appliance is there in time for the shift. */
export const POWER_ON_US = at("05:59:05") + BETWEEN_TICKS_US;

/** A shift that is played, from six o'clock on. */
export interface PlayedShift {
  /** File of the scenario. */
  readonly scenario: string;
  readonly endUs: number;
  /** The appliance's configuration. */
  readonly config: string;
}

/** Eight hours with three products. */
export const WHOLE_SHIFT = shift("shift.toml", "14:00", '{ start = "10:00", end = "10:30" }');
/** Two hours with two products. */
export const SHORT_SHIFT = shift("short-shift.toml", "08:00", '{ start = "07:00", end = "07:10" }');
/** So long after its end a shift is final, when work goes on in the next one. */
const FINAL_AFTER_US = 660e6;

function shift(scenario: string, end: string, pause: string): PlayedShift {
  const config = `timeZone = "UTC"

[inputs]
driver = "chardev"
chip = "pinctrl-bcm2711"

[[shift]]
name = "Early"
start = "06:00"
end = "${end}"
breaks = [${pause}]

[[shift]]
name = "Late"
start = "${end}"
end = "22:00"

[[line]]
id = "sealer"

[line.channels.sealing]
pin = 17

[line.channels.availability]
pin = "GPIO27"
`;
  return { scenario, endUs: at(end), config };
}

/** What the machine does with a shift: nothing happens, but for what is told otherwise. */
export function shiftTask({ endUs }: PlayedShift, changes: Partial<ShiftTask> = {}): ShiftTask {
  return {
    untilUs: endUs + FINAL_AFTER_US,
    clockErrorUs: 0,
    isClockTrusted: true,
    keepsData: false,
    happenings: [],
    shifts: [SHIFT_ID, NEXT_SHIFT_ID],
    ...changes,
  };
}

/** A machine with the appliance in it, whose program plays the shift. */
export function shiftMachine(stage: Stage, task: ShiftTask, limitSeconds: number): MachinePlan {
  return {
    ...stage,
    program: new URL("./guest/shift.js", import.meta.url),
    task,
    limitMs: limitSeconds * 1000,
    timeTravelFromUs: POWER_ON_US,
  };
}

/** Puts what a shift needs into the stage's folder: what the contacts do, and the appliance's configuration. */
export async function prepareShift({ folder }: Stage, { scenario, config }: PlayedShift): Promise<void> {
  const path = fileURLToPath(new URL(scenario, SCENARIOS));
  await sealtrace("simulate", path, "--out", join(folder, "stimulus.csv"));
  await writeFile(join(folder, "config.toml"), config);
}

/** What the appliance said at the end of the shift. */
export async function shiftFindings({ folder }: Stage): Promise<ShiftFindings & { readonly report: ShiftResult }> {
  return JSON.parse(await readFile(join(folder, "shift.json"), "utf8"));
}

/** The report of the shift as `sealtrace replay` computes it from a recording; moments are since 1970. */
export async function replayed({ folder }: Pick<Stage, "folder">, recording: string): Promise<ShiftResult> {
  const path = join(folder, recording);
  const printed = await sealtrace("replay", path, "--config", join(folder, "config.toml"), "--json");
  return shiftIn(printed, (await readEdges(path)).startWallUs);
}

/** The report of the shift in what `sealtrace replay --json` has printed; moments are since 1970. */
export function shiftIn(printed: string, startWallUs: number): ShiftResult {
  const { shifts } = JSON.parse(printed) as { readonly shifts: readonly ShiftResult[] };
  const shift = shifts.find(({ id }) => id === SHIFT_ID);
  if (shift === undefined) throw new Error(`the recording holds no shift ${SHIFT_ID}`);
  return later(shift, startWallUs);
}

/** The report of the shift as `sealtrace replay` computes it from the edges that the appliance itself has written down. */
export async function replayedOwn(stage: Stage): Promise<ShiftResult> {
  await writeEdges(stage, "own.csv", await ownEdges(stage));
  return replayed(stage, "own.csv");
}

/** The edges that the appliance has written down: those of the shift, and of the next ones, which go on with it. */
export async function ownEdges({ folder }: Stage): Promise<readonly RecordedEdge[]> {
  const edges: RecordedEdge[] = [];
  for (const name of (await readdir(folder)).filter((name) => /^edges-\d\.csv$/.test(name)).sort()) {
    const untilUs = edges.at(-1)?.atUs ?? 0;
    edges.push(...(await readEdges(join(folder, name))).edges.filter(({ atUs }) => atUs > untilUs));
  }
  return edges;
}

/** Edges of a recording of the contacts of the shift, with moments since 1970. */
export interface RecordedEdges {
  readonly startWallUs: number;
  readonly edges: readonly RecordedEdge[];
}

export interface RecordedEdge {
  readonly atUs: number;
  readonly channel: (typeof CHANNELS)[number];
  readonly level: Level;
}

const CHANNELS = ["sealing", "availability", "recorder"] as const;

/** Reads a recording. */
export async function readEdges(path: string): Promise<RecordedEdges> {
  const driver = await openReplay(path, ["sealing", "availability", "recorder", "reject", "energy"]);
  const startWallUs = driver.startWallUs as number;
  const ring = new EdgeRing(2 ** 16);
  const edges: RecordedEdge[] = [];
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, channel, level) => {
      const name = CHANNELS[channel];
      if (name !== undefined) edges.push({ atUs: startWallUs + timeUs, channel: name, level });
    });
  }
  await driver.close();
  return { startWallUs, edges };
}

/** Writes a recording that begins with the day of the shift. */
export async function writeEdges({ folder }: Stage, name: string, edges: readonly RecordedEdge[]): Promise<void> {
  const startWallUs = at("00:00");
  const writer = new EdgeCsvWriter(CHANNELS, { startWallUs });
  const chunks = edges.map(({ atUs, channel, level }) =>
    writer.push(atUs - startWallUs, CHANNELS.indexOf(channel), level),
  );
  const text = [...chunks, writer.end()].filter((chunk) => chunk !== undefined);
  await writeFile(join(folder, name), text);
}

/** Only what changes: rows that repeat a level are left out. */
export function changes(edges: readonly RecordedEdge[]): readonly RecordedEdge[] {
  const levels = new Map<string, Level>();
  return edges.filter(({ channel, level }) => {
    const isChange = levels.get(channel) !== level;
    levels.set(channel, level);
    return isChange;
  });
}

async function sealtrace(...args: readonly string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [MAIN, ...args], { maxBuffer: MOST_OUTPUT_BYTES });
  return stdout;
}

/** All moments of plain data so much later. */
function later<Data>(data: Data, us: number): Data {
  const moved = JSON.stringify(data, (name, value) =>
    typeof value === "number" && name.endsWith("Us") && name !== "gapUs" ? value + us : value,
  );
  return JSON.parse(moved) as Data;
}
