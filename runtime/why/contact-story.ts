import type { SealEvent } from "../../algorithms/seal-rules.ts";
import { CONTACTS, type Contact, type Level } from "../../algorithms/signal.ts";
import { EdgeCollector, type EdgeSeries } from "../../algorithms/signal-check/edge-series.ts";
import type { LineConfig } from "../config.ts";
import { type ContactsWatcher, LineContacts } from "../line-contacts.ts";

/** A contact's filtered level from a moment on. */
export interface FilteredChange {
  readonly atUs: number;
  readonly level: Level;
}

/** What the contacts of a line did for a while, and what the line's own filters and rules made of it. Line time. */
export interface ContactStory {
  /** Raw edges by contact that was seen; 1 is active. */
  readonly raw: ReadonlyMap<Contact, EdgeSeries>;
  readonly filtered: ReadonlyMap<Contact, readonly FilteredChange[]>;
  readonly judged: readonly SealEvent[];
  /** Edges are missing in it: the journal could not keep them. */
  readonly dropped: number;
}

/** Runs edges through a line's contacts once more, the very code that counted them, and keeps what it did. */
export class StoryTeller {
  readonly #contacts: LineContacts;
  readonly #raw = new Map<Contact, EdgeCollector>();
  readonly #filtered = new Map<Contact, FilteredChange[]>();
  readonly #judged: SealEvent[] = [];
  #dropped = 0;

  constructor(line: LineConfig) {
    this.#contacts = new LineContacts(line, () => {});
    const watcher: ContactsWatcher = {
      edge: (timeUs, channel, level) => this.#collector(channel).push(timeUs, level),
      changed: (atUs, channel, level) => this.#changes(channel).push({ atUs, level }),
      saw: () => {},
      judged: (event) => this.#judged.push(event),
    };
    this.#contacts.watcher = watcher;
  }

  /** As `LineContacts.edge`; an edge that would go back in time is of another boot and left out. */
  edge(timeUs: number, channel: number, level: Level, lostBefore = false): void {
    if (this.#contacts.startUs !== null && timeUs < this.#contacts.nowUs) return;
    this.#contacts.edge(timeUs, channel, level, lostBefore);
  }

  /** The recorder could not keep so many edges before the next one. */
  drop(count: number): void {
    this.#dropped += count;
  }

  /** All that was told; nothing is decided that the edges so far do not decide. */
  story(): ContactStory {
    const raw = new Map<Contact, EdgeSeries>();
    for (const [contact, collector] of this.#raw) {
      collector.moveTo(this.#contacts.nowUs);
      const series = collector.series();
      if (series !== null) raw.set(contact, series);
    }
    return { raw, filtered: this.#filtered, judged: this.#judged, dropped: this.#dropped };
  }

  #collector(channel: number): EdgeCollector {
    const contact = CONTACTS[channel] as Contact;
    const known = this.#raw.get(contact) ?? new EdgeCollector();
    this.#raw.set(contact, known);
    return known;
  }

  #changes(channel: number): FilteredChange[] {
    const contact = CONTACTS[channel] as Contact;
    const known = this.#filtered.get(contact) ?? [];
    this.#filtered.set(contact, known);
    return known;
  }
}
