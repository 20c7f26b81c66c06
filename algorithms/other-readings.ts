import type { Level, Seal } from "./signal.ts";

/** Shorter stretches of a level are bounce and glitches: they move no end of a seal by anything that matters. */
const LONG_STRETCH_US = 25_000;
/** No interference that is read the other way as a whole lasts longer. */
const LONGEST_EXCURSION_US = 600_000;
/** Fewer edges in quick succession are a stray glitch, not a contact that bounces where it closes. */
const BOUNCE_EDGES = 4;
const MOST_STRETCHES = 64;
const MOST_READINGS = 32;

interface Stretch {
  readonly startUs: number;
  readonly endUs: number;
  readonly level: Level;
  /** Where the contact began to move before it: at its start, or some edges earlier. */
  readonly movedUs: number;
  /** Edges from there to its start, both included. */
  readonly edges: number;
}

/** What `OtherReadings.save` gives. */
export interface OtherReadingsState {
  readonly level: Level | null;
  readonly sinceUs: number;
  readonly movedUs: number;
  readonly edges: number;
  readonly stretches: readonly Stretch[];
}

/**
 * How long a seal may have been if the interference at its ends is read the other way.
 *
 * The level filter picks the cheapest explanation of the contact. A strong disturbance near an end of a pulse, a drop-out
 * as long as what is left of the pulse, say, makes another explanation nearly as cheap, and the sealing time is then off
 * by more than noise. The raw contact still shows where the other end would be: at the edges of each long stretch of a
 * level that the filter overruled, and where the contact began to bounce before one. Whoever knows how long the product's seals are can tell which reading is right.
 */
export class OtherReadings {
  #level: Level | null = null;
  #sinceUs = 0;
  #movedUs = 0;
  #edges = 0;
  #stretches: Stretch[] = [];

  /** Takes a raw edge of the sealing contact; repeats of a level are no edges. */
  edge(timeUs: number, level: Level): void {
    if (level === this.#level) return;
    const isAfterLong = this.#level === null || timeUs - this.#sinceUs >= LONG_STRETCH_US;
    if (isAfterLong && this.#level !== null) this.#remember(timeUs);
    this.#movedUs = isAfterLong ? timeUs : this.#movedUs;
    this.#edges = isAfterLong ? 1 : this.#edges + 1;
    this.#level = level;
    this.#sinceUs = timeUs;
  }

  /** Nothing was seen from here on. */
  cut(): void {
    this.#level = null;
    this.#stretches = [];
  }

  /**
   * Other sealing times in seconds that a seal may have had, given the end of the seal before and the start of the next
   * one; most often none.
   */
  of(seal: Seal, previousOffUs: number, nextOnUs: number): readonly number[] {
    const ons = [seal.onUs];
    const offs = [seal.offUs];
    for (const stretch of this.#stretches) {
      const { startUs, endUs, level } = stretch;
      if (level === 1) {
        if (startUs > previousOffUs && endUs < seal.onUs) ons.push(startUs);
        if (startUs > seal.offUs && endUs < nextOnUs) offs.push(endUs);
        if (isClosedAgain(stretch, seal)) offs.push(stretch.movedUs);
      } else if (startUs > seal.onUs && endUs < seal.offUs) {
        ons.push(endUs);
        offs.push(startUs);
      } else if (stretch.movedUs > previousOffUs && isOpenAgain(stretch, seal)) ons.push(stretch.movedUs);
    }
    if (ons.length + offs.length === 2) return [];
    const pairs = ons.flatMap((onUs) => offs.map((offUs) => (offUs - onUs) / 1e6));
    return pairs.slice(1, MOST_READINGS + 1).filter((seconds) => seconds > 0);
  }

  #remember(endUs: number): void {
    if (this.#stretches.length === MOST_STRETCHES) this.#stretches.shift();
    const [startUs, level, movedUs, edges] = [this.#sinceUs, this.#level as Level, this.#movedUs, this.#edges];
    this.#stretches.push({ startUs, endUs, level, movedUs, edges });
  }

  /** Everything needed to go on later with identical results. */
  save(): OtherReadingsState {
    const [level, sinceUs, movedUs, edges] = [this.#level, this.#sinceUs, this.#movedUs, this.#edges];
    return { level, sinceUs, movedUs, edges, stretches: [...this.#stretches] };
  }

  /** Goes on where `save` was called. */
  static restore(state: OtherReadingsState): OtherReadings {
    const readings = new OtherReadings();
    readings.#level = state.level;
    readings.#sinceUs = state.sinceUs;
    readings.#movedUs = state.movedUs;
    readings.#edges = state.edges;
    readings.#stretches = [...state.stretches];
    return readings;
  }
}

/** The contact opened some edges before it, but something closed it once more, up to the end of the seal. */
function isClosedAgain({ startUs, endUs, movedUs }: Stretch, { onUs, offUs }: Seal): boolean {
  const isLast = startUs < offUs && endUs >= offUs;
  return isLast && movedUs < startUs && movedUs > onUs && offUs - movedUs <= LONGEST_EXCURSION_US;
}

/** The contact closed, bouncing, before it, but something opened it once more, up to the start of the seal. */
function isOpenAgain({ startUs, endUs, movedUs, edges }: Stretch, { onUs }: Seal): boolean {
  const isFirst = startUs < onUs && endUs >= onUs;
  return isFirst && edges >= BOUNCE_EDGES && onUs - movedUs <= LONGEST_EXCURSION_US;
}
