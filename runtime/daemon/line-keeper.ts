import type { Level } from "../../algorithms/signal.ts";
import type { LineConfig } from "../config.ts";
import { fromStored, type StoredLineEvent, toStored } from "../event-record.ts";
import type { LineContactsState } from "../line-contacts.ts";
import { type Remark, shifted } from "../line-event.ts";
import { LineShifts, type LineShiftsState } from "../line-shifts.ts";
import { LinePipeline } from "../pipeline.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ShiftPlan } from "../shift-plan.ts";
import type { Store } from "../store/store.ts";
import type { Timekeeping } from "./timekeeping.ts";

/** The small state that goes into every commit, so that it always agrees with the events that are durable. */
export interface FrontState {
  readonly boot: number;
  /** Edges taken of this line since the source's beginning: a source that can be read again goes on behind them. */
  readonly taken: number;
  readonly contacts: LineContactsState | null;
  /** Plain data of the clock's anchors; the same for all lines. */
  readonly anchors: unknown;
}

/** What a line needs from the appliance. */
export interface KeeperSettings {
  readonly line: LineConfig;
  /** The store's number of the line. */
  readonly number: number;
  readonly store: Store;
  readonly plan: ShiftPlan;
  /** Wall time minus monotonic time of a boot. */
  readonly offsetOf: (boot: number) => number;
  readonly onFinal: (input: ShiftInput) => void;
  /** A stored state could not be used; what it held is computed anew from the events, or lost. */
  readonly onUnusable: (what: string, error: unknown) => void;
}

/**
 * A line and its life in the store: every event is kept before it counts, the state of the contacts goes with it, and
 * after a restart the shifts are computed from the latest snapshot and the events since.
 */
export class LineKeeper {
  readonly settings: KeeperSettings;
  readonly pipeline: LinePipeline;
  /** Events since the start. */
  events = 0;
  /** Seals since the start. */
  seals = 0;
  #boot: number;
  #taken = 0;
  /** Edges still to come that were taken before the restart. */
  #skip = 0;
  /** Without the state of the contacts a source that begins again is taken from here on. */
  #notBeforeUs = Number.NEGATIVE_INFINITY;
  #hasNews = false;
  #eventsAtSnapshot = 0;
  #nextSeq = 0;
  #bootStartUs: number | null = null;
  /** Events that come while the shifts are counted anew; null at all other times. */
  #missed: StoredLineEvent[] | null = null;
  /** Where the shifts were when this boot began, for counting it anew when its clock turns out to be wrong. */
  #bootBase: { readonly state: LineShiftsState | null; readonly seq: number } | null = null;

