import type { Stop } from "../algorithms/gap-stops.ts";
import { type MinuteMap, MOST_MINUTES } from "../algorithms/minute-map.ts";
import type { OeeResult } from "../algorithms/oee.ts";
import { type EdgeCounts, REMOVED_KINDS } from "../algorithms/signal.ts";
import { type Contact, LINE_CHANNELS, type LinePipeline } from "./pipeline.ts";
import { countProducts, type TimedRun } from "./seal-ledger.ts";
import type { TimeResult } from "./shift-record.ts";

const CONTACTS = LINE_CHANNELS.filter((channel): channel is Contact => channel !== "recorder");

/** The result of one shift of one line, as `replay --json` prints it (`sealtrace/replay@1`). Unknown is null. */
export interface ShiftResult {
  readonly line: string;
  readonly lineName: string;
  readonly id: string;
  readonly startUs: number;
  readonly endUs: number;
  readonly start: string | null;
  readonly end: string | null;
  /** Share of the time in which the recorder saw the contacts; null when there is no time at all. */
  readonly coverage: number | null;
  readonly notReadySeconds: number | null;
  readonly seals: number;
  readonly unassigned: number;
  readonly signals: Readonly<Partial<Record<Contact, EdgeCounts & { readonly pending: number }>>>;
  readonly products: readonly ProductResult[];
  readonly runs: readonly RunResult[];
  /** One letter a minute since startUs: `=` sealing, `w` ready and waiting, `X` not ready, `C` changeover, `?` no data. */
  readonly minutes: string | null;
  /** Seals that ended in each of those minutes. */
  readonly sealsByMinute: readonly number[] | null;
  readonly remarks: readonly RemarkResult[];
  readonly moreRemarks: number;
  /** Null, as `oee`, for a recording too long to be one shift. */
  readonly stops: readonly Stop[] | null;
  readonly oee: Omit<OeeResult, "sums" | "coverage" | "lowConfidence"> | null;
  /** From which length on a gap is a micro-stop (by product) or a stop; null as `stops`. */
  readonly stopLimits: {
    readonly microStopSeconds: Readonly<Record<string, number>>;
    readonly stopSeconds: number;
  } | null;
}

export interface ProductResult {
  readonly id: string;
  readonly name: string | null;
  readonly sealingTimeSeconds: number;
  readonly seals: number;
  readonly units: number;
  readonly idealCycleSeconds: number | null;
  readonly idealCycleSource: string;
}

export interface RunResult {
  readonly product: string;
  /** Another product of the list that it could be as well; null when there is none. */
  readonly rival: string | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly seals: number;
  readonly units: number;
  /** Seals between its first and its last one whose time does not fit: cut short, prolonged or disturbed. Not in `seals`. */
  readonly suspectSeals: number;
  readonly sealingTimeSeconds: number;
}

export interface RemarkResult {
  readonly kind: string;
  readonly startUs: number;
  readonly endUs: number | null;
}

/** The name by which people and files know a product. */
export function productId(product: number): string {
  return `P${product}`;
}

/** ISO 8601 in UTC with milliseconds; null when the wall time of the recording is not known. */
export function wallTime(startWallUs: number | null, timeUs: number): string | null {
  return startWallUs === null ? null : new Date((startWallUs + timeUs) / 1000).toISOString();
}

