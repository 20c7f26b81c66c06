import { Availability, type AvailabilityInterval } from "../algorithms/availability.ts";
import { ContactFilter } from "../algorithms/contact-filter.ts";
import { MinuteMap } from "../algorithms/minute-map.ts";
import { OtherReadings } from "../algorithms/other-readings.ts";
import { type SealEvent, SealRules } from "../algorithms/seal-rules.ts";
import type { Level, Seal } from "../algorithms/signal.ts";
import type { LineConfig } from "./config.ts";
import { type AssignedSealConsumer, SealLedger } from "./seal-ledger.ts";
import { ShiftRecord, type TimeResult } from "./shift-record.ts";

/** The contacts of a line in the order of their numbers in the ring. */
export const LINE_CHANNELS = ["availability", "sealing", "reject", "energy", "recorder"] as const;
export type LineChannel = (typeof LINE_CHANNELS)[number];
export type Contact = Exclude<LineChannel, "recorder">;

const SEALING = LINE_CHANNELS.indexOf("sealing");
const AVAILABILITY = LINE_CHANNELS.indexOf("availability");
const RECORDER = LINE_CHANNELS.indexOf("recorder");

/** Something that happened to a contact and that a person should know. */
export interface Remark {
  readonly kind: "stuck" | "cut" | "repeated" | "lost-edges";
  readonly startUs: number;
  readonly endUs: number | null;
}

const MOST_REMARKS = 200;
const TICK_US = 1_000_000;

/** One contact on its way through its filter. */
class ContactInput {
  readonly filter: ContactFilter;
  readonly invert: boolean;
  rawLevel: Level | null = null;

  constructor(betaSeconds: number, invert: boolean) {
    this.filter = new ContactFilter(Math.round(betaSeconds * 1e6));
    this.invert = invert;
  }
}

/**
 * One line, edge by edge: contact -> level filter -> seal rules -> MoBiSea -> runs and products.
 *
 * ```
 *   edge -> ContactFilter(sealing)      -> SealRules    -> SealLedger (Mobisea) -> seals with their product
 *        -> ContactFilter(availability) -> Availability -> minutes not ready
 *        -> recorder                    -> gap: everything open ends, unseen time is its own category
 * ```
 * Live, replay and simulation all go through here; time comes with the edges only.
 */
export class LinePipeline {
  readonly line: LineConfig;
  readonly seals: SealLedger;
  readonly record = new ShiftRecord();
  readonly remarks: Remark[] = [];
  /** Remarks beyond those that are kept. */
  moreRemarks = 0;
  #contacts: (ContactInput | null)[];
  #rules: SealRules;
  #availability = new Availability();
  #minutes: MinuteMap | null = null;
  #readings = new OtherReadings();
  #lastSeal: Seal | null = null;
  #offBeforeUs = Number.NEGATIVE_INFINITY;
  #startUs = 0;
  #nowUs = 0;
  #tickedUs = 0;
  #blindSinceUs: number | null = null;
  #blindUs = 0;
  #notReadyUs = 0;

