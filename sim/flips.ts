import { toUs } from "./machine-spec.ts";
import type { PanelSpec } from "./panel-spec.ts";
import type { Random, Range } from "./random.ts";

/** Something that inverts a contact's level for intervals; nextUs is when it next begins or ends one. */
export interface Flips {
  readonly nextUs: number;
  readonly active: boolean;
  /** Moves on over nextUs. */
  toggle(): void;
}

/** Flips that follow a change of the contact: they are cancelled by the next one. */
export interface FlipsAfterChange extends Flips {
  /** The contact changed; endUs is the end of the pulse where it is known. */
  changed(timeUs: number, level: 0 | 1, endUs: number | null): void;
}

/** A train of flips: how many, how long each, and the pauses between them, in microseconds. */
export interface Train {
  readonly flips: number;
  readonly lengthUs: Range;
  readonly pauseUs: Range;
}

/** Trains of flips at random times; a train that falls due within another waits for its end, so the rate holds. */
export class RandomFlips implements Flips {
  readonly #random: Random;
  readonly #meanWaitUs: number;
  readonly #drawTrain: (random: Random) => Train;
  #train: Train;
  #left: number;
  #dueUs: number;
  nextUs: number;
  active = false;

  /** @param perSecond trains a second, above 0. */
  constructor(random: Random, perSecond: number, drawTrain: (random: Random) => Train) {
    this.#random = random;
    this.#meanWaitUs = 1e6 / perSecond;
    this.#drawTrain = drawTrain;
    this.#dueUs = Math.ceil(random.exponential(this.#meanWaitUs));
    this.nextUs = this.#dueUs;
    this.#train = drawTrain(random);
    this.#left = this.#train.flips;
  }

  toggle(): void {
    this.active = !this.active;
    if (this.active) this.nextUs += this.#random.integer(this.#train.lengthUs);
    else if (--this.#left > 0) this.nextUs += this.#random.integer(this.#train.pauseUs);
    else this.#waitForNext();
  }

  #waitForNext(): void {
    this.#dueUs += Math.ceil(this.#random.exponential(this.#meanWaitUs));
    this.nextUs = Math.max(this.#dueUs, this.nextUs + 1);
    this.#train = this.#drawTrain(this.#random);
    this.#left = this.#train.flips;
  }
}

/** A contact that bounces: after each change it falls back and returns a few times. */
export class Bounce implements FlipsAfterChange {
  readonly #random: Random;
  readonly #bounces: Range;
  readonly #lengthUs: Range;
  #changeUs = 0;
  #stepUs = 0;
  #toggles = 0;
  #done = 0;
  nextUs = Infinity;
  active = false;

  constructor(random: Random, spec: PanelSpec["bounce"]) {
    this.#random = random;
    this.#bounces = spec.bounces;
    this.#lengthUs = rangeUs(spec.lengthSeconds);
  }

  changed(timeUs: number): void {
    this.active = false;
    this.nextUs = Infinity;
    this.#toggles = 2 * this.#random.integer(this.#bounces);
    if (this.#toggles === 0) return;
    this.#changeUs = timeUs;
    this.#stepUs = this.#random.uniform(this.#lengthUs) / this.#toggles;
    this.#done = 0;
    this.#plan();
  }

  toggle(): void {
    this.active = !this.active;
    this.#done++;
    this.#plan();
  }

  /** Each toggle somewhere in its own share of the time, the last one at its very end. */
  #plan(): void {
    const number = this.#done + 1;
    const early = number === this.#toggles ? 0 : 0.8 * this.#random.fraction();
    this.nextUs =
      number > this.#toggles ? Infinity : this.#changeUs + Math.max(1, Math.round((number - early) * this.#stepUs));
  }
}

/** One flip inside a pulse, within its middle four fifths, for a share of the pulses whose end is known. */
export class Dropout implements FlipsAfterChange {
  readonly #random: Random;
  readonly #share: number;
  readonly #lengthUs: Range;
  #endUs = 0;
  nextUs = Infinity;
  active = false;

  constructor(random: Random, spec: PanelSpec["dropouts"]) {
    this.#random = random;
    this.#share = spec.share;
    this.#lengthUs = rangeUs(spec.lengthSeconds);
  }

  changed(timeUs: number, level: 0 | 1, endUs: number | null): void {
    this.active = false;
    this.nextUs = Infinity;
    if (level === 0 || endUs === null || !this.#random.chance(this.#share)) return;
    const roomUs = Math.floor((endUs - timeUs) * 0.8);
    const lengthUs = Math.min(this.#random.integer(this.#lengthUs), roomUs);
    const startUs = timeUs + Math.floor((endUs - timeUs) / 10) + this.#random.integer([0, roomUs - lengthUs]);
    this.nextUs = startUs;
    this.#endUs = startUs + lengthUs;
  }

  toggle(): void {
    this.active = !this.active;
    this.nextUs = this.active ? this.#endUs : Infinity;
  }
}

/** The random interference that a panel puts on one contact. */
export function interference(spec: PanelSpec, random: Random): Flips[] {
  const { glitches, bursts, spuriousPulses, mains } = spec;
  const flips: Flips[] = [];
  const add = (kind: string, perSecond: number, drawTrain: (random: Random) => Train): void => {
    if (perSecond > 0) flips.push(new RandomFlips(random.fork(kind), perSecond, drawTrain));
  };
  const glitch = single(glitches.lengthSeconds);
  add("glitches", glitches.perSecond, () => glitch);
  const burst = { lengthUs: rangeUs(bursts.lengthSeconds), pauseUs: rangeUs(bursts.pauseSeconds) };
  add("bursts", bursts.perSecond, (random) => ({ flips: random.integer(bursts.glitches), ...burst }));
  const spurious = single(spuriousPulses.lengthSeconds);
  add("spurious pulses", spuriousPulses.perSecond, () => spurious);
  add("mains", mains.perSecond, (random) => halfWaves(mains, random));
  return flips;
}

function single(lengthSeconds: Range): Train {
  return { flips: 1, lengthUs: rangeUs(lengthSeconds), pauseUs: [1, 1] };
}

/** The jitter of a few microseconds is that of the threshold: no two half-waves are equal. */
function halfWaves(mains: PanelSpec["mains"], random: Random): Train {
  const periodUs = 1e6 / mains.frequencyHertz;
  const onUs = Math.round(periodUs * random.uniform(mains.duty));
  const pauseUs = Math.round(periodUs) - onUs;
  const flips = Math.max(1, Math.round((random.uniform(mains.lengthSeconds) * 1e6) / periodUs));
  return { flips, lengthUs: [onUs - 20, onUs + 20], pauseUs: [pauseUs - 20, pauseUs + 20] };
}

function rangeUs(seconds: Range): Range {
  return [Math.max(1, toUs(seconds[0])), Math.max(1, toUs(seconds[1]))];
}
