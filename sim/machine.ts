import { type MachineSpec, type ProductSpec, plannedSeals, type StopKind, toUs } from "./machine-spec.ts";
import type { Random, Range } from "./random.ts";
import { Breaks, StopSchedule } from "./stoppages.ts";

// A machine is ready a moment before it seals again: the contact closes that long before the end of a stop.
const READY_BEFORE_SEAL_US = 1_000_000;

/** One seal as it truly was. */
export interface TrueSeal {
  readonly onUs: number;
  readonly offUs: number;
  /** Index of the product on the machine. */
  readonly product: number;
  /** Outliers and trial seals belong to no product. */
  readonly kind: "product" | "outlier" | "trial";
  readonly rejected: boolean;
}

/** A stretch of machine time in one state; segments follow each other without gap. */
export interface Segment {
  readonly startUs: number;
  readonly endUs: number;
  readonly state: "running" | StopKind;
  /** The availability contact is open from the start until then, closed from then to the end. */
  readonly readyUs: number;
  /** Begins with the segment. */
  readonly seal: TrueSeal | null;
}

/**
 * The machine: turns what it is told to do into what it truly did, one segment after the other, in constant memory.
 *
 * A cycle begins with its seal. A stop begins at the end of a cycle and ends with the next seal; at most one stop lies
 * between two seals, except that breaks cut stops and changeovers in pieces. Sealing times are normal around the mode,
 * never below a tenth of it; a long seal prolongs its cycle, so that half the usual pause always remains.
 */
export class Machine {
  readonly #spec: MachineSpec;
  readonly #breaks: Breaks;
  readonly #stops: StopSchedule;
  readonly #sealing: Random;
  readonly #changeovers: Random;
  readonly #rejects: Random;
  readonly #plannedSeals: number;
  readonly #finishUs: number;
  #nowUs = 0;
  #runningUs = 0;
  #seals = 0;
  #done = false;

  constructor(spec: MachineSpec, random: Random) {
    this.#spec = spec;
    this.#breaks = new Breaks(spec.breaks);
    this.#stops = new StopSchedule(spec, random.fork("stops"));
    this.#sealing = random.fork("sealing");
    this.#changeovers = random.fork("changeovers");
    this.#rejects = random.fork("rejects");
    this.#plannedSeals = plannedSeals(spec);
    this.#finishUs =
      spec.durationSeconds === null ? Infinity : toUs(spec.durationSeconds - spec.earlyFinish.lengthSeconds);
  }

  /** How far the segments have come; after the last one, the end of the recording. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Whether the last segment is out. */
  get done(): boolean {
    return this.#done;
  }

  /** Everything the machine does, once. */
  *segments(): Generator<Segment, void, undefined> {
    const { lateStart, earlyFinish, durationSeconds } = this.#spec;
    if (lateStart.lengthSeconds === 0) yield this.#firstPause();
    yield* this.#idle(lateStart.kind, toUs(lateStart.lengthSeconds), lateStart.kind === "not-ready");
    yield* this.#workOffPlan();
    if (durationSeconds !== null) yield* this.#idle("waiting", this.#finishUs - this.#nowUs, false);
    const restUs = durationSeconds === null ? 0 : toUs(durationSeconds) - this.#nowUs;
    if (restUs > 0) yield this.#segment(earlyFinish.kind, restUs, earlyFinish.kind === "not-ready" ? restUs : 0, null);
    this.#done = true;
  }