  constructor(line: LineConfig, onAssigned?: AssignedSealConsumer) {
    this.line = line;
    const { recorder, ...contacts } = line.channels;
    this.#contacts = LINE_CHANNELS.map((channel) => {
      if (channel === "recorder") return null;
      const { betaSeconds, invert } = contacts[channel];
      return new ContactInput(betaSeconds, invert);
    });
    this.#rules = new SealRules(contacts.sealing);
    this.seals = new SealLedger(line.minRunSeals, (seal, run, product) => {
      this.record.addSeal(seal, product);
      onAssigned?.(seal, run, product);
    });
  }

  /** Time of the first edge; 0 before there is one. */
  get startUs(): number {
    return this.#startUs;
  }

  /** Time of the latest edge: nothing is known beyond it. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Microseconds in which the recorder saw nothing. */
  get blindUs(): number {
    return this.#blindUs + (this.#blindSinceUs === null ? 0 : this.#nowUs - this.#blindSinceUs);
  }

  /** Microseconds in which the availability contact was open, up to now. */
  get notReadyUs(): number {
    const since = this.notReadySinceUs;
    return this.#notReadyUs + (since === null ? 0 : this.#nowUs - since);
  }

  /** Since when the availability contact is open; null while it is closed or unknown. */
  get notReadySinceUs(): number | null {
    const open = this.#availability.open;
    return open?.ready === false ? open.startUs : null;
  }

  /** Stops and OEE up to now; null where the sealing contact was never seen, or for a recording too long to be one shift. */
  timeUse(): TimeResult | null {
    if (!this.has("sealing")) return null;
    const until = (startUs: number | null) => (startUs === null ? null : { startUs, endUs: this.#nowUs });
    const open = { notReady: until(this.notReadySinceUs), hole: until(this.#blindSinceUs) };
    return this.record.timeUse({ startUs: this.#startUs, endUs: this.#nowUs }, this.seals.waiting(), open);
  }

  /** What each minute was spent on; null before the first edge. */
  get minutes(): MinuteMap | null {
    return this.#minutes;
  }

  /** Whether the contact has ever been seen. */
  has(contact: Contact): boolean {
    return this.#contact(contact).rawLevel !== null;
  }

  /** The contact's filter, for its edge counts and its level. */
  filterOf(contact: Contact): ContactFilter {
    return this.#contact(contact).filter;
  }

  /**
   * Takes the next edge; `channel` indexes LINE_CHANNELS. Edges lost before it make a gap since the edge before.
   * @throws RangeError when the time of a contact goes back.
   */
  edge(timeUs: number, channel: number, level: Level, lostBefore: boolean): void {
    if (this.#minutes === null) this.#begin(timeUs);
    if (lostBefore) this.#loseEdges(timeUs);
    this.#nowUs = timeUs;
    if (channel === RECORDER) this.#see(level === 1, timeUs);
    else this.#contactEdge(channel, level, timeUs);
    if (timeUs - this.#tickedUs >= TICK_US) this.#tick();
  }

  /** Ends the recording at the time of its latest edge: what is open is decided. */
  finish(): void {
    if (this.#minutes === null) return;
    if (this.#blindSinceUs === null) this.#cut(this.#nowUs);
    else this.#see(true, this.#nowUs);
    this.seals.finish();
  }

  /** A contact that does not move is decided, and a stuck one told, though no edge of its own comes. */
  #tick(): void {
    this.#tickedUs = this.#nowUs;
    if (this.#blindSinceUs !== null) return;
    for (const [channel, contact] of this.#contacts.entries())
      if (contact?.filter.filter.running && contact.filter.push(this.#nowUs, contact.filter.filter.rawLevel))
        this.#changed(channel, contact.filter);
    const { filter, finalUntilUs } = this.#contact("sealing").filter;
    if (filter.known) this.#take(this.#rules.tick(finalUntilUs));
  }

  #contact(contact: Contact): ContactInput {
    return this.#contacts[LINE_CHANNELS.indexOf(contact)] as ContactInput;
  }

  #begin(timeUs: number): void {
    this.#startUs = timeUs;
    this.#minutes = new MinuteMap(timeUs);
  }

  #contactEdge(channel: number, level: Level, timeUs: number): void {
    const contact = this.#contacts[channel] as ContactInput;
    const active = contact.invert ? ((1 - level) as Level) : level;
    contact.rawLevel = active;
    if (this.#blindSinceUs !== null) return;
    if (channel === SEALING) this.#readings.edge(timeUs, active);
    if (contact.filter.push(timeUs, active)) this.#changed(channel, contact.filter);
  }

  #changed(channel: number, { changeUs, level }: ContactFilter): void {
    if (channel === SEALING) this.#take(this.#rules.push(changeUs, level));
    else if (channel === AVAILABILITY) this.#bookInterval(this.#availability.push(changeUs, level));
  }

  #take(event: SealEvent | undefined): void {
    if (event === undefined) return;
    if (event.kind === "seal") this.#countSeal(event.seal);
    else if (event.kind === "short") this.#contact("sealing").filter.edges.rejectPulse();
    else if (event.kind === "repeated") this.#remark({ kind: "repeated", startUs: event.atUs, endUs: event.atUs });
    else this.#remark({ kind: event.kind, startUs: event.onUs, endUs: event.offUs });
  }

  #countSeal(seal: Seal): void {
    this.#weighLastSeal(seal.onUs);
    this.#lastSeal = seal;
    this.#minutes?.add("sealing", seal.onUs, seal.offUs);
    this.#minutes?.countSeal(seal.offUs);
    this.seals.push(seal);
  }

  /** What the raw contact says about the last seal's length is known once the next one begins. */
  #weighLastSeal(nextOnUs: number): void {
    const last = this.#lastSeal;
    if (last === null) return;
    if (last.sealingTimeSeconds !== null) this.seals.doubtLast(this.#readings.of(last, this.#offBeforeUs, nextOnUs));
    this.#offBeforeUs = last.offUs;
    this.#lastSeal = null;
  }

  #bookInterval(interval: AvailabilityInterval | undefined): void {
    if (interval?.ready !== false) return;
    this.#notReadyUs += interval.endUs - interval.startUs;
    this.record.addNotReady(interval);
    this.#minutes?.add("notReady", interval.startUs, interval.endUs);
  }

  #remark(remark: Remark): void {
    // A stuck contact is told while it is closed and again with its end.
    const last = this.remarks.at(-1);
    if (last?.kind === remark.kind && last.startUs === remark.startUs) this.remarks.pop();
    if (this.remarks.length < MOST_REMARKS) this.remarks.push(remark);
    else this.moreRemarks++;
  }

  #see(sees: boolean, timeUs: number): void {
    if (sees === (this.#blindSinceUs === null)) return;
    if (!sees) {
      this.#cut(timeUs);
      this.#blindSinceUs = timeUs;
      return;
    }
    const since = this.#blindSinceUs as number;
    this.#blindUs += timeUs - since;
    if (timeUs > since) this.record.addHole({ startUs: since, endUs: timeUs });
    this.#minutes?.add("noData", since, timeUs);
    this.#blindSinceUs = null;
    this.#contacts.forEach((contact, channel) => {
      if (contact?.rawLevel == null) return;
      if (contact.filter.push(timeUs, contact.rawLevel)) this.#changed(channel, contact.filter);
    });
  }

  /** Whatever is open ends here: beyond this nothing is known. */
  #cut(timeUs: number): void {
    this.#contacts.forEach((contact, channel) => {
      if (contact?.filter.filter.running && contact.filter.finish(timeUs)) this.#changed(channel, contact.filter);
    });
    this.#take(this.#rules.finish(timeUs));
    this.#weighLastSeal(timeUs);
    this.#readings.cut();
    this.#bookInterval(this.#availability.finish(timeUs));
  }

  #loseEdges(untilUs: number): void {
    this.#remark({ kind: "lost-edges", startUs: this.#nowUs, endUs: untilUs });
    if (this.#blindSinceUs !== null) return;
    this.#see(false, this.#nowUs);
    this.#nowUs = untilUs;
    this.#see(true, untilUs);
  }
}
