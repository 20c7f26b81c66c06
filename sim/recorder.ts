import type { ChannelKind, Level } from "../algorithms/signal.ts";
import type { Change } from "./change.ts";
import { type Interval, toUs } from "./machine-spec.ts";

/** One row of a recording; the channel indexes `RecorderSpec.channels`. */
export interface SimulatedEdge {
  readonly timeUs: number;
  readonly channel: number;
  readonly level: Level;
}

/** How the contacts are wired to the inputs and how these are recorded. */
export interface RecorderSpec {
  /** The recording's channels: `recorder` first if there are holes, then the contacts in their order. */
  readonly channels: readonly ChannelKind[];
  /** The recorder looks at whole multiples of this. */
  readonly timeStepUs: number;
  readonly holes: readonly Interval[];
  /** The wires of availability and sealing are swapped. */
  readonly swapped: boolean;
  /** Contacts read the wrong way round, before any swap. */
  readonly inverted: readonly ChannelKind[];
}

/**
 * The recording of some contacts. First the level of each channel at time 0, then changes, at the end each level once
 * more, which says how far the recording goes.
 *
 * Between two looks only the last level counts, so times of a channel increase strictly. In a hole nothing is recorded but
 * the recorder's own channel; after it, what changed meanwhile.
 * @param endUs asked once the contacts have ended.
 */
export function* record(
  spec: RecorderSpec,
  contacts: readonly ChannelKind[],
  changes: Iterable<Change>,
  endUs: () => number,
): Generator<SimulatedEdge, void, undefined> {
  const inputs = new Inputs(spec, contacts);
  const step = spec.timeStepUs;
  let tickUs = 0;
  const seen = spec.holes.length === 0 ? changes : withHoles(spec.holes, changes, endUs);
  for (const change of seen) {
    const atUs = step === 1 ? change.timeUs : Math.ceil(change.timeUs / step) * step;
    if (atUs > tickUs) {
      for (let edge = inputs.look(tickUs); edge !== null; edge = inputs.look(tickUs)) yield edge;
      tickUs = atUs;
    }
    inputs.set(change.channel, change.level);
  }
  for (let edge = inputs.look(tickUs); edge !== null; edge = inputs.look(tickUs)) yield edge;
  yield* inputs.lastRows(Math.max(tickUs, Math.ceil(endUs() / step) * step));
}

const RECORDER = -1;

/** The recorder's inputs: what they show, and what was last written down. */
class Inputs {
  readonly #shown: Level[];
  readonly #written: (Level | null)[];
  /** Input of a contact, and whether it reads the contact the wrong way round. */
  readonly #wires: readonly { readonly input: number; readonly inverted: boolean }[];
  readonly #ownChannel: number;

  constructor(spec: RecorderSpec, contacts: readonly ChannelKind[]) {
    this.#ownChannel = spec.channels.indexOf("recorder");
    this.#shown = spec.channels.map(() => 0);
    this.#written = spec.channels.map(() => null);
    this.#wires = contacts.map((kind) => ({
      input: spec.channels.indexOf(spec.swapped ? swap(kind) : kind),
      inverted: spec.inverted.includes(kind),
    }));
    for (let contact = 0; contact < contacts.length; contact++) this.set(contact, 0);
    if (this.#ownChannel >= 0) this.set(RECORDER, 1);
  }

  set(contact: number, level: Level): void {
    if (contact === RECORDER) {
      this.#shown[this.#ownChannel] = level;
      return;
    }
    const wire = this.#wires[contact];
    if (wire !== undefined) this.#shown[wire.input] = wire.inverted ? ((1 - level) as Level) : level;
  }

  /** Writes down the first input that shows something new; null when none does. */
  look(timeUs: number): SimulatedEdge | null {
    const blind = this.#blind;
    for (let channel = 0; channel < this.#shown.length; channel++) {
      const level = this.#shown[channel] as Level;
      if (level === this.#written[channel] || (blind && channel !== this.#ownChannel)) continue;
      this.#written[channel] = level;
      return { timeUs, channel, level };
    }
    return null;
  }

  *lastRows(timeUs: number): Generator<SimulatedEdge, void, undefined> {
    const blind = this.#blind;
    for (let channel = 0; channel < this.#written.length; channel++) {
      const level = this.#written[channel] ?? null;
      if (level !== null && (!blind || channel === this.#ownChannel)) yield { timeUs, channel, level };
    }
  }

  get #blind(): boolean {
    return this.#ownChannel >= 0 && this.#shown[this.#ownChannel] === 0;
  }
}

function swap(kind: ChannelKind): ChannelKind {
  if (kind === "availability") return "sealing";
  return kind === "sealing" ? "availability" : kind;
}

/** The changes with the beginnings and ends of the holes among them, as changes of the recorder's own channel. */
function* withHoles(
  holes: readonly Interval[],
  changes: Iterable<Change>,
  endUs: () => number,
): Generator<Change, void, undefined> {
  const moments = holes.flatMap((hole): Change[] => [
    { timeUs: toUs(hole.atSeconds), channel: RECORDER, level: 0 },
    { timeUs: toUs(hole.atSeconds + hole.lengthSeconds), channel: RECORDER, level: 1 },
  ]);
  let next = 0;
  for (const change of changes) {
    for (let m = moments[next]; m !== undefined && m.timeUs <= change.timeUs; m = moments[++next]) yield m;
    yield change;
  }
  for (let m = moments[next]; m !== undefined && m.timeUs < endUs(); m = moments[++next]) yield m;
}
