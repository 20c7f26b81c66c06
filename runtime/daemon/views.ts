import { InputError } from "../../drivers/input-error.ts";
import type { ShiftWithRows } from "../export/exported-shift.ts";
import { maintenanceOf } from "../maintenance.ts";
import { Products } from "../products.ts";
import type { ReportContext } from "../report/report-context.ts";
import { reportContext } from "../report-context.ts";
import { shiftFigures, shiftResult, shiftRows } from "../shift-calculation.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { ResultSettings } from "../shift-view.ts";
import type { Appliance } from "./appliance.ts";
import type { Notes } from "./notes.ts";
import { type PastShift, PastShifts } from "./past-shifts.ts";
import { shiftKey } from "./shift-archive.ts";
import type { WatchedLine } from "./watched-line.ts";

const HISTORY = 10;

/** Results of the appliance's lines as reports and views show them; the same calculation as `replay`. */
export class Views {
  readonly #appliance: Appliance;
  readonly #notes: Notes;
  readonly #past = new Map<WatchedLine, PastShifts>();
  readonly #recent = new Map<
    WatchedLine,
    { readonly news: string; readonly atMs: number; shift: ShiftResult | null }
  >();
  readonly #context: ReportContext;

  /** @param notes what people said, where it is not what the appliance keeps. */
  constructor(appliance: Appliance, notes = appliance.notes) {
    this.#appliance = appliance;
    this.#notes = notes;
    this.#context = reportContext(appliance.config, 0);
  }

  /**
   * The line that is meant; the only one when none is named.
   * @throws InputError for a line that is not there, or none named of several.
   */
  line(id: string | null): WatchedLine {
    const { lines } = this.#appliance;
    const found =
      id === null && lines.length === 1 ? lines[0] : lines.find(({ keeper }) => keeper.settings.line.id === id);
    if (found !== undefined) return found;
    const ids = lines.map(({ keeper }) => keeper.settings.line.id).join(", ");
    throw new InputError({
      source: id === null ? "line" : `line ${id}`,
      problem: id === null ? "there are several lines" : "there is no such line",
      remedy: `name one of ${ids}`,
    });
  }

  /** The shifts of a line that are not final, oldest first, as they stand. */
  open(line: WatchedLine): readonly ShiftResult[] {
    return line.keeper.pipeline.inputs().map((input) => this.result(line, input));
  }

  /** The shift under way, or the latest one; null before there is any. */
  async current(line: WatchedLine): Promise<ShiftResult | null> {
    const open = this.open(line).at(-1);
    if (open !== undefined) return open;
    const last = await line.archive.last();
    return last === null ? null : this.result(line, last);
  }

  /**
   * As `current`; while nothing happens on the line, the result of so long ago will do: time alone changes it little.
   * @param oldestMs how old it may be, in milliseconds.
   */
  async recent(line: WatchedLine, oldestMs: number): Promise<ShiftResult | null> {
    const { keeper } = line;
    const news = `${keeper.events} ${this.#notes.count}`;
    const known = this.#recent.get(line);
    if (known?.news === news && performance.now() - known.atMs < oldestMs) return known.shift;
    const shift = await this.current(line);
    this.#recent.set(line, { news, atMs: performance.now(), shift });
    return shift;
  }

  /** What is the same for all reports and views: nothing is known of the shifts before. */
  get baseContext(): ReportContext {
    return this.#context;
  }

  /**
   * A shift by its id; the current one when none is given.
   * @throws InputError for a shift that is not there.
   */
  async shift(line: WatchedLine, id: string | null): Promise<ShiftResult> {
    return this.result(line, await this.input(line, id));
  }

  /** What a shift is computed from; as `shift`. */
  async input(line: WatchedLine, id: string | null): Promise<ShiftInput> {
    const found = await this.#found(line, id);
    if (found !== null) return found;
    throw new InputError({
      source: `shift ${id ?? "now"}`,
      problem: `there is no such shift of ${line.keeper.settings.line.id}`,
      remedy: "sealtrace report --list shows the shifts there are",
    });
  }

