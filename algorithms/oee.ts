import { addSums, type OeeSums, type OeeTimes, type ProductSums, type QualityCount, TIME_KEYS } from "./oee-sums.ts";

const LOW_CONFIDENCE_BELOW = 0.95;
// Sums of seconds are as exact as doubles are; below this a negative rest is rounding.
const ROUNDING_SECONDS = 1e-6;

/** A product of the shift as `oee` takes it. */
export interface ProductInput {
  /** The name by which reasons speak of it. */
  readonly id: string;
  /** Seals that belong to it. */
  readonly cycles: number;
  /** Above 0; null when unknown. */
  readonly idealCycleSeconds: number | null;
  /** Run time of the product, micro-stops included, for its own P; null or left out when not known. */
  readonly runSeconds?: number | null;
}

/** The sums of one shift. */
export interface OeeInput extends OeeTimes {
  readonly products: readonly ProductInput[];
  /** null: not measured. */
  readonly quality: QualityCount | null;
  /** Length of the calendar period for TEEP, in seconds (86,400 for a day); null when nobody says. */
  readonly calendarSeconds: number | null;
}

/** What can be null in a result. */
export type OeeFigure =
  | "net"
  | "availability"
  | "performance"
  | "quality"
  | "oee"
  | "teep"
  | "effectiveness"
  | "nee"
  | "technicalEfficiency"
  | "setupRatio"
  | "mtbf"
  | "mttr"
  | "coverage";

/** A product's share of P. */
export interface ProductOee extends ProductSums {
  /** netSeconds / runSeconds; above 1 when its ideal cycle is too slow. */
  readonly performance: number | null;
}

/** The pair of ISO 22400-2 and its times, in seconds. */
export interface IsoOee {
  /** APT: run time without micro-stops. */
  readonly actualProductionSeconds: number;
  /** AUPT: APT and changeovers. */
  readonly actualUnitProcessingSeconds: number;
  /** ADET: micro-stops, not ready, waiting, late start, late restart. */
  readonly actualDelaySeconds: number;
  /** AUST: changeovers. */
  readonly actualSetupSeconds: number;
  /** APT / PBT. */
  readonly availability: number | null;
  /** E = net / APT. */
  readonly effectiveness: number | null;
  /** (AUPT / PBT) * E * Q: OEE without the changeovers. */
  readonly nee: number | null;
  /** APT / (APT + ADET). */
  readonly technicalEfficiency: number | null;
  /** AUST / AUPT. */
  readonly setupRatio: number | null;
}

/** OEE and what belongs to it. Ratios are never capped; each that is null has its reason. */
export interface OeeResult {
  /** PBT: shift without breaks, planned stops and time without data. */
  readonly plannedBusySeconds: number;
  /** PBT without stops longer than a micro-stop; changeovers are such stops. */
  readonly runSeconds: number;
  /** Ideal cycle times cycles, over all products. */
  readonly netSeconds: number | null;
  /** TPM A: run / PBT. */
  readonly availability: number | null;
  /** TPM P: net / run. */
  readonly performance: number | null;
  /** Good / total. */
  readonly quality: number | null;
  /** A * P * Q; without a measured Q it is A * P, and `headline` says so. */
  readonly oee: number | null;
  readonly headline: "OEE" | "OEE (A x P)";
  /** OEE * PBT / calendar time. */
  readonly teep: number | null;
  readonly iso: IsoOee;
  /** Run time by not-ready events. */
  readonly mtbfSeconds: number | null;
  /** Time not ready by not-ready events. */
  readonly mttrSeconds: number | null;
  /** Share of the shift with data. */
  readonly coverage: number | null;
  /** Coverage below 95 %. */
  readonly lowConfidence: boolean;
  readonly products: readonly ProductOee[];
  /** Why a figure is null, in the reader's words. */
  readonly reasons: Readonly<Partial<Record<OeeFigure, string>>>;
  /** What it was computed from, for `rollUp`. */
  readonly sums: OeeSums;
}

/**
 * Overall Equipment Effectiveness of a shift from sums of times and counts, in both splits: TPM (A, P, Q) and
 * ISO 22400-2 (A, E, NEE). They book micro-stops differently and multiply to the same OEE.
 *
 * @throws RangeError for a negative or infinite number, more good units than units, or stops longer than the shift.
 */
