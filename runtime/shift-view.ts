import { energySlots, energyUse, productSpans } from "../algorithms/energy.ts";
import { tooSlowIdeals } from "../algorithms/fast-spells.ts";
import { clip, type Interval, lengthUs, union } from "../algorithms/interval.ts";
import type { ShiftFigures } from "../algorithms/maintenance/shift-figures.ts";
import { summarise } from "../algorithms/maintenance/summarise.ts";
import { MOST_MINUTES, minuteLetters, sealsByMinute } from "../algorithms/minute-letters.ts";
import { type OeeResult, oee } from "../algorithms/oee.ts";
import { type QualityCount, timesOf } from "../algorithms/oee-sums.ts";
import { type ShiftQuality, shiftQuality } from "../algorithms/quality.ts";
import { type QuarterHour, quarterHours } from "../algorithms/quarter-hours.ts";
import { findStops, type TimeUse } from "../algorithms/stops.ts";
import type { LineConfig } from "./config.ts";
import { type Correction, mergedCorrection, scrapOf, unitsCorrection } from "./corrections.ts";
import { type Products, productId } from "./products.ts";
import type { RunTally } from "./run-tally.ts";
import type { PlacedSeal } from "./seal-ledger.ts";
import type { FoundProduct, ShiftInput } from "./shift-input.ts";
import type {
  EnergyResult,
  ProductResult,
  QualityResult,
  RunResult,
  StopResult,
  TooSlowIdealResult,
} from "./shift-result.ts";
import { signalCounts } from "./signal-counts.ts";

const SECONDS_PER_DAY = 86_400;
const MINUTE_US = 60_000_000;
/** What the rejector throws out this long after the last pack should have come is not the shift's. */
const LAST_REJECT_US = MINUTE_US;

/** What a result is computed with, besides what was seen. */
export interface ResultSettings {
  readonly line: LineConfig;
  readonly products: Products;
  /** Wall time of line time 0 in microseconds since 1970; null where it is not known. */
  readonly startWallUs: number | null;
  /** What people added to this shift, in order; products by the number they are known by. */
  readonly corrections: readonly Correction[];
}

/** A run with the product it counts for. */
interface SeenRun {
  readonly tally: RunTally;
  readonly product: number;
}

interface SeenProduct {
  readonly number: number;
  readonly name: string | null;
  readonly unitsPerSeal: number;
  readonly idealCycleSeconds: number | null;
  readonly source: ProductResult["idealCycleSource"];
  readonly sealingTimeSeconds: number;
  readonly seals: number;
}

interface TimeResult {
  readonly use: TimeUse;
  readonly oee: OeeResult;
}

/** A shift as it is looked at: seals, runs and products by the products that people know. */
export class ShiftView {
  readonly runs: readonly SeenRun[];
  readonly products: readonly SeenProduct[];
  /** From early start to overtime, as far as it was seen. */
  readonly span: Interval;
  readonly holes: readonly Interval[] | null;
  readonly time: TimeResult | null;
  readonly quality: ShiftQuality | null;
  readonly #input: ShiftInput;
  readonly #settings: ResultSettings;
  readonly #seals: readonly PlacedSeal[] | null;
  readonly #notReady: readonly Interval[] | null;
  /** Of products that were merged, the corrections count for the one they are now. */
  readonly #corrections: readonly Correction[];

