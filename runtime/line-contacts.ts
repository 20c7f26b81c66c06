import { ContactFilter, type ContactFilterState } from "../algorithms/contact-filter.ts";
import { OtherReadings, type OtherReadingsState } from "../algorithms/other-readings.ts";
import { type SealEvent, SealRules, type SealRulesState } from "../algorithms/seal-rules.ts";
import { CHANNEL_KINDS, CONTACTS, type Contact, type Level, REMOVED_KINDS, type Seal } from "../algorithms/signal.ts";
import type { LineConfig } from "./config.ts";
import type { ContactCount, ContactCounts, LineEventConsumer, Remark } from "./line-event.ts";

const SEALING = CHANNEL_KINDS.indexOf("sealing");
const AVAILABILITY = CHANNEL_KINDS.indexOf("availability");
const REJECT = CHANNEL_KINDS.indexOf("reject");
const RECORDER = CHANNEL_KINDS.indexOf("recorder");

/** Contacts that do not move are decided this often. */
const TICK_US = 1_000_000;

/** Everything `LineContacts` knows, for going on later with identical results. */
export interface LineContactsState {
  readonly contacts: readonly { readonly filter: ContactFilterState; readonly rawLevel: Level | null }[];
  readonly rules: SealRulesState;
  readonly ready: boolean | null;
  readonly readings: OtherReadingsState;
  readonly lastSeal: Seal | null;
  readonly offBeforeUs: number;
  readonly startUs: number | null;
  readonly nowUs: number;
  readonly tickedUs: number;
  readonly blindSinceUs: number | null;
  readonly base: ContactCounts;
}

/** Somebody who looks on; `channel` indexes CHANNEL_KINDS. Nothing that is computed depends on it. */
export interface ContactsWatcher {
  /** The contact moved; level 1 is active. */
  edge(timeUs: number, channel: number, level: Level): void;
  /** A change of the filtered level is certain now. */
  changed(changeUs: number, channel: number, level: Level): void;
  /** The recorder sees nothing from here on (false), or sees again. */
  saw(timeUs: number, sees: boolean): void;
  /** What the seal rules make of a filtered change. */
  judged(event: SealEvent): void;
}

/** One contact on its way through its filter. */
class ContactInput {
  readonly betaUs: number;
  readonly invert: boolean;
  filter: ContactFilter;
  rawLevel: Level | null = null;
  rawSinceUs: number | null = null;

  constructor(betaSeconds: number, invert: boolean) {
    this.betaUs = Math.round(betaSeconds * 1e6);
    this.invert = invert;
    this.filter = new ContactFilter(this.betaUs);
  }
}

/**
 * The contacts of a line: raw edges in, seals and states out. Time comes with the edges only.
 *
 * ```
 *   edge -> ContactFilter(sealing)      -> SealRules     -> seal
 *        -> ContactFilter(availability) -> Availability  -> ready
 *        -> ContactFilter(reject)       -> rejects       -> reject
 *        -> ContactFilter(energy)       -> meter pulses  -> energy
 *        -> recorder                    -> everything open ends, nothing is known until it sees again
 * ```
 */
export class LineContacts {
  /** The next boundary of the calendar, or full hour: edges before it are counted with what came before. Infinite: none. */
  boundaryUs = Number.POSITIVE_INFINITY;
  watcher: ContactsWatcher | null = null;
  readonly #line: LineConfig;
  readonly #emit: LineEventConsumer;
  readonly #contacts: readonly ContactInput[];
  #rules: SealRules;
  #ready: boolean | null = null;
  #readings = new OtherReadings();
  #lastSeal: Seal | null = null;
  #offBeforeUs = Number.MIN_SAFE_INTEGER;
  #startUs: number | null = null;
  #nowUs = 0;
  #tickedUs = 0;
  #blindSinceUs: number | null = null;
  /** Edges that were counted before a restart. */
  #base: ContactCounts = {};

