import type { ShiftFigures } from "../algorithms/maintenance/shift-figures.ts";
import { CHANNEL_KINDS } from "../algorithms/signal.ts";
import type { Driver } from "../drivers/driver.ts";
import { EdgeRing } from "../drivers/edge-ring.ts";
import { Calendar } from "./calendar.ts";
import type { Config, LineConfig } from "./config.ts";
import { LocalClock } from "./local-clock.ts";
import { LinePipeline } from "./pipeline.ts";
import { Products } from "./products.ts";
import type { PlacedSealConsumer } from "./seal-ledger.ts";
import { shiftFigures, shiftResult } from "./shift-calculation.ts";
import type { ShiftInput } from "./shift-input.ts";
import { CalendarPlan, type ShiftPlan, WholePlan } from "./shift-plan.ts";
import type { ShiftResult } from "./shift-result.ts";
import type { ResultSettings } from "./shift-view.ts";

const RING_EDGES = 1 << 15;

/** The contacts of all lines, by the names they have in recordings, and where each one's edges go. */
export interface Wiring {
  readonly names: readonly string[];
  /** For each name: the lines it belongs to (a recorder may serve all) and its number in CHANNEL_KINDS. */
  readonly targets: readonly { readonly channel: number; readonly lines: readonly number[] }[];
}

/** Which name of a recording means which contact of which line. */
export function wire(config: Config): Wiring {
  const byName = new Map<string, { channel: number; lines: number[] }>();
  config.line.forEach(({ channels }, line) => {
    CHANNEL_KINDS.forEach((kind, channel) => {
      const { signal } = channels[kind];
      const target = byName.get(signal) ?? { channel, lines: [] };
      target.lines.push(line);
      byName.set(signal, target);
    });
  });
  return { names: [...byName.keys()], targets: [...byName.values()] };
}

/** When the shifts of a line are; without a calendar, or without wall time, everything is one. */
export function planOf(config: Config, line: LineConfig, startWallUs: number | null): ShiftPlan {
  if (startWallUs === null) return new WholePlan(null);
  const calendar = new Calendar(config, line.id);
  if (!calendar.hasShifts) return new WholePlan(new LocalClock(config.timeZone).date(startWallUs));
  return new CalendarPlan(calendar, startWallUs);
}

/** A line of a recording: its pipeline, and the shifts that are over. */
export interface RecordedLine {
  readonly pipeline: LinePipeline;
  readonly final: readonly ShiftInput[];
}

/** What to do while a recording runs through. */
export interface RunHooks {
  readonly onPlaced?: (line: number) => PlacedSealConsumer;
  /** Called after each portion of edges. */
  readonly onProgress?: (progress: number | null, lines: readonly RecordedLine[]) => void | Promise<void>;
}

/**
 * Runs a source through the pipelines of all lines to its end; the same for recordings and simulations.
 * @throws InputError when the source is bad; what came before has been computed.
 */
export async function runThrough(
  config: Config,
  driver: Driver,
  hooks: RunHooks = {},
): Promise<readonly RecordedLine[]> {
  const { targets } = wire(config);
  const lines = config.line.map((line, i) => recordedLine(config, line, driver.startWallUs, hooks.onPlaced?.(i)));
  const pipelines = lines.map(({ pipeline }) => pipeline);
  const ring = new EdgeRing(RING_EDGES);
  let nowUs: number | null = null;
  for (let more = true; more; ) {
    more = await driver.read(ring);
    ring.drain((timeUs, name, level, lostBefore) => {
      if (nowUs === null) for (const pipeline of pipelines) pipeline.begin(timeUs);
      nowUs = timeUs;
      const target = targets[name] as (typeof targets)[number];
      for (const line of target.lines)
        (pipelines[line] as LinePipeline).edge(timeUs, target.channel, level, lostBefore);
    });
    if (nowUs !== null) for (const pipeline of pipelines) pipeline.advance(nowUs);
    await hooks.onProgress?.(driver.progress, lines);
  }
  if (nowUs !== null) for (const pipeline of pipelines) pipeline.finish(nowUs);
  return lines;
}

function recordedLine(config: Config, line: LineConfig, startWallUs: number | null, onPlaced?: PlacedSealConsumer) {
  const final: ShiftInput[] = [];
  const hooks = { onFinal: (input: ShiftInput) => final.push(input), ...(onPlaced && { onPlaced }) };
  return { pipeline: new LinePipeline(line, planOf(config, line, startWallUs), hooks), final };
}

/** The shifts of a line so far, oldest first: those that are over and those that are not. */
export function resultsOf(line: RecordedLine, startWallUs: number | null): readonly ShiftResult[] {
  return shiftsOf(line).map((input) => shiftResult(input, settingsOf(line, startWallUs)));
}

/** What maintenance remembers of each of these shifts; null where it is not known. */
export function figuresOf(line: RecordedLine, startWallUs: number | null): readonly (ShiftFigures | null)[] {
  return shiftsOf(line).map((input) => shiftFigures(input, settingsOf(line, startWallUs)));
}

function shiftsOf({ pipeline, final }: RecordedLine): readonly ShiftInput[] {
  return [...final, ...pipeline.inputs()];
}

function settingsOf({ pipeline: { line } }: RecordedLine, startWallUs: number | null): ResultSettings {
  return { line, products: new Products(line), startWallUs, corrections: [] };
}
