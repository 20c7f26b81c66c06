import { STOP_KINDS, type Stop, type StopKind } from "./gap-stops.ts";
import type { PlacedSeal } from "./gaps.ts";
import { clip, type Interval, union } from "./interval.ts";

/** The interval over which networks and tariffs average power. */
const SLOT_US = 900_000_000;
const SLOT_HOURS = 0.25;

/** What the machine did while it used energy. */
export const ENERGY_STATES = ["running", ...STOP_KINDS] as const;
export type EnergyState = (typeof ENERGY_STATES)[number];

/** From here to the next one the machine makes this product; the first one holds for the time before it as well. */
export interface ProductSpan {
  readonly fromUs: number;
  readonly product: number;
}

/** What energy is computed from; the interval is the window, as far as its stops are booked. */
export interface EnergyInput extends Interval {
  /** Starts of the S0 pulses in order, those just outside the window included where there are any. */
  readonly pulseUs: ArrayLike<number>;
  /** The meter's constant, above 0. */
  readonly pulsesPerKwh: number;
  /** Of `findStops`: in order of time, not overlapping, in the window. */
  readonly stops: readonly Stop[];
  /** In order of time. */
  readonly spans: readonly ProductSpan[];
  /** When the recorder saw nothing, in any order, those just outside the window included. */
  readonly holes: readonly Interval[];
  /** Units made in the window. */
  readonly unitsByProduct: ReadonlyMap<number, number>;
}

/** Energy of a product while it was made. */
export interface ProductEnergy {
  readonly product: number;
  readonly kwh: number;
  /** null when no units were made. */
  readonly kwhPerUnit: number | null;
}

/** A quarter of an hour of the clock, or what of it lies in the window. */
export interface EnergySlot extends Interval {
  readonly kwh: number;
  /** null when not all of it was seen. */
  readonly averageKw: number | null;
}

/** Where the energy of a window went: `kwh` is the sum of all states, and of all products and `otherKwh`. */
export interface EnergyUse {
  readonly kwh: number;
  /** All energy by all units; null when no units were made. */
  readonly kwhPerUnit: number | null;
  readonly kwhByState: Readonly<Record<EnergyState, number>>;
  /** In order of product number. */
  readonly products: readonly ProductEnergy[];
  /** Used while no product was made: stops longer than a micro-stop, and what cannot be placed. */
  readonly otherKwh: number;
}

/**
 * Energy of a window by what the machine did meanwhile, from the pulses of an S0 meter (IEC 62053-31).
 *
 * A pulse says that its energy was used since the pulse before it, not when: it is spread evenly over that time and
 * split by what happened in it, which is right on average however slow the pulses are. Over a hole in the data pulses
 * may have been lost, so a pulse that ends such an interval is `no-data` as a whole. The very first pulse has no known
 * beginning and counts for the instant it came; what was used since the last one is not known yet. Cut into windows,
 * the parts add up to the whole.
 *
 * A product's energy is that of its running time and micro-stops, the time by which its performance is measured too:
 * products can be compared by it, whatever stood still in between. The shift's energy per unit holds everything.
 *
 * O(pulses + stops + spans).
 *
 * @returns null when the meter never pulsed: then nothing is known of it.
 * @throws RangeError for pulses out of order or a meter constant not above 0.
 */
export function energyUse(input: EnergyInput): EnergyUse | null {
  if (input.pulseUs.length === 0) return null;
  const kwhByState = Object.fromEntries(ENERGY_STATES.map((state) => [state, 0])) as Record<EnergyState, number>;
  const { unitsByProduct } = input;
  const made = new Map<number | null, number>([...unitsByProduct.keys()].map((product) => [product, 0]));
  const shares = new Shares([...piecesOf(input)]);
  let kwh = 0;
  for (const portion of portions(input)) {
    for (const [piece, partKwh] of shares.of(portion)) {
      const { state, product } = portion.isSure ? piece : NO_DATA;
      kwh += partKwh;
      kwhByState[state] += partKwh;
      made.set(product, (made.get(product) ?? 0) + partKwh);
    }
  }
  const units = [...unitsByProduct.values()].reduce((sum, count) => sum + count, 0);
  const products = [...made].flatMap(([product, ofIt]) =>
    product === null ? [] : [{ product, kwh: ofIt, kwhPerUnit: perUnit(ofIt, unitsByProduct.get(product) ?? 0) }],
  );
  products.sort((a, b) => a.product - b.product);
  return { kwh, kwhPerUnit: perUnit(kwh, units), kwhByState, products, otherKwh: made.get(null) ?? 0 };
}

/**
 * Energy and average power of each quarter of an hour of the window. They start with the quarters of UTC, which are
 * those of every time zone. A power is null for a quarter that the window cuts, that a hole or a pulse interval across
 * one touches, or that lies before the first or after the last pulse. O(pulses + quarters).
 *
 * @param wallOffsetUs wall time (microseconds of UTC) minus recording time.
 * @throws RangeError as `energyUse`.
 */
export function energySlots(
  input: Pick<EnergyInput, "startUs" | "endUs" | "pulseUs" | "pulsesPerKwh" | "holes">,
  wallOffsetUs: number,
): readonly EnergySlot[] {
  const slots = [...slotsOf(input, wallOffsetUs)];
  const holes = union(input.holes);
  const shares = new Shares(slots);
  for (const portion of portions(input)) {
    for (const [slot, partKwh] of shares.of(portion)) {
      slot.kwh += partKwh;
      slot.isReached = true;
      slot.isSure &&= portion.isSure;
    }
  }
  return slots.map(({ startUs, endUs, kwh, isReached, isSure }) => {
    const isWhole = endUs - startUs === SLOT_US && clip(holes, { startUs, endUs }).length === 0;
    return { startUs, endUs, kwh, averageKw: isWhole && isReached && isSure ? kwh / SLOT_HOURS : null };
  });
}

