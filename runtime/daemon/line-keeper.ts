import type { ClockStep } from "../../algorithms/anchors.ts";
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

/** Full hours and ends of shifts in a longer time without power are left out: most often it is a clock that is wrong. */
const LONGEST_OFF_US = 31 * 86_400_000_000;

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
  readonly knowsBoot: (boot: number) => boolean;
  readonly onFinal: (input: ShiftInput) => void;
  /** A seal that ended at this time has been handed to the store. */
  readonly onSeal: (seq: number, offUs: number) => void;
  /** A boot's wall time turned out to be another while nothing ran: shifts since then are counted anew. */
  readonly onRecount: (fromUs: number) => void;
  /** A stored state could not be used; what it held is computed anew from the events, or lost. */
  readonly onUnusable: (what: string, error: unknown) => void;
}

interface BootBase {
  readonly state: LineShiftsState | null;
  /** Number of the first event since. */
  readonly seq: number;
}

interface Counted {
  readonly shifts: LineShifts;
  /** Number behind the last event in them. */
  readonly nextSeq: number;
}

/** What a line was when a boot began, as the store keeps it. */
interface BootState {
  readonly boot: number;
  /** Time of the first edge. */
  readonly startUs: number;
  readonly shifts: LineShiftsState | null;
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
  /** Edges since the start; those that were taken before a restart are not among them. */
  edges = 0;
  #boot: number;
  #taken = 0;
  /** Edges still to come that were taken before the restart. */
  #skip = 0;
  /** Without the state of the contacts a source that begins again is taken from here on. */
  #notBeforeUs = Number.NEGATIVE_INFINITY;
  /** The contacts were watched all the time: what they are known to be is still so. */
  #isWhole = false;
  #hasNews = false;
  /** Less than there can be: the latest snapshot is no good any more. */
  #eventsAtSnapshot = 0;
  #nextSeq = 0;
  #bootStartUs: number | null = null;
  /** A recording or a simulation has one time for ever. */
  #hasBoots = true;
  /** Events that come while the shifts are counted anew; null at all other times. */
  #missed: StoredLineEvent[] | null = null;
  /** Shifts that began before it are counted from a part of their events: what the archive has of them stays. */
  #keptUs = Number.NEGATIVE_INFINITY;
  /** Where the shifts were when this boot began, for counting it anew when its clock turns out to be wrong. */
  #bootBase: BootBase | null = null;

