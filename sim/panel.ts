import type { ChannelKind, Level } from "../algorithms/signal.ts";
import type { Change } from "./change.ts";
import { Bounce, Dropout, type Flips, type FlipsAfterChange, interference } from "./flips.ts";
import { SEALING } from "./machine-signals.ts";
import type { PanelSpec } from "./panel-spec.ts";
import type { Random } from "./random.ts";
import { stick } from "./stuck.ts";

// The panel looks this far ahead for the end of a sealing pulse, to know where drop-outs may lie.
const LOOK_AHEAD_US = 60_000_000;

/** One contact under interference: its level is the clean one, inverted while anything flips it. */
class Contact {
  readonly #random: readonly Flips[];
  readonly #afterChange: readonly FlipsAfterChange[];
  readonly #all: readonly Flips[];
  #clean: Level = 0;
  level: Level = 0;
  nextUs = Infinity;

  constructor(random: readonly Flips[], afterChange: readonly FlipsAfterChange[]) {
    this.#random = random;
    this.#afterChange = afterChange;
    this.#all = [...random, ...afterChange];
    this.#update();
  }

  /** The machine moves the contact; at time 0 it only stands where it stood before. */
  change(timeUs: number, level: Level, endUs: number | null): void {
    this.#clean = level;
    if (timeUs > 0) for (const flips of this.#afterChange) flips.changed(timeUs, level, endUs);
    this.#update();
  }

  /** What happens at nextUs. */
  step(): void {
    for (const flips of this.#all) if (flips.nextUs === this.nextUs) flips.toggle();
    this.#update();
  }

  #update(): void {
    let flipped = false;
    let nextUs = Infinity;
    for (const flips of this.#random) {
      if (flips.active) flipped = true;
      if (flips.nextUs < nextUs) nextUs = flips.nextUs;
    }
    for (const flips of this.#afterChange) {
      if (flips.active) flipped = true;
      if (flips.nextUs < nextUs) nextUs = flips.nextUs;
    }
    this.nextUs = nextUs;
    this.level = flipped ? ((1 - this.#clean) as Level) : this.#clean;
  }
}

/**
 * What the panel does to clean contacts: bounce, interference, drop-outs and contacts that hang.
 *
 * Takes and yields changes of level in order of time; every change it yields is one. It holds the changes of one pulse
 * (at most a minute) at a time. Swapped and inverted wires are the recorder's part, see `record`.
 * @param endUs asked once the changes have ended: the end of the recording.
 */
export function* disturb(
  spec: PanelSpec,
  kinds: readonly ChannelKind[],
  changes: Iterable<Change>,
  endUs: () => number,
  random: Random,
): Generator<Change, void, undefined> {
  const contacts = kinds.map((kind, channel) => contactOf(spec, kind, channel, random.fork(kind)));
  const stuck = spec.stuck.length === 0 ? changes : stick(spec.stuck, kinds, changes, endUs);
  const pulses = spec.dropouts.share > 0 ? withPulseEnds(stuck) : stuck;
  for (const change of pulses) {
    for (let flip = nextFlip(contacts, change.timeUs); flip !== null; flip = nextFlip(contacts, change.timeUs))
      yield flip;
    const contact = contacts[change.channel] as Contact;
    const before = contact.level;
    contact.change(change.timeUs, change.level, (change as Partial<Pulse>).endUs ?? null);
    if (contact.level !== before) yield { timeUs: change.timeUs, channel: change.channel, level: contact.level };
  }
  for (let flip = nextFlip(contacts, endUs()); flip !== null; flip = nextFlip(contacts, endUs())) yield flip;
}

function contactOf(spec: PanelSpec, kind: ChannelKind, channel: number, random: Random): Contact {
  const afterChange: FlipsAfterChange[] = [];
  if (spec.bounce.bounces[1] > 0) afterChange.push(new Bounce(random.fork("bounce"), spec.bounce));
  if (channel === SEALING && spec.dropouts.share > 0)
    afterChange.push(new Dropout(random.fork("dropouts"), spec.dropouts));
  return new Contact(spec.channels.includes(kind) ? interference(spec, random) : [], afterChange);
}

/** The next change of level that interference makes before this time, over all contacts. */
function nextFlip(contacts: readonly Contact[], untilUs: number): Change | null {
  for (;;) {
    let channel = -1;
    let nextUs = untilUs;
    for (let i = 0; i < contacts.length; i++) {
      const contact = contacts[i] as Contact;
      if (contact.nextUs < nextUs) {
        channel = i;
        nextUs = contact.nextUs;
      }
    }
    if (channel < 0) return null;
    const contact = contacts[channel] as Contact;
    const before = contact.level;
    contact.step();
    if (contact.level !== before) return { timeUs: nextUs, channel, level: contact.level };
  }
}

interface Pulse extends Change {
  readonly endUs: number | null;
}

/** Says at the beginning of each sealing pulse when it will end; null when that cannot be known within the look-ahead. */
export function* withPulseEnds(changes: Iterable<Change>): Generator<Pulse, void, undefined> {
  let held: Change[] = [];
  for (const change of changes) {
    const first = held[0];
    if (first !== undefined) {
      const ends = change.channel === SEALING;
      if (!ends && change.timeUs <= first.timeUs + LOOK_AHEAD_US) {
        held.push(change);
        continue;
      }
      yield* release(held, ends ? change.timeUs : null);
      held = [];
    }
    if (change.channel === SEALING && change.level === 1) held.push(change);
    else yield toPulse(change, null);
  }
  yield* release(held, null);
}

function* release(held: readonly Change[], endUs: number | null): Generator<Pulse, void, undefined> {
  for (let i = 0; i < held.length; i++) yield toPulse(held[i] as Change, i === 0 ? endUs : null);
}

function toPulse(change: Change, endUs: number | null): Pulse {
  return { timeUs: change.timeUs, channel: change.channel, level: change.level, endUs };
}
