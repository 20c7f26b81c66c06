import { join } from "node:path";
import { printable } from "../../drivers/formats/printable.ts";
import { InputError } from "../../drivers/input-error.ts";
import { readReports } from "../rollup/read-reports.ts";
import { type Period, rollUp } from "../rollup/rollup.ts";
import { rollupHtml } from "../rollup/rollup-html.ts";
import { rollupCsv, rollupJson } from "../rollup/rollup-tables.ts";
import { rollupText } from "../rollup/rollup-text.ts";
import { makeOutputFolder } from "./output-folder.ts";
import { showsUtf8 } from "./terminal-kind.ts";
import { writeWhole } from "./whole-file.ts";

interface RollupOptions {
  readonly by: Period;
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
  readonly language: "en" | "es";
  readonly json?: true;
}

const MOST_WARNINGS = 20;

/** `sealtrace rollup DIR`: the view of a plant from the reports that its appliances left in a folder. */
export async function rollup(folder: string, options: RollupOptions): Promise<void> {
  const { by, from = null, to = null, out, language, json } = options;
  const reports = await readReports(folder, { from, to });
  for (const { path, reason } of reports.skipped.slice(0, MOST_WARNINGS)) warn(`${path}: ${reason}; left out`);
  if (reports.skippedFiles > MOST_WARNINGS) warn(`${reports.skippedFiles - MOST_WARNINGS} more files were left out`);
  if (reports.shifts.length === 0) throw nothing(folder, from, to);
  const rolled = rollUp(reports.shifts, by);
  if (out !== undefined) {
    await makeOutputFolder(out);
    await writeWhole(join(out, "rollup.html"), rollupHtml(rolled, reports, language));
    await writeWhole(join(out, "rollup.csv"), rollupCsv(rolled, language));
    await writeWhole(join(out, "rollup.json"), rollupJson(rolled, reports));
  }
  if (json) process.stdout.write(rollupJson(rolled, reports));
  else if (out === undefined) process.stdout.write(rollupText(rolled, language, showsUtf8()));
}

function warn(text: string): void {
  process.stderr.write(`sealtrace: ${printable(text)}\n`);
}

function nothing(source: string, from: string | null, to: string | null): InputError {
  const range = from === null && to === null ? "" : ` from ${from ?? "the beginning"} to ${to ?? "now"}`;
  const problem = `there is no report of a shift${range}`;
  return new InputError({ source, problem, remedy: "give the folder that the appliances write to, or other dates" });
}
