import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { findReports } from "./find-reports.ts";
import { type NoReport, type RolledShift, shiftReport } from "./shift-report.ts";

const AT_A_TIME = 16;
const MOST_BYTES = 8 << 20;
/** A hundred lines for ten years; some 600 bytes each. */
const MOST_SHIFTS = 1_200_000;
const MOST_SKIPPED = 1000;
const STATES = ["running", "provisional", "final"] as const;

/** A file that was left out. */
export interface Skipped {
  readonly path: string;
  readonly reason: string;
}

/** What the reports below a folder hold. */
export interface ReadReports {
  /** Each shift once, in order of appliance, line and date. */
  readonly shifts: readonly RolledShift[];
  /** The first thousand. */
  readonly skipped: readonly Skipped[];
  readonly skippedFiles: number;
  readonly files: number;
}

/** Which shifts are wanted: local dates, both included; null: no bound. */
export interface DateRange {
  readonly from: string | null;
  readonly to: string | null;
}

/**
 * Reads every report of a shift below a folder. Of several files of one shift the one with the later state counts, then
 * the one with the higher revision. A file that cannot be used is named and left out.
 * @throws InputError as `findReports`.
 */
export async function readReports(folder: string, { from, to }: DateRange): Promise<ReadReports> {
  const found = new Map<string, RolledShift>();
  const skipped: Skipped[] = [];
  let [files, skippedFiles] = [0, 0];
  const skip = (path: string, reason: string) => {
    skippedFiles++;
    if (skipped.length < MOST_SKIPPED) skipped.push({ path, reason });
  };
  const take = (path: string, report: RolledShift | NoReport) => {
    if ("reason" in report) {
      if (report.reason !== null) skip(path, report.reason);
      return;
    }
    if ((from !== null && report.date < from) || (to !== null && report.date > to)) return;
    const key = JSON.stringify([report.appliance, report.line, report.id]);
    const known = found.get(key);
    if (known === undefined && found.size >= MOST_SHIFTS) skip(path, `is beyond the first ${MOST_SHIFTS} shifts`);
    else if (known === undefined || isNewer(report, known)) found.set(key, report);
  };
  const paths = findReports(folder, skip);
  const work = async () => {
    for (let next = await paths.next(); !next.done; next = await paths.next()) {
      files++;
      take(next.value, await readReport(next.value));
    }
  };
  await Promise.all(Array.from({ length: AT_A_TIME }, work));
  skipped.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { shifts: [...found.values()].sort(inOrder), skipped, skippedFiles, files };
}

async function readReport(path: string): Promise<RolledShift | NoReport> {
  try {
    // a name that has become a link since it was found is not followed, and a pipe is not waited for
    const handle = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile() || stat.size > MOST_BYTES) return { reason: "is no file of a usual size" };
      return shiftReport(await handle.readFile("utf8"));
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { reason: `cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})` };
  }
}

/** Which of two files does not depend on the order in which they were found. */
function isNewer(a: RolledShift, b: RolledShift): boolean {
  const rank = ({ state }: RolledShift) => STATES.indexOf(state);
  const order = rank(a) - rank(b) || a.revision - b.revision || a.endUs - b.endUs || a.units - b.units;
  return order > 0;
}

function inOrder(a: RolledShift, b: RolledShift): number {
  const key = ({ appliance, line, date, endUs }: RolledShift) => [appliance, line, date, endUs] as const;
  const [left, right] = [key(a), key(b)];
  for (const [i, value] of left.entries()) {
    const other = right[i] as string | number;
    if (value !== other) return value < other ? -1 : 1;
  }
  return 0;
}
