import { type EnergySlot, type EnergyUse, energySlots, energyUse, productSpans } from "../algorithms/energy.ts";
import { type FastSpells, tooSlowIdeals } from "../algorithms/fast-spells.ts";
import type { Stop } from "../algorithms/gap-stops.ts";
import { clip, type Interval, lengthUs, union } from "../algorithms/interval.ts";
import type { ShiftFigures } from "../algorithms/maintenance/shift-figures.ts";
import { summarise } from "../algorithms/maintenance/summarise.ts";
import { MOST_MINUTES, minuteLetters, sealsByMinute } from "../algorithms/minute-letters.ts";
import { type OeeResult, oee } from "../algorithms/oee.ts";
import { type QualityCount, timesOf } from "../algorithms/oee-sums.ts";
import { type ShiftQuality, shiftQuality } from "../algorithms/quality.ts";
import { CONTACTS, type Contact, type EdgeCounts, REMOVED_KINDS } from "../algorithms/signal.ts";
import { findStops, type TimeUse } from "../algorithms/stops.ts";
import type { LineConfig } from "./config.ts";
import { type Correction, scrapOf, unitsCorrection } from "./corrections.ts";
import type { ContactCount, ContactCounts, Remark } from "./line-event.ts";
import { type Products, productId } from "./products.ts";
import type { RunTally, SuspectSeal } from "./run-tally.ts";
import type { PlacedSeal } from "./seal-ledger.ts";
import type { FoundProduct, ShiftInput } from "./shift-input.ts";

const SECONDS_PER_DAY = 86_400;
const MINUTE_US = 60_000_000;
/** What the rejector throws out this long after the last pack should have come is not the shift's. */
const LAST_REJECT_US = MINUTE_US;

/** The result of one shift of one line, as `replay --json` prints it (`sealtrace/replay@1`). Unknown is null. */
export interface ShiftResult {
  readonly line: string;
  readonly lineName: string;
  readonly id: string;
  /** Name of the shift in the calendar; null without one, and for production outside all shifts. */
  readonly shift: string | null;
  /** Local date on which it starts. */
  readonly date: string | null;
  /** Under way; over, but its last stop or its last seals are not decided; or final. */
  readonly state: "running" | "provisional" | "final";
  /** From the start of the shift, or of sealing before it, to its end, the end of sealing after it, or now. */
  readonly startUs: number;
  readonly endUs: number;
  readonly start: string | null;
  readonly end: string | null;
  /** As the calendar has it; null without a calendar. */
  readonly plannedStartUs: number | null;
  readonly plannedEndUs: number | null;
  /** Sealing time before and after the planned hours, and in breaks. */
  readonly earlyStartSeconds: number;
  readonly overtimeSeconds: number;
  readonly workedThroughSeconds: number;
  /** Share of the time in which the recorder saw the contacts; null when there is no time at all. */
  readonly coverage: number | null;
  readonly notReadySeconds: number | null;
  readonly seals: number;
  readonly unassigned: number;
  readonly signals: Readonly<Partial<Record<Contact, SignalResult>>>;
  readonly products: readonly ProductResult[];
  readonly runs: readonly RunResult[];
  /** Null, as `oee`, for a recording too long to be one shift. */
  readonly stops: readonly StopResult[] | null;
  readonly oee: Omit<OeeResult, "sums" | "coverage" | "lowConfidence"> | null;
  /** What the speed losses are made of: slow cycles, in seconds; null while an ideal cycle is not known. */
  readonly slowCycleSeconds: number | null;
  /** From which length on a gap is a micro-stop (by product) or a stop; null as `stops`. */
  readonly stopLimits: {
    readonly microStopSeconds: Readonly<Record<string, number>>;
    readonly stopSeconds: number;
  } | null;
  readonly quality: QualityResult | null;
  readonly energy: EnergyResult | null;
  /** One letter for each minute of the clock from `minutesStartUs`, see docs/formats.md. */
  readonly minutes: string | null;
  readonly minutesStartUs: number | null;
  /** Seals that ended in each of those minutes. */
  readonly sealsByMinute: readonly number[] | null;
  /** Seals made while the availability contact said "not ready": inverted or welded? Null as `stops`. */
  readonly sealsWhileNotReady: number | null;
  readonly tooSlowIdeals: readonly TooSlowIdealResult[];
  /** What people added, in order. */
  readonly corrections: readonly CorrectionResult[];
  readonly remarks: readonly Remark[];
  readonly moreRemarks: number;
}

