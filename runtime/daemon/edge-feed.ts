import { CHANNEL_KINDS, type ChannelKind, CONTACTS, type Contact, type Level } from "../../algorithms/signal.ts";
import { EdgeRing } from "../../drivers/edge-ring.ts";
import { InputError } from "../../drivers/input-error.ts";
import type { ContactsWatcher } from "../line-contacts.ts";
import type { Appliance } from "./appliance.ts";
import type { WatchedLine } from "./watched-line.ts";

const EVERY_MS = 200;
/** What may wait for a slow listener: half a minute of 500 edges a second, 160 KB. */
const WAITING_EDGES = 1 << 14;
const MOST_LISTENERS = 16;
// A code of the ring: the line, whether it is a filtered level, the channel.
const CODES_PER_LINE = 16;
const FILTERED = 8;
const RECORDER = CHANNEL_KINDS.indexOf("recorder");

/** A contact at the end of a batch. Levels are those of the contact: 1 is active; null is not known. */
export interface ChannelLevels {
  readonly channel: Contact;
  /** Its name in recordings. */
  readonly signal: string;
  /** Recordings have the opposite level. */
  readonly invert: boolean;
  readonly betaSeconds: number;
  readonly raw: Level | null;
  readonly rawSinceUs: number | null;
  readonly filtered: Level | null;
  readonly filteredSinceUs: number | null;
}

/** A line at the end of a batch. */
export interface LineLevels {
  readonly line: string;
  readonly name: string;
  readonly recorderSignal: string;
  readonly minSealingTimeSeconds: number;
  readonly maxSealingTimeSeconds: number;
  /** Since when nothing is seen; null while it is. */
  readonly blindSinceUs: number | null;
  /** All filtered changes before this have been told. */
  readonly decidedUntilUs: number;
  /** Those that were ever seen. */
  readonly channels: readonly ChannelLevels[];
}

/** Changes of level in columns, in the order in which they were known. */
export interface LevelColumns {
  readonly timesUs: number[];
  /** Index of `lines`. */
  readonly lines: number[];
  readonly channels: ChannelKind[];
  readonly levels: Level[];
}

/**
 * What the topic `edges` tells, some five times a second while anything goes on. Times are those of the edges:
 * microseconds of the computer's monotonic clock, or of the simulation.
 */
export interface EdgeBatch {
  /** The latest edge of all lines; null before there is one. */
  readonly nowUs: number | null;
  /** Wall time since 1970 minus the time of the edges. */
  readonly offsetUs: number;
  readonly timeZone: string;
  /** As they are behind everything told here and dropped. */
  readonly lines: readonly LineLevels[];
  /** What the contacts did. */
  readonly edges: LevelColumns;
  /** What the filters make of it, known later and stamped with the time of the change; `recorder` 0: nothing is seen. */
  readonly changes: LevelColumns;
  /** Edges and changes that the listener was too slow for: they came behind all that is told here. */
  readonly dropped: number;
}

/** A listener and what waits for it. */
class Listener {
  readonly ring = new EdgeRing(WAITING_EDGES);
  /** Null: all lines. */
  readonly line: number | null;
  readonly publish: (batch: { toJSON(): EdgeBatch }) => void;
  /** A batch was published and is not sent yet. */
  isAsking = false;
  #toldLost = 0;
  #toldUs: number | null = null;

  constructor(line: number | null, publish: Listener["publish"]) {
    this.line = line;
    this.publish = publish;
  }

  hasNews(nowUs: number | null): boolean {
    if (this.isAsking) return false;
    return this.ring.length > 0 || this.ring.lost > this.#toldLost || nowUs !== this.#toldUs;
  }

  /** Takes all that waits: from here on it is told. */
  take(nowUs: number | null): Pick<EdgeBatch, "edges" | "changes" | "dropped"> {
    this.isAsking = false;
    const edges: LevelColumns = { timesUs: [], lines: [], channels: [], levels: [] };
    const changes: LevelColumns = { timesUs: [], lines: [], channels: [], levels: [] };
    this.ring.drain((timeUs, code, level) => {
      const columns = code & FILTERED ? changes : edges;
      columns.timesUs.push(timeUs);
      columns.lines.push(Math.floor(code / CODES_PER_LINE));
      columns.channels.push(CHANNEL_KINDS[code & (FILTERED - 1)] as ChannelKind);
      columns.levels.push(level);
    });
    const dropped = this.ring.lost - this.#toldLost;
    this.#toldLost = this.ring.lost;
    this.#toldUs = nowUs;
    return { edges, changes, dropped };
  }
}

