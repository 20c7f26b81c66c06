import type { Level } from "../algorithms/signal.ts";
import type { LineConfig } from "./config.ts";
import { LineContacts } from "./line-contacts.ts";
import { type LineEvent, type LineEventConsumer, shifted } from "./line-event.ts";
import { LineShifts, type LineShiftsHooks } from "./line-shifts.ts";
import type { ShiftInput } from "./shift-input.ts";
import type { ShiftPlan } from "./shift-plan.ts";

/** What a pipeline tells while it works. */
export interface PipelineHooks extends LineShiftsHooks {
  /** Every event of the contacts, in the time of the edges, before it is counted. */
  readonly onEvent?: LineEventConsumer;
}

/**
 * One line, from raw edges to shifts. Live, replay and simulation all go through here; time comes with the edges only.
 *
 * ```
 *   edge -> LineContacts (level filters, seal rules) -> LineEvent -> LineShifts (MoBiSea, calendar) -> ShiftInput
 *                                                           |                                             |
 *                                                      kept by the store                      shiftResult -> reports
 * ```
 */
export class LinePipeline {
  readonly line: LineConfig;
  readonly contacts: LineContacts;
  readonly #plan: ShiftPlan;
  /** The shifts' time minus the edges' time: the daemon's edges have the time since the computer's start. */
  #offsetUs: number;
  #shifts: LineShifts;

  constructor(line: LineConfig, plan: ShiftPlan, { onEvent, ...hooks }: PipelineHooks = {}, offsetUs = 0) {
    this.line = line;
    this.#plan = plan;
    this.#offsetUs = offsetUs;
    this.#shifts = new LineShifts(line, plan, hooks);
    this.contacts = new LineContacts(line, (event) => {
      onEvent?.(event);
      this.#take(event);
    });
  }

  get shifts(): LineShifts {
    return this.#shifts;
  }

  get offsetUs(): number {
    return this.#offsetUs;
  }

  /** Goes on with other shifts: those restored from a store, or counted anew because the clock was wrong. */
  continueWith(shifts: LineShifts, offsetUs: number): void {
    this.#shifts = shifts;
    this.#offsetUs = offsetUs;
    this.#findBoundary(this.contacts.nowUs);
  }

  /** The program was started anew: nothing was seen since, and the edges' time is another one from here on. */
  restart(offsetUs: number): void {
    const laterUs = this.#offsetUs - offsetUs;
    const cutUs = this.contacts.nowUs + laterUs;
    this.contacts.restart(laterUs);
    this.#offsetUs = offsetUs;
    // not those before: they were counted then
    this.#findBoundary(Math.max(0, cutUs));
  }

  /** The line is watched from here on. */
  begin(timeUs: number): void {
    this.contacts.begin(timeUs);
    this.#findBoundary(timeUs);
    this.#shifts.begin(timeUs + this.#offsetUs);
  }

  /** Takes the next edge, see `LineContacts.edge`. */
  edge(timeUs: number, channel: number, level: Level, lostBefore: boolean): void {
    if (this.contacts.startUs === null) this.begin(timeUs);
    this.contacts.edge(timeUs, channel, level, lostBefore);
  }

  /** Time has come this far for all lines: what does not move is decided, shifts begin and become final. */
  advance(timeUs: number): void {
    if (this.contacts.startUs === null) return;
    this.contacts.advance(timeUs);
    this.#shifts.advance(this.contacts.decidedUntilUs + this.#offsetUs);
  }

  /** The recording ends here: everything is decided. */
  finish(timeUs: number): void {
    if (this.contacts.startUs === null) return;
    this.contacts.finish(timeUs);
    this.#shifts.finish(timeUs + this.#offsetUs);
  }

  /** The shifts that are not final, oldest first, as they stand. */
  inputs(): readonly ShiftInput[] {
    if (this.contacts.startUs === null) return [];
    return this.#shifts.inputs({ timeUs: this.contacts.nowUs + this.#offsetUs, counts: this.contacts.counts() });
  }

  #take(event: LineEvent): void {
    this.#shifts.take(shifted(event, this.#offsetUs));
    if (event.kind === "counts") this.#findBoundary(event.atUs);
  }

  #findBoundary(afterUs: number): void {
    const timeUs = afterUs + this.#offsetUs;
    const nextUs = Math.min(this.#plan.nextBoundaryUs(timeUs), this.#plan.nextHourUs(timeUs));
    this.contacts.boundaryUs = nextUs - this.#offsetUs;
  }
}
