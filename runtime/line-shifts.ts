import type { Product } from "../algorithms/mobisea/product-book.ts";
import { NoiseBurst, type NoiseBurstState } from "../algorithms/noise-burst.ts";
import type { Seal } from "../algorithms/signal.ts";
import { BoundedList } from "./bounded-list.ts";
import type { LineConfig } from "./config.ts";
import { CycleLearning, type CycleLearningState, type LearnedCycles } from "./cycle-learning.ts";
import type { ContactCounts, LineEvent } from "./line-event.ts";
import { LineRemarks, type LineRemarksState } from "./line-remarks.ts";
import { LineSight, type LineSightState } from "./line-sight.ts";
import { type PackedSeals, packSeals, unpackSeals } from "./packed-seals.ts";
import { RunTallies, type RunTalliesState } from "./run-tally.ts";
import { type PlacedSeal, type PlacedSealConsumer, SealLedger, type SealLedgerState } from "./seal-ledger.ts";
import type { ShiftInput } from "./shift-input.ts";
import type { ShiftPlan, ShiftWindow } from "./shift-plan.ts";
import { removedEdges } from "./signal-counts.ts";

// Three weeks of a fast line. Beyond it nobody reads stops of one shift, and memory must have a bound.
const MOST_SEALS = 300_000;
const MOST_REJECTS = 300_000;
const MOST_PULSES = 2_000_000;
/** The contacts' filters are done with a moment, and a pack has come to the rejector, this long after it. */
const SETTLED_SECONDS = 300;
/** A machine that stood this long after its shift does not go on with it. */
const IDLE_US = 1_800_000_000;
/** A shift whose last stop has not ended by then is taken as it is. */
const LONGEST_OPEN_US = 3 * 86_400_000_000;
/** Shifts further back than this, in which nothing at all was seen, are left out. */
const LONGEST_SILENCE_US = 40 * 86_400_000_000;

/** A shift that is not final yet. */
interface OpenShift {
  readonly window: ShiftWindow;
  readonly tallies: RunTallies;
  readonly sealsBefore: number;
  /** Ideal cycles as they were when its last seal had been placed; null before. */
  learned: LearnedCycles | null;
}

interface CountMark {
  readonly atUs: number;
  readonly counts: ContactCounts;
}

/** What an open shift is looked at with: the latest edge, and seals without a final place. */
interface Moment {
  readonly timeUs: number;
  readonly counts: ContactCounts;
  readonly later: readonly PlacedSeal[];
  readonly products: readonly Product[];
}

/** What `LineShifts` is told besides the events. */
export interface LineShiftsHooks {
  /** Each seal in its final place. */
  readonly onPlaced?: PlacedSealConsumer;
  /** Each shift that is over for good, in order. */
  readonly onFinal?: (input: ShiftInput) => void;
}

/** Everything `LineShifts` knows, for going on later with identical results. */
export interface LineShiftsState extends LineSightState, LineRemarksState, CycleLearningState {
  readonly ledger: SealLedgerState;
  readonly burst: NoiseBurstState;
  readonly doubts: readonly (readonly [onUs: number, otherSeconds: readonly number[]])[];
  readonly open: readonly {
    readonly window: ShiftWindow;
    readonly tallies: RunTalliesState;
    readonly sealsBefore: number;
    readonly learned: LearnedCycles | null;
  }[];
  readonly seals: PackedSeals | null;
  readonly rejects: readonly number[] | null;
  readonly energy: readonly number[] | null;
  readonly marks: readonly CountMark[];
  readonly placedSeals: number;
  readonly lastPlacedUs: number;
  readonly startUs: number | null;
  readonly movedToUs: number;
  readonly lastSealUs: number;
}

/**
 * The shifts of a line: events of its contacts in, for each shift everything that its result is computed from out.
 *
 * ```
 *   seal -> NoiseBurst -> SealLedger (MoBiSea) -> the shift in which it ends
 *   ready, sees, reject, energy, remark        -> lists, cut to a shift when somebody asks
 * ```
 * What comes out depends on the events alone, not on when it is asked for, nor on saving and restoring in between.
 */
