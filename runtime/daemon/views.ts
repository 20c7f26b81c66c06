import { MOST_SHIFTS, type ShiftFigures } from "../../algorithms/maintenance/shift-figures.ts";
import { InputError } from "../../drivers/input-error.ts";
import { maintenanceOf } from "../maintenance.ts";
import { Products } from "../products.ts";
import type { MaintenanceFigures } from "../report/maintenance-figures.ts";
import type { ReportContext } from "../report/report-context.ts";
import { reportContext } from "../report-context.ts";
import { shiftFigures, shiftResult } from "../shift-calculation.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { ResultSettings } from "../shift-view.ts";
import type { Appliance, WatchedLine } from "./appliance.ts";

const HISTORY = 10;
const MOST_FIGURES = 1000;

/** Results of the appliance's lines as reports and views show them; the same calculation as `replay`. */
export class Views {
  readonly #appliance: Appliance;
  readonly #figures = new Map<string, ShiftFigures | null>();

  constructor(appliance: Appliance) {
    this.#appliance = appliance;
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
    const [last] = await line.archive.latest(1);
    return last === undefined ? null : this.result(line, last);
  }

  /**
   * A shift by its id; the current one when none is given.
   * @throws InputError for a shift that is not there.
   */
  async shift(line: WatchedLine, id: string | null): Promise<ShiftResult> {
    if (id === null) {
      const current = await this.current(line);
      if (current !== null) return current;
    } else {
      const open = line.keeper.pipeline.inputs().find(({ window }) => window.id === id);
      const input = open ?? (await line.archive.get(id));
      if (input !== null) return this.result(line, input);
    }
    throw new InputError({
      source: `shift ${id ?? "now"}`,
      problem: `there is no such shift of ${line.keeper.settings.line.id}`,
      remedy: "sealtrace report --list shows the shifts there are",
    });
  }

  /** The latest shifts, oldest first, those under way included. */
  async latest(line: WatchedLine, count: number): Promise<readonly ShiftResult[]> {
    const over = (await line.archive.latest(count)).map((input) => this.result(line, input));
    return [...over, ...this.open(line)].slice(-count);
  }

  /** What a report of this shift is written with: the same shift of the days before. */
  async context(line: WatchedLine, shift: ShiftResult | null): Promise<ReportContext> {
    const { config } = this.#appliance;
    if (shift === null) return reportContext(config, 0);
    const history = await this.#sameShiftBefore(line, shift);
    return reportContext(config, 0, { history, maintenance: await this.maintenance(line, shift) });
  }

  /** Signs of wear in a shift, held against the sixty before it. */
  async maintenance(line: WatchedLine, shift: ShiftResult): Promise<MaintenanceFigures | null> {
    const inputs = await line.archive.latest(MOST_SHIFTS);
    const settings = (id: string) => this.#settings(line, id);
    const own = [...inputs, ...line.keeper.pipeline.inputs()].find(({ window }) => window.id === shift.id);
    const before = inputs
      .filter(({ window }) => window.kind !== "unscheduled" && window.startUs < shift.startUs && window.id !== shift.id)
      .flatMap((input) => this.#figuresOf(line, input) ?? []);
    return maintenanceOf(before, own === undefined ? null : shiftFigures(own, settings(shift.id)));
  }

  /** A result of what was seen of a shift, with all that people have said since. */
  result(line: WatchedLine, input: ShiftInput): ShiftResult {
    return shiftResult(input, this.#settings(line, input.window.id));
  }

  #settings(line: WatchedLine, shiftId: string): ResultSettings {
    const { notes } = this.#appliance;
    const config = line.keeper.settings.line;
    const products = new Products(config, notes.productEdits(config.id));
    return { line: config, products, startWallUs: 0, corrections: notes.corrections(config.id, shiftId) };
  }

  /** Shifts that are over do not change, but what people say of products does: then they are summed up anew. */
  #figuresOf(line: WatchedLine, input: ShiftInput): ShiftFigures | null {
    const { id } = line.keeper.settings.line;
    const key = `${id} ${input.window.id} ${this.#appliance.notes.productEdits(id).length}`;
    const known = this.#figures.get(key);
    if (known !== undefined) return known;
    if (this.#figures.size > MOST_FIGURES) this.#figures.clear();
    const figures = shiftFigures(input, this.#settings(line, input.window.id));
    this.#figures.set(key, figures);
    return figures;
  }

  async #sameShiftBefore(line: WatchedLine, shift: ShiftResult): Promise<readonly ShiftResult[]> {
    const inputs = await line.archive.latest(HISTORY * 4);
    const same = inputs.filter(({ window }) => window.name === shift.shift && window.startUs < shift.startUs);
    return same.slice(-HISTORY).map((input) => this.result(line, input));
  }
}
