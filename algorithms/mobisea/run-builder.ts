import { narrowestScale } from "./grid.ts";
import { isMember, isSameMode, type LocalMode, localMode } from "./local-mode.ts";
import type { NoiseScale } from "./noise-scale.ts";
import { type Match, ProductBook, type ProductBookState } from "./product-book.ts";
import { type PlacedSeal, RunDraft, type RunDraftState } from "./run-draft.ts";

const BLOCK = 64;
// A segment counts as a run only by seals this near to its mode: chance neighbours of a wide pile do not make a product.
const CORE_IN_SCALES = 3;
const WIDEST_CORE_IN_NOISES = 1.25;
// A pile wider than this share of its mode is set-up work: no machine that makes a product scatters so wildly.
const WIDEST_PILE_RELATIVE = 0.12;
// A leftover pile longer than this is nobody's for good: it bounds memory.
const MOST_PENDING = 4096;

/** Consecutive seals of one product; indices count the sealing times that were pushed. */
export interface Run {
  /** Number of the product in the book. */
  readonly product: number;
  /** Another product that it could be as well; null when there is none. */
  readonly rival: number | null;
  readonly first: number;
  readonly last: number;
  /** Seals from first to last without those that belong to nobody. */
  readonly seals: number;
  /** Mean of its seals in seconds; outliers are not among them, so it is the mode. */
  readonly sealingTimeSeconds: number;
  /** Mode and scale where it begins and where it ends: a heater drifts. */
  readonly head: LocalMode;
  readonly tail: LocalMode;
}

/** Receives each seal's final place, in order: the number of its run from 0, or -1 when it belongs to nobody. */
export type AssignedConsumer = (index: number, run: number) => void;

/** What `RunBuilder.save` gives. */
export interface RunBuilderState {
  readonly minRunSeals: number;
  readonly book: ProductBookState;
  readonly closed: readonly Run[];
  /** Closed runs that are not kept any more. */
  readonly forgotten: number;
  readonly draft: RunDraftState | null;
  readonly match: Match | null;
  readonly pending: readonly PlacedSeal[];
  readonly block: readonly PlacedSeal[];
  readonly context: readonly number[];
  readonly segmentIsRun: boolean | null;
}

/**
 * Makes runs of segments: outliers go, segments too short to be a product dissolve, neighbours whose modes meet (a drift
 * that was cut, a change of noise only) become one run, and each run finds its product in the book.
 *
 * Works in blocks of 64 seals: memory is bounded and a mode that creeps is followed.
 */
export class RunBuilder {
  readonly #minRunSeals: number;
  readonly #onAssigned: AssignedConsumer;
  readonly #book: ProductBook;
  #closed: Run[] = [];
  #forgotten = 0;
  #draft: RunDraft | null = null;
  // The draft's product, looked up when its first seals are certain.
  #match: Match | null = null;
  #pending: PlacedSeal[] = [];
  #block: PlacedSeal[] = [];
  #context: number[] = [];
  #segmentIsRun: boolean | null = null;

  constructor(minRunSeals: number, book: ProductBook, onAssigned: AssignedConsumer) {
    this.#minRunSeals = minRunSeals;
    this.#book = book;
    this.#onAssigned = onAssigned;
  }

  /** All runs so far, the open one included. */
  get runs(): readonly Run[] {
    const open = this.#openRun();
    return open === null ? this.#closed : [...this.#closed, open];
  }

  /** Number of the first of `runs`: those before it were forgotten. */
  get firstRun(): number {
    return this.#forgotten;
  }

  /** Forgets all closed runs but the latest one, which the next one is told from. */
  forgetRuns(): void {
    this.#forgotten += Math.max(0, this.#closed.length - 1);
    this.#closed = this.#closed.slice(-1);
  }

  /** Product of a run; undefined for a run that is not known yet, or not any more. */
  matchOf(run: number): Match | undefined {
    const at = run - this.#forgotten;
    return at === this.#closed.length ? (this.#match ?? undefined) : this.#closed[at];
  }

  get book(): ProductBook {
    return this.#book;
  }

