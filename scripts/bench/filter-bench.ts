import { CloseOpenDebounce, StableDebounce } from "../../algorithms/baselines/debounce.ts";
import { ContactFilter } from "../../algorithms/contact-filter.ts";
import { SEALING_BETA_US } from "../../algorithms/seal-rules.ts";
import type { Level } from "../../algorithms/signal.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { addScores, type ClosedTime, type PulseScore, scorePulses } from "./pulse-score.ts";
import { type SealingEdges, sealingEdges } from "./sealing-edges.ts";
import { median, seedsFrom } from "./statistics.ts";
import { status } from "./status.ts";
import type { Cell, Table } from "./table.ts";

/** What the level filter and the customary debounces have in common. */
interface Filter {
  push(timeUs: number, level: Level): boolean;
  finish(timeUs: number): boolean;
  readonly changeUs: number;
  readonly level: Level;
}

interface Candidate {
  readonly name: string;
  readonly create: () => Filter;
  /** Shorter pulses are refused afterwards. */
  readonly minPulseUs: number;
}

/** The design's bounds for 8,000 seals. */
interface Bounds {
  readonly ok: number;
  readonly phantom: number;
  readonly errorMs?: number;
}

const ONE_SECOND_US = 1_000_000;
const BASELINE = "stable 50 ms, then >= 1 s";
const OURS = "level filter, beta 0.25 s, then >= 1 s";

const CANDIDATES: readonly Candidate[] = [
  { name: BASELINE, create: () => new StableDebounce(50_000), minPulseUs: ONE_SECOND_US },
  { name: "close 100 ms, open 1 s", create: () => new CloseOpenDebounce(100_000, ONE_SECOND_US), minPulseUs: 0 },
  { name: OURS, create: () => new ContactFilter(SEALING_BETA_US), minPulseUs: ONE_SECOND_US },
  { name: "level filter, beta 0.4 s", create: () => new ContactFilter(400_000), minPulseUs: 0 },
];

const SEALS_OF_BOUNDS = 8000;
const BOUNDS: Readonly<Record<string, Bounds>> = {
  quiet: { ok: 7996, phantom: 0, errorMs: 3.6 },
  busy: { ok: 7968, phantom: 12 },
  hostile: { ok: 7946, phantom: 28, errorMs: 9.3 },
};

/**
 * How well the level filter and two debounces find the seals of a disturbed contact, on the scenarios `quiet`, `busy` and
 * `hostile`.
 *
 * @param from first seed; undefined: the scenario's own.
 */
export async function filterBench(seeds: number, from: number | undefined): Promise<readonly Table[]> {
  const rows: Cell[][] = [];
  for (const [name, bounds] of Object.entries(BOUNDS)) {
    const scenario = loadScenario(name);
    const recordings: SealingEdges[] = [];
    for (const seed of seedsFrom(from ?? scenario.seed, seeds)) {
      status(`filter: simulating ${name}, seed ${seed}`);
      recordings.push(await sealingEdges(scenario, seed));
    }
    rows.push(...scenarioRows(name, recordings, bounds));
  }
  return [
    { title: `Seals of a disturbed contact (${seeds} x 8,000 seals a row)`, notes: NOTES, columns: COLUMNS, rows },
  ];
}

const NOTES = [
  "ok: exactly one found pulse overlaps the true seal; split: two or more; merged: one pulse for several seals;",
  "missed: none; phantom: a found pulse without a true seal. Time error: median of |found - true| over the ok ones.",
  "Errors are split + merged + missed + phantom; ratios are to the first row of the same scenario.",
];

const COLUMNS = [
  { name: "scenario" },
  { name: "filter" },
  { name: "ok seals" },
  { name: "split" },
  { name: "merged" },
  { name: "missed" },
  { name: "phantom" },
  { name: "time error, ms", decimals: 2 },
  { name: "errors / stable 50 ms", decimals: 3 },
  { name: "time error / stable 50 ms", decimals: 2 },
];

function scenarioRows(name: string, recordings: readonly SealingEdges[], bounds: Bounds): Cell[][] {
  const scores = CANDIDATES.map((candidate) =>
    addScores(recordings.map((recording) => scorePulses(recording.seals, findPulses(candidate, recording)))),
  );
  const baseline = scores[0] as PulseScore;
  const share = recordings.reduce((sum, { seals }) => sum + seals.length, 0) / SEALS_OF_BOUNDS;
  return CANDIDATES.map((candidate, i) => {
    const score = scores[i] as PulseScore;
    const isBounded = candidate.name === OURS;
    const errorMs = median(score.errorsUs) / 1000;
    return [
      name,
      candidate.name,
      isBounded ? { value: score.ok, atLeast: bounds.ok * share } : score.ok,
      score.split,
      score.merged,
      score.missed,
      isBounded ? { value: score.phantom, atMost: bounds.phantom * share } : score.phantom,
      isBounded && bounds.errorMs !== undefined ? { value: errorMs, atMost: bounds.errorMs } : errorMs,
      errorsOf(score) / errorsOf(baseline),
      errorMs / (median(baseline.errorsUs) / 1000),
    ];
  });
}

function errorsOf({ split, merged, missed, phantom }: PulseScore): number {
  return split + merged + missed + phantom;
}

function findPulses({ create, minPulseUs }: Candidate, { timesUs, levels }: SealingEdges): ClosedTime[] {
  const filter = create();
  const pulses: ClosedTime[] = [];
  let onUs = Number.NaN;
  const take = () => {
    if (filter.level === 1) onUs = filter.changeUs;
    // false for NaN: the filter's first answer may be "it was open from the start"
    else if (filter.changeUs - onUs >= minPulseUs) pulses.push({ onUs, offUs: filter.changeUs });
  };
  timesUs.forEach((timeUs, i) => {
    if (filter.push(timeUs, levels[i] as Level)) take();
  });
  if (filter.finish(timesUs.at(-1) as number)) take();
  return pulses;
}
