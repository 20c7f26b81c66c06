import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Appliance } from "../../runtime/daemon/appliance.ts";
import { Views } from "../../runtime/daemon/views.ts";
import type { WatchedLine } from "../../runtime/daemon/watched-line.ts";
import type { ShiftResult } from "../../runtime/shift-result.ts";
import { damageOneFile } from "./damage-file.ts";
import { type ComputerLife, LiveSimulation } from "./live-simulation.ts";
import { quietLog, type TortureMachine, tortureMachine } from "./power-cut-machine.ts";
import { boot } from "./power-cut-record.ts";
import { seededRandom } from "./random.ts";
import { smallLogs } from "./small-logs.ts";

const SCRIPT = fileURLToPath(import.meta.url);
const BUILD_SECONDS = 3;
const AT_ONCE = 1e6;
/** When the computer goes down, and when it is up again, and again; microseconds of the simulation. */
const DOWN_US = 6_300_000_000;
const LIVES = [6360, 6560, 6760, 6960].map((fromSeconds, i) => ({
  bootId: boot(i + 2),
  fromUs: fromSeconds * 1_000_000,
  untilUs: (fromSeconds + 140) * 1_000_000,
  speed: AT_ONCE,
})) as readonly ComputerLife[];
const LONGEST_LIFE_MS = 60_000;
const MOST_FAILURES = 10;

/** What damage to an appliance's data did. All but the counts of the second group must be 0. */
export interface DaemonDamageReport {
  cases: number;
  /** Starts that failed or took too long, also later ones. */
  notStarted: number;
  /** Shifts that are over and came out as something else. */
  wrong: number;
  /** Cases in which a shift or a part of it was missing and nobody said so. */
  untold: number;
  /** Cases in which nothing was counted afterwards. */
  notCounting: number;

  /** Shifts that were over: those that came out as they were, and those that are lost, all of them told. */
  served: number;
  lost: number;
  /** Cases in which an alarm was raised. */
  alarmed: number;
  /** Processes that the database took with it; the next start has to be a good one. */
  died: number;
  longestStartMs: number;
  readonly ways: Record<string, number>;
  seconds: number;
  readonly failures: string[];
}

/** Lets an appliance work, damages one file of a copy of its data again and again, and starts an appliance on that. */
export async function damageDaemon(times: number, seed: number): Promise<DaemonDamageReport> {
  const startedMs = performance.now();
  const folder = await mkdtemp(join(tmpdir(), "damage-daemon-"));
  const report: DaemonDamageReport = {
    cases: 0,
    notStarted: 0,
    wrong: 0,
    untold: 0,
    notCounting: 0,
    served: 0,
    lost: 0,
    alarmed: 0,
    died: 0,
    longestStartMs: 0,
    ways: {},
    seconds: 0,
    failures: [],
  };
  try {
    await new DamagedData(folder, report).run(times, seed);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  report.seconds = Math.round((performance.now() - startedMs) / 1000);
  return report;
}

interface Outcome {
  readonly way: string;
  readonly startMs: number;
  readonly isTold: boolean;
  readonly seals: number;
  readonly shifts: readonly ShiftResult[];
}

class DamagedData {
  readonly #folder: string;
  readonly #report: DaemonDamageReport;
  #calm: readonly ShiftResult[] = [];

  constructor(folder: string, report: DaemonDamageReport) {
    this.#folder = folder;
    this.#report = report;
  }

  async run(times: number, seed: number): Promise<void> {
    const machine = await tortureMachine(this.#folder);
    const [stopped, crashed, work] = ["stopped", "crashed", "work"].map((name) => join(this.#folder, name)) as [
      string,
      string,
      string,
    ];
    await buildData(machine, stopped, crashed);
    await cp(stopped, work, { recursive: true });
    this.#calm = (await this.#goOn(work, LIVES.entries())).shifts;
    const random = seededRandom(seed);
    for (; this.#report.cases < times; this.#report.cases++) {
      await rm(work, { recursive: true });
      const isStopped = random(2) === 0;
      await cp(isStopped ? stopped : crashed, work, { recursive: true });
      const damage = await damageOneFile(work, await filesOf(work), random);
      await this.#look(work, `${isStopped ? "stopped" : "crashed"} ${damage}`);
    }
  }

  async #look(dataFolder: string, damage: string): Promise<void> {
    const report = this.#report;
    try {
      const lives = LIVES.entries();
      const outcome = await this.#goOn(dataFolder, lives);
      report.ways[outcome.way] = (report.ways[outcome.way] ?? 0) + 1;
      if (outcome.isTold) report.alarmed++;
      if (outcome.seals === 0) this.#fail("notCounting", `${damage}: no seals`);
      this.#compare(outcome, `${damage}: ${outcome.way}`);
      await this.#goOn(dataFolder, lives);
    } catch (error) {
      this.#fail(
        "notStarted",
        `${damage}: ${error instanceof Error ? error.stack?.split("\n").slice(0, 6).join() : String(error)}`,
      );
    }
  }

  #compare({ shifts, isTold }: Outcome, what: string): void {
    for (const calm of this.#calm) {
      const found = shifts.find(({ id }) => id === calm.id);
      const isSame = JSON.stringify(found) === JSON.stringify(calm);
      // a log that ends early is what a power cut leaves: then the report has a longer hole
      const isHole = (found?.coverage ?? 1) < (calm.coverage ?? 1);
      if (!isSame && !isTold && !isHole) this.#fail("untold", `${what}: ${calm.id} is not as it was`);
      if (calm.state !== "final") continue;
      if (isSame) this.#report.served++;
      else if (found === undefined) this.#report.lost++;
      else this.#fail("wrong", `${what}: ${calm.id} has ${found.seals} seals, ${found.state}, not ${calm.seals}`);
    }
  }

  #fail(kind: "notStarted" | "wrong" | "untold" | "notCounting", text: string): void {
    this.#report[kind]++;
    if (this.#report.failures.length < MOST_FAILURES) this.#report.failures.push(text);
  }

  /** Computers that come up on these data, one after the other, until one of them lives to its end. */
  async #goOn(dataFolder: string, lives: Iterator<[number, ComputerLife]>): Promise<Outcome> {
    for (let diedBefore = false; ; diedBefore = true) {
      const [life] = lives.next().value as [number, ComputerLife];
      const outcome = await lived(this.#folder, dataFolder, life);
      if (outcome !== null) {
        this.#report.longestStartMs = Math.max(this.#report.longestStartMs, outcome.startMs);
        return outcome;
      }
      if (diedBefore) throw new Error("it died twice in a row");
      this.#report.died++;
    }
  }
}

