import { ask, given, printJson } from "./ask.ts";
import { writeWhole } from "./whole-file.ts";

interface ReportOptions {
  readonly line?: string;
  readonly json?: true;
  readonly html?: string;
  readonly list?: true;
}

interface ListedShift {
  readonly id: string;
  readonly state: string;
  readonly seals: number;
  readonly oee: number | null;
}

/** `sealtrace report [SHIFT]`: the report of a shift, of the one under way when none is named. */
export async function report(shift: string | undefined, { line, json, html, list }: ReportOptions): Promise<void> {
  if (list) return listShifts(line, json === true);
  const params = given({ line, shift });
  if (html !== undefined) await writeWhole(html, (await ask("status", "report-html", params)) as string);
  if (json) printJson(await ask("status", "shift", params));
  else if (html === undefined) process.stdout.write((await ask("status", "report-text", params)) as string);
}

async function listShifts(line: string | undefined, asJson: boolean): Promise<void> {
  const shifts = (await ask("status", "shifts", given({ line }))) as readonly ListedShift[];
  if (asJson) return printJson(shifts);
  for (const { id, state, seals, oee } of shifts) {
    const percent = oee === null ? "-" : `${(100 * oee).toFixed(1)} %`;
    process.stdout.write(`${id.padEnd(28)} ${state.padEnd(12)} ${String(seals).padStart(8)} seals  OEE ${percent}\n`);
  }
}
