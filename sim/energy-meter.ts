import type { Change } from "./change.ts";
import type { Segment } from "./machine.ts";
import type { EnergySpec } from "./machine-spec.ts";

/** Length of an S0 pulse; the standard (IEC 62053-31) asks for at least 30 ms. */
export const S0_PULSE_US = 50_000;

const US_PER_HOUR = 3.6e9;

/** An energy meter with an S0 output: one pulse each time a pulse's worth of energy has gone through. */
export class EnergyMeter {
  readonly #spec: EnergySpec;
  readonly #channel: number;
  /** Part of the next pulse that has already gone through, 0 to 1. */
  #begun = 0;

  constructor(spec: EnergySpec, channel: number) {
    this.#spec = spec;
    this.#channel = channel;
  }

  /** Adds the pulses that begin in this segment; the last one may end after it. */
  push(segment: Segment, out: Change[]): void {
    const { startUs, readyUs, endUs, seal } = segment;
    const onUs = seal?.onUs ?? endUs;
    const offUs = seal?.offUs ?? endUs;
    this.#advance(startUs, readyUs, this.#spec.notReadyKw, out);
    this.#advance(readyUs, onUs, this.#spec.readyKw, out);
    this.#advance(onUs, offUs, this.#spec.sealingKw, out);
    this.#advance(offUs, endUs, this.#spec.readyKw, out);
  }

  #advance(fromUs: number, toUs: number, kw: number, out: Change[]): void {
    const pulsesPerUs = (kw * this.#spec.pulsesPerKwh) / US_PER_HOUR;
    const sum = this.#begun + (toUs - fromUs) * pulsesPerUs;
    for (let pulse = 1; pulse <= sum; pulse++) {
      const onUs = Math.min(toUs - 1, fromUs + Math.floor((pulse - this.#begun) / pulsesPerUs));
      out.push({ timeUs: onUs, channel: this.#channel, level: 1 });
      out.push({ timeUs: onUs + S0_PULSE_US, channel: this.#channel, level: 0 });
    }
    this.#begun = sum - Math.floor(sum);
  }
}
