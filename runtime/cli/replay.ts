import { parse } from "node:path";
import { MOST_SHIFTS } from "../../algorithms/maintenance/shift-figures.ts";
import { InputError } from "../../drivers/input-error.ts";
import { cutNotice, ignoredNotice } from "../../drivers/notices.ts";
import { openReplay } from "../../drivers/replay.ts";
import { compareShifts, type ShiftDifferences } from "../compare.ts";
import { type Config, defaultConfig, loadConfig } from "../config.ts";
import { maintenanceOf } from "../maintenance.ts";
import { figuresOf, type RecordedLine, resultsOf, runThrough, wire } from "../recording.ts";
import { compareText } from "../report/compare-text.ts";
import type { ReportContext } from "../report/report-context.ts";
import { type ReportedShift, shiftsHtml } from "../report/shift-html.ts";
import { shiftText } from "../report/shift-text.ts";
import { reportContext } from "../report-context.ts";
import type { ShiftResult } from "../shift-result.ts";
import { refuseSameFile } from "./outputs.ts";
import { Progress } from "./progress.ts";
import { SealsFile } from "./seals-file.ts";
import { writeWhole } from "./whole-file.ts";

interface ReplayOptions {
  readonly config?: string;
  readonly compare?: string;
  readonly json?: true;
  readonly seals?: string;
  readonly html?: string;
}

/** `sealtrace replay FILE`: the report of a recording. */
export async function replay(file: string, options: ReplayOptions): Promise<void> {
  const config = options.config === undefined ? defaultConfig() : loadConfig(options.config);
  const other = options.compare === undefined ? null : loadConfig(options.compare);
  const lists = sealsPaths(options.seals, config);
  const listsByLine = Object.fromEntries(lists.map((path, i) => [`--seals of ${config.line[i]?.id}`, path]));
  const { compare } = options;
  refuseSameFile({ FILE: file, "--config": options.config, "--html": options.html, ...listsByLine });
  refuseSameFile({ "--compare": compare, "--html": options.html, ...listsByLine });
  const replayed = await replayWith(file, config, lists);
  const [first, ...others] = replayed;
  if (first === undefined) throw noShift(file);
  if (options.html !== undefined) await writeWhole(options.html, shiftsHtml([first, ...others]));
  if (other === null) return print(config, replayed, options.json === true);
  const changed = compareShifts(shiftsOf(replayed), shiftsOf(await replayWith(file, other, [])));
  printComparison(changed, options.json === true);
}

/** Runs the recording through; lists of seals are written on the way. */
async function replayWith(file: string, config: Config, lists: readonly string[]): Promise<readonly ReportedShift[]> {
  const driver = await openReplay(file, wire(config).names);
  if (driver.ignored.length > 0) notice(ignoredNotice(file, driver.ignored));
  const sealsFiles = await Promise.all(lists.map((path) => SealsFile.create(path)));
  const progress = new Progress("replaying");
  try {
    const lines = await runThrough(config, driver, {
      onPlaced: (line) => sealsFiles[line]?.add ?? (() => {}),
      onProgress: async (done) => {
        progress.show(done);
        for (const seals of sealsFiles) await seals.flush();
      },
    });
    for (const seals of sealsFiles) await seals.complete();
    progress.clear();
    if (driver.unterminated) notice(cutNotice(file));
    return lines.flatMap((line) => reportedShifts(line, config, driver.startWallUs));
  } finally {
    progress.clear();
    for (const seals of sealsFiles) await seals.discard();
    await driver.close();
  }
}

/** Each shift of a line is reported with those before it. */
function reportedShifts(line: RecordedLine, config: Config, startWallUs: number | null): readonly ReportedShift[] {
  const shifts = resultsOf(line, startWallUs);
  const figures = figuresOf(line, startWallUs);
  return shifts.map((shift, i) => {
    const known = figures.slice(Math.max(0, i - MOST_SHIFTS), i).filter((each) => each !== null);
    const history = shifts.slice(0, i).filter((before) => before.shift === shift.shift);
    const maintenance = maintenanceOf(known, figures[i] ?? null);
    return { shift, context: reportContext(config, startWallUs, { history, maintenance }) };
  });
}

function noShift(source: string): InputError {
  const problem = "no shift of the calendar lies in this recording, and nothing was made";
  return new InputError({ source, problem, remedy: "compare its start with the shifts of the configuration" });
}

function shiftsOf(reported: readonly ReportedShift[]): readonly ShiftResult[] {
  return reported.map(({ shift }) => shift);
}

function notice(text: string): void {
  process.stderr.write(`sealtrace: ${text}\n`);
}

function print({ timeZone }: Config, reported: readonly ReportedShift[], asJson: boolean): void {
  const shifts = reported.map(({ shift, context }) => ({ ...shift, maintenance: findings(context) }));
  if (asJson) process.stdout.write(`${JSON.stringify({ schema: "sealtrace/replay@1", timeZone, shifts }, null, 1)}\n`);
  else process.stdout.write(reported.map(({ shift, context }) => shiftText(shift, context)).join("\n"));
}

function findings({ maintenance }: ReportContext) {
  return maintenance === null ? null : { signals: maintenance.signals, notJudged: maintenance.notJudged };
}

function printComparison(changed: readonly ShiftDifferences[], asJson: boolean): void {
  if (asJson) process.stdout.write(`${JSON.stringify({ schema: "sealtrace/compare@1", shifts: changed }, null, 1)}\n`);
  else process.stdout.write(compareText(changed));
}

/** One file a line; with several lines the line's id goes into the name. */
function sealsPaths(path: string | undefined, config: Config): string[] {
  if (path === undefined) return [];
  const { dir, name, ext } = parse(path);
  return config.line.map(({ id }) =>
    config.line.length === 1 ? path : `${dir === "" ? "." : dir}/${name}-${id}${ext}`,
  );
}
