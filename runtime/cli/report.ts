import type { Level } from "../../algorithms/signal.ts";
import { EdgeCsvWriter } from "../../drivers/formats/edge-csv.ts";
import type { RecordingPage } from "../daemon/shift-recording.ts";
import type { Params } from "../socket/messages.ts";
import { ask, given, printJson } from "./ask.ts";
import { WholeFile, writeWhole } from "./whole-file.ts";

interface ReportOptions {
  readonly line?: string;
  readonly json?: true;
  readonly html?: string;
  readonly list?: true;
  readonly edges?: string;
}

interface ListedShift {
  readonly id: string;
  readonly state: string;
  readonly seals: number;
  readonly oee: number | null;
}

/** `sealtrace report [SHIFT]`: the report of a shift, of the one under way when none is named. */
export async function report(
  shift: string | undefined,
  { line, json, html, list, edges }: ReportOptions,
): Promise<void> {
  if (list) return listShifts(line, json === true);
  const params = given({ line, shift });
  if (html !== undefined) await writeWhole(html, (await ask("status", "report-html", params)) as string);
  if (edges !== undefined) await writeEdges(edges, params);
  if (json) printJson(await ask("status", "shift", params));
  else if (html === undefined && edges === undefined)
    process.stdout.write((await ask("status", "report-text", params)) as string);
}

/** The shift as a recording, page by page. */
async function writeEdges(path: string, params: Params): Promise<void> {
  const file = await WholeFile.create(path);
  try {
    let writer: EdgeCsvWriter | null = null;
    for (let fromUs: number | null = 0; fromUs !== null; ) {
      const page = (await ask("status", "edges", { ...params, fromUs })) as RecordingPage;
      writer ??= new EdgeCsvWriter(page.names, { startWallUs: page.startWallUs });
      for (const [i, timeUs] of page.timesUs.entries()) {
        const chunk = writer.push(timeUs, page.channels[i] as number, page.levels[i] as Level);
        if (chunk !== undefined) await file.append(chunk);
      }
      if (page.dropped > 0) process.stderr.write(`sealtrace: the journal could not keep ${page.dropped} edges\n`);
      fromUs = page.nextUs;
    }
    if (writer !== null) await file.append(writer.end());
    await file.complete();
  } catch (error) {
    await file.discard();
    throw error;
  }
}

async function listShifts(line: string | undefined, asJson: boolean): Promise<void> {
  const shifts = (await ask("status", "shifts", given({ line }))) as readonly ListedShift[];
  if (asJson) return printJson(shifts);
  for (const { id, state, seals, oee } of shifts) {
    const percent = oee === null ? "-" : `${(100 * oee).toFixed(1)} %`;
    process.stdout.write(`${id.padEnd(28)} ${state.padEnd(12)} ${String(seals).padStart(8)} seals  OEE ${percent}\n`);
  }
}