/** Everything that is known of a line's shift at this moment; before the end its last runs may still change. */
export function shiftResult(pipeline: LinePipeline, startWallUs: number | null): ShiftResult {
  const { line, startUs, nowUs, seals, remarks, moreRemarks } = pipeline;
  const runs = seals.runs();
  const units = (count: number) => count * line.unitsPerSeal;
  const start = wallTime(startWallUs, startUs);
  return {
    line: line.id,
    lineName: line.name,
    id: start === null ? "whole" : `${start.slice(0, 10)}/whole`,
    startUs,
    endUs: nowUs,
    start,
    end: wallTime(startWallUs, nowUs),
    coverage: nowUs > startUs ? 1 - pipeline.blindUs / (nowUs - startUs) : null,
    notReadySeconds: pipeline.has("availability") ? pipeline.notReadyUs / 1e6 : null,
    seals: seals.count,
    unassigned: seals.count - runs.reduce((sum, run) => sum + run.seals, 0),
    signals: Object.fromEntries(
      CONTACTS.filter((contact) => pipeline.has(contact)).map((contact) => [contact, edgeCounts(pipeline, contact)]),
    ),
    products: countProducts(runs).map(({ product, seals, sealingTimeSeconds }) => ({
      id: productId(product),
      name: null,
      sealingTimeSeconds,
      seals,
      units: units(seals),
      idealCycleSeconds: pipeline.record.idealCycleOf(product).seconds,
      idealCycleSource: pipeline.record.idealCycleOf(product).source,
    })),
    runs: runs.map(({ product, rival, startUs, endUs, first, last, seals, sealingTimeSeconds }) => ({
      product: productId(product),
      rival: rival === null ? null : productId(rival),
      startUs,
      endUs,
      seals,
      units: units(seals),
      suspectSeals: last - first + 1 - seals,
      sealingTimeSeconds,
    })),
    ...minuteRows(pipeline, runs),
    remarks,
    moreRemarks,
    ...timeResult(pipeline.timeUse()),
  };
}

function timeResult(time: TimeResult | null): Pick<ShiftResult, "stops" | "oee" | "stopLimits"> {
  if (time === null) return { stops: null, oee: null, stopLimits: null };
  const { sums: _sums, coverage: _coverage, lowConfidence: _confidence, ...oee } = time.oee;
  const micro = [...time.use.limits].filter(([product]) => product !== null);
  return {
    stops: time.use.stops,
    oee,
    stopLimits: {
      microStopSeconds: Object.fromEntries(
        micro.map(([id, limit]) => [productId(id as number), limit.shortestMicroStopSeconds]),
      ),
      stopSeconds: time.use.longestMicroStopSeconds,
    },
  };
}

const MINUTE_US = 60_000_000;

/** Left out (null) for recordings of more than a month: nobody reads hour rows of a year. */
function minuteRows({ minutes, startUs, nowUs, notReadySinceUs }: LinePipeline, runs: readonly TimedRun[]) {
  const length = Math.ceil((nowUs - startUs) / MINUTE_US);
  if (minutes === null || length > MOST_MINUTES) return { minutes: null, sealsByMinute: null };
  const letters = Array.from({ length }, (_, minute) => minuteLetter(minutes, minute, nowUs));
  runs.forEach((run, i) => {
    const before = runs[i - 1];
    if (before !== undefined && before.product !== run.product)
      mark(letters, "C", (before.endUs - startUs) / MINUTE_US, (run.startUs - startUs) / MINUTE_US);
  });
  if (notReadySinceUs !== null) mark(letters, "X", (notReadySinceUs - startUs) / MINUTE_US, length);
  const sealsByMinute = Array.from({ length }, (_, minute) => minutes.seals(minute));
  return { minutes: letters.join(""), sealsByMinute };
}

function minuteLetter(minutes: MinuteMap, minute: number, nowUs: number): string {
  // The last minute may be a short one.
  const lengthSeconds = Math.min(60, (nowUs - minutes.startUs - minute * MINUTE_US) / 1e6);
  const most = lengthSeconds / 2;
  if (minutes.seconds("noData", minute) >= most) return "?";
  if (minutes.seconds("sealing", minute) > 0) return "=";
  return minutes.seconds("notReady", minute) >= most ? "X" : "w";
}

/** Whole minutes from a moment to another, trial seals included; a hole in the data stays one. */
function mark(letters: string[], letter: string, from: number, to: number): void {
  for (let minute = Math.ceil(from); minute < Math.floor(to); minute++)
    if (letters[minute] !== "?") letters[minute] = letter;
}

function edgeCounts(pipeline: LinePipeline, contact: Contact) {
  const { edges } = pipeline.filterOf(contact);
  const { edges: total, kept, removed } = edges.counts();
  const counts = Object.fromEntries(REMOVED_KINDS.map((kind) => [kind, removed[kind]])) as EdgeCounts["removed"];
  return { edges: total, kept, removed: counts, pending: edges.pending };
}
