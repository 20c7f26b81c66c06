import { InputError, type InputFault } from "../input-error.ts";
import { decode, looksBinary, shown, shownList } from "./printable.ts";

/** First line of an edge log that is no comment. */
export const EDGE_CSV_HEADER = "t_us,channel,level";

const NOT_AN_EDGE_LOG = "this is not an edge log: give a CSV file with the columns t_us,channel,level, or a VCD file";

/** What is known about a line that the parser refused. */
export interface RefusedLine {
  readonly source: string;
  /** Number of the line, from 1. */
  readonly at: number;
  readonly bytes: Uint8Array;
  /** The file ended in the middle of this line. */
  readonly unterminated: boolean;
  readonly channelNames: readonly string[];
  /** Time of the row before, -1 without one. */
  readonly lastUs: number;
}

/** Says why a line is no header, for the line where the header should be. */
export function headerFault(line: RefusedLine): InputError {
  const text = decode(line.bytes);
  if (!looksBinary(line.bytes) && line.unterminated && EDGE_CSV_HEADER.startsWith(text))
    return fault(line, `the file is truncated: it ends in the middle of the header, ${shown(text)}`, copyAgain);
  return (
    binaryFault(line) ?? fault(line, `the header must be ${EDGE_CSV_HEADER}, not ${shown(line.bytes)}`, NOT_AN_EDGE_LOG)
  );
}

/** Says why a line is no row that can follow the one before: the first reason found, in the order of the columns. */
export function rowFault(line: RefusedLine): InputError {
  const text = decode(line.bytes);
  const columns = text.split(",");
  return (
    binaryFault(line) ??
    truncatedFault(line, columns) ??
    columnFault(line, columns) ??
    timeFault(line, columns[0] as string) ??
    channelFault(line, columns[1] as string) ??
    levelFault(line, columns[2] as string) ??
    backwardsFault(line, Number(columns[0]))
  );
}

/** Says that a line is too long to be one. */
export function longLineFault(line: RefusedLine, longestBytes: number): InputError {
  const begins = shown(line.bytes);
  return (
    binaryFault(line) ?? fault(line, `a line longer than ${longestBytes} bytes, it begins ${begins}`, NOT_AN_EDGE_LOG)
  );
}

const copyAgain = "copy the file again, or remove this line to use what comes before it";

function fault(line: RefusedLine, problem: string, remedy: string): InputError {
  const place: InputFault = { source: line.source, at: line.at, problem, remedy };
  return new InputError(place);
}

function binaryFault(line: RefusedLine): InputError | undefined {
  const [first, second] = line.bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return fault(line, "UTF-16 text", "save the file as UTF-8");
  if (!looksBinary(line.bytes)) return undefined;
  return fault(line, `binary data, not text: ${shown(line.bytes.subarray(0, 12))}`, NOT_AN_EDGE_LOG);
}

function truncatedFault(line: RefusedLine, columns: readonly string[]): InputError | undefined {
  const [time = "", name, level] = columns;
  const known = (whole: string) => (level === undefined ? whole.startsWith(name ?? "") : whole === name);
  const isBeginning = columns.length <= 3 && /^\d+$/.test(time) && line.channelNames.some(known) && !level;
  if (!line.unterminated || !isBeginning) return undefined;
  return fault(line, `the file is truncated: it ends in the middle of a row, ${shown(line.bytes)}`, copyAgain);
}

function columnFault(line: RefusedLine, columns: readonly string[]): InputError | undefined {
  if (columns.length === 3) return undefined;
  const found = columns.length === 1 ? "1 column" : `${columns.length} columns`;
  return fault(
    line,
    `${found} instead of 3: ${shown(line.bytes)}`,
    `write ${EDGE_CSV_HEADER}, separated by commas, without quotes`,
  );
}

function timeFault(line: RefusedLine, time: string): InputError | undefined {
  if (/^-\d+$/.test(time))
    return fault(line, `negative time ${shown(time)}`, "shift the recording so that it starts at 0 or later");
  if (!/^\d+$/.test(time))
    return fault(line, `time ${shown(time)} is not a whole number`, "give integer microseconds, such as 1204511");
  if (time.length > 16 || Number(time) > Number.MAX_SAFE_INTEGER)
    return fault(
      line,
      `time ${shown(time)} is too large`,
      `give microseconds up to ${Number.MAX_SAFE_INTEGER}, without leading zeros`,
    );
  return undefined;
}

function channelFault(line: RefusedLine, name: string): InputError | undefined {
  if (line.channelNames.includes(name)) return undefined;
  return fault(
    line,
    `unknown channel ${shown(name)}`,
    `known channels are ${shownList(line.channelNames)}: correct the row or the configuration`,
  );
}

function levelFault(line: RefusedLine, level: string): InputError | undefined {
  if (/^[01]\r?$/.test(level)) return undefined;
  return fault(line, `level ${shown(level)}`, "write 1 where the contact is active, else 0");
}

function backwardsFault(line: RefusedLine, timeUs: number): InputError {
  return fault(
    line,
    `time goes back from ${line.lastUs} to ${timeUs} us`,
    "sort the rows by time, or split the file where the recorder restarted",
  );
}