/** Which product was made when, from seals in order of time; those of nobody change nothing. */
export function productSpans(seals: Iterable<PlacedSeal>): readonly ProductSpan[] {
  const spans: ProductSpan[] = [];
  for (const { onUs, product } of seals)
    if (product !== null && product !== spans.at(-1)?.product) spans.push({ fromUs: onUs, product });
  return spans;
}

/** The energy of one pulse, and the time in which it was used: at its end, where the length is 0. */
interface Portion extends Interval {
  readonly kwh: number;
  /** No pulse was lost in it. */
  readonly isSure: boolean;
}

function* portions({ pulseUs, pulsesPerKwh, holes: given, startUs: fromUs, endUs: untilUs }: PortionInput) {
  if (!(pulsesPerKwh > 0 && Number.isFinite(pulsesPerKwh)))
    throw new RangeError(`a meter has more than 0 pulses per kWh, not ${pulsesPerKwh}`);
  const holes = union(given);
  let hole = 0;
  for (let i = 0; i < pulseUs.length; i++) {
    const endUs = pulseUs[i] as number;
    const startUs = pulseUs[i - 1] ?? endUs;
    if (!(startUs <= endUs)) throw new RangeError(`the pulse at ${endUs} us is out of order`);
    if (endUs < fromUs || startUs >= untilUs) continue;
    while (hole < holes.length && (holes[hole] as Interval).endUs <= startUs) hole++;
    const isSure = !((holes[hole]?.startUs ?? endUs) < endUs);
    yield { startUs, endUs, kwh: 1 / pulsesPerKwh, isSure } satisfies Portion;
  }
}

type PortionInput = Pick<EnergyInput, "startUs" | "endUs" | "pulseUs" | "pulsesPerKwh" | "holes">;

/** Shares portions out among pieces of time; both in order, so each is passed once. */
class Shares<Piece extends Interval> {
  readonly #pieces: readonly Piece[];
  #at = 0;

  /** @param pieces in order of time, not overlapping. */
  constructor(pieces: readonly Piece[]) {
    this.#pieces = pieces;
  }

  /** The pieces in which the next portion was used, each with its part; what lies beside them is left out. */
  *of({ startUs, endUs, kwh }: Portion): Generator<[Piece, number], void, undefined> {
    while ((this.#pieces[this.#at]?.endUs ?? Number.POSITIVE_INFINITY) <= startUs) this.#at++;
    for (let i = this.#at; i < this.#pieces.length; i++) {
      const piece = this.#pieces[i] as Piece;
      if (piece.startUs > startUs && piece.startUs >= endUs) break;
      if (startUs === endUs) {
        if (piece.startUs <= startUs) yield [piece, kwh];
        break;
      }
      const us = Math.min(endUs, piece.endUs) - Math.max(startUs, piece.startUs);
      if (us > 0) yield [piece, (kwh * us) / (endUs - startUs)];
    }
  }
}

interface Piece extends Interval {
  readonly state: EnergyState;
  /** What was made in it; null while nothing was. */
  readonly product: number | null;
}

const NO_DATA = { state: "no-data", product: null } as const;

/** The window from one end to the other, in pieces of one state and one product. */
function* piecesOf({ startUs, endUs, stops, spans }: EnergyInput): Generator<Piece, void, undefined> {
  const cutter = new ProductCutter(spans);
  let fromUs = startUs;
  for (const { kind, ...stop } of stops) {
    yield* cutter.cut({ startUs: fromUs, endUs: stop.startUs }, "running");
    if (kind === "micro-stop") yield* cutter.cut(stop, kind);
    else yield { startUs: stop.startUs, endUs: stop.endUs, state: kind satisfies StopKind, product: null };
    fromUs = stop.endUs;
  }
  yield* cutter.cut({ startUs: fromUs, endUs }, "running");
}

/** Cuts stretches of production where the product changes; they come in order. */
class ProductCutter {
  readonly #spans: readonly ProductSpan[];
  #at = 0;

  constructor(spans: readonly ProductSpan[]) {
    this.#spans = spans;
  }

  *cut({ startUs, endUs }: Interval, state: EnergyState): Generator<Piece, void, undefined> {
    let fromUs = startUs;
    while (fromUs < endUs) {
      const nextUs = this.#spans[this.#at + 1]?.fromUs ?? Number.POSITIVE_INFINITY;
      if (nextUs > fromUs) {
        const untilUs = Math.min(nextUs, endUs);
        yield { startUs: fromUs, endUs: untilUs, state, product: this.#spans[this.#at]?.product ?? null };
        fromUs = untilUs;
      } else this.#at++;
    }
  }
}

interface OpenSlot extends Interval {
  kwh: number;
  isReached: boolean;
  isSure: boolean;
}

function* slotsOf({ startUs, endUs }: Interval, wallOffsetUs: number): Generator<OpenSlot, void, undefined> {
  if (startUs >= endUs) return;
  const first = Math.floor((startUs + wallOffsetUs) / SLOT_US);
  for (let at = first * SLOT_US - wallOffsetUs; at < endUs; at += SLOT_US) {
    const slot = { startUs: Math.max(at, startUs), endUs: Math.min(at + SLOT_US, endUs) };
    yield { ...slot, kwh: 0, isReached: false, isSure: true };
  }
}

function perUnit(kwh: number, units: number): number | null {
  return units > 0 ? kwh / units : null;
}
