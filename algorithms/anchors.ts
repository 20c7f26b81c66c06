/** Differences up to this are a clock's own business; anything above is a step. */
const STEP_US = 2_000_000;
/** Distance kept between two boots when the true one is not known. */
const GAP_US = 1_000_000;

/**
 * Where the wall time of a boot comes from: a clock set from outside, a clock that may be wrong, or, where that clock
 * was certainly wrong, our own guess.
 */
export type AnchorQuality = "trusted" | "untrusted" | "estimated";

/** A boot's wall time has moved, and everything recorded in this boot with it. wall = mono + offset. */
export interface ClockStep {
  readonly boot: number;
  /** Monotonic time of the boot at which it was noticed; for an earlier boot its last known moment. */
  readonly atMonoUs: number;
  readonly beforeOffsetUs: number;
  readonly afterOffsetUs: number;
}

/** What the store keeps of a boot. */
export interface SavedBoot {
  readonly boot: number;
  /** The kernel's name of the boot; empty where it is not known. */
  readonly bootId: string;
  readonly firstMonoUs: number;
  readonly lastMonoUs: number;
  readonly offsetUs: number;
  readonly quality: AnchorQuality;
}

/** Plain data of `Anchors`. */
export interface SavedAnchors {
  readonly nextBoot: number;
  readonly boots: readonly SavedBoot[];
}

type Boot = { -readonly [Key in keyof SavedBoot]: SavedBoot[Key] };

/**
 * Wall times for what was recorded in monotonic time, on an appliance that may have no battery-backed clock.
 *
 * Boots are numbered from 1. Each has one offset, so times in a boot never go backwards and durations never change.
 * A slow correction moves the monotonic clock too, so the offset changes in steps only; those up to 2 s are ignored,
 * each compared with the offset in use, so that small ones cannot add up unseen.
 *
 * Times of successive boots never overlap as long as trusted clocks do not contradict each other by more than the
 * reboot between them took: a boot whose clock lies before what is already known begins 1 s after that, and earlier
 * boots that nobody vouches for make room for a later one that is trusted.
 *
 * All times are integer microseconds; wall times count from 1970 (UTC). Everything else is a RangeError.
 */
export class Anchors {
  #nextBoot = 1;
  #boots: Boot[] = [];

