import { StableDebounce } from "../../algorithms/baselines/debounce.ts";
import { xMeans } from "../../algorithms/baselines/xmeans.ts";
import { ContactFilter } from "../../algorithms/contact-filter.ts";
import { LevelFilter } from "../../algorithms/level-filter.ts";
import { Mobisea } from "../../algorithms/mobisea/mobisea.ts";
import { SEALING_BETA_US } from "../../algorithms/seal-rules.ts";
import type { Level } from "../../algorithms/signal.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { FAMILIES } from "./families.ts";
import { mulberry32 } from "./random.ts";
import { type SealingEdges, sealingEdges } from "./sealing-edges.ts";
import { median, seedsFrom } from "./statistics.ts";
import { status } from "./status.ts";
import type { Cell, Table } from "./table.ts";

const ROUNDS = 9;
const WARM_UP_ROUNDS = 2;
const FAMILY_SEEDS = 3;
const FIRST_SEED = 1001;

/** Does the work once and says how many final changes, or runs, it found, lest the compiler leave the work out. */
type Work = () => number;

/** The stages in memory, each in turn in every round; the median round counts. */
export async function stageBench(): Promise<readonly Table[]> {
  status("speed: stages in memory");
  const recording = await sealingEdges(loadScenario("hostile"), FIRST_SEED);
  return [filterTable(recording), mobiseaTable()];
}

function filterTable(recording: SealingEdges): Table {
  const edges = recording.timesUs.length;
  const [levelSeconds, contactSeconds, stableSeconds] = timeInTurn([
    () => throughLevelFilter(recording),
    () => throughContactFilter(recording),
    () => throughStableDebounce(recording),
  ]) as [number, number, number];
  const row = (name: string, seconds: number, atLeast?: number): Cell[] => {
    const value = edges / seconds / 1e6;
    return [name, atLeast === undefined ? value : { value, atLeast }, (seconds / edges) * 1e9, stableSeconds / seconds];
  };
  return {
    title: "Level filter in memory",
    notes: [`${edges} edges of the sealing contact of the scenario hostile; median of ${ROUNDS} rounds, one thread.`],
    columns: [
      { name: "filter" },
      { name: "million edges/s", decimals: 1 },
      { name: "ns/edge", decimals: 1 },
      { name: "speed / stable 50 ms", decimals: 2 },
    ],
    rows: [
      row("LevelFilter, beta 0.25 s", levelSeconds, 10),
      row("ContactFilter (the same, and every removed edge accounted for)", contactSeconds),
      row("StableDebounce, 50 ms", stableSeconds),
    ],
  };
}

// One loop for each filter: a common one would make every call in it slow, for it would see three classes.

function throughLevelFilter({ timesUs, levels }: SealingEdges): number {
  const filter = new LevelFilter(SEALING_BETA_US);
  let changes = 0;
  for (let i = 0; i < timesUs.length; i++) if (filter.push(timesUs[i] as number, levels[i] as Level)) changes++;
  return changes;
}

function throughContactFilter({ timesUs, levels }: SealingEdges): number {
  const filter = new ContactFilter(SEALING_BETA_US);
  let changes = 0;
  for (let i = 0; i < timesUs.length; i++) if (filter.push(timesUs[i] as number, levels[i] as Level)) changes++;
  return changes;
}

function throughStableDebounce({ timesUs, levels }: SealingEdges): number {
  const filter = new StableDebounce(50_000);
  let changes = 0;
  for (let i = 0; i < timesUs.length; i++) if (filter.push(timesUs[i] as number, levels[i] as Level)) changes++;
  return changes;
}

function mobiseaTable(): Table {
  const shifts = Object.values(FAMILIES).flatMap((family) =>
    seedsFrom(FIRST_SEED, FAMILY_SEEDS).map((seed) => family(seed).sealingTimesSeconds),
  );
  const seals = shifts.reduce((sum, { length }) => sum + length, 0);
  const [ours, theirs] = timeInTurn([
    () => shifts.reduce((sum, shift) => sum + countRuns(shift), 0),
    () => shifts.reduce((sum, shift) => sum + xMeans(shift, mulberry32(1)).centres.length, 0),
  ]) as [number, number];
  const us = (seconds: number) => (seconds / seals) * 1e6;
  return {
    title: "Product finder in memory",
    notes: [
      `${seals} seals: ${FAMILY_SEEDS} shifts of each family; median of ${ROUNDS} rounds, one thread.`,
      "x-means sees a whole shift at once, Mobisea seal by seal.",
    ],
    columns: [{ name: "finder" }, { name: "us/seal", decimals: 2 }, { name: "time / x-means", decimals: 2 }],
    rows: [
      ["Mobisea", { value: us(ours), atMost: 20 }, ours / theirs],
      ["x-means", us(theirs), 1],
    ],
  };
}

function countRuns(seconds: Float64Array): number {
  const mobisea = new Mobisea();
  for (const x of seconds) mobisea.push(x);
  return mobisea.finish().runs.length;
}

/** Median seconds of each work; they take turns, so that whatever else the machine does disturbs all of them alike. */
function timeInTurn(works: readonly Work[]): number[] {
  const seconds = works.map((): number[] => []);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++)
    works.forEach((work, i) => {
      const startMs = performance.now();
      if (work() === 0) throw new Error("nothing was found: the measurement is worth nothing");
      if (round >= 0) seconds[i]?.push((performance.now() - startMs) / 1000);
    });
  return seconds.map(median);
}