/**
 * The contacts as they move, for those who listen. Without listeners nothing watches and nothing is kept.
 *
 * A batch is put together when it is sent, so what a slow client has not taken stays in its listener's ring, which is
 * bounded and counts what does not fit.
 */
export class EdgeFeed {
  readonly #appliance: Appliance;
  readonly #listeners = new Set<Listener>();
  #timer: NodeJS.Timeout | null = null;

  constructor(appliance: Appliance) {
    this.#appliance = appliance;
  }

  /**
   * @param line only this one; null: all.
   * @returns what ends it.
   * @throws InputError for a line that is not there, or when too many listen.
   */
  listen(line: string | null, publish: Listener["publish"]): () => void {
    if (this.#listeners.size >= MOST_LISTENERS)
      throw new InputError({
        source: "edges",
        problem: `${MOST_LISTENERS} programs watch the contacts already, which is the most`,
        remedy: "end one of them (sealtrace inputs, capture or doctor)",
      });
    const listener = new Listener(line === null ? null : this.#indexOf(line), publish);
    this.#listeners.add(listener);
    if (this.#listeners.size === 1) this.#watch();
    this.#tell(listener);
    return () => {
      if (this.#listeners.delete(listener) && this.#listeners.size === 0) this.#unwatch();
    };
  }

  #watch(): void {
    this.#appliance.lines.forEach(({ keeper }, line) => {
      keeper.pipeline.contacts.watcher = this.#watcher(line);
    });
    this.#timer = setInterval(() => {
      for (const listener of this.#listeners) if (listener.hasNews(this.#appliance.nowUs)) this.#tell(listener);
    }, EVERY_MS).unref();
  }

  #unwatch(): void {
    for (const { keeper } of this.#appliance.lines) keeper.pipeline.contacts.watcher = null;
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #watcher(line: number): ContactsWatcher {
    const push = (timeUs: number, code: number, level: Level) => {
      for (const listener of this.#listeners) {
        if (listener.line !== null && listener.line !== line) continue;
        listener.ring.push(timeUs, line * CODES_PER_LINE + code, level);
        // a storm is told before its time
        if (listener.ring.free < WAITING_EDGES / 2 && !listener.isAsking) this.#tell(listener);
      }
    };
    return {
      edge: push,
      changed: (changeUs, channel, level) => push(changeUs, FILTERED + channel, level),
      saw: (timeUs, sees) => push(timeUs, FILTERED + RECORDER, sees ? 1 : 0),
      judged: () => {},
    };
  }

  #tell(listener: Listener): void {
    listener.isAsking = true;
    listener.publish({ toJSON: () => this.#batch(listener) });
  }

  #batch(listener: Listener): EdgeBatch {
    const { nowUs, time, config, lines } = this.#appliance;
    const told = listener.take(nowUs);
    const { timeZone } = config;
    return { nowUs, offsetUs: time.offsetOf(time.boot), timeZone, lines: lines.map(levelsOf), ...told };
  }

  #indexOf(line: string): number {
    const ids = this.#appliance.lines.map(({ keeper }) => keeper.settings.line.id);
    const index = ids.indexOf(line);
    if (index >= 0) return index;
    const remedy = `name one of ${ids.join(", ")}`;
    throw new InputError({ source: `line ${line}`, problem: "there is no such line", remedy });
  }
}

function levelsOf({ keeper }: WatchedLine): LineLevels {
  const { line } = keeper.settings;
  const { contacts } = keeper.pipeline;
  const channels = CONTACTS.filter((contact) => contacts.has(contact)).map((contact): ChannelLevels => {
    const { signal, invert, betaSeconds } = line.channels[contact];
    const raw = contacts.rawOf(contact);
    const filtered = contacts.levelOf(contact);
    const filteredSinceUs = filtered === null ? null : contacts.filterOf(contact).changeUs;
    const isSeen = contacts.blindSinceUs === null;
    return {
      channel: contact,
      signal,
      invert,
      betaSeconds,
      raw: isSeen ? raw.level : null,
      rawSinceUs: isSeen ? raw.sinceUs : null,
      filtered,
      filteredSinceUs,
    };
  });
  return {
    line: line.id,
    name: line.name,
    recorderSignal: line.channels.recorder.signal,
    minSealingTimeSeconds: line.channels.sealing.minSealingTimeSeconds,
    maxSealingTimeSeconds: line.channels.sealing.maxSealingTimeSeconds,
    blindSinceUs: contacts.blindSinceUs,
    decidedUntilUs: contacts.decidedUntilUs,
    channels,
  };
}
