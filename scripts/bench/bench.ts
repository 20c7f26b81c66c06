import { availableParallelism, cpus } from "node:os";
import { parseArgs } from "node:util";
import { filterBench } from "./filter-bench.ts";
import { runsBench } from "./runs-bench.ts";
import { speedBench } from "./speed-bench.ts";
import { statusBench } from "./status-bench.ts";
import { countMissed, type Table, tableJson, tableText } from "./table.ts";

const USAGE = `usage: npm run bench -- [filter|runs|speed|status ...] [--seeds N] [--from SEED] [--json] [--check]

  filter   seals of a disturbed contact: level filter against debounces (1 seed, the scenario's own)
  runs     runs and products: Mobisea on every family, and against k-means, k-rms and x-means (40 seeds from 1001)
  status   how long somebody waits for sealtrace status with a year of data, and what watching costs
  speed    edges and seals a second, a recording from file to report, a year of 5 million seals
  --check  exit status 1 when a figure misses its bound
`;

const PARTS = ["filter", "runs", "speed", "status"] as const;
type Part = (typeof PARTS)[number];

const FILTER_SEEDS = 1;
const RUNS_SEEDS = 40;
/** Kept for measuring: who tunes takes lower seeds. */
const RUNS_FROM = 1001;

interface Order {
  readonly parts: readonly Part[];
  readonly seeds: number | undefined;
  readonly from: number | undefined;
  readonly json: boolean;
  readonly check: boolean;
}

function readOrder(argv: readonly string[]): Order {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: {
      seeds: { type: "string" },
      from: { type: "string" },
      json: { type: "boolean", default: false },
      check: { type: "boolean", default: false },
    },
  });
  const unknown = positionals.find((name) => !PARTS.includes(name as Part));
  if (unknown !== undefined) throw new RangeError(`there is no part ${unknown}`);
  const parts = positionals.length > 0 ? (positionals as Part[]) : PARTS;
  const { seeds, from, json, check } = values;
  return { parts, seeds: wholeNumber("--seeds", seeds, 1), from: wholeNumber("--from", from, 0), json, check };
}

function wholeNumber(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value < least) throw new RangeError(`${option} must be a whole number from ${least}`);
  return value;
}

async function measure(part: Part, { seeds, from }: Order): Promise<readonly Table[]> {
  if (part === "filter") return filterBench(seeds ?? FILTER_SEEDS, from);
  if (part === "runs") return runsBench(seeds ?? RUNS_SEEDS, from ?? RUNS_FROM);
  return part === "speed" ? speedBench() : statusBench();
}

async function run(order: Order): Promise<void> {
  const machine = `${process.version} on ${cpus()[0]?.model ?? "an unknown processor"}, ${availableParallelism()} cores`;
  if (!order.json) process.stdout.write(`Node.js ${machine}\n\n`);
  const tables: Table[] = [];
  for (const part of order.parts) {
    const measured = await measure(part, order);
    tables.push(...measured);
    if (!order.json) for (const table of measured) process.stdout.write(`${tableText(table)}\n`);
  }
  const missed = countMissed(tables);
  if (order.json) {
    const json = { schema: "sealtrace/bench@1", machine, missed, tables: tables.map(tableJson) };
    process.stdout.write(`${JSON.stringify(json, null, 1)}\n`);
  } else process.stdout.write(missed === 0 ? "All bounds are met.\n" : `Bounds missed: ${missed}.\n`);
  if (order.check && missed > 0) process.exitCode = 1;
}

function orderOrUsage(): Order | undefined {
  try {
    return readOrder(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`bench: ${(error as Error).message}\n\n${USAGE}`);
    process.exitCode = 2;
    return undefined;
  }
}

const order = orderOrUsage();
if (order !== undefined) await run(order);