  constructor(input: ShiftInput, settings: ResultSettings) {
    this.#input = input;
    this.#settings = settings;
    this.#corrections = settings.corrections.map((correction) => mergedCorrection(correction, settings.products));
    this.runs = input.runs.map((tally) => ({ tally, product: this.#productOf(tally) }));
    this.products = this.#seenProducts();
    this.#seals = this.#resolvedSeals();
    this.span = this.#findSpan();
    this.holes = this.#allHoles();
    this.#notReady = input.availability?.filter(({ ready }) => ready === false) ?? null;
    this.quality = this.#findQuality();
    this.time = this.#findTime();
  }

  /** How long the availability contact was open; null when nobody knows for any moment. */
  notReadySeconds(): number | null {
    const states = this.#input.availability;
    if (states === null || this.#notReady === null) return null;
    const known = lengthUs(clip(union(states), this.span));
    return known === 0 ? null : lengthUs(clip(union(this.#notReady), this.span)) / 1e6;
  }

  /** What the machine made though nobody had planned it. */
  outsideHours() {
    const { window } = this.#input;
    const stops = this.time?.use.stops ?? [];
    const offShift = union(stops.filter(({ name }) => name === "off shift"));
    const worked = (startUs: number, endUs: number) =>
      startUs < endUs ? (endUs - startUs - lengthUs(clip(offShift, { startUs, endUs }))) / 1e6 : 0;
    const planned = window.kind === "shift";
    const earlyStartSeconds = planned ? worked(this.span.startUs, Math.min(window.startUs, this.span.endUs)) : 0;
    const overtimeSeconds = planned ? worked(Math.max(window.endUs, this.span.startUs), this.span.endUs) : 0;
    const workedThrough = (this.time?.use.workedThroughUs ?? 0) / 1e6;
    const workedThroughSeconds = planned ? Math.max(0, workedThrough - earlyStartSeconds - overtimeSeconds) : 0;
    return { earlyStartSeconds, overtimeSeconds, workedThroughSeconds };
  }

  productResults(): readonly ProductResult[] {
    return this.products.map(
      ({ number, name, unitsPerSeal, idealCycleSeconds, source, sealingTimeSeconds, seals }) => ({
        id: productId(number),
        name,
        sealingTimeSeconds,
        seals,
        units: seals * unitsPerSeal + unitsCorrection(this.#corrections, number),
        countedUnits: seals * unitsPerSeal,
        unitsPerSeal,
        idealCycleSeconds,
        idealCycleSource: source,
      }),
    );
  }

  /** Hours outside the plan are nobody's stops. */
  stopResults(): readonly StopResult[] | null {
    if (this.time === null) return null;
    const offsetUs = this.#settings.startWallUs ?? 0;
    const marks = this.#corrections.filter((correction) => correction.kind === "mark");
    const reasonOf = ({ startUs, endUs }: Interval) =>
      marks.findLast(({ momentUs }) => startUs <= momentUs - offsetUs && momentUs - offsetUs < endUs)?.text ?? null;
    const own = this.time.use.stops.filter(({ name }) => name !== "off shift");
    return own.map((stop) => ({ ...stop, reason: reasonOf(stop) }));
  }

  runResults(): readonly RunResult[] {
    return this.runs.map(({ tally, product }) => ({
      product: productId(product),
      rival: this.#rivalOf(tally, product),
      startUs: tally.startUs,
      endUs: tally.endUs,
      seals: tally.seals,
      units: tally.seals * this.#unitsPerSeal(product),
      suspectSeals: tally.suspectSeals,
      suspects: tally.suspects,
      sealingTimeSeconds: meanOf([tally]),
    }));
  }

  qualityResult(): QualityResult | null {
    if (this.quality === null) return null;
    const { products, runs: _runs, count: _count, ...rest } = this.quality;
    const { goodUnits, totalUnits } = this.#correctedQuality() ?? { goodUnits: null, totalUnits: rest.totalUnits };
    return {
      ...rest,
      goodUnits,
      totalUnits,
      products: products.map((row) => ({ ...row, product: productId(row.product) })),
    };
  }

  energyResult(): EnergyResult | null {
    const { energyUs, holes } = this.#input;
    const { startWallUs, line } = this.#settings;
    if (energyUs === null || holes === null || this.time === null || this.#seals === null) return null;
    const { pulsesPerKwh } = line.channels.energy;
    const meter = { ...this.span, pulseUs: energyUs, pulsesPerKwh, holes: this.holes ?? holes };
    const use = energyUse({
      ...meter,
      stops: this.time.use.stops,
      spans: productSpans(this.#seals),
      unitsByProduct: new Map(this.products.map(({ number, seals, unitsPerSeal }) => [number, seals * unitsPerSeal])),
    });
    if (use === null) return null;
    return {
      ...use,
      products: use.products.map((row) => ({ ...row, product: productId(row.product) })),
      quarterHours: startWallUs === null ? null : energySlots(meter, startWallUs),
    };
  }

  /** Left out (null) for recordings of more than a month: nobody reads hour rows of a year. */
  minutes() {
    const offsetUs = this.#settings.startWallUs ?? 0;
    const { startUs, endUs } = this.span;
    const originUs = Math.floor((startUs + offsetUs) / MINUTE_US) * MINUTE_US - offsetUs;
    if (this.time === null || this.#seals === null || endUs - originUs > MOST_MINUTES * MINUTE_US)
      return { minutes: null, minutesStartUs: null, sealsByMinute: null };
    const rows = { startUs, endUs, originUs };
    return {
      minutes: minuteLetters(rows, this.time.use.stops),
      minutesStartUs: originUs,
      sealsByMinute: sealsByMinute(rows, this.#seals, this.#input.window.touchesAfter),
    };
  }

  figures(): ShiftFigures | null {
    if (this.time === null) return null;
    const { sealing } = signalCounts(this.#input.countsBefore, this.#input.countsAfter);
    return summarise({
      shiftId: this.#input.window.id,
      startUs: this.span.startUs,
      runSeconds: this.time.oee.runSeconds,
      seals: this.#ownSeals(),
      stops: this.time.use.stops,
      bounceSeconds: sealing?.bounceSeconds ?? null,
      removedEdges: sealing === undefined ? null : sealing.edges - sealing.kept,
    });
  }

  /** Its own seals, one that began before it included; null where they are too many. */
  seals(): readonly PlacedSeal[] | null {
    return this.#seals?.filter(({ offUs }) => isOwn(offUs, this.#input.window)) ?? null;
  }

  /** Null as `time`, and where the wall time is not known: quarters are the clock's. */
  quarterHours(): readonly QuarterHour[] | null {
    const { startWallUs } = this.#settings;
    const seals = this.seals();
    if (this.time === null || seals === null || startWallUs === null) return null;
    return quarterHours({
      ...this.span,
      wallOffsetUs: startWallUs,
      stops: this.time.use.stops,
      seals,
      products: this.products,
      isPlanned: this.#input.window.kind !== "unscheduled",
    });
  }

  tooSlowIdeals(): readonly TooSlowIdealResult[] {
    return tooSlowIdeals(this.#ownSeals(), this.#idealCycles()).map((spell) => ({
      ...spell,
      product: productId(spell.product),
    }));
  }

  #ownSeals(): readonly PlacedSeal[] {
    const { startUs, endUs } = this.span;
    return this.#seals?.filter(({ onUs, offUs }) => onUs >= startUs && offUs <= endUs) ?? [];
  }

  #productOf(tally: RunTally): number {
    const found = this.#input.products.find(({ number }) => number === tally.product);
    return this.#settings.products.resolve(tally.product, meanOf([tally]) ?? found?.sealingTimeSeconds ?? 0);
  }

  #rivalOf({ rival }: RunTally, product: number): string | null {
    const merged = rival === null ? null : this.#settings.products.mergedInto(rival);
    return merged === null || merged === product ? null : productId(merged);
  }

  #seenProducts(): readonly SeenProduct[] {
    const numbers = [...new Set(this.runs.map(({ product }) => product))].sort((a, b) => a - b);
    return numbers.map((number) => {
      const own = this.runs.filter(({ product }) => product === number).map(({ tally }) => tally);
      const found = this.#input.products.filter(({ number }) => own.some(({ product }) => product === number));
      const sealingTimeSeconds = meanOf(own) ?? found[0]?.sealingTimeSeconds ?? 0;
      const life = found.find((product) => product.number === number)?.sealingTimeSeconds ?? sealingTimeSeconds;
      const { name, unitsPerSeal, idealCycleSeconds } = this.#settings.products.attributes(number, life);
      const seals = own.reduce((sum, tally) => sum + tally.seals, 0);
      return { number, name, unitsPerSeal, ...idealOf(idealCycleSeconds, found), sealingTimeSeconds, seals };
    });
  }

  #unitsPerSeal(product: number): number {
    return this.products.find(({ number }) => number === product)?.unitsPerSeal ?? this.#settings.line.unitsPerSeal;
  }

  /** Seals of the runs before and after may be of products that this shift did not make. */
  #resolvedSeals(): readonly PlacedSeal[] | null {
    const byRun = new Map(this.runs.map(({ tally, product }) => [tally.run, product]));
    return (
      this.#input.seals?.map((seal) => {
        if (seal.run === null || seal.product === null) return seal;
        const known = byRun.get(seal.run) ?? this.#settings.products.mergedInto(seal.product);
        return known === seal.product ? seal : { ...seal, product: known };
      }) ?? null
    );
  }

  #findSpan(): Interval {
    const { window, seenFromUs, seenUntilUs, seals } = this.#input;
    if (window.kind === "whole") return { startUs: seenFromUs, endUs: Math.max(seenFromUs, seenUntilUs) };
    const { firstOnUs, lastOffUs } = ownSeals(this.#input);
    if (window.kind === "unscheduled") {
      const startUs = firstOnUs ?? Math.max(window.startUs, seenFromUs);
      return { startUs, endUs: lastOffUs ?? startUs };
    }
    const early =
      window.touchesBefore || seals === null ? window.startUs : Math.min(window.startUs, firstOnUs ?? Infinity);
    const late = window.touchesAfter || seals === null ? window.endUs : Math.max(window.endUs, lastOffUs ?? 0);
    return { startUs: early, endUs: Math.max(early, Math.min(late, seenUntilUs)) };
  }

  /** A shift that began before the line was watched has a hole there. */
  #allHoles(): readonly Interval[] | null {
    const { holes, seenFromUs } = this.#input;
    if (holes === null) return null;
    const unseen = { startUs: this.span.startUs, endUs: Math.min(seenFromUs, this.span.endUs) };
    return unseen.endUs > unseen.startUs ? union([unseen, ...holes]) : union(holes);
  }

  #idealCycles(): ReadonlyMap<number, number> {
    const known = this.products.filter(({ idealCycleSeconds }) => idealCycleSeconds !== null);
    return new Map(known.map(({ number, idealCycleSeconds }) => [number, idealCycleSeconds as number]));
  }

  #findQuality(): ShiftQuality | null {
    const { rejectsUs, window, countsAfter } = this.#input;
    if (this.#seals === null) return null;
    const { delaySeconds, unitsPerPulse } = this.#settings.line.channels.reject;
    const fromUs = this.span.startUs + delaySeconds * 1e6;
    const untilUs = this.span.endUs + delaySeconds * 1e6 + LAST_REJECT_US;
    const isOfSpan = (atUs: number) => fromUs <= atUs && atUs < untilUs;
    return shiftQuality({
      ...this.span,
      shiftAfter: window.touchesAfter,
      seals: this.#seals,
      rejectUs: countsAfter.reject === undefined ? null : (rejectsUs?.filter((atUs) => isOfSpan(atUs)) ?? null),
      delaySeconds,
      unitsPerPulse: unitsPerPulse ?? null,
      unitsPerSeal: new Map(this.products.map(({ number, unitsPerSeal }) => [number, unitsPerSeal])),
      scrap: scrapOf(this.#corrections),
    });
  }

  #findTime(): TimeResult | null {
    const use = this.#findTimeUse();
    if (use === null) return null;
    const isPlanned = this.#input.window.kind !== "unscheduled";
    const times = timesOf(use);
    return {
      use,
      oee: oee({
        ...(isPlanned ? times : notPlanned(times)),
        products: this.products.map(({ number, idealCycleSeconds, unitsPerSeal }) => ({
          id: productId(number),
          cycles: this.#correctedCycles(number, use.cyclesByProduct.get(number) ?? 0, unitsPerSeal),
          idealCycleSeconds,
          runSeconds: (use.runUsByProduct.get(number) ?? 0) / 1e6,
        })),
        quality: this.#correctedQuality(),
        calendarSeconds: SECONDS_PER_DAY,
      }),
    };
  }

  /** A corrected number of units is a corrected number of cycles. */
  #correctedCycles(product: number, cycles: number, unitsPerSeal: number): number {
    return Math.max(0, cycles + unitsCorrection(this.#corrections, product) / unitsPerSeal);
  }

  /** Units more or fewer than counted are good ones: what is not is scrap, and entered as such. */
  #correctedQuality(): QualityCount | null {
    const count = this.quality?.count ?? null;
    if (count === null) return null;
    const numbers = this.products.map(({ number }) => number);
    const units = numbers.reduce((sum, number) => sum + unitsCorrection(this.#corrections, number), 0);
    const goodUnits = count.goodUnits + units;
    return goodUnits < 0 ? null : { goodUnits, totalUnits: count.totalUnits + units };
  }

  #findTimeUse(): TimeUse | null {
    const { window, seenFromUs, seenUntilUs, isFinal, availability, countsAfter } = this.#input;
    const { startUs, endUs } = this.span;
    if (this.#seals === null || this.holes === null || availability === null || endUs <= startUs) return null;
    if (countsAfter.sealing === undefined && this.#input.sealCount === 0) return null;
    const isRunning = window.kind === "shift" && seenUntilUs < window.endUs;
    const use = findStops({
      startUs,
      endUs: isRunning ? window.endUs : endUs,
      seenFromUs,
      seenUntilUs: Math.max(seenUntilUs, this.#seals.at(-1)?.offUs ?? seenUntilUs),
      seals: this.#seals,
      availability,
      holes: this.holes,
      breaks: window.breaks,
      plannedStops: window.plannedStops,
      offShift: offShift(window, this.span),
      idealCycleSeconds: this.#idealCycles(),
      shiftBefore: window.touchesBefore,
      shiftAfter: window.touchesAfter,
      longestMicroStopSeconds: this.#settings.line.longestMicroStopSeconds,
    });
    return isFinal ? { ...use, stops: use.stops.map((stop) => (stop.open ? { ...stop, open: false } : stop)) } : use;
  }
}

/** Hours outside the plan that belong to the shift: the machine's standing in them is nobody's loss. */
function offShift(window: ShiftInput["window"], span: Interval): readonly Interval[] {
  if (window.kind !== "shift") return [];
  const parts = [
    { startUs: span.startUs, endUs: Math.min(window.startUs, span.endUs) },
    { startUs: Math.max(window.endUs, span.startUs), endUs: span.endUs },
  ];
  return parts.filter(({ startUs, endUs }) => startUs < endUs);
}

/** First and last seal that ended in the shift's time, early start and overtime included. */
function ownSeals({ runs, seals, window }: ShiftInput) {
  const own = seals?.filter(({ offUs }) => isOwn(offUs, window)) ?? [];
  const firstOnUs = own[0]?.onUs ?? runs[0]?.startUs ?? null;
  const lastOffUs = own.at(-1)?.offUs ?? runs.at(-1)?.endUs ?? null;
  return { firstOnUs, lastOffUs };
}

function isOwn(offUs: number, { fromUs, untilUs }: ShiftInput["window"]): boolean {
  return fromUs <= offUs && offUs < untilUs;
}

/** Nobody planned this time, so there is no planned busy time: counts and stops stand, ratios do not. */
function notPlanned(times: ReturnType<typeof timesOf>): ReturnType<typeof timesOf> {
  const none = Object.fromEntries(Object.keys(times).map((key) => [key, 0])) as unknown as typeof times;
  const { shiftSeconds, noDataSeconds } = times;
  return { ...none, shiftSeconds, noDataSeconds, breakSeconds: shiftSeconds - noDataSeconds };
}

function meanOf(tallies: readonly RunTally[]): number | null {
  const seals = tallies.reduce((sum, { timedSeals }) => sum + timedSeals, 0);
  return seals === 0 ? null : tallies.reduce((sum, { timedSeconds }) => sum + timedSeconds, 0) / seals;
}

/** Configured before learned before unknown; of products that were merged, the fastest that was learned. */
function idealOf(configured: number | null, found: readonly FoundProduct[]) {
  if (configured !== null) return { idealCycleSeconds: configured, source: "configured" as const };
  const learned = found.flatMap(({ learnedCycleSeconds }) => learnedCycleSeconds ?? []);
  if (learned.length === 0) return { idealCycleSeconds: null, source: "unknown" as const };
  return { idealCycleSeconds: Math.min(...learned), source: "learned" as const };
}