/** In a process of its own: a damaged table may end it. Null when it did. */
async function lived(machineFolder: string, dataFolder: string, life: number): Promise<Outcome | null> {
  const args = [SCRIPT, "--machine", machineFolder, "--data", dataFolder, "--life", String(life)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "ignore"], timeout: LONGEST_LIFE_MS });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  const [status, signal] = await once(child, "close");
  if (signal === "SIGABRT" || signal === "SIGBUS") return null;
  if (status !== 0) throw new Error(`status ${status ?? signal}: ${text}`);
  return JSON.parse(text) as Outcome;
}

/** A computer that comes up on these data, some minutes after the other one went down. */
async function live(machineFolder: string, dataFolder: string, life: ComputerLife): Promise<Outcome> {
  const machine = await tortureMachine(machineFolder);
  const beganMs = performance.now();
  const appliance = await started(machine, dataFolder, life);
  const startMs = Math.ceil(performance.now() - beganMs);
  await appliance.run();
  const line = appliance.lines[0] as WatchedLine;
  const shifts = await new Views(appliance).latest(line, 10);
  const { way } = appliance.store.opened;
  const outcome = { way, startMs, isTold: appliance.alarms.size > 0, seals: line.keeper.seals, shifts };
  await appliance.stop();
  return outcome;
}

function started({ config, scenario }: TortureMachine, dataFolder: string, life: ComputerLife): Promise<Appliance> {
  const openSource = async (names: readonly string[]) => new LiveSimulation(scenario, names, life);
  const storeOptions = { openDatabase: smallLogs(true) };
  return Appliance.start({ config, dataFolder, openSource, log: quietLog(), storeOptions });
}

/** The same data twice: stopped in order, and as a power cut would leave them. */
async function buildData(machine: TortureMachine, stopped: string, crashed: string): Promise<void> {
  const speed = DOWN_US / 1e6 / BUILD_SECONDS;
  const appliance = await started(machine, stopped, { bootId: boot(1), fromUs: 0, untilUs: DOWN_US, speed });
  await appliance.run(async () => {
    appliance.keep();
    await appliance.store.commit();
  });
  await appliance.journal.flush();
  await cp(stopped, crashed, { recursive: true });
  await rm(join(crashed, "lock"));
  await appliance.stop();
}

async function filesOf(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name !== "LOCK")
    .map(({ parentPath, name }) => join(parentPath, name).slice(folder.length + 1))
    .sort();
}

if (process.argv[1] === SCRIPT) {
  const text = { type: "string" } as const;
  const number = (value: string) => ({ type: "string", default: value }) as const;
  const options = { times: number("200"), seed: number("1"), machine: text, data: text, life: text };
  const { times, seed, machine, data, life } = parseArgs({ options }).values;
  if (machine !== undefined && data !== undefined) {
    const outcome = await live(machine, data, LIVES[Number(life)] as ComputerLife).catch(String);
    process.stdout.write(`${JSON.stringify(outcome)}\n`);
    process.exit(typeof outcome === "string" ? 1 : 0);
  }
  const report = await damageDaemon(Number(times), Number(seed));
  process.stdout.write(`${JSON.stringify(report)}\n`);
  const { notStarted, wrong, untold, notCounting } = report;
  process.exitCode = notStarted + wrong + untold + notCounting === 0 ? 0 : 1;
}