  /** Adds a seal whose segment is known; `noise` is the line's usual noise as learned so far. */
  push(seal: PlacedSeal, startsSegment: boolean, noise: NoiseScale): void {
    if (startsSegment) this.#endSegment(noise);
    this.#block.push(seal);
    if (this.#block.length === BLOCK) this.#closeBlock(noise);
  }

  /** Takes everything as complete: no run is open afterwards. */
  finish(noise: NoiseScale): void {
    this.#endSegment(noise);
    const draft = this.#draft;
    draft?.keepAfterStop((index, inRun) => this.#decide(draft, index, inRun));
    this.#closeRun();
  }

  #endSegment(noise: NoiseScale): void {
    if (this.#block.length > 0) this.#closeBlock(noise);
    this.#context = [];
    this.#segmentIsRun = null;
  }

  #closeBlock(noise: NoiseScale): void {
    const values = Float64Array.from([...this.#context, ...this.#block.map(({ seconds }) => seconds)]);
    // In the middle and not the newest, which may be an outlier of any length.
    const middle = values.slice().sort()[values.length >> 1] as number;
    const narrowest = narrowestScale(middle, noise.clockStepSeconds);
    const local = localMode(values, narrowest);
    const isPile = local.scaleSeconds <= Math.max(WIDEST_PILE_RELATIVE * local.modeSeconds, narrowest);
    if (isPile && !this.#segmentIsRun) this.#segmentIsRun = this.#admit(local, coreSize(values, local, noise));
    if (this.#draft !== null && this.#segmentIsRun) this.#append(this.#block, isPile ? local : this.#draft.tail);
    else this.#pending.push(...this.#block);
    if (this.#waitingSeals > MOST_PENDING) this.#giveUpWaiting();
    this.#block = [];
    this.#context = [...values.subarray(Math.max(0, values.length - BLOCK))];
  }

  /** Decides what the segment that begins with this block is: more of the open run, a new run, or nobody's. */
  #admit(local: LocalMode, core: number): boolean {
    if (core < this.#minRunSeals) return false;
    if (this.#draft !== null && isSameMode(this.#draft.tail, local)) {
      this.#append(this.#pending.splice(0), this.#draft.tail);
      return true;
    }
    const before = this.#takePendingSuffix(local);
    this.#closeRun();
    this.#draft = new RunDraft(local);
    this.#append(before, local);
    return true;
  }

  #append(seals: readonly PlacedSeal[], local: LocalMode): void {
    const draft = this.#draft as RunDraft;
    draft.append(seals, local, this.#minRunSeals, (index, inRun) => this.#decide(draft, index, inRun));
  }

  #decide(draft: RunDraft, index: number, inRun: boolean): void {
    if (inRun) this.#match ??= this.#book.match(draft.head, this.#closed.at(-1)?.product ?? null);
    this.#onAssigned(index, inRun ? this.#forgotten + this.#closed.length : -1);
  }

  get #waitingSeals(): number {
    return (this.#draft?.heldSeals ?? 0) + this.#pending.length;
  }

  /** What waits is nobody's; the run stays open, for its product may come back. */
  #giveUpWaiting(): void {
    this.#draft?.release((index) => this.#onAssigned(index, -1));
    for (const { index } of this.#pending.splice(0)) this.#onAssigned(index, -1);
  }

  /** Leftovers just before a run that fit it: its first seals, when chance cut them off. */
  #takePendingSuffix(local: LocalMode): PlacedSeal[] {
    let from = this.#pending.length;
    while (from > 0 && isMember(local, (this.#pending[from - 1] as PlacedSeal).seconds)) from--;
    return this.#pending.splice(from);
  }

  /** Leftovers just after a run that fit it: its last seals. */
  #takePendingPrefix(draft: RunDraft): void {
    const misfit = this.#pending.findIndex(({ seconds }) => !isMember(draft.tail, seconds));
    this.#append(this.#pending.splice(0, misfit < 0 ? this.#pending.length : misfit), draft.tail);
  }

  #openRun(): Run | null {
    if (this.#draft === null || this.#match === null) return null;
    const { first, last, seals, meanSeconds, head, tail } = this.#draft;
    return { ...this.#match, first, last, seals, sealingTimeSeconds: meanSeconds, head, tail };
  }

  #closeRun(): void {
    if (this.#draft !== null) this.#takePendingPrefix(this.#draft);
    this.#giveUpWaiting();
    const run = this.#openRun();
    if (run !== null) {
      this.#book.addRun(run.product, run.seals, run.sealingTimeSeconds, run.head, run.tail);
      this.#closed.push(run);
    }
    this.#draft = null;
    this.#match = null;
  }

  /** Everything needed to go on later with identical results. */
  save(): RunBuilderState {
    return {
      minRunSeals: this.#minRunSeals,
      book: this.#book.save(),
      closed: [...this.#closed],
      forgotten: this.#forgotten,
      draft: this.#draft?.save() ?? null,
      match: this.#match,
      pending: [...this.#pending],
      block: [...this.#block],
      context: [...this.#context],
      segmentIsRun: this.#segmentIsRun,
    };
  }

  /** Goes on where `save` was called. */
  static restore(state: RunBuilderState, onAssigned: AssignedConsumer): RunBuilder {
    const builder = new RunBuilder(state.minRunSeals, ProductBook.restore(state.book), onAssigned);
    builder.#closed = [...state.closed];
    builder.#forgotten = state.forgotten;
    builder.#draft = state.draft === null ? null : RunDraft.restore(state.draft);
    builder.#match = state.match;
    builder.#pending = [...state.pending];
    builder.#block = [...state.block];
    builder.#context = [...state.context];
    builder.#segmentIsRun = state.segmentIsRun;
    return builder;
  }
}

function coreSize(values: Float64Array, local: LocalMode, noise: NoiseScale): number {
  const usual = noise.at(local.modeSeconds);
  const reach = CORE_IN_SCALES * Math.min(local.scaleSeconds, WIDEST_CORE_IN_NOISES * usual);
  return values.reduce((count, x) => count + (Math.abs(x - local.modeSeconds) <= reach ? 1 : 0), 0);
}
