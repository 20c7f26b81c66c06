import { kMeans } from "../../algorithms/baselines/kmeans.ts";
import { kRms } from "../../algorithms/baselines/krms.ts";
import { xMeans } from "../../algorithms/baselines/xmeans.ts";
import { Mobisea } from "../../algorithms/mobisea/mobisea.ts";
import { type BenchShift, FAMILIES, type Family, type FamilyName, paperShifts } from "./families.ts";
import { mulberry32 } from "./random.ts";
import { type LabelScore, type RunScore, scoreLabels, scoreRuns } from "./score.ts";
import { mean, quantile, seedsFrom } from "./statistics.ts";
import { status } from "./status.ts";
import type { Cell, Table } from "./table.ts";

interface Bounds {
  readonly exactlyRight: number;
  readonly countErrorPercent: number;
}

/** The design's table. */
const BOUNDS: Readonly<Record<FamilyName, Bounds>> = {
  oneProduct: { exactlyRight: 1, countErrorPercent: 0 },
  threeProducts: { exactlyRight: 1, countErrorPercent: 0 },
  threeWithRunOf30: { exactlyRight: 1, countErrorPercent: 0 },
  shortRuns: { exactlyRight: 0.97, countErrorPercent: 3 },
  shortBetween: { exactlyRight: 0.97, countErrorPercent: 3 },
  outliers: { exactlyRight: 1, countErrorPercent: 3 },
  returns: { exactlyRight: 1, countErrorPercent: 3 },
  trialSeals: { exactlyRight: 1, countErrorPercent: 3 },
  nearModes: { exactlyRight: 0.97, countErrorPercent: 1 },
  drift: { exactlyRight: 0.97, countErrorPercent: 1 },
  unevenNoise: { exactlyRight: 0.97, countErrorPercent: 3 },
  coarseClock: { exactlyRight: 1, countErrorPercent: 2 },
};

const STRAY_SHARE = 0.02;
const MATCHING =
  "Found and true products are matched one to one, by the seals they share: no found product serves twice.";

/** Our product finder on every family, and against the baselines on the six shifts built after the paper's. */
export function runsBench(seeds: number, from: number): readonly Table[] {
  const range = `${seeds} seeds from ${from}`;
  return [
    familiesTable(seeds, from),
    paperTable(`Six shifts after the paper's, clean (${range})`, paperShifts(), seeds, from),
    paperTable(
      `Six shifts after the paper's, 2 % of the seals are strays (${range})`,
      paperShifts(STRAY_SHARE),
      seeds,
      from,
    ),
  ];
}

function familiesTable(seeds: number, from: number): Table {
  const names = Object.keys(FAMILIES) as FamilyName[];
  return {
    title: `Runs and products of Mobisea on each family (${seeds} seeds from ${from})`,
    notes: [
      "exactly right: as many runs as in truth, each within 2 seals at both ends, and the same runs make the same product.",
      "count error: the worst product of a shift, |found - true| / true seals. p95 by nearest rank over the shifts.",
      MATCHING,
    ],
    columns: [
      { name: "family" },
      { name: "exactly right, share", decimals: 3 },
      { name: "count error p95, %", decimals: 2 },
      { name: "count error max, %", decimals: 2 },
      { name: "boundary off p95, seals" },
    ],
    rows: names.map((name) => {
      status(`runs: ${name}`);
      return familyRow(name, seedsFrom(from, seeds));
    }),
  };
}

function familyRow(name: FamilyName, seeds: readonly number[]): Cell[] {
  const { exactlyRight, countErrorPercent } = BOUNDS[name];
  const scores = seeds.map((seed) => scoreOurs(FAMILIES[name](seed)));
  const errorsPercent = scores.map((score) => 100 * score.worstCountError);
  return [
    name,
    { value: scores.filter((score) => score.exactlyRight).length / scores.length, atLeast: exactlyRight },
    { value: quantile(errorsPercent, 0.95), atMost: countErrorPercent },
    Math.max(...errorsPercent),
    quantile(
      scores.map((score) => score.maxBoundaryOff),
      0.95,
    ),
  ];
}

function scoreOurs({ sealingTimesSeconds, truth }: BenchShift): RunScore {
  const mobisea = new Mobisea();
  for (const seconds of sealingTimesSeconds) mobisea.push(seconds);
  return scoreRuns(truth, mobisea.finish());
}

type Finder = (shift: BenchShift, seed: number) => LabelScore;

/** Ours first; k-means and k-rms are told how many products there are. */
const FINDERS: Readonly<Record<string, Finder>> = {
  Mobisea: scoreOurs,
  "k-means (told k)": ({ sealingTimesSeconds, truth }, seed) =>
    scoreLabels(truth, kMeans(sealingTimesSeconds, truth.products.length, mulberry32(seed)).labels),
  "k-rms (told k)": ({ sealingTimesSeconds, truth }, seed) =>
    scoreLabels(truth, kRms(sealingTimesSeconds, truth.products.length, mulberry32(seed)).labels),
  "x-means": ({ sealingTimesSeconds, truth }, seed) =>
    scoreLabels(truth, xMeans(sealingTimesSeconds, mulberry32(seed)).labels),
};

function paperTable(title: string, shifts: Readonly<Record<string, Family>>, seeds: number, from: number): Table {
  const rows = Object.entries(shifts).flatMap(([name, family]) => {
    status(`runs: ${title.replace(/ \(.*/, "")}: ${name}`);
    return paperRows(name, family, seedsFrom(from, seeds));
  });
  return {
    title,
    notes: [
      "products right: share of the shifts in which as many products were found as there are.",
      `count error: the worst product of a shift. ${MATCHING}`,
      "k-means and k-rms are told the true number of products, Mobisea and x-means are not.",
    ],
    columns: [
      { name: "shift" },
      { name: "finder" },
      { name: "true products, mean", decimals: 2 },
      { name: "found products, mean", decimals: 2 },
      { name: "products right, share", decimals: 3 },
      { name: "count error mean, %", decimals: 2 },
      { name: "count error max, %", decimals: 2 },
    ],
    rows,
  };
}

function paperRows(name: string, family: Family, seeds: readonly number[]): Cell[][] {
  const shifts = seeds.map((seed) => family(seed));
  const truths = shifts.map(({ truth }) => truth.products.length);
  return Object.entries(FINDERS).map(([finder, find]): Cell[] => {
    const scores = shifts.map((shift, i) => find(shift, seeds[i] as number));
    const errorsPercent = scores.map((score) => 100 * score.worstCountError);
    return [
      name,
      finder,
      mean(truths),
      mean(scores.map(({ products }) => products)),
      scores.filter(({ products }, i) => products === truths[i]).length / scores.length,
      mean(errorsPercent),
      Math.max(...errorsPercent),
    ];
  });
}
