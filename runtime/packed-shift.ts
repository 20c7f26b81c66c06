import { differences, type PackedSeals, packSeals, sums, unpackSeals } from "./packed-seals.ts";
import type { ShiftInput } from "./shift-input.ts";

/** A shift's input for the store: some ten bytes a seal instead of a hundred. Plain data. */
export interface PackedShift extends Omit<ShiftInput, "seals" | "energyUs"> {
  readonly version: 1;
  readonly seals: PackedSeals | null;
  /** Differences from pulse to pulse, the first one as it is. */
  readonly energyUs: readonly number[] | null;
}

/** Packs what a shift's result is computed from; `unpackShift` gives the same back. */
export function packShift(input: ShiftInput): PackedShift {
  const { seals, energyUs } = input;
  return {
    ...input,
    version: 1,
    seals: seals === null ? null : packSeals(seals),
    energyUs: energyUs === null ? null : differences(energyUs),
  };
}

/** @throws RangeError for a version that this program does not know. */
export function unpackShift({ version, ...packed }: PackedShift): ShiftInput {
  if (version !== 1) throw new RangeError(`a stored shift of version ${String(version)} cannot be read`);
  const { seals, energyUs } = packed;
  return {
    ...packed,
    seals: seals === null ? null : unpackSeals(seals),
    energyUs: energyUs === null ? null : sums(energyUs),
  };
}
