import { isMember, type LocalMode } from "./local-mode.ts";

// What a seal says for or against the run going on to it: a run of outliers is believed to be inside the run when a third
// as many seals follow that fit well.
const FITS_WELL = 6;
const FITS = 3;
const OUTLIER = -2;
const WELL_IN_SCALES = 2;
const CONVINCING = 3 * FITS_WELL;

/** A sealing time in its place among all sealing times of the shift. */
export interface PlacedSeal {
  readonly index: number;
  readonly seconds: number;
  /** Other sealing times it may have had, when interference makes its own doubtful. */
  readonly otherSeconds: readonly number[];
  /** The machine stood before it: it may be a trial seal of whatever comes next. */
  readonly afterStop: boolean;
}

/** A seal that waits for what follows: it is the run's only if the run goes on. */
interface HeldSeal extends PlacedSeal {
  readonly member: boolean;
  /** Its own time fits, not just another reading of it. */
  readonly measured: boolean;
}

/** What `RunDraft.save` gives. */
export interface RunDraftState {
  readonly first: number;
  readonly last: number;
  readonly seals: number;
  readonly meanSeconds: number;
  readonly measured: number;
  readonly score: number;
  readonly bestScore: number;
  readonly neededScore: number;
  readonly held: readonly HeldSeal[];
  readonly head: LocalMode;
  readonly tail: LocalMode;
}

/** Told what becomes of a seal: in the run, or nobody's. */
export type DecidedConsumer = (index: number, inRun: boolean) => void;

/**
 * A run under way: counts its members and trims its edges.
 *
 * Of the seals it is given, the run is the stretch with the highest score: a lone seal that happens to fit after three
 * that do not (set-up work, trial seals) is no longer part of it.
 */
export class RunDraft {
  first = -1;
  last = -1;
  seals = 0;
  meanSeconds = 0;
  readonly head: LocalMode;
  tail: LocalMode;
  #score = 0;
  #bestScore = 0;
  // After a stop the run must prove that it goes on.
  #neededScore = 0;
  #held: HeldSeal[] = [];
  // Seals whose own time fits: the mode is their mean.
  #measured = 0;

  constructor(head: LocalMode) {
    this.head = head;
    this.tail = head;
  }

  /** Seals that wait for what follows. */
  get heldSeals(): number {
    return this.#held.length;
  }

  /** Adds seals that lie around `local`; tells those whose fate is decided by them. */
  append(seals: readonly PlacedSeal[], local: LocalMode, minRunSeals: number, onDecided: DecidedConsumer): void {
    this.tail = local;
    for (const seal of seals) {
      const score = fit(local, seal);
      const member = score > 0;
      this.#score += score;
      if (seal.afterStop) this.#neededScore = this.#bestScore + CONVINCING;
      this.#held.push({ ...seal, member, measured: isMember(local, seal.seconds) });
      if (this.seals === 0 && this.#score < 0) this.release(onDecided);
      else if (member && this.#score >= Math.max(this.#bestScore, this.#neededScore) && this.#isConvincing(minRunSeals))
        this.#keepHeld(onDecided);
    }
  }

  /** Nothing follows that could be another product: what a stop held back is the run's as far as it fits. */
  keepAfterStop(onDecided: DecidedConsumer): void {
    if (this.seals > 0 && this.#neededScore > this.#bestScore && this.#score > this.#bestScore)
      this.#keepHeld(onDecided);
  }

  /** Gives up what is held: nobody's. */
  release(onDecided: DecidedConsumer): void {
    for (const { index } of this.#held.splice(0)) onDecided(index, false);
    this.#score = this.#bestScore;
  }

  #isConvincing(minRunSeals: number): boolean {
    if (this.seals > 0) return true;
    return this.#score >= CONVINCING && this.#held.filter(({ member }) => member).length >= minRunSeals;
  }

  #keepHeld(onDecided: DecidedConsumer): void {
    for (const seal of this.#held.splice(0)) {
      if (seal.member) this.#count(seal);
      onDecided(seal.index, seal.member);
    }
    this.#bestScore = this.#score;
  }

  #count({ index, seconds, measured }: HeldSeal): void {
    if (this.seals === 0) this.first = index;
    this.last = index;
    this.seals++;
    if (!measured) return;
    this.#measured++;
    this.meanSeconds += (seconds - this.meanSeconds) / this.#measured;
  }

  /** Everything needed to go on later with identical results. */
  save(): RunDraftState {
    const { first, last, seals, meanSeconds, head, tail } = this;
    const measured = this.#measured;
    return {
      measured,
      first,
      last,
      seals,
      meanSeconds,
      head,
      tail,
      score: this.#score,
      bestScore: this.#bestScore,
      neededScore: this.#neededScore,
      held: [...this.#held],
    };
  }

  /** Goes on where `save` was called. */
  static restore(state: RunDraftState): RunDraft {
    const draft = new RunDraft(state.head);
    draft.first = state.first;
    draft.last = state.last;
    draft.seals = state.seals;
    draft.meanSeconds = state.meanSeconds;
    draft.tail = state.tail;
    draft.#measured = state.measured;
    draft.#score = state.score;
    draft.#bestScore = state.bestScore;
    draft.#neededScore = state.neededScore;
    draft.#held = [...state.held];
    return draft;
  }
}

/** A seal whose own time does not fit but one of its other readings does is a member, and says nothing of the mode. */
function fit(local: LocalMode, { seconds, otherSeconds }: PlacedSeal): number {
  if (isMember(local, seconds)) {
    return Math.abs(seconds - local.modeSeconds) <= WELL_IN_SCALES * local.scaleSeconds ? FITS_WELL : FITS;
  }
  return otherSeconds.some((other) => isMember(local, other)) ? FITS : OUTLIER;
}