export class LineShifts {
  readonly #plan: ShiftPlan;
  readonly #hooks: LineShiftsHooks;
  readonly #ledger: SealLedger;
  readonly #settledUs: number;
  readonly #longestSealUs: number;
  #burst: NoiseBurst;
  /** Doubts about seals that the burst guard holds back, by start of the seal. */
  #doubts = new Map<number, readonly number[]>();
  readonly #sight = new LineSight();
  readonly #remarks = new LineRemarks();
  readonly #learning = new CycleLearning();
  #open: OpenShift[] = [];
  readonly #seals = new BoundedList<PlacedSeal>(MOST_SEALS, ({ offUs }) => offUs);
  readonly #rejects = new BoundedList<number>(MOST_REJECTS, (atUs) => atUs);
  readonly #energy = new BoundedList<number>(MOST_PULSES, (atUs) => atUs);
  #marks: CountMark[] = [];
  #placedSeals = 0;
  #lastPlacedUs = Number.NEGATIVE_INFINITY;
  #startUs: number | null = null;
  #movedToUs = 0;
  #isFinished = false;
  #lastSealUs = Number.NEGATIVE_INFINITY;

  constructor(line: LineConfig, plan: ShiftPlan, hooks: LineShiftsHooks = {}) {
    this.#plan = plan;
    this.#hooks = hooks;
    this.#ledger = new SealLedger(line.minRunSeals, (seal) => this.#place(seal));
    this.#longestSealUs = line.channels.sealing.maxSealingTimeSeconds * 1e6;
    this.#settledUs = (SETTLED_SECONDS + line.channels.reject.delaySeconds) * 1e6;
    this.#burst = new NoiseBurst(line.shortestCycleSeconds ?? null);
  }

  /** Every event up to here has been taken. */
  get movedToUs(): number {
    return this.#movedToUs;
  }

  /** The line is watched from here on; or again, when nobody knows what happened since the last event. */
  begin(timeUs: number): void {
    if (this.#startUs !== null) {
      this.#sight.sees(Math.min(timeUs, this.#movedToUs), false);
      this.#sight.sees(timeUs, true);
      return;
    }
    this.#startUs = timeUs;
    this.#movedToUs = timeUs;
    const window = this.#plan.windowAt(timeUs);
    const isWithin = window.startUs <= timeUs && timeUs < window.endUs;
    if (isWithin && window.kind !== "unscheduled") this.#openShift(window);
  }

  /** Takes the next event; `LineEvent` says what it means. */
  take(event: LineEvent): void {
    if (event.kind === "seal") this.#takeSeal(event.seal);
    else if (event.kind === "doubt") this.#takeDoubt(event.otherSeconds);
    else if (event.kind === "ready") this.#sight.ready(event.atUs, event.ready);
    else if (event.kind === "sees") this.#sight.sees(event.atUs, event.sees);
    else if (event.kind === "reject") this.#rejects.push(event.atUs);
    else if (event.kind === "energy") this.#energy.push(event.atUs);
    else if (event.kind === "remark") this.#remarks.push(event.remark);
    else this.#mark(event.atUs, event.counts);
  }