/** Raw edges of a contact in the shift: `edges = kept + removed`. */
export interface SignalResult extends EdgeCounts {
  /** Mean length of a bounce at a true change; null when none bounced. */
  readonly bounceSeconds: number | null;
}

/** A stop, and what people said about it. */
export interface StopResult extends Stop {
  readonly reason: string | null;
}

/** A correction in the words of a report. */
export interface CorrectionResult {
  readonly kind: Correction["kind"];
  readonly product: string | null;
  readonly units: number | null;
  readonly text: string | null;
  /** Wall time that it is about; null for scrap and units, which are the shift's. */
  readonly moment: string | null;
  readonly by: string;
  readonly at: string;
  readonly why: string;
}

export interface ProductResult {
  readonly id: string;
  readonly name: string | null;
  readonly sealingTimeSeconds: number;
  readonly seals: number;
  /** As counted, and corrected. */
  readonly units: number;
  readonly countedUnits: number;
  readonly unitsPerSeal: number;
  readonly idealCycleSeconds: number | null;
  readonly idealCycleSource: "configured" | "learned" | "unknown";
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
  /** The first 50 of them. */
  readonly suspects: readonly SuspectSeal[];
  /** Null when no seal's own time is beyond doubt. */
  readonly sealingTimeSeconds: number | null;
}

/** Quality as measured or entered; `ShiftQuality` with the products' ids. */
export type QualityResult = Omit<ShiftQuality, "products" | "runs" | "count"> & {
  readonly goodUnits: number | null;
  readonly products: readonly (Omit<ShiftQuality["products"][number], "product"> & { readonly product: string })[];
};

/** Energy with the products' ids, and the power of each quarter of an hour. */
export type EnergyResult = Omit<EnergyUse, "products"> & {
  readonly products: readonly (Omit<EnergyUse["products"][number], "product"> & { readonly product: string })[];
  /** Null where the wall time is not known: quarters are the clock's. */
  readonly quarterHours: readonly EnergySlot[] | null;
};

export type TooSlowIdealResult = Omit<FastSpells, "product"> & { readonly product: string };

/** What a result is computed with, besides what was seen. */
export interface ResultSettings {
  readonly line: LineConfig;
  readonly products: Products;
  /** Wall time of line time 0 in microseconds since 1970; null where it is not known. */
  readonly startWallUs: number | null;
  /** What people added to this shift, in order; products by the number they are known by. */
  readonly corrections: readonly Correction[];
}

/** ISO 8601 in UTC with milliseconds; null when the wall time of the recording is not known. */
export function wallTime(startWallUs: number | null, timeUs: number): string | null {
  return startWallUs === null ? null : new Date((startWallUs + timeUs) / 1000).toISOString();
}

