import { readFileSync, statSync } from "node:fs";
import { parse, TomlError } from "smol-toml";
import { parseWallTime } from "../drivers/formats/wall-time.ts";
import { InputError } from "../drivers/input-error.ts";
import { readFault } from "../drivers/read-fault.ts";

const MOST_BYTES = 1_000_000;
const START_DAY = /^[ \t]*["']?start["']?[ \t]*=[ \t]*(\d{4}-\d\d-\d\d)/m;

/**
 * The text of a scenario file.
 * @throws InputError unless it is a plain file of up to 1 MB that can be read.
 */
export function readScenarioText(path: URL | string, source: string): string {
  try {
    const stats = statSync(path);
    if (stats.isDirectory()) throw readFault(source, { code: "EISDIR" });
    const problem = stats.isFile() ? `has ${stats.size} bytes, more than ${MOST_BYTES}` : "is no plain file";
    if (!stats.isFile() || stats.size > MOST_BYTES)
      throw new InputError({ source, problem, remedy: "give the path of a TOML file" });
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw cause instanceof InputError ? cause : readFault(source, cause);
  }
}

/** @throws InputError with the line when the text is not TOML. */
export function parseToml(text: string, source: string): unknown {
  try {
    return parse(text);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    const problem = (cause.message.split("\n")[0] as string).replace(/^Invalid TOML document: /, "");
    const remedy = `write valid TOML (column ${cause.column})`;
    throw new InputError({ source, at: cause.line, problem, remedy }, { cause });
  }
}

/**
 * Wall time of `start` in microseconds since 1970 (UTC); null where the scenario does not say.
 * @param start what TOML made of it: a text, or a date that prints itself with the zone it was written with, if any.
 * @param text the whole file: TOML takes 30 February for 2 March.
 * @throws InputError unless it is a day that exists, and a time with zone.
 */
export function startOf(start: string | Date | undefined, text: string, source: string): number | null {
  if (start === undefined) return null;
  const given = typeof start === "string" ? start : start.toISOString();
  const wallUs = parseWallTime(given);
  const writtenDay = typeof start === "string" ? undefined : START_DAY.exec(text)?.[1];
  if (wallUs !== null && given.startsWith(writtenDay ?? "")) return wallUs;
  throw new InputError({
    source,
    at: "start",
    problem: `${JSON.stringify(writtenDay ?? given)} is no day and time with zone`,
    remedy: "give a time such as 2026-03-02T06:00:00Z",
  });
}
