import { type ContactDisturbances, DisturbanceFinder } from "../../algorithms/disturbances.ts";
import { type Cause, interferenceCauses } from "../../algorithms/interference-causes.ts";
import { CHANNEL_KINDS, CONTACTS, type Contact, type EdgeCounts, type Level } from "../../algorithms/signal.ts";
import type { Appliance } from "./appliance.ts";
import { lineEdges } from "./journal-edges.ts";
import type { WatchedLine } from "./watched-line.ts";

const HOUR_US = 3_600_000_000;
/** The longest stretch with so few edges that looking through it holds nobody up. */
const HOURS = [8, 2, 0.5, 0.1] as const;
const MOST_EDGES = 150_000;
/** Whoever asks again sooner gets the same. */
const KEPT_MS = 30_000;

/** What disturbed a contact in the last hours. */
export interface ContactInterference {
  readonly line: string;
  readonly contact: Contact;
  /** Edges by what became of them: `edges = kept + removed`. */
  readonly counts: EdgeCounts;
  readonly bounceSeconds: number | null;
  /** The strongest first; a contact of another line is called `sealer-2 sealing`. */
  readonly causes: readonly Cause[];
}

/** What disturbed all contacts in a stretch of time that is over. */
export interface Interference {
  readonly hours: number;
  readonly contacts: readonly ContactInterference[];
}

type Found = ContactDisturbances & { readonly line: string; readonly contact: Contact; readonly firstUs: number };

/** Looks through the journal for what disturbs the contacts; the same for half a minute. */
export class InterferenceWatch {
  readonly #appliance: Appliance;
  #latest: { readonly atMs: number; readonly found: Promise<Interference> } | null = null;

  constructor(appliance: Appliance) {
    this.#appliance = appliance;
  }

  /** What was found in the last hours, fewer where there are very many edges. */
  look(): Promise<Interference> {
    const nowMs = performance.now();
    if (this.#latest === null || nowMs - this.#latest.atMs > KEPT_MS)
      this.#latest = { atMs: nowMs, found: this.#look() };
    return this.#latest.found;
  }

  async #look(): Promise<Interference> {
    const { nowUs, time, lines } = this.#appliance;
    const endUs = nowUs === null ? null : nowUs + time.offsetOf(time.boot);
    if (endUs === null) return { hours: 0, contacts: [] };
    for (const hours of HOURS) {
      const startUs = endUs - hours * HOUR_US;
      const found = await this.#found(lines, startUs, endUs);
      if (found === null) continue;
      // before the first edge of all nobody may have watched
      const fromUs = Math.max(startUs, Math.min(endUs, ...found.map(({ firstUs }) => firstUs)));
      return { hours: (endUs - fromUs) / HOUR_US, contacts: causesOf(found, { startUs: fromUs, endUs }) };
    }
    return { hours: 0, contacts: [] };
  }

  /** Null when there are more edges than may be. */
  async #found(lines: readonly WatchedLine[], startUs: number, endUs: number): Promise<readonly Found[] | null> {
    const found: Found[] = [];
    let left = MOST_EDGES;
    for (const line of lines) {
      const contacts = await this.#contacts(line, startUs, endUs, left);
      if (contacts === null) return null;
      left -= contacts.edges;
      found.push(...contacts.found);
    }
    return found;
  }

  async #contacts(line: WatchedLine, startUs: number, endUs: number, most: number) {
    const { line: settings } = line.keeper.settings;
    const finders = new Map<Contact, DisturbanceFinder>();
    let firstUs = endUs;
    let edges = 0;
    for await (const portion of lineEdges(this.#appliance, line, startUs, endUs))
      for (const { wallUs, channel, level } of portion.edges) {
        const contact = CONTACTS.find((each) => each === CHANNEL_KINDS[channel]);
        if (contact === undefined) continue;
        if (++edges > most) return null;
        firstUs = Math.min(firstUs, wallUs);
        const { betaSeconds, invert } = settings.channels[contact];
        const finder = finders.get(contact) ?? new DisturbanceFinder(Math.round(betaSeconds * 1e6));
        finders.set(contact, finder);
        finder.push(Math.round(wallUs), (invert ? 1 - level : level) as Level);
      }
    const found = [...finders].map(([contact, finder]) => ({
      line: settings.id,
      contact,
      firstUs,
      ...finder.finish(endUs),
    }));
    return { edges, found };
  }
}

function causesOf(found: readonly Found[], time: { readonly startUs: number; readonly endUs: number }) {
  return found.map((contact): ContactInterference => {
    const others = found.filter((other) => other !== contact);
    const named = others.map((other) => ({
      ...other,
      name: other.line === contact.line ? other.contact : `${other.line} ${other.contact}`,
    }));
    const { line, contact: kind, counts, bounceSeconds } = contact;
    const causes = interferenceCauses({ ...contact, name: kind }, named, time);
    return { line, contact: kind, counts, bounceSeconds, causes };
  });
}
