/** A time of day as configurations write it. */
export const CLOCK_TIME = /^([01]\d|2[0-3]):[0-5]\d$/;

/** Minutes since midnight of a time such as `06:30`. */
export function minuteOfDay(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** ISO 8601 in UTC with milliseconds; null when the wall time of the recording is not known. */
export function wallTime(startWallUs: number | null, timeUs: number): string | null {
  return startWallUs === null ? null : new Date((startWallUs + timeUs) / 1000).toISOString();
}
