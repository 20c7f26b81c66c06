import { EdgeCborWriter } from "../../drivers/formats/edge-cbor.ts";
import { shiftsHtml } from "../report/shift-html.ts";
import { shiftText } from "../report/shift-text.ts";
import { dayNumber, dayPath, shiftPath } from "./export-names.ts";
import type { ExportedShift } from "./exported-shift.ts";
import { runsCsv, sealsCsv, shiftCsv, stopsCsv } from "./shift-csv.ts";
import { shiftJson } from "./shift-json.ts";

/** A file of a shift, which is made when somebody asks for its bytes: one at a time is in memory. */
export interface ShiftFile {
  /** Below the appliance's folder, with `/`; each part is `[a-z0-9._=-]` only, and no name that Windows keeps. */
  readonly path: string;
  /** The same shift gives the same bytes, so hashes can be compared. Some ten milliseconds for 5,000 seals. */
  build(): Promise<Uint8Array>;
}

/**
 * The files of a shift, see docs/formats.md: report as page and text, JSON, CSV tables, raw edges, and the Parquet tables
 * of its local date, which hold all shifts of that date. A shift that changes (it becomes final, somebody corrects it) has
 * the same paths and other bytes. A shift without a date has no Parquet tables.
 *
 * Between two files the caller should let others work (`setImmediate`): each `build` is a piece of pure computation.
 */
export function shiftFiles(exported: ExportedShift): readonly ShiftFile[] {
  const { shift, context, csv, clock } = exported;
  const path = shiftPath(shift.line, shift.id);
  const files: ShiftFile[] = [
    { path: `${path}.html`, build: async () => Buffer.from(shiftsHtml([{ shift, context: await context() }])) },
    { path: `${path}.txt`, build: async () => Buffer.from(shiftText(shift, await context())) },
    { path: `${path}.json`, build: () => shiftJson(exported) },
    { path: `${path}.csv`, build: () => shiftCsv(shift, csv, clock) },
    { path: `${path}.runs.csv`, build: () => runsCsv(shift, csv, clock) },
    { path: `${path}.stops.csv`, build: () => stopsCsv(shift, csv, clock) },
    { path: `${path}.seals.csv`, build: () => sealsCsv(exported, csv, clock) },
    { path: `${path}.cborseq`, build: () => edgeSequence(exported) },
  ];
  if (shift.date === null) return files;
  const day = dayNumber(shift.date);
  return [
    ...files,
    {
      path: dayPath("seals", shift.line, day),
      build: async () => (await parquet()).sealsParquet(await exported.day(), day, clock),
    },
    {
      path: dayPath("quarters", shift.line, day),
      build: async () => (await parquet()).quartersParquet(await exported.day(), day, clock),
    },
  ];
}

/** Loaded when a table is written: the daemon has no need of it otherwise. */
const parquet = () => import("./parquet-tables.ts");

async function edgeSequence({ edges }: ExportedShift): Promise<Uint8Array> {
  let writer: EdgeCborWriter | null = null;
  const chunks: Uint8Array[] = [];
  for await (const { startWallUs, names, timesUs, channels, levels } of edges()) {
    writer ??= new EdgeCborWriter(names, { startWallUs });
    for (const [i, timeUs] of timesUs.entries()) {
      const chunk = writer.push(timeUs, channels[i] as number, levels[i] as 0 | 1);
      if (chunk !== undefined) chunks.push(chunk);
    }
    // a noisy panel has hundreds of thousands of edges, and what comes from the disk may come without a pause
    await new Promise(setImmediate);
  }
  if (writer !== null) chunks.push(writer.end());
  return Buffer.concat(chunks);
}