  /** The latest shifts, oldest first, those under way included. */
  async latest(line: WatchedLine, count: number): Promise<readonly ShiftResult[]> {
    const over: ShiftResult[] = [];
    // now: one that comes to its end meanwhile is not among those of the archive
    const open = this.open(line);
    for await (const input of line.archive.backwards(count)) {
      over.push(this.result(line, input));
      await new Promise(setImmediate);
    }
    return [...over.reverse(), ...open].slice(-count);
  }

  /** What a report of this shift is written with: the same shift of the days before, signs of wear against sixty shifts. */
  async context(line: WatchedLine, shift: ShiftResult | null): Promise<ReportContext> {
    const own = shift === null ? null : await this.#found(line, shift.id);
    if (shift === null || own === null) return this.#context;
    const before = await this.#pastOf(line).before(shiftKey(own), String(this.#editsOf(line)));
    const history = await this.#sameShift(line, own, before);
    const figures = before.flatMap(({ kind, figures }) => (kind === "unscheduled" ? [] : (figures ?? [])));
    const ownFigures = shiftFigures(own, this.#settings(line, shift.id));
    return { ...this.#context, history, maintenance: maintenanceOf(figures, ownFigures, this.#powerEvents(shift)) };
  }

  /** A result of what was seen of a shift, with all that people have said since. */
  result(line: WatchedLine, input: ShiftInput): ShiftResult {
    return shiftResult(input, this.#settings(line, input.window.id));
  }

  /** The shifts that start on this local date, oldest first, those under way included. */
  async inputsOfDate(line: WatchedLine, date: string): Promise<readonly ShiftInput[]> {
    const open = line.keeper.pipeline.inputs().filter(({ window }) => window.date === date);
    const over = await line.archive.ofDate(date);
    const isOpen = (id: string) => open.some(({ window }) => window.id === id);
    return [...over.filter(({ window }) => !isOpen(window.id)), ...open];
  }

  /** A shift's result, and the rows behind it. */
  withRows(line: WatchedLine, input: ShiftInput): ShiftWithRows {
    const settings = this.#settings(line, input.window.id);
    return { shift: shiftResult(input, settings), ...shiftRows(input, settings) };
  }

  #settings(line: WatchedLine, shiftId: string): ResultSettings {
    const notes = this.#notes;
    const config = line.keeper.settings.line;
    const products = new Products(config, notes.productEdits(config.id));
    return { line: config, products, startWallUs: 0, corrections: notes.corrections(config.id, shiftId) };
  }

  async #found(line: WatchedLine, id: string | null): Promise<ShiftInput | null> {
    const open = line.keeper.pipeline.inputs();
    if (id === null) return open.at(-1) ?? line.archive.last();
    return open.find(({ window }) => window.id === id) ?? line.archive.get(id);
  }

  /** Shifts that are over do not change, but what people say of products does: then they are summed up anew. */
  #editsOf(line: WatchedLine): number {
    return this.#notes.productEdits(line.keeper.settings.line.id).length;
  }

  #pastOf(line: WatchedLine): PastShifts {
    const figuresOf = (input: ShiftInput) => shiftFigures(input, this.#settings(line, input.window.id));
    const past = this.#past.get(line) ?? new PastShifts(line.archive, figuresOf);
    this.#past.set(line, past);
    return past;
  }

  /** When the computer started: its monotonic clock begins with it. Null for a simulation, which has none. */
  #powerEvents({ startUs, endUs }: ShiftResult): readonly number[] | null {
    const { time } = this.#appliance;
    if (time.isSeekable) return null;
    const [first] = time.boots();
    // of boots before that nobody knows any more
    if (first !== undefined && first.boot > 1 && startUs < first.offsetUs) return null;
    const starts = time.boots().map(({ offsetUs }) => offsetUs);
    return starts.filter((startedUs) => startUs <= startedUs && startedUs < endUs);
  }

  async #sameShift(line: WatchedLine, own: ShiftInput, before: readonly PastShift[]): Promise<readonly ShiftResult[]> {
    const results: ShiftResult[] = [];
    for (const { key } of before.filter(({ name }) => name === own.window.name).slice(-HISTORY)) {
      const input = await line.archive.at(key);
      if (input !== null) results.push(this.result(line, input));
      await new Promise(setImmediate);
    }
    return results;
  }
}
