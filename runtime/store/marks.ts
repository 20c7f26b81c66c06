import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { SCHEMA_VERSION } from "./entries.ts";
import { LINES } from "./keys.ts";
import type { FileSize } from "./preflight.ts";
import { openRecord, sealRecord } from "./record.ts";
import { replaceFile } from "./safe-files.ts";
import { isWhole } from "./stored-event.ts";

const NAME = "marks";
const KEY = Buffer.from(NAME);
const MOST = 2 ** 48;

/** How far the logs reach, at the time of writing. */
export interface LineMarks {
  /** Per line: the lowest number that must be there, and one more than the highest. */
  readonly first: readonly number[];
  readonly next: readonly number[];
  readonly nextNote: number;
  /** Latest version number of a record. */
  readonly revision: number;
}

/** After so many starts in a row that did not last, the database is rescued. */
export const STARTS_BEFORE_SALVAGE = 3;

/** What is known about a database without opening it; an old state of it, never a newer one. */
export interface Marks {
  readonly schema: number;
  /** Starts in a row that did not last until `markHealthy`. */
  readonly starts: number;
  /** Files of the database when it was closed in order; null while it is open and after a crash. */
  readonly closedFiles: readonly FileSize[] | null;
  /** Null when nobody knows. */
  readonly lines: LineMarks | null;
}

export const NO_MARKS: Marks = { schema: SCHEMA_VERSION, starts: 0, closedFiles: null, lines: null };

/** The side file in the store's folder; null when it is missing or damaged. */
export async function readMarks(folder: string): Promise<Marks | null> {
  const bytes = await readFile(join(folder, NAME)).catch(() => null);
  const fields = bytes === null ? null : openRecord(KEY, bytes);
  if (fields === null) return null;
  const [, schema, starts, closedFiles, lines] = fields;
  if (isWhole(schema, 1e6) && schema > SCHEMA_VERSION) return { ...NO_MARKS, schema };
  if (!isWhole(starts, 1e6) || !(closedFiles === null || isFiles(closedFiles))) return null;
  return { schema: SCHEMA_VERSION, starts, closedFiles, lines: linesFrom(lines) };
}

export async function writeMarks(folder: string, { schema, starts, closedFiles, lines }: Marks): Promise<void> {
  const fields = [1, schema, starts, closedFiles, lines && [lines.first, lines.next, lines.nextNote, lines.revision]];
  await replaceFile(join(folder, NAME), sealRecord(KEY, fields));
}

function linesFrom(value: unknown): LineMarks | null {
  if (!Array.isArray(value)) return null;
  const [first, next, nextNote, revision] = value;
  const isSound = isNumbers(first) && isNumbers(next) && isWhole(nextNote, MOST) && isWhole(revision, 2 ** 52);
  return isSound ? { first, next, nextNote, revision } : null;
}

function isNumbers(value: unknown): value is number[] {
  return Array.isArray(value) && value.length === LINES && value.every((number) => isWhole(number, MOST));
}

function isFiles(value: unknown): value is FileSize[] {
  return Array.isArray(value) && value.every((file) => Array.isArray(file) && typeof file[0] === "string");
}