/** Everything that follows from what was seen of a shift: the one calculation behind every report, view and file. */
export function shiftResult(input: ShiftInput, settings: ResultSettings): ShiftResult {
  const view = new ShiftView(input, settings);
  const time = view.time;
  const { window, seenUntilUs, isFinal, sealCount, remarks, moreRemarks } = input;
  const { span } = view;
  const isOver = window.kind === "whole" ? isFinal : seenUntilUs >= window.endUs;
  const planned = window.kind === "shift";
  const holesUs = view.holes === null ? null : lengthUs(clip(view.holes, span));
  const spanUs = span.endUs - span.startUs;
  const hasContacts = Object.keys(input.countsAfter).length > 0 || sealCount > 0;
  return {
    line: settings.line.id,
    lineName: settings.line.name,
    id: window.id,
    shift: window.name,
    date: window.date,
    state: isFinal ? "final" : isOver ? "provisional" : "running",
    startUs: span.startUs,
    endUs: span.endUs,
    start: wallTime(settings.startWallUs, span.startUs),
    end: wallTime(settings.startWallUs, span.endUs),
    plannedStartUs: planned ? window.startUs : null,
    plannedEndUs: planned ? window.endUs : null,
    ...view.outsideHours(),
    coverage: spanUs > 0 && holesUs !== null && hasContacts ? 1 - holesUs / spanUs : null,
    notReadySeconds: view.notReadySeconds(),
    seals: sealCount,
    unassigned: sealCount - view.runs.reduce((sum, { tally }) => sum + tally.seals, 0),
    signals: signalCounts(input.countsBefore, input.countsAfter),
    products: view.productResults(),
    runs: view.runResults(),
    stops: view.stopResults(),
    oee: time === null ? null : oeeFigures(time.oee, view.quality),
    slowCycleSeconds: time === null || window.kind === "unscheduled" ? null : slowCycles(time.oee),
    stopLimits: time === null ? null : stopLimits(time.use),
    quality: view.qualityResult(),
    energy: view.energyResult(),
    ...view.minutes(),
    sealsWhileNotReady: time?.use.sealsWhileNotReady ?? null,
    tooSlowIdeals: view.tooSlowIdeals(),
    corrections: settings.corrections.map(correctionResult),
    remarks,
    moreRemarks,
  };
}

/** What maintenance remembers of a shift; null where stops are not known. */
export function shiftFigures(input: ShiftInput, settings: ResultSettings): ShiftFigures | null {
  return new ShiftView(input, settings).figures();
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
class ShiftView {
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

function mergedCorrection(correction: Correction, products: Products): Correction {
  if (correction.kind === "mark" || correction.product === null) return correction;
  return { ...correction, product: products.mergedInto(correction.product) };
}

function correctionResult(correction: Correction): CorrectionResult {
  const { kind, by, why, atUs } = correction;
  const product = kind === "mark" || correction.product === null ? null : productId(correction.product);
  return {
    kind,
    product,
    units: kind === "mark" ? null : correction.units,
    text: kind === "mark" ? correction.text : null,
    moment: kind === "mark" ? wallTime(0, correction.momentUs) : null,
    by,
    at: wallTime(0, atUs) as string,
    why,
  };
}

function oeeFigures(result: OeeResult, quality: ShiftQuality | null): NonNullable<ShiftResult["oee"]> {
  const { sums: _sums, coverage: _coverage, lowConfidence: _confidence, reasons, ...figures } = result;
  const why = quality?.reason ?? null;
  return { ...figures, reasons: why === null ? reasons : { ...reasons, quality: why } };
}

/** Time in production without a cycle's worth to show for it; below 0 when an ideal cycle is too slow. */
function slowCycles({ netSeconds, iso }: OeeResult): number | null {
  return netSeconds === null ? null : iso.actualProductionSeconds - netSeconds;
}

function stopLimits({ limits, longestMicroStopSeconds }: TimeUse): NonNullable<ShiftResult["stopLimits"]> {
  const micro = [...limits].filter(([product]) => product !== null);
  return {
    microStopSeconds: Object.fromEntries(
      micro.map(([id, limit]) => [productId(id as number), limit.shortestMicroStopSeconds]),
    ),
    stopSeconds: longestMicroStopSeconds,
  };
}

/** Edges between two moments, by contact that was seen. */
function signalCounts(before: ContactCounts, after: ContactCounts): ShiftResult["signals"] {
  const seen = CONTACTS.flatMap((contact) => {
    const counts = after[contact];
    return counts === undefined ? [] : [[contact, minus(counts, before[contact])] as const];
  });
  return Object.fromEntries(seen);
}

function minus(after: ContactCount, before: ContactCount | undefined): SignalResult {
  const removed = REMOVED_KINDS.map((kind) => [kind, after.removed[kind] - (before?.removed[kind] ?? 0)]);
  const bounces = after.bounces - (before?.bounces ?? 0);
  return {
    edges: after.edges - (before?.edges ?? 0),
    kept: after.kept - (before?.kept ?? 0),
    removed: Object.fromEntries(removed) as EdgeCounts["removed"],
    bounceSeconds: bounces > 0 ? (after.bounceUs - (before?.bounceUs ?? 0)) / bounces / 1e6 : null,
  };
}