  /** A recording that begins at work begins after a seal, or its first seal would have no beginning. */
  #firstPause(): Segment {
    const { cycleTimeSeconds, sealingTimeSeconds } = this.#product(this.#spec.plan[0]?.product ?? 0);
    return this.#segment("running", Math.min(toUs(cycleTimeSeconds - sealingTimeSeconds), this.#finishUs), 0, null);
  }

  *#workOffPlan(): Generator<Segment, void, undefined> {
    let before: number | null = null;
    for (let repeat = 0; repeat < this.#spec.planRepeats; repeat++)
      for (const run of this.#spec.plan) {
        if (before !== null && before !== run.product) yield* this.#changeover(run.product);
        before = run.product;
        yield* this.#run(run.product, run.seals);
        if (this.#nowUs >= this.#finishUs) return;
      }
  }

  *#run(product: number, seals: number): Generator<Segment, void, undefined> {
    for (let left = seals; left > 0; left--) {
      const cycle = this.#cycle(product);
      if (cycle === null) return yield* this.#runOut();
      yield cycle;
      // Not after the last seal of a run: the stop would be one with the changeover.
      if (left > 1) yield* this.#stopIfDue();
    }
  }

  /** The last moments, too short for a cycle. */
  *#runOut(): Generator<Segment, void, undefined> {
    const restUs = this.#finishUs - this.#nowUs;
    if (restUs > 0) yield this.#segment("running", restUs, 0, null);
  }

  *#stopIfDue(): Generator<Segment, void, undefined> {
    if (this.#breaks.stopsAt(this.#nowUs)) return yield* this.#idle("break", 0, false);
    if (this.#breaks.workedThroughAt(this.#nowUs)) return;
    const stop = this.#stops.take(this.#nowUs, this.#runningUs);
    if (stop !== undefined) yield* this.#idle(stop.kind, stop.lengthUs, stop.kind === "not-ready");
  }

  *#changeover(product: number): Generator<Segment, void, undefined> {
    const { lengthSeconds, trialSeals, trialSealingTimeFactor, contact } = this.#spec.changeover;
    const lengthUs = toUs(this.#changeovers.uniform(lengthSeconds));
    const count = this.#changeovers.integer(trialSeals);
    const spec = this.#product(product);
    yield* this.#idle("changeover", Math.max(0, lengthUs - count * toUs(spec.cycleTimeSeconds)), contact === "open");
    for (let i = 0; i < count; i++) {
      const sealSeconds = spec.sealingTimeSeconds * this.#changeovers.uniform(trialSealingTimeFactor);
      const trial = this.#cycleOf(product, sealSeconds, spec.cycleTimeSeconds, "trial");
      if (trial === null) break;
      yield trial;
    }
  }

  /** Stands for this long, and on to the end of a break that begins meanwhile; time in a break counts as break. */
  *#idle(kind: StopKind, lengthUs: number, contactOpen: boolean): Generator<Segment, void, undefined> {
    let endUs = this.#nowUs + lengthUs;
    for (;;) {
      const pause = this.#breaks.after(this.#nowUs);
      const inBreak = pause !== undefined && pause.startUs <= this.#nowUs;
      if (inBreak) endUs = Math.max(endUs, pause.endUs);
      endUs = Math.min(endUs, this.#finishUs);
      if (this.#nowUs >= endUs) return;
      const cutUs = pause === undefined ? endUs : Math.min(endUs, inBreak ? pause.endUs : pause.startUs);
      const openUs = contactOpen ? cutUs - this.#nowUs - (cutUs === endUs ? READY_BEFORE_SEAL_US : 0) : 0;
      yield this.#segment(inBreak ? "break" : kind, cutUs - this.#nowUs, Math.max(0, openUs), null);
    }
  }

  #cycle(product: number): Segment | null {
    const spec = this.#product(product);
    const drift = 1 + ((spec.driftPercent / 100) * this.#seals) / Math.max(1, this.#plannedSeals - 1);
    const mode = spec.sealingTimeSeconds * drift;
    const usual = Math.max(mode / 10, this.#sealing.normal(mode, spec.noiseSeconds));
    const factor = this.#outlierFactor();
    const cycleSeconds = this.#sealing.normal(spec.cycleTimeSeconds, spec.cycleNoiseSeconds);
    this.#seals++;
    return this.#cycleOf(product, usual * factor, cycleSeconds, factor === 1 ? "product" : "outlier");
  }

  /** 1 for an ordinary seal. */
  #outlierFactor(): number {
    const { share, prolongedShare, cutShortFactor, prolongedFactor } = this.#spec.outliers;
    if (share === 0 || !this.#sealing.chance(share)) return 1;
    const range: Range = this.#sealing.chance(prolongedShare) ? prolongedFactor : cutShortFactor;
    return this.#sealing.uniform(range);
  }

  #cycleOf(product: number, sealSeconds: number, cycleSeconds: number, kind: TrueSeal["kind"]): Segment | null {
    const spec = this.#product(product);
    const pauseSeconds = (spec.cycleTimeSeconds - spec.sealingTimeSeconds) / 2;
    const lengthUs = toUs(Math.max(cycleSeconds, sealSeconds + pauseSeconds));
    if (this.#nowUs + lengthUs > this.#finishUs) return null;
    const onUs = this.#nowUs;
    const rejected = kind === "product" && spec.rejectShare > 0 && this.#rejects.chance(spec.rejectShare);
    const seal: TrueSeal = { onUs, offUs: onUs + toUs(sealSeconds), product, kind, rejected };
    return this.#segment(kind === "trial" ? "changeover" : "running", lengthUs, 0, seal);
  }

  #segment(state: Segment["state"], lengthUs: number, openUs: number, seal: TrueSeal | null): Segment {
    const startUs = this.#nowUs;
    this.#nowUs += lengthUs;
    if (state === "running") this.#runningUs += lengthUs;
    return { startUs, endUs: this.#nowUs, state, readyUs: startUs + openUs, seal };
  }

  #product(index: number): ProductSpec {
    const product = this.#spec.products[index];
    if (product === undefined) throw new RangeError(`no product ${index} in the scenario`);
    return product;
  }
}
