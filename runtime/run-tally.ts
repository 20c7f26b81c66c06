import type { PlacedSeal } from "./seal-ledger.ts";

const MOST_LISTED_SUSPECTS = 50;

/** A seal inside a run whose time does not fit: cut short, prolonged or disturbed. */
export interface SuspectSeal {
  readonly onUs: number;
  readonly sealingTimeSeconds: number | null;
}

/** The part of a run that lies in a shift. */
export interface RunTally {
  /** Number of the run since the line's first seal. */
  readonly run: number;
  readonly product: number;
  readonly rival: number | null;
  /** Start of its first seal and end of its last one. */
  readonly startUs: number;
  readonly endUs: number;
  readonly seals: number;
  /** Seals whose own time counts for the mean, and those times added up. */
  readonly timedSeals: number;
  readonly timedSeconds: number;
  readonly suspectSeals: number;
  /** The first 50 of them. */
  readonly suspects: readonly SuspectSeal[];
}

/** Everything `RunTallies` knows. */
export interface RunTalliesState {
  readonly runs: readonly RunTally[];
  readonly seals: number;
  readonly unfit: readonly SuspectSeal[];
  readonly unfitSeals: number;
}

/** Counts the seals of a shift, run by run. */
export class RunTallies {
  #runs: RunTally[] = [];
  #seals = 0;
  /** Seals of nobody since the last one of a run: suspects of that run if it goes on. */
  #unfit: SuspectSeal[] = [];
  #unfitSeals = 0;

  /** All seals of the shift. */
  get seals(): number {
    return this.#seals;
  }

  get runs(): readonly RunTally[] {
    return this.#runs;
  }

  add(seal: PlacedSeal): void {
    this.#seals++;
    if (seal.run === null || seal.product === null) this.#addUnfit(seal);
    else this.#addToRun(seal, newTally(seal.run, seal.product, seal.rival, seal.onUs));
  }

  save(): RunTalliesState {
    return { runs: [...this.#runs], seals: this.#seals, unfit: [...this.#unfit], unfitSeals: this.#unfitSeals };
  }

  static restore(state: RunTalliesState): RunTallies {
    const tallies = new RunTallies();
    tallies.#runs = [...state.runs];
    tallies.#seals = state.seals;
    tallies.#unfit = [...state.unfit];
    tallies.#unfitSeals = state.unfitSeals;
    return tallies;
  }

  #addUnfit({ onUs, sealingTimeSeconds }: PlacedSeal): void {
    if (this.#unfit.length < MOST_LISTED_SUSPECTS) this.#unfit.push({ onUs, sealingTimeSeconds });
    this.#unfitSeals++;
  }

  #addToRun(seal: PlacedSeal, begun: RunTally): void {
    const last = this.#runs.at(-1);
    if (last?.run === begun.run) this.#runs[this.#runs.length - 1] = this.#extended(last, seal);
    else this.#runs.push(extendedBy(begun, seal));
    this.#unfit = [];
    this.#unfitSeals = 0;
  }

  #extended(tally: RunTally, seal: PlacedSeal): RunTally {
    if (this.#unfitSeals === 0) return extendedBy(tally, seal);
    const suspects = [...tally.suspects, ...this.#unfit].slice(0, MOST_LISTED_SUSPECTS);
    return extendedBy({ ...tally, suspects, suspectSeals: tally.suspectSeals + this.#unfitSeals }, seal);
  }
}

function newTally(run: number, product: number, rival: number | null, startUs: number): RunTally {
  const none = { seals: 0, timedSeals: 0, timedSeconds: 0, suspectSeals: 0, suspects: [] };
  return { run, product, rival, startUs, endUs: startUs, ...none };
}

function extendedBy(tally: RunTally, { offUs, sealingTimeSeconds, isDoubtful }: PlacedSeal): RunTally {
  const seconds = isDoubtful ? null : sealingTimeSeconds;
  return {
    ...tally,
    endUs: offUs,
    seals: tally.seals + 1,
    timedSeals: tally.timedSeals + (seconds === null ? 0 : 1),
    timedSeconds: tally.timedSeconds + (seconds ?? 0),
  };
}