  private constructor(settings: KeeperSettings, boot: number) {
    this.settings = settings;
    this.#boot = boot;
    const { line, plan, offsetOf, onFinal } = settings;
    const hooks = { onFinal, onEvent: (event: StoredLineEvent) => this.#keep(event) };
    this.pipeline = new LinePipeline(line, plan, hooks, offsetOf(boot));
  }

  /** A line as the store knows it. Where the source can be read again, it goes on where it was, without a hole. */
  static async load(settings: KeeperSettings, { boot, isSeekable }: Timekeeping): Promise<LineKeeper> {
    const { store, number } = settings;
    const keeper = new LineKeeper(settings, boot);
    const { snapshot, front, nextSeq } = await store.load(number);
    const shifts =
      (snapshot && (await keeper.#rebuilt(snapshot.state as LineShiftsState, snapshot.lastSeq + 1))) ??
      (await keeper.#rebuilt(undefined, 0)) ??
      keeper.#newShifts(undefined);
    shifts.adoptPlan();
    keeper.pipeline.continueWith(shifts, settings.offsetOf(boot));
    const isResumed = front !== null && keeper.#tryResume(front.state as FrontState, boot, isSeekable);
    if (!isResumed) keeper.#notBeforeUs = shifts.movedToUs - settings.offsetOf(boot);
    keeper.#nextSeq = Math.max(keeper.#nextSeq, nextSeq);
    keeper.#bootBase = { state: nextSeq === 0 ? null : shifts.save(), seq: nextSeq };
    return keeper;
  }

  /** Takes the next edge, see `LineContacts.edge`. @returns false for one that was taken before the restart. */
  edge(timeUs: number, channel: number, level: Level, lostBefore: boolean): boolean {
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    this.#taken++;
    if (timeUs < this.#notBeforeUs) return false;
    this.pipeline.edge(timeUs, channel, level, lostBefore);
    return true;
  }

  /** Something that a person should know, but no contact tells. */
  remark(remark: Remark): void {
    const event = { kind: "remark", remark } as const;
    this.#keep(event);
    this.pipeline.shifts.take(shifted(event, this.pipeline.offsetUs));
  }

  /** Number of the next event. */
  get nextSeq(): number {
    return this.#nextSeq;
  }

  /** Time of the first edge of this boot; null while there is none, or when it is not known any more. */
  get bootStartUs(): number | null {
    return this.#bootBase === null ? null : this.#bootStartUs;
  }

  /** The source has begun: the line is watched from here on, or again. */
  begin(timeUs: number): void {
    const { contacts } = this.pipeline;
    this.#bootStartUs ??= timeUs;
    if (this.#skip > 0 || timeUs < this.#notBeforeUs) return;
    if (contacts.startUs === null) {
      this.#keep({ kind: "begin", atUs: timeUs });
      this.pipeline.begin(timeUs);
    } else contacts.see(true, timeUs);
  }

  /** Time has come this far; what is certain now goes to the store with its next commit. */
  advance(timeUs: number, time: Timekeeping): void {
    if (this.#skip === 0) this.pipeline.advance(timeUs);
    if (this.#hasNews) this.putFront(time.save());
  }

  /** Hands the state of the contacts to the store's next commit. */
  putFront(anchors: unknown): void {
    this.#hasNews = false;
    const { contacts } = this.pipeline;
    const state = contacts.startUs === null ? null : contacts.save();
    const front: FrontState = { boot: this.#boot, taken: this.#taken, contacts: state, anchors };
    this.settings.store.setFront(this.settings.number, front);
  }

  /** Hands a snapshot of the shifts to the store's next commit, if anything has happened since the last one. */
  putSnapshot(): void {
    if (this.events === this.#eventsAtSnapshot) return;
    this.#eventsAtSnapshot = this.events;
    this.settings.store.putSnapshot(this.settings.number, this.pipeline.shifts.save());
  }

  /**
   * The wall time of this boot was wrong: its shifts are counted anew from where they were when it began.
   * @returns false when that is not known any more, or the boot would begin before what was counted earlier.
   */
  async reanchor(): Promise<boolean> {
    const base = this.#bootBase;
    if (base === null) return false;
    const missed: StoredLineEvent[] = [];
    this.#missed = missed;
    const shifts = this.#newShifts(base.state ?? undefined);
    await this.settings.store.commit();
    const nextSeq = await this.#replay(shifts, base.seq);
    this.#missed = null;
    const offsetUs = this.settings.offsetOf(this.#boot);
    // what came meanwhile is partly in the store already
    for (const event of missed.slice(Math.max(0, missed.length - (this.#nextSeq - nextSeq))))
      feed(shifts, event, offsetUs);
    this.pipeline.continueWith(shifts, offsetUs);
    return true;
  }

  /** The clock is right, and what was counted by it is over: from here on this boot is not counted anew. */
  forgetBootBase(): void {
    this.#bootBase = null;
  }

  #newShifts(state: LineShiftsState | undefined): LineShifts {
    const { line, plan, onFinal } = this.settings;
    const shifts = new LineShifts(line, plan, { onFinal });
    if (state !== undefined) shifts.restore(state);
    return shifts;
  }

  /** Shifts from a stored state and the events behind it; null when they do not fit together. */
  async #rebuilt(state: LineShiftsState | undefined, fromSeq: number): Promise<LineShifts | null> {
    try {
      const shifts = this.#newShifts(state);
      await this.#replay(shifts, fromSeq);
      return shifts;
    } catch (error) {
      if (isDatabaseFault(error)) throw error;
      this.settings.onUnusable(state === undefined ? "events" : "snapshot", error);
      return null;
    }
  }

  /** @returns the sequence number behind the last event. */
  async #replay(shifts: LineShifts, fromSeq: number): Promise<number> {
    const { store, number, offsetOf } = this.settings;
    let nextSeq = fromSeq;
    for await (const { seq, event } of store.events(number, fromSeq)) {
      nextSeq = seq + 1;
      const known = fromStored(event, 0);
      if (known !== null) feed(shifts, known, offsetOf(event.boot));
    }
    return nextSeq;
  }

  #tryResume(front: FrontState, boot: number, isSeekable: boolean): boolean {
    try {
      this.#resume(front, boot, isSeekable);
      return true;
    } catch (error) {
      this.settings.onUnusable("contacts", error);
      this.pipeline.contacts.forget();
      return false;
    }
  }

  #resume(front: FrontState, boot: number, isSeekable: boolean): void {
    const { contacts } = this.pipeline;
    if (front.contacts === null) return;
    contacts.restore(front.contacts);
    this.#taken = front.taken;
    if (isSeekable) this.#skip = front.taken;
    else this.#cutAtRestart(front, boot);
    this.pipeline.continueWith(this.pipeline.shifts, this.settings.offsetOf(boot));
  }

  /** Nobody saw what happened since the last durable moment. */
  #cutAtRestart({ boot }: FrontState, now: number): void {
    const { contacts, shifts } = this.pipeline;
    this.pipeline.continueWith(shifts, this.settings.offsetOf(boot));
    this.#boot = boot;
    contacts.see(false, contacts.nowUs);
    this.#boot = now;
    this.pipeline.continueWith(shifts, this.settings.offsetOf(now));
    contacts.restart();
  }

  #keep(event: StoredLineEvent): void {
    this.events++;
    if (event.kind === "seal") this.seals++;
    this.#hasNews = true;
    this.#missed?.push(event);
    const seq = this.settings.store.append(
      this.settings.number,
      toStored(event, this.#boot, this.pipeline.contacts.nowUs),
    );
    if (seq !== null) this.#nextSeq = seq + 1;
  }
}

function feed(shifts: LineShifts, event: StoredLineEvent, offsetUs: number): void {
  if (event.kind === "begin") shifts.begin(event.atUs + offsetUs);
  else shifts.take(shifted(event, offsetUs));
}

/** The database itself cannot be read: not a matter of what was in it. */
export function isDatabaseFault(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && String(error.code).startsWith("LEVEL_")) || /^(Corruption|IO error)/.test(error.message);
}
