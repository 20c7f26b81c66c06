import type { Interval } from "../../algorithms/interval.ts";
import { CHANNEL_KINDS, type Level } from "../../algorithms/signal.ts";
import type { RawEdges } from "../export/exported-shift.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { Appliance } from "./appliance.ts";
import { channelNames, lineEdges } from "./journal-edges.ts";
import type { WatchedLine } from "./watched-line.ts";

/** What was around a shift decides about its ends: a stop that began before it, a run that goes on after it. */
const AROUND_US = 1_800_000_000;
const MOST_ROWS_OF_A_PAGE = 50_000;
const RECORDER = CHANNEL_KINDS.indexOf("recorder");
const AVAILABILITY = CHANNEL_KINDS.indexOf("availability");

/** A row of the recorder. */
interface Telling extends Row {
  /** Whether it comes before what the contacts did at the same moment. */
  readonly isFirst: boolean;
}

interface Row {
  readonly wallUs: number;
  readonly channel: number;
  readonly level: Level;
}

/** A part of a recording; times count from its beginning. */
export interface RecordingPage extends RawEdges {
  /** Where the next page begins; null on the last one. */
  readonly nextUs: number | null;
}

/** A page of a shift's recording, from this time on: 50,000 rows, and those of the same moment as the last of them. */
export async function recordingPage(
  appliance: Appliance,
  line: WatchedLine,
  input: ShiftInput,
  shift: ShiftResult,
  fromUs: number,
): Promise<RecordingPage> {
  const page = { timesUs: [] as number[], channels: [] as number[], levels: [] as Level[], dropped: 0 };
  let head: Pick<RawEdges, "startWallUs" | "names"> = { startWallUs: 0, names: [] };
  for await (const portion of shiftRecording(appliance, line, input, shift, fromUs)) {
    head = { startWallUs: portion.startWallUs, names: portion.names };
    page.dropped += portion.dropped;
    for (const [i, timeUs] of portion.timesUs.entries()) {
      if (page.timesUs.length >= MOST_ROWS_OF_A_PAGE && timeUs > (page.timesUs.at(-1) as number))
        return { ...head, ...page, nextUs: timeUs };
      page.timesUs.push(timeUs);
      page.channels.push(portion.channels[i] as number);
      page.levels.push(portion.levels[i] as Level);
    }
  }
  return { ...head, ...page, nextUs: null };
}

/**
 * A shift as a recording, from half an hour before it to half an hour after it as far as the journal goes: its raw edges,
 * and rows of the recorder that tell when it was watched, so that a replay sees what the appliance saw.
 * @param fromUs microseconds of the recording that are left out.
 */
export async function* shiftRecording(
  appliance: Appliance,
  line: WatchedLine,
  input: ShiftInput,
  shift: ShiftResult,
  fromUs = 0,
): AsyncGenerator<RawEdges> {
  const startWallUs = Math.max(shift.startUs - AROUND_US, input.seenFromUs);
  const untilUs = Math.max(startWallUs, Math.min(shift.endUs + AROUND_US, wallNowUs(appliance) ?? shift.endUs));
  const names = channelNames(line);
  const blind = unseen(input, startWallUs, untilUs);
  const told = tellings(input, blind, startWallUs, untilUs).filter(({ wallUs }) => wallUs >= startWallUs + fromUs);
  let isFirst = fromUs === 0;
  for await (const { edges, dropped } of lineEdges(appliance, line, startWallUs + fromUs, untilUs)) {
    const rows: Row[] = isFirst ? beginning(line, input, startWallUs, edges) : [];
    isFirst = false;
    for (const edge of edges) {
      while (told.length > 0 && isBefore(told[0] as Telling, edge)) rows.push(told.shift() as Row);
      if (!isContradicted(edge, blind)) rows.push(edge);
    }
    yield { ...columns(startWallUs, names, rows), dropped };
  }
  yield { ...columns(startWallUs, names, told), dropped: 0 };
}

/** Nobody else knows how a contact was that did not change in all that time. */
function beginning(line: WatchedLine, { availability }: ShiftInput, startWallUs: number, edges: readonly Row[]): Row[] {
  const { invert } = line.keeper.settings.line.channels.availability;
  const first = availability?.[0];
  const change = edges.find(({ channel }) => channel === AVAILABILITY)?.wallUs ?? Number.POSITIVE_INFINITY;
  const rows: Row[] = [{ wallUs: startWallUs, channel: RECORDER, level: 1 }];
  if (first === undefined || first.ready === null || first.startUs > startWallUs || change <= startWallUs) return rows;
  return [...rows, { wallUs: startWallUs, channel: AVAILABILITY, level: first.ready !== invert ? 1 : 0 }];
}

/** When nobody saw the contacts. */
function unseen({ holes, remarks }: ShiftInput, fromUs: number, untilUs: number): readonly Interval[] {
  // what a burst hides is found again by whoever reads the edges
  const bursts = new Set(remarks.flatMap(({ kind, startUs }) => (kind === "noise-burst" ? [startUs] : [])));
  return (holes ?? []).filter(({ startUs, endUs }) => !bursts.has(startUs) && endUs > fromUs && startUs < untilUs);
}

/** The recorder saw, but the power was cut before the store knew of it; at the end of a hole `tellings` says it better. */
function isContradicted({ wallUs, channel, level }: Row, blind: readonly Interval[]): boolean {
  if (channel !== RECORDER || level === 0) return false;
  return blind.some(({ startUs, endUs }) => startUs <= wallUs && wallUs <= endUs);
}

/** When the recorder saw nothing, and at last until when it saw. */
function tellings({ remarks }: ShiftInput, blind: readonly Interval[], fromUs: number, untilUs: number): Telling[] {
  // after a restart the contacts say how they are before anything counts; where edges were lost the next one is a change
  const lost = new Set(remarks.flatMap(({ kind, endUs }) => (kind === "lost-edges" && endUs !== null ? [endUs] : [])));
  const row = (wallUs: number, level: Level, isFirst: boolean) => ({ wallUs, channel: RECORDER, level, isFirst });
  const rows = blind.flatMap(({ startUs, endUs }) => [
    row(Math.max(fromUs, startUs), 0, false),
    ...(endUs < untilUs ? [row(endUs, 1, lost.has(endUs))] : []),
  ]);
  return [...rows, row(untilUs, rows.at(-1)?.level === 0 ? 0 : 1, false)];
}

function isBefore(told: Telling, edge: Row): boolean {
  return told.wallUs < edge.wallUs || (told.wallUs === edge.wallUs && told.isFirst);
}

function columns(startWallUs: number, names: readonly string[], rows: readonly Row[]): Omit<RawEdges, "dropped"> {
  return {
    startWallUs,
    names,
    timesUs: rows.map(({ wallUs }) => wallUs - startWallUs),
    channels: rows.map(({ channel }) => channel),
    levels: rows.map(({ level }) => level),
  };
}

function wallNowUs({ nowUs, time }: Appliance): number | null {
  return nowUs === null ? null : nowUs + time.offsetOf(time.boot);
}