  /** Takes up what `save` gave; a RangeError where it contradicts itself. */
  constructor(saved?: SavedAnchors) {
    if (saved === undefined) return;
    this.#boots = saved.boots.map((boot) => ({ ...boot }));
    this.#nextBoot = saved.nextBoot;
    this.#boots.forEach(checkSavedBoot);
    const numbers = [...this.#boots.map(({ boot }) => boot), this.#nextBoot];
    if (numbers.some((number, i) => number <= (numbers[i - 1] ?? 0)))
      throw new RangeError(`boots are out of order: ${numbers.join(", ")}`);
  }

  /**
   * The process starts: the same boot goes on when the kernel's `bootId` is the last known one and its time has not
   * gone backwards; anything else, also an empty id, is a new boot. `steps` tells of boots that moved.
   */
  begin(bootId: string, monoUs: number, wallUs: number, trusted: boolean): { boot: number; steps: ClockStep[] } {
    checkTimes(monoUs, wallUs);
    const last = this.#boots.at(-1);
    if (last !== undefined && bootId !== "" && last.bootId === bootId && monoUs >= last.lastMonoUs)
      return { boot: last.boot, steps: this.observe(last.boot, monoUs, wallUs, trusted) };
    const shownOffsetUs = wallUs - monoUs;
    const boot: Boot = {
      boot: this.#nextBoot++,
      bootId,
      firstMonoUs: monoUs,
      lastMonoUs: monoUs,
      offsetUs: shownOffsetUs,
      quality: "untrusted",
    };
    this.#boots.push(boot);
    Object.assign(boot, this.#placed(boot, shownOffsetUs, trusted));
    return { boot: boot.boot, steps: trusted ? this.#makeRoom() : [] };
  }

  /**
   * The system clock was read in the running boot. Returns the boots that moved: none, or the running one and earlier
   * ones that had to make room. A clock that is not trusted never moves a boot that is.
   */
  observe(boot: number, monoUs: number, wallUs: number, trusted: boolean): ClockStep[] {
    checkTimes(monoUs, wallUs);
    const running = this.#running(boot);
    running.lastMonoUs = Math.max(running.lastMonoUs, monoUs);
    const shownOffsetUs = wallUs - monoUs;
    const beforeOffsetUs = running.offsetUs;
    const agrees = Math.abs(shownOffsetUs - beforeOffsetUs) <= STEP_US;
    if (!trusted && (agrees || running.quality === "trusted")) return [];
    const { offsetUs, quality } = this.#placed(running, shownOffsetUs, trusted);
    running.quality = quality;
    if (Math.abs(offsetUs - beforeOffsetUs) <= STEP_US) return [];
    running.offsetUs = offsetUs;
    const step = { boot, atMonoUs: monoUs, beforeOffsetUs, afterOffsetUs: offsetUs };
    return [step, ...(trusted ? this.#makeRoom() : [])];
  }

  /** Something was recorded at this time of the running boot (after a restart: found in the store). */
  reached(boot: number, monoUs: number): void {
    checkTimes(monoUs, 0);
    const running = this.#running(boot);
    running.lastMonoUs = Math.max(running.lastMonoUs, monoUs);
  }

  /** Wall time of a moment, as things are known now; a RangeError for a boot that is not known or was forgotten. */
  wallOf(boot: number, monoUs: number): number {
    return monoUs + this.#known(boot).offsetUs;
  }

  /** How good the wall times of a boot are; a RangeError as for `wallOf`. */
  qualityOf(boot: number): AnchorQuality {
    return this.#known(boot).quality;
  }

  /** Drops boots with lower numbers of which nothing is kept any more; the newest two always stay. */
  forgetBefore(boot: number): void {
    this.#boots = this.#boots.filter((known, i) => known.boot >= boot || i >= this.#boots.length - 2);
  }

  /** Plain data for the store, a few dozen bytes a boot. */
  save(): SavedAnchors {
    return { nextBoot: this.#nextBoot, boots: this.#boots.map((boot) => ({ ...boot })) };
  }

  /** Where the newest boot belongs when its clock shows this. */
  #placed(boot: Boot, shownOffsetUs: number, trusted: boolean): Pick<Boot, "offsetUs" | "quality"> {
    if (trusted) return { offsetUs: shownOffsetUs, quality: "trusted" };
    const previous = this.#boots.at(-2);
    const earliestUs = previous === undefined ? Number.NEGATIVE_INFINITY : endOf(previous) + GAP_US;
    if (shownOffsetUs + boot.firstMonoUs >= earliestUs) return { offsetUs: shownOffsetUs, quality: "untrusted" };
    return { offsetUs: earliestUs - boot.firstMonoUs, quality: "estimated" };
  }

  /** Moves earlier boots out of the way of the newest one, back to the first that is trusted or does not overlap. */
  #makeRoom(): ClockStep[] {
    const steps: ClockStep[] = [];
    for (let i = this.#boots.length - 2; i >= 0; i--) {
      const earlier = this.#boots[i] as Boot;
      const later = this.#boots[i + 1] as Boot;
      const overlapUs = endOf(earlier) - startOf(later);
      if (overlapUs < 0 || earlier.quality === "trusted") break;
      steps.push(moveBack(earlier, overlapUs + GAP_US));
    }
    return steps;
  }

  #known(boot: number): Boot {
    const known = this.#boots.find((each) => each.boot === boot);
    if (known === undefined) throw new RangeError(`boot ${boot} is not known`);
    return known;
  }

  #running(boot: number): Boot {
    const running = this.#known(boot);
    if (running !== this.#boots.at(-1)) throw new RangeError(`boot ${boot} is over`);
    return running;
  }
}

function moveBack(boot: Boot, byUs: number): ClockStep {
  const beforeOffsetUs = boot.offsetUs;
  boot.offsetUs -= byUs;
  boot.quality = "estimated";
  return { boot: boot.boot, atMonoUs: boot.lastMonoUs, beforeOffsetUs, afterOffsetUs: boot.offsetUs };
}

function startOf(boot: Boot): number {
  return boot.firstMonoUs + boot.offsetUs;
}

function endOf(boot: Boot): number {
  return boot.lastMonoUs + boot.offsetUs;
}

function checkTimes(monoUs: number, wallUs: number): void {
  if (!Number.isSafeInteger(monoUs) || monoUs < 0) throw new RangeError(`monotonic time ${monoUs} is out of range`);
  if (!Number.isSafeInteger(wallUs)) throw new RangeError(`wall time ${wallUs} is out of range`);
}

function checkSavedBoot(boot: Boot): void {
  const { firstMonoUs, lastMonoUs, offsetUs, quality } = boot;
  const numbers = [boot.boot, firstMonoUs, lastMonoUs, offsetUs];
  const sound = numbers.every(Number.isSafeInteger) && 0 <= firstMonoUs && firstMonoUs <= lastMonoUs;
  if (!sound || typeof boot.bootId !== "string" || !["trusted", "untrusted", "estimated"].includes(quality))
    throw new RangeError(`saved boot ${boot.boot} makes no sense`);
}