export function oee(input: OeeInput): OeeResult {
  const { products, quality, calendarSeconds, ...given } = input;
  const times = Object.fromEntries(TIME_KEYS.map((key) => [key, given[key]])) as unknown as OeeTimes;
  return evaluate({ times, products: products.map(productSums), quality, calendarSeconds });
}

/**
 * OEE of several shifts or lines: sums times and counts, then divides; percentages are never averaged.
 *
 * @param calendarSeconds length of the calendar period of them all, for TEEP: the shifts of a day share its 24 hours,
 *   so it cannot be added up.
 */
export function rollUp(results: readonly OeeResult[], calendarSeconds: number | null = null): OeeResult {
  return rollUpSums(
    results.map(({ sums }) => sums),
    calendarSeconds,
  );
}

/** As `rollUp`, of sums that were kept or read. @throws RangeError for impossible ones, as `oee`. */
export function rollUpSums(sums: readonly OeeSums[], calendarSeconds: number | null = null): OeeResult {
  return evaluate(addSums(sums, calendarSeconds));
}

function productSums({ id, cycles, idealCycleSeconds, runSeconds = null }: ProductInput): ProductSums {
  const isValid =
    isAmount(cycles) && isAmount(runSeconds ?? 0) && (idealCycleSeconds === null || idealCycleSeconds > 0);
  if (!isValid || idealCycleSeconds === Number.POSITIVE_INFINITY)
    throw new RangeError(`cycles, ideal cycle and run time of ${id} must be positive and finite`);
  const netSeconds = cycles === 0 ? 0 : idealCycleSeconds === null ? null : idealCycleSeconds * cycles;
  return { id, cycles, netSeconds, runSeconds };
}

function evaluate(sums: OeeSums): OeeResult {
  validate(sums);
  const { times, products, quality: units, calendarSeconds } = sums;
  const { plannedBusySeconds, runSeconds } = plannedTimes(times);
  const why = new Reasons();
  const netSeconds = netOf(products, why);
  const noPlan = "there is no planned time";
  const availability = why.ratio("availability", runSeconds, plannedBusySeconds, noPlan);
  const performance = why.after("performance", "net", netSeconds, runSeconds, "the machine did not run");
  const quality = qualityOf(units, why);
  const q = quality ?? 1;
  // net / PBT is A * P, and still defined when the machine never ran
  const axp = why.after("oee", "net", netSeconds, plannedBusySeconds, noPlan);
  const result = axp === null ? null : axp * q;
  const teep = teepOf(result, plannedBusySeconds, calendarSeconds, why);
  const perEvent = (figure: OeeFigure, seconds: number) =>
    why.ratio(figure, seconds, times.notReadyEvents, "it was never not ready");
  const seenSeconds = times.shiftSeconds - times.noDataSeconds;
  const coverage = why.ratio("coverage", seenSeconds, times.shiftSeconds, "the shift has no length");
  return {
    plannedBusySeconds,
    runSeconds,
    netSeconds,
    availability,
    performance,
    quality,
    oee: result,
    headline: quality === null ? "OEE (A x P)" : "OEE",
    teep,
    iso: isoOf(times, plannedBusySeconds, runSeconds, netSeconds, q, why),
    mtbfSeconds: perEvent("mtbf", runSeconds),
    mttrSeconds: perEvent("mttr", times.notReadySeconds),
    coverage,
    lowConfidence: coverage !== null && coverage < LOW_CONFIDENCE_BELOW,
    products: products.map((product) => ({ ...product, performance: productPerformance(product) })),
    reasons: why.reasons,
    sums,
  };
}

