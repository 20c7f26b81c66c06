import { isPrintable } from "../../drivers/formats/printable.ts";
import { InputError } from "../../drivers/input-error.ts";
import { CLOCK_TIME, minuteOfDay } from "../clock-time.ts";
import type { Authored } from "../corrections.ts";
import { LocalClock } from "../local-clock.ts";
import { type ProductEdit, Products, productId, productNumber } from "../products.ts";
import type { ShiftResult } from "../shift-result.ts";
import type { Appliance } from "./appliance.ts";
import type { Note, Notes } from "./notes.ts";
import type { Views } from "./views.ts";
import type { WatchedLine } from "./watched-line.ts";

const MOST_UNITS = 100_000_000;
const SHORTEST_CYCLE_SECONDS = 0.01;
const LONGEST_CYCLE_SECONDS = 7200;
const MOST_UNITS_PER_SEAL = 10_000;
const LONGEST_TEXT = 200;
/** Numbers below are for products that will be found: those split off begin behind. */
const MOST_FOUND_PRODUCTS = 1000;

/**
 * What people say about products and shifts, checked and kept. Everything is added, nothing is changed or removed.
 * Every method throws an InputError that names what is wrong, and then nothing is kept.
 */
export class Edits {
  readonly #appliance: Appliance;
  readonly #notes: Notes;
  readonly #views: Views;

  /** @param notes where it is kept what people say. */
  constructor(appliance: Appliance, views: Views, notes = appliance.notes) {
    this.#appliance = appliance;
    this.#notes = notes;
    this.#views = views;
  }

  /** A name for a product; null takes it back. */
  async nameProduct(line: WatchedLine, id: string, name: string | null, author: Authored): Promise<void> {
    const product = this.#product(line, id);
    await this.#keepEdit(line, { kind: "name", product, name: name === null ? null : text("name", name, 60) }, author);
  }

  /** Two products are one. */
  async mergeProducts(line: WatchedLine, id: string, intoId: string, author: Authored): Promise<void> {
    const product = this.#product(line, id);
    const into = this.#products(line).mergedInto(this.#product(line, intoId));
    if (this.#products(line).mergedInto(product) === into)
      throw fault(id, `is ${productId(into)} already`, "name two different products");
    await this.#keepEdit(line, { kind: "merge", product: this.#products(line).mergedInto(product), into }, author);
  }

  /** A product that was merged is one of its own again; or, by sealing time, one becomes two. Tells the new one's id. */
  async splitProduct(
    line: WatchedLine,
    id: string,
    sealingTimeSeconds: number | null,
    author: Authored,
  ): Promise<string> {
    const product = this.#product(line, id);
    if (sealingTimeSeconds !== null) return this.#splitByTime(line, product, sealingTimeSeconds, author);
    if (this.#products(line).mergedInto(product) === product)
      throw fault(id, "was not merged", "give --sealing-time SECONDS to split one product in two");
    await this.#keepEdit(line, { kind: "unmerge", product }, author);
    return productId(product);
  }

  /** Ideal cycle and units per seal of a product; null takes a setting back, undefined leaves it. */
  async setProduct(
    line: WatchedLine,
    id: string,
    given: { readonly idealCycleSeconds?: number | null; readonly unitsPerSeal?: number | null },
    author: Authored,
  ): Promise<void> {
    const product = this.#product(line, id);
    const { idealCycleSeconds: cycle, unitsPerSeal: units } = given;
    if (cycle === undefined && units === undefined)
      throw fault(id, "nothing is to be set", "give --ideal-cycle SECONDS or --units-per-seal N");
    if (cycle != null && !(cycle >= SHORTEST_CYCLE_SECONDS && cycle <= LONGEST_CYCLE_SECONDS))
      throw fault(
        id,
        `an ideal cycle of ${cycle} s is impossible`,
        `give ${SHORTEST_CYCLE_SECONDS} to ${LONGEST_CYCLE_SECONDS} seconds`,
      );
    if (units != null && !(Number.isInteger(units) && units >= 1 && units <= MOST_UNITS_PER_SEAL))
      throw fault(id, `${units} units per seal are impossible`, `give a whole number from 1 to ${MOST_UNITS_PER_SEAL}`);
    await this.#keepEdit(line, { kind: "set", product, ...given }, author);
  }

  /** Scrap that a person counted, of a product or of the shift. Tells the shift's id. */
  async scrap(line: WatchedLine, shiftId: string | null, id: string | null, units: number, author: Authored) {
    const shift = await this.#views.shift(line, shiftId);
    const product = id === null ? null : this.#product(line, id);
    const entry = { kind: "scrap" as const, product, units: wholeUnits(units), ...author };
    const entered = this.#scrapSoFar(shift, product);
    if (entered + units < 0)
      throw fault("units", `${entered} units of scrap were entered so far`, "take back no more than was entered");
    await this.#keep({ note: "correction", line: shift.line, shift: shift.id, correction: entry });
    return shift.id;
  }

  /** So many units more or fewer than were counted. Tells the shift's id. */
  async correctUnits(line: WatchedLine, shiftId: string | null, id: string, units: number, author: Authored) {
    const shift = await this.#views.shift(line, shiftId);
    const product = this.#product(line, id);
    const made = shift.products.find((each) => each.id === productId(product));
    if (made === undefined) throw fault(id, `was not made in shift ${shift.id}`, "correct a product of that shift");
    if (units === 0)
      throw fault("units", "0 corrects nothing", "give the units that were made besides, or below 0 not");
    const entry = { kind: "units" as const, product, units: wholeUnits(units), ...author };
    if (made.units + units < 0)
      throw fault("units", `only ${made.units} were made in shift ${shift.id}`, "take away no more than that");
    await this.#keep({ note: "correction", line: shift.line, shift: shift.id, correction: entry });
    return shift.id;
  }

  /**
   * What a person knows about a moment; the reason of the stop in which it lies.
   * @param moment wall time in microseconds, or a time of the shift's local clock such as `09:41`.
   */
  async mark(line: WatchedLine, shiftId: string | null, moment: number | string, words: string, author: Authored) {
    const shift = await this.#views.shift(line, shiftId);
    const momentUs = typeof moment === "number" ? moment : this.#momentIn(shift, moment);
    if (!(shift.startUs <= momentUs && momentUs <= shift.endUs))
      throw fault("time", `is not in shift ${shift.id}`, "give a time of the shift, or --shift SHIFT");
    const entry = { kind: "mark" as const, momentUs, text: text("text", words, LONGEST_TEXT), ...author };
    await this.#keep({ note: "correction", line: shift.line, shift: shift.id, correction: entry });
    return shift.id;
  }

  /** A shift may reach over midnight: the time is that of its first day, or of the next one. */
  #momentIn({ startUs, endUs, id }: ShiftResult, time: string): number {
    if (!CLOCK_TIME.test(time)) throw fault("time", "is no time of day", "give it as 09:41");
    const clock = new LocalClock(this.#appliance.config.timeZone);
    const days = [clock.date(startUs), clock.date(endUs)];
    const moments = days.map((date) => clock.wallUs(date, minuteOfDay(time)));
    const within = moments.find((momentUs) => startUs <= momentUs && momentUs <= endUs);
    if (within !== undefined) return within;
    throw fault(`time ${time}`, `is not in shift ${id}`, "give a time of the shift, or --shift SHIFT");
  }

  async #splitByTime(line: WatchedLine, from: number, seconds: number, author: Authored): Promise<string> {
    const found = this.#found(line).find(({ number }) => number === from);
    if (found === undefined)
      throw fault(productId(from), "has no sealing time of its own", "split a product that was made");
    const ratio = Math.abs(Math.log(seconds / found.sealingTimeSeconds));
    if (!(seconds > 0 && Number.isFinite(seconds) && ratio > 0.002 && ratio < 0.2))
      throw fault(
        productId(from),
        `a sealing time of ${seconds} s is not beside its own of ${found.sealingTimeSeconds.toFixed(3)} s`,
        "give the sealing time of the runs that are to be another product",
      );
    const product = 1 + Math.max(MOST_FOUND_PRODUCTS, ...this.#numbers(line));
    const sealingTimesSeconds = [found.sealingTimeSeconds, seconds] as const;
    await this.#keepEdit(line, { kind: "split", from, product, sealingTimesSeconds }, author);
    return productId(product);
  }

  #scrapSoFar({ line, id }: ShiftResult, product: number | null): number {
    const entered = this.#notes.corrections(line, id);
    return entered.reduce((sum, c) => sum + (c.kind === "scrap" && c.product === product ? c.units : 0), 0);
  }

  #products(line: WatchedLine): Products {
    const { line: config } = line.keeper.settings;
    return new Products(config, this.#notes.productEdits(config.id));
  }

  #found(line: WatchedLine) {
    return line.keeper.pipeline.shifts.products();
  }

