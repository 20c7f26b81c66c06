import type { Level, Seal } from "./signal.ts";

/** Shorter stretches of a level are bounce and glitches: they move no end of a seal by anything that matters. */
const LONG_STRETCH_US = 25_000;
const MOST_STRETCHES = 64;
const MOST_READINGS = 32;

interface Stretch {
  readonly startUs: number;
  readonly endUs: number;
  readonly level: Level;
}

/** What `OtherReadings.save` gives. */
export interface OtherReadingsState {
  readonly level: Level | null;
  readonly sinceUs: number;
  readonly stretches: readonly Stretch[];
}

/**
 * How long a seal may have been if the interference at its ends is read the other way.
 *
 * The level filter picks the cheapest explanation of the contact. A strong disturbance near an end of a pulse, a drop-out
 * as long as what is left of the pulse, say, makes another explanation nearly as cheap, and the sealing time is then off
 * by more than noise. The raw contact still shows where the other end would be: at the edges of each long stretch of a
 * level that the filter overruled. Whoever knows how long the product's seals are can tell which reading is right.
 */
export class OtherReadings {
  #level: Level | null = null;
  #sinceUs = 0;
  #stretches: Stretch[] = [];

  /** Takes a raw edge of the sealing contact; repeats of a level are no edges. */
  edge(timeUs: number, level: Level): void {
    if (level === this.#level) return;
    if (this.#level !== null && timeUs - this.#sinceUs >= LONG_STRETCH_US) this.#remember(timeUs);
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
    for (const { startUs, endUs, level } of this.#stretches) {
      if (level === 1) {
        if (startUs > previousOffUs && endUs < seal.onUs) ons.push(startUs);
        if (startUs > seal.offUs && endUs < nextOnUs) offs.push(endUs);
      } else if (startUs > seal.onUs && endUs < seal.offUs) {
        ons.push(endUs);
        offs.push(startUs);
      }
    }
    if (ons.length + offs.length === 2) return [];
    const pairs = ons.flatMap((onUs) => offs.map((offUs) => (offUs - onUs) / 1e6));
    return pairs.slice(1, MOST_READINGS + 1).filter((seconds) => seconds > 0);
  }

  #remember(endUs: number): void {
    if (this.#stretches.length === MOST_STRETCHES) this.#stretches.shift();
    this.#stretches.push({ startUs: this.#sinceUs, endUs, level: this.#level as Level });
  }

  /** Everything needed to go on later with identical results. */
  save(): OtherReadingsState {
    return { level: this.#level, sinceUs: this.#sinceUs, stretches: [...this.#stretches] };
  }

  /** Goes on where `save` was called. */
  static restore(state: OtherReadingsState): OtherReadings {
    const readings = new OtherReadings();
    readings.#level = state.level;
    readings.#sinceUs = state.sinceUs;
    readings.#stretches = [...state.stretches];
    return readings;
  }
}
