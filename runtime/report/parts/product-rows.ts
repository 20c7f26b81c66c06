import type { ProductResult, RunResult } from "../../shift-result.ts";
import { productName, type Report, seconds } from "./report.ts";

/** Rows of a list of runs that grew beyond reading. */
const MOST_RUNS_SHOWN = 24;
const MOST_SUSPECTS_SHOWN = 6;

/** A row of "products made": a product, or one of its runs where it has several. */
export interface ProductRow {
  readonly isRun: boolean;
  readonly id: string;
  /** Product, and in a row of a run which one else it could be. */
  readonly name: string;
  readonly time: string;
  readonly units: string;
  /** `counted 23,172, corrected -12`; null without a correction. */
  readonly corrected: string | null;
  /** With its source. */
  readonly ideal: string;
  readonly actual: string;
  readonly performance: string;
  readonly sealing: string;
  readonly suspect: string;
  readonly good: string;
}

/** Products made, each with true start and end, and how many runs were left out. */
export function productRows(report: Report): { readonly rows: readonly ProductRow[]; readonly more: number } {
  const rows: ProductRow[] = [];
  let more = 0;
  let shown = 0;
  for (const product of report.shift.products) {
    const runs = report.shift.runs.filter((run) => run.product === product.id);
    rows.push(productRow(report, product, runs));
    if (runs.length < 2) continue;
    const some = runs.slice(0, Math.max(0, MOST_RUNS_SHOWN - shown));
    rows.push(...some.map((run) => runRow(report, run)));
    shown += some.length;
    more += runs.length - some.length;
  }
  return { rows, more };
}

/** When the suspect seals of the shift were, as far as there are few. */
export function suspectTimes({ shift, times, numerals, texts }: Report): string | null {
  const suspects = shift.runs.flatMap((run) => run.suspects);
  if (suspects.length === 0) return null;
  const count = shift.runs.reduce((sum, { suspectSeals }) => sum + suspectSeals, 0);
  const shown = suspects.slice(0, MOST_SUSPECTS_SHOWN).map(({ onUs }) => times.moment(onUs));
  const more = count - shown.length;
  const list = [...shown, ...(more > 0 ? [texts.more(numerals.count(more))] : [])].join(", ");
  return texts.products.suspectTimes(list);
}

function productRow(report: Report, product: ProductResult, runs: readonly RunResult[]): ProductRow {
  const { numerals, texts, shift } = report;
  const { columns: _columns, ...words } = texts.products;
  const share = shift.oee?.products.find(({ id }) => id === product.id) ?? null;
  const rate = share !== null && share.runSeconds !== null && share.cycles > 0 ? share.runSeconds / share.cycles : null;
  const change = product.units - product.countedUnits;
  const ideal = product.idealCycleSeconds;
  const [only] = runs;
  const quality = shift.quality?.products.find((row) => row.product === product.id)?.quality ?? null;
  return {
    isRun: false,
    id: product.id,
    name: runs.length === 1 && only !== undefined ? runName(report, only) : productName(shift, product.id),
    time: timeOf(report, runs),
    units: numerals.count(product.units),
    corrected: change === 0 ? null : words.corrected(numerals.count(product.countedUnits), numerals.signed(change)),
    ideal:
      ideal === null ? words.sources.unknown : `${seconds(report, ideal)} ${words.sources[product.idealCycleSource]}`,
    actual: rate === null ? "-" : seconds(report, rate),
    performance: numerals.percent(share?.performance ?? null),
    sealing: seconds(report, product.sealingTimeSeconds, 3),
    suspect: numerals.count(runs.reduce((sum, { suspectSeals }) => sum + suspectSeals, 0)),
    good: quality === null ? "-" : numerals.percent(quality),
  };
}

function runRow(report: Report, run: RunResult): ProductRow {
  const { numerals, times } = report;
  const { sealingTimeSeconds } = run;
  const none = { corrected: null, ideal: "", actual: "", performance: "", good: "" };
  return {
    ...none,
    isRun: true,
    id: run.product,
    name: runName(report, run, run.product),
    time: times.range(run),
    units: numerals.count(run.units),
    sealing: sealingTimeSeconds === null ? "-" : seconds(report, sealingTimeSeconds, 3),
    suspect: numerals.count(run.suspectSeals),
  };
}

function runName({ shift, texts }: Report, { product, rival }: RunResult, name = productName(shift, product)): string {
  return rival === null ? name : `${name} (${texts.products.rival(rival)})`;
}

function timeOf(report: Report, runs: readonly RunResult[]): string {
  const [only] = runs;
  if (only === undefined) return "-";
  if (runs.length === 1) return report.times.range(only);
  const { many } = report.texts.things.run;
  return `${report.numerals.count(runs.length)} ${many}`;
}
