import { InvalidArgumentError } from "commander";

const FASTEST = 1e6;
/** Twenty days: no timer of Node.js runs for 2^31 ms or more. */
const LONGEST_WATCH_SECONDS = 20 * 86_400;

/** @throws InvalidArgumentError unless the text is a number above 0 and up to a million. */
export function parseSpeed(text: string): number {
  const speed = Number(text);
  if (speed > 0 && speed <= FASTEST) return speed;
  throw new InvalidArgumentError(`Give a number above 0 and up to ${FASTEST}, such as 2000.`);
}

/** @throws InvalidArgumentError unless the text is a whole number from 0 to 2^53 - 1. */
export function parseSeed(text: string): number {
  const seed = Number(text);
  if (/^\d+$/.test(text) && Number.isSafeInteger(seed)) return seed;
  throw new InvalidArgumentError("Give a whole number from 0 to 2^53 - 1.");
}

/** @throws InvalidArgumentError unless the text is a number of seconds above 0. */
export function parseLength(text: string): number {
  const seconds = Number(text);
  if (seconds > 0 && Number.isFinite(seconds)) return seconds;
  throw new InvalidArgumentError("Give seconds above 0, such as 2.47.");
}

/** @throws InvalidArgumentError unless the text is a number of seconds above 0 that somebody can watch contacts for. */
export function parseWatch(text: string): number {
  const seconds = parseLength(text);
  if (seconds <= LONGEST_WATCH_SECONDS) return seconds;
  throw new InvalidArgumentError(`Give ${LONGEST_WATCH_SECONDS} s, which are twenty days, or less.`);
}

/** @throws InvalidArgumentError unless it is `learned`, `default` or a number above 0. */
export function parseSetting(text: string): number | "taken back" {
  if (text === "learned" || text === "default") return "taken back";
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new InvalidArgumentError("Give a number above 0, or learned or default to take it back.");
}

/** @throws InvalidArgumentError unless the text is a whole number; 0 says that there was no scrap. */
export function parseScrap(text: string): number {
  if (/^[+-]?\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("Give a whole number of units, such as 12, -12 to take back, or 0 for none.");
}

/** @throws InvalidArgumentError unless the text is a whole number other than 0. */
export function parseUnits(text: string): number {
  const units = Number(text);
  if (/^[+-]?\d{1,9}$/.test(text) && units !== 0) return units;
  throw new InvalidArgumentError("Give a whole number of units other than 0, such as 12 or -12.");
}

/** @throws InvalidArgumentError unless the text is a date that exists. */
export function parseDate(text: string): string {
  const day = new Date(`${text}T00:00:00Z`);
  if (/^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError("Give a date such as 2026-03-02.");
}
