import { InvalidArgumentError } from "commander";

const FASTEST = 1e6;

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