  /** Every event up to here has been taken: shifts begin and become final. */
  advance(decidedUntilUs: number): void {
    if (decidedUntilUs <= this.#movedToUs) return;
    this.#openUntil(decidedUntilUs);
    this.#movedToUs = decidedUntilUs;
    // whatever started before this would have ended, and been told, by now
    for (const event of this.#burst.tick(decidedUntilUs - this.#longestSealUs)) this.#takeBurstEvent(event);
    while (this.#open[0] !== undefined && this.#becomesFinal(this.#open[0], decidedUntilUs)) this.#closeFirst();
  }

  /** Nothing follows: every seal gets its place. */
  finish(untilUs: number): void {
    this.advance(untilUs);
    this.#settle();
    this.#isFinished = true;
  }

  /**
   * The shifts that are not final, oldest first, as they stand.
   * @param now time of the latest edge, and the edge counts so far.
   */
  inputs(now: { readonly timeUs: number; readonly counts: ContactCounts }): readonly ShiftInput[] {
    const { waiting, products } = this.#ledger.view();
    const later = [...waiting, ...this.#burst.waiting.map(unplaced)];
    return this.#withWindowsOf(later).map((shift) => this.#input(shift, { ...now, later, products }));
  }

  /**
   * The calendar may be another one than before a restart: the shift under way gets its new times, or ends here where the
   * new calendar has another one.
   */
  adoptPlan(): void {
    const nowUs = this.#movedToUs;
    const at = this.#open.findIndex(({ window }) => window.startUs <= nowUs && nowUs < window.endUs);
    const current = this.#open[at];
    if (current === undefined) return;
    const fresh = this.#plan.windowAt(nowUs);
    const { id, name, date, startUs, fromUs, touchesBefore } = current.window;
    if (fresh.name === name && fresh.date === date) {
      // what has begun keeps its beginning: it may be a part of the shift already
      this.#open[at] = { ...current, window: { ...fresh, id, startUs, fromUs, touchesBefore } };
      return;
    }
    this.#open[at] = { ...current, window: { ...current.window, endUs: nowUs, untilUs: nowUs, touchesAfter: true } };
    if (fresh.kind === "shift" && fresh.startUs <= nowUs) this.#openShift(this.#plan.partFrom(nowUs));
  }

  /** All products of the line so far. */
  products(): readonly Product[] {
    return this.#ledger.view().products;
  }

  /** The ideal cycle of each product as learned so far, in seconds; null where there were too few cycles. */
  learnedCycles(): ReadonlyMap<number, number | null> {
    return new Map(this.#learning.learned);
  }

  #takeSeal(seal: Seal): void {
    this.advance(seal.offUs);
    this.#lastSealUs = seal.offUs;
    for (const event of this.#burst.push(seal)) this.#takeBurstEvent(event);
  }

  #takeBurstEvent(event: ReturnType<NoiseBurst["push"]>[number]): void {
    if (event.kind === "burst") {
      this.#remarks.push({ kind: "noise-burst", startUs: event.startUs, endUs: event.endUs });
      this.#sight.addHole({ startUs: event.startUs, endUs: event.endUs });
      return;
    }
    this.#ledger.push(event.seal);
    const otherSeconds = this.#doubts.get(event.seal.onUs);
    if (otherSeconds === undefined) return;
    this.#doubts.delete(event.seal.onUs);
    this.#ledger.doubtLast(otherSeconds);
  }

  #takeDoubt(otherSeconds: readonly number[]): void {
    const held = this.#burst.waiting.at(-1);
    if (held !== undefined) this.#doubts.set(held.onUs, otherSeconds);
    else if (this.#burst.burst === null) this.#ledger.doubtLast(otherSeconds);
  }

  /** Counts of a later time are those of a clock that was ahead. */
  #mark(atUs: number, counts: ContactCounts): void {
    this.#marks = [...this.#marks.filter((mark) => mark.atUs < atUs), { atUs, counts }];
  }

  /** A seal has its final place. */
  #place(seal: PlacedSeal): void {
    this.#hooks.onPlaced?.(seal);
    const shift = this.#shiftOf(seal.offUs);
    for (const earlier of this.#open) {
      if (earlier === shift) break;
      earlier.learned ??= this.#learning.learned;
    }
    this.#learning.push(seal, this.#sight.isHoleBetween(this.#lastPlacedUs, seal.onUs));
    this.#placedSeals++;
    shift.tallies.add(seal);
    this.#seals.push(seal);
    this.#lastPlacedUs = seal.offUs;
  }

  #shiftOf(offUs: number): OpenShift {
    const known = this.#open.findLast(({ window }) => window.fromUs <= offUs && offUs < window.untilUs);
    return known ?? this.#openShift(this.#plan.windowAt(offUs));
  }

  #openShift(window: ShiftWindow): OpenShift {
    const sealsBefore = this.#placedSeals;
    const shift: OpenShift = { window, tallies: new RunTallies(), sealsBefore, learned: null };
    this.#open.push(shift);
    this.#open.sort((a, b) => a.window.fromUs - b.window.fromUs);
    return shift;
  }