  private constructor(settings: KeeperSettings, boot: number) {
    this.settings = settings;
    this.#boot = boot;
    const { line, plan, offsetOf, onFinal } = settings;
    const hooks = { onFinal, onEvent: (event: StoredLineEvent) => this.#keep(event) };
    this.pipeline = new LinePipeline(line, plan, hooks, offsetOf(boot));
  }

  /**
   * A line as the store knows it. Where the source can be read again, or was never closed, it goes on where it was,
   * without a hole.
   */
  static async load(settings: KeeperSettings, time: Timekeeping): Promise<LineKeeper> {
    const { store, number } = settings;
    const { boot, isSeekable } = time;
    const keeper = new LineKeeper(settings, boot);
    keeper.#hasBoots = !isSeekable;
    const { snapshot, front, nextSeq } = await store.load(number);
    const base = await keeper.#findBootBase();
    const shifts =
      (await keeper.#recounted(base, time.stepsAtStart)) ??
      (snapshot && (await keeper.#rebuilt(snapshot.state as LineShiftsState, snapshot.lastSeq + 1))) ??
      (await keeper.#rebuilt(undefined, 0)) ??
      keeper.#newShifts(undefined);
    shifts.adoptPlan();
    keeper.pipeline.continueWith(shifts, settings.offsetOf(boot));
    // before anything that has not got a number yet
    keeper.#bootBase ??= { state: nextSeq === 0 ? null : shifts.save(), seq: nextSeq };
    const isResumed = front !== null && keeper.#tryResume(front.state as FrontState, time);
    if (!isResumed) keeper.#notBeforeUs = shifts.movedToUs - settings.offsetOf(boot);
    keeper.#nextSeq = Math.max(keeper.#nextSeq, nextSeq);
    return keeper;
  }

  /** Takes the next edge, see `LineContacts.edge`. @returns false for one that was taken before the restart. */
  edge(timeUs: number, channel: number, level: Level, lostBefore: boolean): boolean {
    if (this.#skip > 0) {
      this.#skip--;
      return false;
    }
    this.#taken++;
    this.edges++;
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
    if (this.#bootStartUs === null) this.#beginBoot(timeUs);
    if (this.#skip > 0 || this.#isWhole || timeUs < this.#notBeforeUs) return;
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
   * Wall times were wrong: shifts are counted anew from where they were when this boot began, or from the first event
   * that is kept when boots before it have moved, too. Those of the archive are told to `onRecount`.
   * @returns false when that is not known any more, or the boot would begin before what was counted earlier.
   */
  async reanchor(steps: readonly ClockStep[]): Promise<boolean> {
    const base = this.#bootBase;
    if (base === null) return false;
    const missed: StoredLineEvent[] = [];
    this.#missed = missed;
    await this.settings.store.commit();
    const counted = await this.#countedAnew(base, steps).finally(() => {
      this.#missed = null;
    });
    if (counted === null) return false;
    const offsetUs = this.settings.offsetOf(this.#boot);
    // what came meanwhile is partly in the store already
    for (const event of missed.slice(Math.max(0, missed.length - (this.#nextSeq - counted.nextSeq))))
      feed(counted.shifts, event, offsetUs);
    this.pipeline.continueWith(counted.shifts, offsetUs);
    return true;
  }

  /** The clock is right, and what was counted by it is over: from here on this boot is not counted anew. */
  forgetBootBase(): void {
    if (this.#bootBase === null) return;
    this.#bootBase = null;
    if (this.#hasBoots) this.settings.store.deleteBootState(this.settings.number);
  }

  /** Where the running boot began, when a process before this one has seen that. */
  async #findBootBase(): Promise<BootBase | null> {
    if (!this.#hasBoots) return null;
    const kept = await this.settings.store.bootState(this.settings.number);
    const state = kept?.state as BootState | undefined;
    if (kept === null || state?.boot !== this.#boot) return null;
    this.#bootStartUs = state.startUs;
    this.#bootBase = { state: state.shifts, seq: kept.lastSeq + 1 };
    return this.#bootBase;
  }

  #beginBoot(startUs: number): void {
    this.#bootStartUs = startUs;
    if (this.#bootBase === null || !this.#hasBoots) return;
    const { state, seq } = this.#bootBase;
    const kept: BootState = { boot: this.#boot, startUs, shifts: state };
    this.settings.store.putBootState(this.settings.number, kept, seq - 1);
  }

  async #recounted(base: BootBase | null, steps: readonly ClockStep[]): Promise<LineShifts | null> {
    const isKnown = base !== null || steps.some(({ boot }) => boot !== this.#boot);
    return steps.length > 0 && isKnown ? ((await this.#countedAnew(base, steps))?.shifts ?? null) : null;
  }

  /** Null when there is no way: the archive stays as it is then. */
  async #countedAnew(base: BootBase | null, steps: readonly ClockStep[]): Promise<Counted | null> {
    const isOlder = steps.some(({ boot }) => boot !== this.#boot);
    const { onFinal, onRecount } = this.settings;
    let finals: ShiftInput[] | null = [];
    try {
      const state = isOlder ? undefined : (base?.state ?? undefined);
      const shifts = this.#newShifts(state, (input) => (finals === null ? onFinal(input) : finals.push(input)));
      const nextSeq = await this.#replay(shifts, isOlder ? 0 : (base?.seq ?? 0));
      onRecount(await this.#recountFromUs(steps));
      for (const input of finals) onFinal(input);
      finals = null;
      this.#eventsAtSnapshot = -1;
      return { shifts, nextSeq };
    } catch (error) {
      if (isDatabaseFault(error)) throw error;
      return null;
    }
  }

  /** Since when shifts that are over may be others now: from the beginning of the one in which the first boot began. */
  async #recountFromUs(steps: readonly ClockStep[]): Promise<number> {
    const open = this.#bootBase?.state?.open.map(({ window }) => window.startUs) ?? [];
    const moved = steps.map(({ boot, beforeOffsetUs }) =>
      boot === this.#boot ? (this.#bootStartUs ?? 0) + beforeOffsetUs : beforeOffsetUs,
    );
    const begun = moved.map((atUs) => this.settings.plan.windowAt(atUs).startUs);
    return Math.max(await this.#keptFromUs(steps), Math.min(...moved, ...[...begun, ...open].filter(Number.isFinite)));
  }

  /** Shifts that began before it cannot be counted anew: their events are gone. */
  async #keptFromUs(steps: readonly ClockStep[]): Promise<number> {
    const { store, number, offsetOf, knowsBoot } = this.settings;
    for await (const { seq, event } of store.events(number, 0)) {
      if (seq === 0 || !knowsBoot(event.boot)) break;
      const step = steps.find(({ boot }) => boot === event.boot);
      return event.monoUs + (step?.beforeOffsetUs ?? offsetOf(event.boot));
    }
    return Number.NEGATIVE_INFINITY;
  }

  #newShifts(state: LineShiftsState | undefined, onFinal = this.settings.onFinal): LineShifts {
    const { line, plan } = this.settings;
    const shifts = new LineShifts(line, plan, {
      onFinal: (input) => {
        if (!(input.window.startUs < this.#keptUs)) onFinal(input);
      },
    });
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
    const { store, number, offsetOf, knowsBoot } = this.settings;
    let nextSeq = fromSeq;
    for await (const { seq, event } of store.events(number, fromSeq)) {
      const known = fromStored(event, 0);
      if (known !== null && knowsBoot(event.boot)) {
        if (nextSeq === 0 && seq > 0) this.#keptUs = event.monoUs + offsetOf(event.boot);
        feed(shifts, known, offsetOf(event.boot));
      }
      nextSeq = seq + 1;
    }
    return nextSeq;
  }

  #tryResume(front: FrontState, time: Timekeeping): boolean {
    try {
      this.#resume(front, time);
      return true;
    } catch (error) {
      this.settings.onUnusable("contacts", error);
      this.pipeline.contacts.forget();
      return false;
    }
  }

  #resume(front: FrontState, { boot, isSeekable, goesOnFromUs }: Timekeeping): void {
    const { contacts } = this.pipeline;
    if (front.contacts === null) return;
    contacts.restore(front.contacts);
    this.#taken = front.taken;
    this.#isWhole = goesOnFromUs !== null && front.boot === boot && front.contacts.nowUs >= goesOnFromUs;
    if (isSeekable) this.#skip = front.taken;
    if (isSeekable || this.#isWhole) this.pipeline.continueWith(this.pipeline.shifts, this.settings.offsetOf(boot));
    else this.#cutAtRestart(front, boot);
  }

  /** Nobody saw what happened since the last durable moment. */
  #cutAtRestart({ boot }: FrontState, now: number): void {
    const { contacts, shifts } = this.pipeline;
    this.pipeline.continueWith(shifts, this.settings.offsetOf(boot));
    this.#boot = boot;
    contacts.see(false, contacts.nowUs);
    const offUs = this.settings.offsetOf(now) - this.settings.offsetOf(boot) - contacts.nowUs;
    // so that what comes after the end of a shift is not counted to it
    if (offUs > 0 && offUs <= LONGEST_OFF_US) contacts.advance(contacts.nowUs + offUs);
    this.#boot = now;
    this.pipeline.restart(this.settings.offsetOf(now));
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
    if (seq === null) return;
    this.#nextSeq = seq + 1;
    if (event.kind === "seal") this.settings.onSeal(seq, event.seal.offUs);
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
