/** A seal of a second each two seconds. */
export const CYCLE_US = 2_000_000;
const SEALING_US = 1_000_000;

/** When the contact of a machine changes next: on at whole cycles, off a sealing time later. */
export function nextChange(afterUs: number, phaseUs: number): number {
  const onUs = Math.floor((afterUs - phaseUs) / CYCLE_US) * CYCLE_US + phaseUs;
  if (onUs > afterUs) return onUs;
  return onUs + SEALING_US > afterUs ? onUs + SEALING_US : onUs + CYCLE_US;
}

/** When its next seal begins. */
export function nextSeal(afterUs: number, phaseUs: number): number {
  return Math.floor((afterUs - phaseUs) / CYCLE_US) * CYCLE_US + phaseUs + CYCLE_US;
}
