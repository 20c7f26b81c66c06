import { InputError } from "../../drivers/input-error.ts";
import { csvFormat } from "../config-export.ts";
import type { ExportedShift, ShiftWithRows } from "../export/exported-shift.ts";
import { type ShiftFile, shiftFiles } from "../export/shift-files.ts";
import { LocalClock } from "../local-clock.ts";
import type { ShiftInput } from "../shift-input.ts";
import { applianceName } from "../sync/config-sync.ts";
import type { Appliance } from "./appliance.ts";
import { shiftRecording } from "./shift-recording.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";

const PIECE_BYTES = 4 << 20;

/**
 * The files of a shift of the running appliance, of the current shift when none is named; see `shiftFiles`.
 * @throws InputError for a shift that is not there.
 */
export async function shiftExport(
  appliance: Appliance,
  views: Views,
  line: WatchedLine,
  id: string | null,
): Promise<readonly ShiftFile[]> {
  return shiftFiles(await exportedShift(appliance, views, line, id));
}

/** A piece of a file as the socket carries it. */
export interface FilePiece {
  readonly path: string;
  readonly base64: string;
  /** Size of the whole file. */
  readonly bytes: number;
  /** How many files there are. */
  readonly files: number;
}

/**
 * The files of a shift, one by one and piece by piece. The shift is computed anew for each piece: a file below the size of
 * a piece, as all but raw edges of a very noisy contact are, is consistent in itself.
 * @throws InputError for a file that is not there.
 */
export async function exportedFile(
  files: readonly ShiftFile[],
  { number, offset }: { readonly number: number; readonly offset: number },
): Promise<FilePiece> {
  const file = files[number];
  if (file === undefined)
    throw new InputError({
      source: `file ${number}`,
      problem: "there is no such file",
      remedy: `0 to ${files.length - 1}`,
    });
  const bytes = await file.build();
  const piece = Buffer.from(bytes.subarray(offset, offset + PIECE_BYTES));
  return { path: file.path, base64: piece.toString("base64"), bytes: bytes.length, files: files.length };
}

async function exportedShift(
  appliance: Appliance,
  views: Views,
  line: WatchedLine,
  id: string | null,
): Promise<ExportedShift> {
  const { config, notes } = appliance;
  const own = line.keeper.settings.line;
  const input = await views.input(line, id);
  const whole = views.withRows(line, input);
  const { shift } = whole;
  return {
    ...whole,
    appliance: applianceName(config),
    area: own.area ?? null,
    clock: new LocalClock(config.timeZone),
    csv: csvFormat(config),
    revision: notes.corrections(own.id, shift.id).length + notes.productEdits(own.id).length,
    context: once(() => views.context(line, shift)),
    day: once(() => shiftsOfDay(views, line, input)),
    edges: () => shiftRecording(appliance, line, input, shift),
  };
}

/** Several files are made from it. */
function once<Value>(compute: () => Promise<Value>): () => Promise<Value> {
  let made: Promise<Value> | null = null;
  return () => (made ??= compute());
}

/** A shift that is not over would give other bytes each time; only the one that is asked for may be under way. */
async function shiftsOfDay(views: Views, line: WatchedLine, own: ShiftInput): Promise<readonly ShiftWithRows[]> {
  const { date } = own.window;
  const shifts: ShiftWithRows[] = [];
  for (const input of await views.inputsOfDate(line, date ?? "")) {
    const isOwn = input.window.id === own.window.id;
    const one = views.withRows(line, isOwn ? own : input);
    if (isOwn || one.shift.state !== "running") shifts.push(one);
    await new Promise(setImmediate);
  }
  return shifts;
}