  /** All numbers that are taken, by MoBiSea or by splitting. */
  #numbers(line: WatchedLine): readonly number[] {
    const edits = this.#notes.productEdits(line.keeper.settings.line.id);
    const split = edits.flatMap((edit) => (edit.kind === "split" ? [edit.product] : []));
    return [...this.#found(line).map(({ number }) => number), ...split];
  }

  #product(line: WatchedLine, id: string): number {
    const number = productNumber(id);
    const numbers = this.#numbers(line);
    if (number !== null && numbers.includes(number)) return number;
    const known = [...numbers].sort((a, b) => a - b).map(productId);
    throw fault(
      `product ${id.slice(0, 20)}`,
      `there is no such product of ${line.keeper.settings.line.id}`,
      known.length === 0 ? "none has been found yet" : `there are ${known.join(", ")}`,
    );
  }

  /** Nobody waits for a disk that does not work, or enters twice what waits for it. */
  async #keep(note: Note): Promise<void> {
    const { fault: reason } = this.#appliance.store.metrics();
    if (reason !== null)
      throw fault(
        "store",
        `cannot be written at present (${reason})`,
        "nothing was entered; try again when the alarm is over",
      );
    await this.#notes.add(note);
  }

  #keepEdit(line: WatchedLine, edit: ProductEdit, { by, atUs, why }: Authored): Promise<void> {
    return this.#keep({ note: "product", line: line.keeper.settings.line.id, edit, by, atUs, why });
  }
}

function fault(source: string, problem: string, remedy: string): InputError {
  return new InputError({ source, problem, remedy });
}

function wholeUnits(units: number): number {
  if (Number.isInteger(units) && Math.abs(units) <= MOST_UNITS) return units;
  throw fault(
    "units",
    `${units} is no number of units`,
    `give a whole number up to ${MOST_UNITS}, below 0 to take back`,
  );
}

function text(what: string, words: string, longest: number): string {
  if (words.trim() !== "" && words.length <= longest && isPrintable(words)) return words.trim();
  throw fault(what, "is empty, too long or has control characters", `give 1 to ${longest} printable characters`);
}