  /** Shifts that begin by then are there, whether anything is made in them or not. */
  #openUntil(untilUs: number): void {
    const fromUs = Math.max(this.#movedToUs, untilUs - LONGEST_SILENCE_US);
    for (let at = this.#plan.nextBoundaryUs(fromUs); at <= untilUs; at = this.#plan.nextBoundaryUs(at)) {
      const window = this.#plan.windowAt(at);
      const isOpen = this.#open.some((shift) => shift.window.id === window.id);
      if (window.kind === "shift" && window.startUs === at && !isOpen) this.#openShift(window);
    }
  }

  #becomesFinal({ window }: OpenShift, untilUs: number): boolean {
    const { endUs, untilUs: zoneEndUs, touchesAfter } = window;
    if (untilUs < Math.max(zoneEndUs, endUs + this.#settledUs)) return false;
    const isOver = !touchesAfter || untilUs >= endUs + LONGEST_OPEN_US;
    if (isOver && untilUs >= Math.max(this.#lastSealUs, zoneEndUs) + IDLE_US) this.#settle();
    if (this.#waitsBefore(zoneEndUs)) return false;
    return isOver || this.#seals.items === null || this.#seals.items.some((seal) => isInRunAfter(seal, endUs));
  }

  /** A seal that ended before this has no place yet. */
  #waitsBefore(timeUs: number): boolean {
    const first = this.#ledger.waitingSinceUs ?? this.#burst.waiting[0]?.offUs;
    return first !== undefined && first < timeUs;
  }

  #settle(): void {
    for (const event of this.#burst.finish()) this.#takeBurstEvent(event);
    if (this.#ledger.waitingCount > 0) this.#ledger.settle();
  }

  #closeFirst(): void {
    const shift = this.#open[0] as OpenShift;
    const { products } = this.#ledger.view();
    const counts = this.#marks.at(-1)?.counts ?? {};
    this.#hooks.onFinal?.(this.#input(shift, { timeUs: this.#movedToUs, counts, later: [], products }, true));
    this.#open.shift();
    this.#forget(shift.window);
  }

  /** What the next shift needs stays: the seals since the last run's end, and all states since then. */
  #forget({ endUs, untilUs }: ShiftWindow): void {
    const last = this.#seals.items?.findLast(({ offUs, product }) => offUs < untilUs && product !== null);
    const keepUs = Math.min(last?.offUs ?? untilUs, untilUs);
    this.#seals.dropBefore(keepUs);
    for (const list of [this.#sight, this.#rejects, this.#energy]) list.dropBefore(keepUs);
    this.#remarks.dropBefore(untilUs);
    const from = this.#marks.findLastIndex(({ atUs }) => atUs <= endUs);
    this.#marks = this.#marks.slice(Math.max(0, from));
  }

  /** All open shifts, those included that exist only because of seals without a final place. */
  #withWindowsOf(later: readonly PlacedSeal[]): readonly OpenShift[] {
    const shifts = [...this.#open];
    for (const { offUs } of later) {
      if (shifts.some(({ window }) => window.fromUs <= offUs && offUs < window.untilUs)) continue;
      const window = this.#plan.windowAt(offUs);
      shifts.push({ window, tallies: new RunTallies(), sealsBefore: this.#placedSeals, learned: null });
    }
    return shifts.sort((a, b) => a.window.fromUs - b.window.fromUs);
  }

  #input({ window, tallies, sealsBefore, learned }: OpenShift, now: Moment, isFinal = false): ShiftInput {
    const { fromUs, untilUs } = window;
    const longestUs = window.touchesAfter ? window.endUs + LONGEST_OPEN_US : untilUs;
    const seenUntilUs = isFinal ? Math.min(now.timeUs, longestUs) : now.timeUs;
    const all = RunTallies.restore(tallies.save());
    const marks = this.#marks.filter(({ atUs }) => atUs <= now.timeUs);
    for (const seal of now.later) if (fromUs <= seal.offUs && seal.offUs < untilUs) all.add(seal);
    return {
      window,
      seenFromUs: this.#startUs ?? window.startUs,
      seenUntilUs,
      isFinal: isFinal || (this.#isFinished && (window.kind === "whole" || seenUntilUs >= window.endUs)),
      seals: this.#sealsAround(window, now.later),
      sealCount: all.seals,
      sealsBefore,
      runs: all.runs,
      products: this.#foundProducts(all, now.products, new Map(learned ?? this.#learning.learned)),
      availability: this.#sight.statesUntil(seenUntilUs),
      holes: this.#sight.holesUntil(seenUntilUs),
      rejectsUs: this.#rejects.save(),
      energyUs: this.#energy.save(),
      ...this.#remarks.within(fromUs, untilUs),
      countsBefore: marks.findLast(({ atUs }) => atUs <= window.startUs)?.counts ?? {},
      countsAfter: marks.find(({ atUs }) => atUs >= window.endUs)?.counts ?? now.counts,
      removedByHour: marks
        .filter(({ atUs }) => window.startUs < atUs && atUs < window.endUs)
        .map(({ atUs, counts }) => [atUs, removedEdges(counts)]),
    };
  }

  /** From the last seal of a run before the window to the first one of a run after it. */
  #sealsAround({ fromUs, endUs, untilUs, touchesAfter }: ShiftWindow, later: readonly PlacedSeal[]) {
    const placed = this.#seals.items;
    if (placed === null) return null;
    const all = later.length === 0 ? placed : [...placed, ...later];
    const first = all.findLastIndex(({ offUs, product }) => offUs < fromUs && product !== null);
    const next = all.findIndex((seal) => (touchesAfter ? isInRunAfter(seal, endUs) : seal.offUs >= untilUs));
    const end = next < 0 ? all.length : touchesAfter ? next + 1 : next;
    return all.slice(Math.max(0, first), end);
  }

  #foundProducts(tallies: RunTallies, products: readonly Product[], learned: ReadonlyMap<number, number | null>) {
    const numbers = new Set(tallies.runs.flatMap(({ product, rival }) => [product, rival]));
    return products
      .filter(({ number }) => numbers.has(number))
      .map(({ number, sealingTimeSeconds }) => {
        const learnedCycleSeconds = learned.get(number) ?? null;
        return { number, sealingTimeSeconds, learnedCycleSeconds };
      });
  }

  /** Everything needed to go on later with identical results. */
  save(): LineShiftsState {
    return {
      ledger: this.#ledger.save(),
      burst: this.#burst.save(),
      doubts: [...this.#doubts],
      ...this.#sight.save(),
      ...this.#remarks.save(),
      ...this.#learning.save(),
      open: this.#open.map((shift) => ({ ...shift, tallies: shift.tallies.save() })),
      seals: this.#seals.items === null ? null : packSeals(this.#seals.items),
      rejects: this.#rejects.save(),
      energy: this.#energy.save(),
      marks: [...this.#marks],
      placedSeals: this.#placedSeals,
      lastPlacedUs: this.#lastPlacedUs,
      startUs: this.#startUs,
      movedToUs: this.#movedToUs,
      lastSealUs: this.#lastSealUs,
    };
  }

  /** Goes on where `save` was called. */
  restore(state: LineShiftsState): void {
    this.#ledger.restore(state.ledger);
    this.#burst = NoiseBurst.restore(state.burst);
    this.#doubts = new Map(state.doubts);
    this.#sight.restore(state);
    this.#remarks.restore(state);
    this.#learning.restore(state);
    this.#open = state.open.map((shift) => ({ ...shift, tallies: RunTallies.restore(shift.tallies) }));
    this.#seals.restore(state.seals === null ? null : unpackSeals(state.seals));
    this.#rejects.restore(state.rejects);
    this.#energy.restore(state.energy);
    this.#marks = [...state.marks];
    this.#placedSeals = state.placedSeals;
    this.#lastPlacedUs = state.lastPlacedUs;
    this.#startUs = state.startUs;
    this.#movedToUs = state.movedToUs;
    this.#lastSealUs = state.lastSealUs;
  }
}

/** It ends every gap that reaches into the time after a moment: trial seals, which belong to nobody, do not. */
function isInRunAfter({ onUs, product }: PlacedSeal, timeUs: number): boolean {
  return product !== null && onUs >= timeUs;
}

/** A seal of which nobody knows yet whether it is one. */
function unplaced({ onUs, offUs, sealingTimeSeconds }: Seal): PlacedSeal {
  return { onUs, offUs, sealingTimeSeconds, isDoubtful: false, product: null, run: null, rival: null };
}
