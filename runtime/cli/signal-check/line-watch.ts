import { EdgeCollector } from "../../../algorithms/signal-check/edge-series.ts";
import type { CheckedSettings, WatchedContact } from "../../../algorithms/signal-check/signal-check.ts";
import { CONTACTS, type Contact, type Level } from "../../../algorithms/signal.ts";
import type { LineConfig } from "../../config.ts";

/** What a line's contacts did, and what they are filtered with. */
export interface WatchedLine {
  readonly line: string;
  readonly name: string;
  readonly settings: CheckedSettings;
  /** Those that were seen. */
  readonly contacts: readonly WatchedContact[];
  /** A hole, or too many edges, left out some of the time: the longest part without one is judged. */
  readonly isPart: boolean;
}

/** Takes the levels of a line's contacts (1 is active) and keeps the longest time without a hole in which sealing moved. */
export class LineWatch {
  readonly #levels = new Map<Contact, Level>();
  #current = new Map<Contact, EdgeCollector>();
  #sinceUs: number | null = null;
  #nowUs = 0;
  #longest: {
    readonly lengthUs: number;
    readonly hasMoved: boolean;
    readonly collectors: Map<Contact, EdgeCollector>;
  } | null = null;
  #isBlind = false;

  /** A contact has this level from here on. */
  push(timeUs: number, contact: Contact, level: Level): void {
    this.#levels.set(contact, level);
    this.moveTo(timeUs);
    if (this.#isBlind) return;
    this.#sinceUs ??= timeUs;
    this.#collector(contact).push(this.#nowUs, level);
  }

  /** Nothing changed up to here; a time that lies before the latest one is taken for it. */
  moveTo(timeUs: number): void {
    this.#nowUs = Math.max(this.#nowUs, timeUs);
  }

  /** From here on nothing is seen (false), or it is seen again. */
  see(timeUs: number, sees: boolean): void {
    this.moveTo(timeUs);
    if (sees === !this.#isBlind) return;
    this.#isBlind = !sees;
    if (!sees) this.#endPart();
    else for (const [contact, level] of this.#levels) this.push(timeUs, contact, level);
  }

  /** What was seen until now. */
  contacts(): Pick<WatchedLine, "contacts" | "isPart"> {
    const isCut = this.#longest !== null;
    this.#endPart();
    const collectors = this.#longest?.collectors ?? new Map<Contact, EdgeCollector>();
    const contacts = CONTACTS.flatMap((channel) => {
      const series = collectors.get(channel)?.series() ?? null;
      return series === null ? [] : [{ channel, series }];
    });
    const isFull = [...collectors.values()].some((collector) => collector.isFull);
    return { contacts, isPart: isCut || isFull };
  }

  #collector(contact: Contact): EdgeCollector {
    const known = this.#current.get(contact);
    if (known !== undefined) return known;
    const collector = new EdgeCollector();
    this.#current.set(contact, collector);
    return collector;
  }

  #endPart(): void {
    const lengthUs = this.#sinceUs === null ? 0 : this.#nowUs - this.#sinceUs;
    for (const collector of this.#current.values()) collector.moveTo(this.#nowUs);
    const hasMoved = (this.#current.get("sealing")?.edges ?? 0) > 0;
    const best = this.#longest;
    const isLonger = best === null || (hasMoved === best.hasMoved ? lengthUs > best.lengthUs : hasMoved);
    if (isLonger) this.#longest = { lengthUs, hasMoved, collectors: this.#current };
    this.#current = new Map();
    this.#sinceUs = null;
  }
}

/** The settings of a configured line. */
export function checkedSettings({ channels }: LineConfig): CheckedSettings {
  const betas = CONTACTS.map((contact) => [contact, channels[contact].betaSeconds]);
  const { minSealingTimeSeconds, maxSealingTimeSeconds } = channels.sealing;
  return {
    betaSeconds: Object.fromEntries(betas) as CheckedSettings["betaSeconds"],
    minSealingTimeSeconds,
    maxSealingTimeSeconds,
  };
}