  constructor(line: LineConfig, emit: LineEventConsumer) {
    const { channels } = line;
    this.#line = line;
    this.#contacts = CONTACTS.map(
      (contact) => new ContactInput(channels[contact].betaSeconds, channels[contact].invert),
    );
    this.#rules = new SealRules(channels.sealing);
    this.#emit = emit;
  }

  /** Time of the first edge of any line; null before there is one. */
  get startUs(): number | null {
    return this.#startUs;
  }

  /** Time of the latest edge: nothing is known beyond it. */
  get nowUs(): number {
    return this.#nowUs;
  }

  /** Since when the recorder sees nothing; null while it sees. */
  get blindSinceUs(): number | null {
    return this.#blindSinceUs;
  }

  /** Every event up to here has been emitted. */
  get decidedUntilUs(): number {
    if (this.#blindSinceUs !== null) return this.#nowUs;
    const running = this.#contacts.filter(({ filter }) => filter.filter.running);
    return Math.min(this.#nowUs, ...running.map(({ filter }) => filter.finalUntilUs));
  }

  /** Whether the contact has ever been seen. */
  has(contact: Contact): boolean {
    return this.#contact(contact).rawLevel !== null;
  }

  /** The contact's filtered level; null before it is known and while nothing is seen. */
  levelOf(contact: Contact): Level | null {
    const { filter } = this.#contact(contact).filter;
    return this.#blindSinceUs === null && filter.known ? filter.level : null;
  }

  /** The contact itself, before its filter: its level, and since when, as far as that was seen since the start. */
  rawOf(contact: Contact): { readonly level: Level | null; readonly sinceUs: number | null } {
    const { rawLevel, rawSinceUs } = this.#contact(contact);
    return { level: rawLevel, sinceUs: rawSinceUs };
  }

  /** The contact's filter, for its bounces and its level. */
  filterOf(contact: Contact): ContactFilter {
    return this.#contact(contact).filter;
  }

  /** Edges that are decided, by contact that was seen: `edges = kept + removed`. */
  counts(): ContactCounts {
    const seen = CONTACTS.filter((contact) => this.has(contact) || this.#base[contact] !== undefined);
    return Object.fromEntries(
      seen.map((contact) => [contact, sumOf(countOf(this.filterOf(contact)), this.#base[contact])]),
    );
  }

  /** The recording begins here; edges of other lines may come first. */
  begin(timeUs: number): void {
    this.#startUs = timeUs;
    this.#nowUs = timeUs;
    this.#tickedUs = timeUs;
  }

  /** A state that was to be restored made no sense: as if nothing had ever been seen. */
  forget(): void {
    this.#start();
    this.#rules = new SealRules(this.#line.channels.sealing);
    this.#base = {};
    this.#lastSeal = null;
    this.#ready = null;
    this.#startUs = null;
    this.#blindSinceUs = null;
  }

  /**
   * The program was started anew: nothing was seen since, and edge counts go on. `see` ends it, in the new time.
   * @param laterUs how much greater times are in the new one.
   */
  restart(laterUs: number): void {
    this.#base = this.counts();
    this.#rules.moveTime(laterUs);
    // a boot whose clock contradicts the one before it tells nothing of how long ago that was
    if (laterUs !== 0 && this.#nowUs + laterUs > 0) this.#rules = new SealRules(this.#line.channels.sealing);
    this.#start();
  }

  /** Nothing of the contacts is known yet. */
  #start(): void {
    for (const contact of this.#contacts) {
      contact.filter = new ContactFilter(contact.betaUs);
      contact.rawLevel = null;
      contact.rawSinceUs = null;
    }
    this.#readings = new OtherReadings();
    this.#offBeforeUs = Number.MIN_SAFE_INTEGER;
    this.begin(0);
    this.#blindSinceUs = 0;
  }

  /**
   * Takes the next edge; `channel` indexes CHANNEL_KINDS. Edges lost before it make a gap since the edge before.
   * @throws RangeError when the time of a contact goes back.
   */
  edge(timeUs: number, channel: number, level: Level, lostBefore: boolean): void {
    if (this.#startUs === null) this.begin(timeUs);
    if (lostBefore) this.#loseEdges(timeUs);
    this.advance(timeUs);
    if (channel === RECORDER) this.see(level === 1, timeUs);
    else this.#contactEdge(channel, level, timeUs);
  }

  /** Time goes on though no edge of this line came; what does not move is decided, a stuck contact is told. */
  advance(timeUs: number): void {
    if (timeUs >= this.boundaryUs) this.#countTo(timeUs);
    this.#nowUs = timeUs;
    if (timeUs - this.#tickedUs >= TICK_US) this.#tick();
  }

  /** The recording ends here: what is open is decided. */
  finish(timeUs: number): void {
    if (this.#startUs === null) return;
    this.advance(timeUs);
    if (this.#blindSinceUs === null) this.#cut(timeUs);
  }

  /** From here on nothing is seen (false), or it is seen again, with the contacts as they were last unless edges tell. */
  see(sees: boolean, timeUs: number): void {
    if (sees === (this.#blindSinceUs === null)) return;
    if (!sees) this.#cut(timeUs);
    this.#blindSinceUs = sees ? null : timeUs;
    this.watcher?.saw(timeUs, sees);
    this.#emit({ kind: "sees", atUs: timeUs, sees });
    if (!sees) return;
    this.#contacts.forEach((contact, channel) => {
      if (contact.rawLevel === null) return;
      if (contact.filter.push(timeUs, contact.rawLevel)) this.#changed(channel, contact.filter);
    });
  }

  /** Everything needed to go on later with identical results. */
  save(): LineContactsState {
    return {
      contacts: this.#contacts.map(({ filter, rawLevel }) => ({ filter: filter.save(), rawLevel })),
      rules: this.#rules.save(),
      ready: this.#ready,
      readings: this.#readings.save(),
      lastSeal: this.#lastSeal,
      offBeforeUs: this.#offBeforeUs,
      startUs: this.#startUs,
      nowUs: this.#nowUs,
      tickedUs: this.#tickedUs,
      blindSinceUs: this.#blindSinceUs,
      base: this.#base,
    };
  }

  /** Goes on where `save` was called, with the filters' settings of then. */
  restore(state: LineContactsState): void {
    state.contacts.forEach(({ filter, rawLevel }, i) => {
      const contact = this.#contacts[i] as ContactInput;
      contact.filter = ContactFilter.restore(filter);
      contact.rawLevel = rawLevel;
    });
    this.#rules = SealRules.restore(state.rules);
    this.#ready = state.ready;
    this.#readings = OtherReadings.restore(state.readings);
    this.#lastSeal = state.lastSeal;
    this.#offBeforeUs = state.offBeforeUs;
    this.#startUs = state.startUs;
    this.#nowUs = state.nowUs;
    this.#tickedUs = state.tickedUs;
    this.#blindSinceUs = state.blindSinceUs;
    this.#base = state.base;
  }

  #contact(contact: Contact): ContactInput {
    return this.#contacts[CHANNEL_KINDS.indexOf(contact)] as ContactInput;
  }

  #tick(): void {
    this.#tickedUs = this.#nowUs;
    if (this.#blindSinceUs !== null) return;
    for (const [channel, { filter }] of this.#contacts.entries())
      if (filter.filter.running && filter.push(this.#nowUs, filter.filter.rawLevel)) this.#changed(channel, filter);
    const { filter, finalUntilUs } = this.#contact("sealing").filter;
    if (filter.known) this.#take(this.#rules.tick(finalUntilUs));
  }

  #contactEdge(channel: number, level: Level, timeUs: number): void {
    const contact = this.#contacts[channel] as ContactInput;
    const active = contact.invert ? ((1 - level) as Level) : level;
    const isFound = contact.rawLevel === null;
    if (active !== contact.rawLevel) {
      contact.rawLevel = active;
      contact.rawSinceUs = timeUs;
      this.watcher?.edge(timeUs, channel, active);
    }
    if (this.#blindSinceUs !== null) return;
    // nobody saw when the level began that was found at the start
    if (channel === SEALING && !isFound) this.#readings.edge(timeUs, active);
    if (contact.filter.push(timeUs, active)) this.#changed(channel, contact.filter);
  }

  #changed(channel: number, { changeUs, level }: ContactFilter): void {
    this.watcher?.changed(changeUs, channel, level);
    if (channel === SEALING) this.#take(this.#rules.push(changeUs, level));
    else if (channel === AVAILABILITY) this.#changeReady(changeUs, level === 1);
    else if (level === 1) this.#emit({ kind: channel === REJECT ? "reject" : "energy", atUs: changeUs });
  }

  #changeReady(atUs: number, ready: boolean | null): void {
    if (ready === this.#ready) return;
    this.#ready = ready;
    this.#emit({ kind: "ready", atUs, ready });
  }

  #take(event: SealEvent | undefined): void {
    if (event === undefined) return;
    this.watcher?.judged(event);
    if (event.kind === "seal") this.#countSeal(event.seal);
    else if (event.kind === "short") this.#contact("sealing").filter.edges.rejectPulse();
    else if (event.kind === "repeated") this.#remark({ kind: "repeated", startUs: event.atUs, endUs: event.atUs });
    else this.#remark({ kind: event.kind, startUs: event.onUs, endUs: event.offUs });
  }

  #countSeal(seal: Seal): void {
    this.#weighLastSeal(seal.onUs);
    this.#lastSeal = seal;
    this.#emit({ kind: "seal", seal });
  }

  /** What the raw contact says about the last seal's length is known once the next one begins. */
  #weighLastSeal(nextOnUs: number): void {
    const last = this.#lastSeal;
    if (last === null) return;
    const otherSeconds = last.sealingTimeSeconds === null ? [] : this.#readings.of(last, this.#offBeforeUs, nextOnUs);
    if (otherSeconds.length > 0) this.#emit({ kind: "doubt", otherSeconds });
    this.#offBeforeUs = last.offUs;
    this.#lastSeal = null;
  }

  #remark(remark: Remark): void {
    this.#emit({ kind: "remark", remark });
  }

  /** Whatever is open ends here: beyond this nothing is known. */
  #cut(timeUs: number): void {
    this.#contacts.forEach(({ filter }, channel) => {
      if (filter.filter.running && filter.finish(timeUs)) this.#changed(channel, filter);
    });
    this.#take(this.#rules.finish(timeUs));
    this.#weighLastSeal(timeUs);
    this.#readings.cut();
    this.#changeReady(timeUs, null);
  }

  #loseEdges(untilUs: number): void {
    this.#remark({ kind: "lost-edges", startUs: this.#nowUs, endUs: untilUs });
    if (this.#blindSinceUs !== null) return;
    this.see(false, this.#nowUs);
    this.advance(untilUs);
    this.see(true, untilUs);
  }

  #countTo(timeUs: number): void {
    const counts = this.counts();
    // whoever gets the event sets the next boundary; a long silence may have passed thousands
    while (timeUs >= this.boundaryUs) {
      const atUs = this.boundaryUs;
      this.boundaryUs = Number.POSITIVE_INFINITY;
      this.#emit({ kind: "counts", atUs, counts });
    }
  }
}

function countOf({ edges }: ContactFilter): ContactCount {
  const { groups, sumUs } = edges.bounce;
  return { ...edges.counts(), bounces: groups, bounceUs: sumUs };
}

function sumOf(counts: ContactCount, base: ContactCount | undefined): ContactCount {
  if (base === undefined) return counts;
  const removed = REMOVED_KINDS.map((kind) => [kind, counts.removed[kind] + base.removed[kind]]);
  return {
    edges: counts.edges + base.edges,
    kept: counts.kept + base.kept,
    removed: Object.fromEntries(removed) as ContactCount["removed"],
    bounces: counts.bounces + base.bounces,
    bounceUs: counts.bounceUs + base.bounceUs,
  };
}
