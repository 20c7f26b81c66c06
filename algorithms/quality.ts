import type { PlacedSeal } from "./gaps.ts";
import type { Interval } from "./interval.ts";
import type { QualityCount } from "./oee-sums.ts";

/** Where a quality comes from, in the words of the report. */
export type QualitySource = "reject contact" | "entered";

/** A seal with the product and the run it belongs to; null when it belongs to nobody. */
export interface MadeSeal extends PlacedSeal {
  readonly run?: number | null;
}

/** Scrap that a person counted, corrections resolved. */
export interface EnteredScrap {
  /** null: of the shift, nobody says of which product. */
  readonly product: number | null;
  /** At least 0; an entered 0 is a measurement. */
  readonly units: number;
}

/** What quality is computed from; the interval is the window of the shift. */
export interface QualityInput extends Interval {
  /** In order of time. Those that ended outside the window only take their own rejects with them. */
  readonly seals: Iterable<MadeSeal>;
  /** Another shift starts where this one ends, and counts a seal that ends exactly there. */
  readonly shiftAfter?: boolean;
  /** Starts of the reject pulses in order, bounces removed, those of the delay after the shift included; null: no contact. */
  readonly rejectUs: ArrayLike<number> | null;
  /** How long a pack travels from the end of its seal to the rejector; seconds, at least 0. */
  readonly delaySeconds: number;
  /** Units that one reject pulse throws out, above 0; null: the units of one seal of its product. */
  readonly unitsPerPulse: number | null;
  /** Above 0, by product; 1 where left out. */
  readonly unitsPerSeal: ReadonlyMap<number, number>;
  readonly scrap: readonly EnteredScrap[];
}

/** Units made and lost; null is unknown, and then `reason` says why there is no quality. */
export interface QualityRow {
  readonly totalUnits: number;
  /** Thrown out by the machine; null without a reject contact. */
  readonly rejectedUnits: number | null;
  /** Scrap that was entered for it; null when none was. */
  readonly scrapUnits: number | null;
  /** Good / total, from 0 to 1. */
  readonly quality: number | null;
  readonly reason: string | null;
}

/** Quality of a product. */
export interface ProductQuality extends QualityRow {
  readonly product: number;
}

/** Quality of a run. */
export interface RunQuality extends QualityRow {
  readonly run: number;
  readonly product: number;
}

/** Reject pulses that are shown and take nothing away, for no unit of the shift's total can be theirs. */
export interface UnattributedRejects {
  /** Of seals of the shift that belong to no product, such as the trial seals of a changeover. */
  readonly ofNobody: number;
  /** Before the first seal could have come to the rejector. */
  readonly beforeFirstSeal: number;
  /** Of seals that ended before or after the window. */
  readonly ofOtherShifts: number;
}

/** Quality of a shift. */
export interface ShiftQuality {
  /** What `oee` takes; null when not measured or impossible. */
  readonly count: QualityCount | null;
  /** Why it is null. */
  readonly reason: string | null;
  readonly sources: readonly QualitySource[];
  readonly totalUnits: number;
  readonly rejectedUnits: number | null;
  readonly scrapUnits: number | null;
  /** In order of product number. */
  readonly products: readonly ProductQuality[];
  /** In order of run number. */
  readonly runs: readonly RunQuality[];
  readonly unattributed: UnattributedRejects;
}

const NOT_MEASURED = "quality is not measured";
const NOT_OF_ALL = "scrap is entered for some of the products only";
const NOT_BY_PRODUCT = "scrap is entered for the shift, not by product";
const NOT_BY_RUN = "scrap is not entered by run";
const TOO_MANY = "more units rejected or scrapped than made";
const NOTHING_MADE = "nothing was made";

/**
 * Good units of all units, from a reject contact and from scrap that people enter; either alone is enough.
 *
 * 1. A reject pulse belongs to the last seal that ended at least the delay before it, and to its run and product. A
 *    seal that belongs to nobody is in no total, so its rejects take nothing away: they are counted apart and shown.
 * 2. Good units are the units made without the rejected and the scrapped ones. A product (a shift) with more of those
 *    than units has no quality, and a reason: the delay, the units per pulse or an entry is wrong. Never below 0, never
 *    capped. A shift may well have a quality where one of its products has none: the sum does not depend on the delay.
 * 3. Without a reject contact, scrap must be entered for the shift or for each product that was made; what nobody
 *    counted is unknown, not good.
 *
 * O(seals + rejects).
 *
 * @throws RangeError for seals or rejects out of order, a negative delay or scrap, units not above 0.
 */
export function shiftQuality(input: QualityInput): ShiftQuality {
  validate(input);
  const { products, runs, unattributed } = attribute(input);
  const { rejectUs, scrap } = input;
  const scrapOf = new Map<number | null, number>();
  for (const { product, units } of scrap) {
    scrapOf.set(product, (scrapOf.get(product) ?? 0) + units);
    if (product !== null) tallyOf(products, product, product);
  }
  const hasContact = rejectUs !== null;
  const rows = [...products].sort(byKey).map(([product, tally]) => {
    const scrapUnits = scrapOf.get(product) ?? null;
    const unknown = scrapOf.has(null) ? NOT_BY_PRODUCT : scrap.length > 0 ? NOT_OF_ALL : NOT_MEASURED;
    const isKnown = !scrapOf.has(null) && (hasContact || scrapUnits !== null);
    return { product, ...rowOf(tally, hasContact, scrapUnits, isKnown ? null : unknown) };
  });
  const runRows = [...runs].sort(byKey).map(([run, tally]) => {
    const unknown = scrap.length > 0 ? NOT_BY_RUN : hasContact ? null : NOT_MEASURED;
    return { run, product: tally.product, ...rowOf(tally, hasContact, null, unknown) };
  });
  return { ...whole(rows, scrapOf, hasContact), products: rows, runs: runRows, unattributed };
}

