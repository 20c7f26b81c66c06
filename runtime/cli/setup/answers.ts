import { isPrintable, shown } from "../../../drivers/formats/printable.ts";
import { InputError } from "../../../drivers/input-error.ts";
import { shiftSlug, WEEKDAYS } from "../../config-calendar.ts";

/** What a configuration is made of at first; lines and their pins stand in the same order. */
export interface Answers {
  readonly appliance?: string;
  readonly lines: readonly LineAnswer[];
  readonly pins: readonly PinPair[];
  readonly shifts: readonly ShiftAnswer[];
  readonly timeZone: string;
}

export interface LineAnswer {
  readonly id: string;
  readonly name: string;
}

/** GPIO numbers. */
export interface PinPair {
  readonly sealing: number;
  readonly availability: number;
}

export interface ShiftAnswer {
  readonly name: string;
  readonly start: string;
  readonly end: string;
  /** Absent: Monday to Friday. */
  readonly days?: readonly string[];
}

/** Pins for lines that nobody has wired yet: free of buses and of the console. */
export const USUAL_PINS: readonly PinPair[] = [
  [17, 27],
  [22, 23],
  [24, 25],
  [5, 6],
  [12, 13],
  [16, 26],
  [20, 21],
  [4, 18],
].map(([sealing, availability]) => ({ sealing, availability }) as PinPair);

const MOST_LINES = USUAL_PINS.length;
const USUAL_SHIFT_NAMES = ["Early", "Late", "Night"];

/** Names of lines, separated by commas. @throws InputError for what cannot be names. */
export function parseLines(text: string): readonly LineAnswer[] {
  const names = partsOf(text);
  if (names.length > MOST_LINES)
    throw bad(`${names.length} lines where ${MOST_LINES} are the most`, "name fewer, separated by commas");
  return names.map((name) => {
    const id = shiftSlug(name)
      .replace(/^-+|-+$/g, "")
      .slice(0, 40);
    if (id === "" || !isPrintable(name))
      throw bad(`${shown(name)} has no letter or digit from a to z`, "files are called after a line: add one");
    return { id, name };
  });
}

/** `17/27, 22/23`: sealing and available contact, a pair for each line. @throws InputError when it is not that. */
export function parsePins(text: string, lines: number): readonly PinPair[] {
  const pairs = partsOf(text).map((part) => {
    const match = /^(?:GPIO)?(\d{1,2})\s*\/\s*(?:GPIO)?(\d{1,2})$/i.exec(part);
    if (match === null) throw bad(`${shown(part)} is no pair of pins`, "give two GPIO numbers, such as 17/27");
    return { sealing: Number(match[1]), availability: Number(match[2]) };
  });
  if (pairs.length !== lines)
    throw bad(`${pairs.length} pairs of pins for ${lines} lines`, "give a pair for each line, separated by commas");
  return pairs;
}

/**
 * `06:00-14:00, Late 14:00-22:00 Mon-Sat`; `none` for no shifts.
 * @throws InputError for what is no such list. Whether the shifts fit each other is for the configuration to say.
 */
export function parseShifts(text: string): readonly ShiftAnswer[] {
  if (/^none$/i.test(text.trim())) return [];
  return partsOf(text).map((part, i) => {
    const match = /^(.*?)\s*(\d\d?:\d\d)\s*-\s*(\d\d?:\d\d)(?:\s+([a-z]{3}(?:-[a-z]{3})?))?$/i.exec(part);
    if (match === null)
      throw bad(`${shown(part)} is no shift`, "give start and end, such as 06:00-14:00 or Late 14:00-22:00 Mon-Sat");
    const [, name = "", start = "", end = "", days] = match;
    const times = { start: start.padStart(5, "0"), end: end.padStart(5, "0") };
    const shift = { name: name || (USUAL_SHIFT_NAMES[i] ?? `Shift ${i + 1}`), ...times };
    return days === undefined ? shift : { ...shift, days: daysOf(days) };
  });
}

function daysOf(text: string): readonly string[] {
  const [from = "", to = from] = text.split("-");
  const index = (day: string) => WEEKDAYS.findIndex((each) => each.toLowerCase() === day.toLowerCase());
  if (index(from) < 0 || index(to) < 0) throw bad(`${shown(text)} are no days`, `give such as ${WEEKDAYS[0]}-Sat`);
  const length = ((index(to) - index(from) + 7) % 7) + 1;
  return Array.from({ length }, (_, i) => WEEKDAYS[(index(from) + i) % 7] as string);
}

function partsOf(text: string): string[] {
  const parts = text.split(",").map((part) => part.trim());
  if (parts.includes("")) throw bad("something is missing between the commas", "leave no gap");
  return parts;
}

function bad(problem: string, remedy: string): InputError {
  return new InputError({ source: "answer", problem, remedy });
}
