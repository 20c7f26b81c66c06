import { rmSync } from "node:fs";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenario } from "../../sim/scenario.ts";
import type { Scenario } from "../../sim/simulation.ts";
import { type ProcessCost, runNode } from "./child.ts";
import { type Recording, writeRecording } from "./recording-file.ts";
import { median } from "./statistics.ts";
import { status } from "./status.ts";
import type { Cell, Table } from "./table.ts";

const MAIN = fileURLToPath(new URL("../../runtime/main.js", import.meta.url));
const PARSE_ONLY = fileURLToPath(new URL("./parse-only.js", import.meta.url));

/** Exit status by which shells know an interrupted program. */
const INTERRUPTED = 130;
const ROUNDS = 3;
/** So often the plan of `hostile` gives more than 10 million edges. */
const PLAN_REPEATS = 6;
const LEAST_MILLION_EDGES_PER_SECOND = 2;
const MOST_YEAR_SECONDS = 120;
/** A year's minute map is 8 MiB, its 1,500 runs are less; with room for the garbage collector's moods. */
const MOST_GROWTH_MIB = 32;

/** What the report of a recording has to say here; its other fields are nobody's business. */
interface Report {
  readonly shifts: readonly {
    readonly seals: number;
    readonly runs: readonly unknown[];
    readonly products: readonly unknown[];
  }[];
}

/** From the file to the report, each time as a process of its own; recordings are in the system's folder for such. */
export async function fileBench(): Promise<readonly Table[]> {
  const folder = await mkdtemp(join(tmpdir(), "sealtrace-bench-"));
  const cleanUp = () => rmSync(folder, { recursive: true, force: true });
  const stop = () => {
    cleanUp();
    process.exit(INTERRUPTED);
  };
  // a year's recording is a gigabyte: nobody who loses patience may have to look for it
  process.once("SIGINT", stop);
  try {
    return [await reportTable(folder), await yearTable(folder)];
  } finally {
    process.off("SIGINT", stop);
    cleanUp();
  }
}

async function reportTable(folder: string): Promise<Table> {
  const recording = await record(severalPlans(loadScenario("hostile")), join(folder, "hostile.csv"));
  const replays: ProcessCost[] = [];
  const parses: ProcessCost[] = [];
  for (let round = 1; round <= ROUNDS; round++) {
    status(`speed: replay and parse ${recording.edges} edges, round ${round} of ${ROUNDS}`);
    replays.push(await runNode([MAIN, "replay", recording.path, "--json"]));
    parses.push(await runNode([PARSE_ONLY, recording.path]));
  }
  const table: Table = {
    title: "From the CSV file to the report, whole processes",
    notes: [
      `${recording.edges} edges, ${await mebibytes(recording.path)} MiB: the scenario hostile, its plan ${PLAN_REPEATS} times; ${foundText(recording, replays[0]?.stdout ?? "")}.`,
      `Median of ${ROUNDS} processes each, start included; the file was in the page cache.`,
    ],
    columns: PROCESS_COLUMNS,
    rows: processRows(recording.edges, replays, parses, LEAST_MILLION_EDGES_PER_SECOND),
  };
  await rm(recording.path);
  return table;
}

async function yearTable(folder: string): Promise<Table> {
  const recording = await record(loadScenario("year"), join(folder, "year.csv"));
  status(`speed: replay a year, ${recording.edges} edges`);
  const replay = await runNode([MAIN, "replay", recording.path, "--json"]);
  const growthMib = replay.lateMib === null || replay.earlyMib === null ? null : replay.lateMib - replay.earlyMib;
  return {
    title: "A year of a fast line from the CSV file to the report, one process",
    notes: [
      `${recording.edges} edges, ${await mebibytes(recording.path)} MiB: the scenario year; ${foundText(recording, replay.stdout)}.`,
      "Memory is resident memory: median over 5-15 % and over 85-95 % of the time, and the greatest ever.",
    ],
    columns: [
      { name: "what" },
      { name: "wall, s", decimals: 1 },
      { name: "user, s", decimals: 1 },
      { name: "million edges/s", decimals: 2 },
      { name: "at 10 %, MiB" },
      { name: "at 90 %, MiB" },
      { name: "growth, MiB" },
      { name: "peak, MiB" },
    ],
    rows: [
      [
        "replay --json",
        { value: replay.wallSeconds, atMost: MOST_YEAR_SECONDS },
        replay.userSeconds,
        recording.edges / replay.wallSeconds / 1e6,
        replay.earlyMib,
        replay.lateMib,
        growthMib === null ? null : { value: growthMib, atMost: MOST_GROWTH_MIB },
        replay.peakMib,
      ],
    ],
  };
}

const PROCESS_COLUMNS = [
  { name: "process" },
  { name: "million edges/s", decimals: 2 },
  { name: "wall, s", decimals: 2 },
  { name: "user, s", decimals: 2 },
  { name: "peak memory, MiB" },
  { name: "wall / read and parse only", decimals: 2 },
];

function processRows(
  edges: number,
  replays: readonly ProcessCost[],
  parses: readonly ProcessCost[],
  atLeast: number,
): Cell[][] {
  const wallOf = (costs: readonly ProcessCost[]) => median(costs.map(({ wallSeconds }) => wallSeconds));
  const row = (name: string, costs: readonly ProcessCost[], speed: (value: number) => Cell): Cell[] => [
    name,
    speed(edges / wallOf(costs) / 1e6),
    wallOf(costs),
    medianKnown(costs.map(({ userSeconds }) => userSeconds)),
    medianKnown(costs.map(({ peakMib }) => peakMib)),
    wallOf(costs) / wallOf(parses),
  ];
  return [
    row("replay --json", replays, (value) => ({ value, atLeast })),
    row("read and parse only", parses, (value) => value),
  ];
}

function medianKnown(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : median(known);
}

function severalPlans(scenario: Scenario): Scenario {
  return { ...scenario, machine: { ...scenario.machine, planRepeats: PLAN_REPEATS } };
}

async function record(scenario: Scenario, path: string): Promise<Recording> {
  status(`speed: simulating ${scenario.name} into a file`);
  return writeRecording(scenario, path);
}

async function mebibytes(path: string): Promise<number> {
  return Math.round((await stat(path)).size / 2 ** 20);
}

/** Speed is worth nothing when the report is wrong: what was found is printed beside what is true. */
function foundText({ truth }: Recording, stdout: string): string {
  const [shift] = (JSON.parse(stdout) as Report).shifts;
  const { seals, runs, products } = shift ?? { seals: 0, runs: [], products: [] };
  return (
    `found ${seals} of ${truth.totals.seals} seals, ${runs.length} of ${truth.runs.length} runs, ` +
    `${products.length} of ${truth.products.length} products`
  );
}