/** What was made of a product or in a run. */
interface Tally {
  readonly product: number;
  units: number;
  rejectedUnits: number;
}

function tallyOf(tallies: Map<number, Tally>, key: number, product: number): Tally {
  const known = tallies.get(key);
  if (known !== undefined) return known;
  const tally = { product, units: 0, rejectedUnits: 0 };
  tallies.set(key, tally);
  return tally;
}

function attribute(input: QualityInput) {
  const products = new Map<number, Tally>();
  const runs = new Map<number, Tally>();
  const unattributed = { ofNobody: 0, beforeFirstSeal: 0, ofOtherShifts: 0 };
  for (const [seal, pulses] of rejectsBySeal(input)) {
    if (seal === null) unattributed.beforeFirstSeal += pulses;
    else if (!isOfShift(seal, input)) unattributed.ofOtherShifts += pulses;
    else if (seal.product === null) unattributed.ofNobody += pulses;
    else {
      const { product, run = null } = seal;
      const units = input.unitsPerSeal.get(product) ?? 1;
      const rejectedUnits = pulses * (input.unitsPerPulse ?? units);
      add(tallyOf(products, product, product), units, rejectedUnits);
      if (run !== null) add(tallyOf(runs, run, product), units, rejectedUnits);
    }
  }
  return { products, runs, unattributed };
}

function add(tally: Tally, units: number, rejectedUnits: number): void {
  tally.units += units;
  tally.rejectedUnits += rejectedUnits;
}

function isOfShift({ offUs }: MadeSeal, { startUs, endUs, shiftAfter = false }: QualityInput): boolean {
  // half-open, but where no shift follows nobody else would count a seal that ends with this one
  return offUs >= startUs && (offUs < endUs || (offUs === endUs && !shiftAfter));
}

/** Each seal with the number of its rejects, and before the first one those of no seal (null). */
function* rejectsBySeal({ seals, rejectUs, delaySeconds }: QualityInput): Generator<[MadeSeal | null, number]> {
  const rejects = rejectUs ?? [];
  const delayUs = Math.round(delaySeconds * 1e6);
  let seal: MadeSeal | null = null;
  let next = 0;
  for (const later of seals) {
    if (seal !== null && later.offUs < seal.offUs)
      throw new RangeError(`the seal that ended at ${later.offUs} us is out of order`);
    const first = next;
    while (next < rejects.length && (rejects[next] as number) - delayUs < later.offUs) next++;
    yield [seal, next - first];
    seal = later;
  }
  yield [seal, rejects.length - next];
}

function rowOf(tally: Tally, hasContact: boolean, scrapUnits: number | null, unknown: string | null): QualityRow {
  const { units: totalUnits, rejectedUnits: rejected } = tally;
  const lostUnits = rejected + (scrapUnits ?? 0);
  const reason =
    lostUnits > totalUnits ? TOO_MANY : unknown !== null ? unknown : totalUnits === 0 ? NOTHING_MADE : null;
  const quality = reason === null ? (totalUnits - lostUnits) / totalUnits : null;
  return { totalUnits, rejectedUnits: hasContact ? rejected : null, scrapUnits, quality, reason };
}

function whole(rows: readonly ProductQuality[], scrapOf: ReadonlyMap<number | null, number>, hasContact: boolean) {
  const isEntered = scrapOf.size > 0;
  const sources: QualitySource[] = [];
  if (hasContact) sources.push("reject contact");
  if (isEntered) sources.push("entered");
  const totalUnits = sum(rows.map((row) => row.totalUnits));
  const rejectedUnits = hasContact ? sum(rows.map((row) => row.rejectedUnits as number)) : null;
  const scrapUnits = isEntered ? sum([...scrapOf.values()]) : null;
  const goodUnits = totalUnits - (rejectedUnits ?? 0) - (scrapUnits ?? 0);
  const isOfAll = hasContact || scrapOf.has(null) || rows.every((row) => row.scrapUnits !== null);
  const reason = sources.length === 0 ? NOT_MEASURED : !isOfAll ? NOT_OF_ALL : goodUnits < 0 ? TOO_MANY : null;
  const count = reason === null ? { goodUnits, totalUnits } : null;
  return { count, reason, sources, totalUnits, rejectedUnits, scrapUnits };
}

function byKey([a]: readonly [number, Tally], [b]: readonly [number, Tally]): number {
  return a - b;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function validate({ rejectUs, delaySeconds, unitsPerPulse, unitsPerSeal, scrap }: QualityInput): void {
  if (!(delaySeconds >= 0 && Number.isFinite(delaySeconds)))
    throw new RangeError(`the delay to the rejector must be 0 s or more, not ${delaySeconds} s`);
  for (const units of [unitsPerPulse ?? 1, ...unitsPerSeal.values()])
    if (!(units > 0 && Number.isFinite(units))) throw new RangeError(`units must be above 0, not ${units}`);
  for (const { units } of scrap)
    if (!(units >= 0 && Number.isFinite(units))) throw new RangeError(`scrap must be 0 or more, not ${units}`);
  for (let i = 1; rejectUs !== null && i < rejectUs.length; i++)
    if (!((rejectUs[i] as number) >= (rejectUs[i - 1] as number)))
      throw new RangeError(`the reject at ${rejectUs[i]} us is out of order`);
}