function isoOf(times: OeeTimes, pbt: number, run: number, net: number | null, q: number, why: Reasons): IsoOee {
  const apt = rest(run, [times.microStopSeconds]);
  const aust = times.changeoverSeconds;
  const aupt = apt + aust;
  const delays = [times.notReadySeconds, times.waitingSeconds, times.lateStartSeconds, times.lateRestartSeconds];
  const adet = sum([times.microStopSeconds, ...delays]);
  const noProduction = "there was no production time";
  const effectiveness = why.after("effectiveness", "net", net, apt, noProduction);
  return {
    actualProductionSeconds: apt,
    actualUnitProcessingSeconds: aupt,
    actualDelaySeconds: adet,
    actualSetupSeconds: aust,
    availability: pbt > 0 ? apt / pbt : null,
    effectiveness,
    nee: why.after("nee", "effectiveness", effectiveness && effectiveness * aupt * q, pbt, "there is no planned time"),
    technicalEfficiency: why.ratio("technicalEfficiency", apt, apt + adet, noProduction),
    setupRatio: why.ratio("setupRatio", aust, aupt, noProduction),
  };
}

function plannedTimes(times: OeeTimes) {
  const plannedBusySeconds = rest(times.shiftSeconds, [times.breakSeconds, times.noDataSeconds]);
  const { changeoverSeconds, notReadySeconds, waitingSeconds } = times;
  const { lateStartSeconds, lateRestartSeconds, earlyFinishSeconds } = times;
  const unplanned = [notReadySeconds, waitingSeconds, lateStartSeconds, lateRestartSeconds, earlyFinishSeconds];
  return { plannedBusySeconds, runSeconds: rest(plannedBusySeconds, [changeoverSeconds, ...unplanned]) };
}

function netOf(products: readonly ProductSums[], why: Reasons): number | null {
  const unknown = products.filter(({ netSeconds }) => netSeconds === null).map(({ id }) => id);
  if (unknown.length === 0) return sum(products.map(({ netSeconds }) => netSeconds as number));
  return why.none("net", `ideal cycle of ${unknown.join(", ")} is not known`);
}

function qualityOf(units: QualityCount | null, why: Reasons): number | null {
  if (units === null) return why.none("quality", "quality is not measured");
  return why.ratio("quality", units.goodUnits, units.totalUnits, "nothing was made");
}

function teepOf(ratio: number | null, pbt: number, calendar: number | null, why: Reasons): number | null {
  if (calendar === null) return why.none("teep", "the calendar time is not given");
  return why.after("teep", "oee", ratio && ratio * pbt, calendar, "there is no calendar time");
}

function productPerformance({ netSeconds, runSeconds }: ProductSums): number | null {
  return netSeconds === null || runSeconds === null || runSeconds === 0 ? null : netSeconds / runSeconds;
}

/** Divides, and remembers why it could not. */
class Reasons {
  readonly reasons: Partial<Record<OeeFigure, string>> = {};

  none(figure: OeeFigure, reason: string): null {
    this.reasons[figure] = reason;
    return null;
  }

  ratio(figure: OeeFigure, numerator: number, denominator: number, ifZero: string): number | null {
    return denominator > 0 ? numerator / denominator : this.none(figure, ifZero);
  }

  /** As `ratio`; a numerator that is null for want of an earlier figure hands on that figure's reason. */
  after(figure: OeeFigure, earlier: OeeFigure, numerator: number | null, denominator: number, ifZero: string) {
    if (numerator === null) return this.none(figure, this.reasons[earlier] ?? ifZero);
    return this.ratio(figure, numerator, denominator, ifZero);
  }
}

function validate({ times, quality, calendarSeconds }: OeeSums): void {
  for (const key of TIME_KEYS)
    if (!isAmount(times[key])) throw new RangeError(`${key} must be 0 or more and finite, not ${times[key]}`);
  if (calendarSeconds !== null && !isAmount(calendarSeconds))
    throw new RangeError(`calendarSeconds must be 0 or more and finite, not ${calendarSeconds}`);
  if (quality === null) return;
  const { goodUnits, totalUnits } = quality;
  if (!(isAmount(goodUnits) && isAmount(totalUnits) && goodUnits <= totalUnits))
    throw new RangeError(`${goodUnits} good units of ${totalUnits} are impossible`);
}

function isAmount(value: number): boolean {
  return value >= 0 && value < Number.POSITIVE_INFINITY;
}

function rest(whole: number, parts: readonly number[]): number {
  const left = whole - sum(parts);
  if (left < -ROUNDING_SECONDS) throw new RangeError(`${sum(parts)} s do not fit into ${whole} s`);
  return Math.max(0, left);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
