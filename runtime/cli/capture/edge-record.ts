import type { ChannelKind, Contact, Level } from "../../../algorithms/signal.ts";
import type { EdgeBatch, LineLevels } from "../../daemon/edge-feed.ts";
import { channelKey, eachLevel } from "../inputs/edge-stream.ts";

/** A row of a recording: time since its beginning, index of the channel's name. */
export interface RecordRow {
  readonly timeUs: number;
  readonly name: number;
  readonly level: Level;
}

/** What the names of a recording stand for. */
interface Names {
  readonly list: string[];
  readonly raw: Map<number, number>;
  readonly filtered: Map<number, number>;
  readonly inverted: Set<number>;
}

/**
 * The batches of a live recording as rows in order of time.
 *
 * The filters decide late, so rows wait until nothing can come before them any more. Where edges were dropped the
 * recording has a hole, as `recorder` 0 says it, and the levels behind it.
 */
export class EdgeRecord {
  /** Channels in the order of their numbers; the filtered ones are named `NAME_filtered`. */
  readonly names: readonly string[];
  /** Wall time of its beginning in microseconds since 1970. */
  readonly startWallUs: number;
  readonly #names: Names;
  readonly #startUs: number;
  readonly #lineIndexes: readonly number[];
  #held: RecordRow[] = [];
  #writtenUs = 0;
  #nowUs = 0;
  /** Edges of contacts, and those dropped, so far. */
  edges = 0;
  dropped = 0;

  /**
   * @param first the batch that the recording begins with.
   * @param line only this one; null: all.
   * @param withFiltered whether filtered levels are recorded beside.
   */
  constructor(first: EdgeBatch, line: string | null, withFiltered: boolean) {
    this.#startUs = first.nowUs ?? 0;
    this.startWallUs = Math.round(this.#startUs + first.offsetUs);
    this.#lineIndexes = first.lines.flatMap(({ line: id }, i) => (line === null || line === id ? [i] : []));
    this.#names = namesOf(first.lines, this.#lineIndexes, withFiltered);
    this.names = this.#names.list;
    for (const i of this.#lineIndexes) this.#sayLevels(first.lines[i] as LineLevels, i, 0);
  }

  /** How much has been recorded. */
  get lengthUs(): number {
    return this.#nowUs;
  }

  /** Takes the next batch. @returns rows that are certain now, in order. */
  take(batch: EdgeBatch): RecordRow[] {
    eachLevel(batch.edges, (timeUs, line, channel, level) => this.#edge(timeUs, line, channel, level));
    eachLevel(batch.changes, (timeUs, line, channel, level) => {
      const name = channel === "recorder" ? this.#recorder(line) : this.#names.filtered.get(channelKey(line, channel));
      this.#hold(timeUs, name, level);
    });
    if (batch.dropped > 0) this.#hole(batch);
    this.#nowUs = Math.max(this.#nowUs, (batch.nowUs ?? 0) - this.#startUs);
    const decidedUs = this.#lineIndexes.map((i) => (batch.lines[i] as LineLevels).decidedUntilUs);
    return this.#release(Math.min(...decidedUs) - this.#startUs);
  }

  /** Nothing follows. @returns the rows that waited. */
  end(): RecordRow[] {
    return this.#release(Number.POSITIVE_INFINITY);
  }

  #edge(timeUs: number, line: number, channel: ChannelKind, level: Level): void {
    const key = channelKey(line, channel);
    const name = this.#names.raw.get(key);
    if (name === undefined) return;
    this.edges++;
    this.#hold(timeUs, name, this.#names.inverted.has(key) ? flipped(level) : level);
  }

  #recorder(line: number): number | undefined {
    return this.#names.raw.get(channelKey(line, "recorder"));
  }

  #hold(timeUs: number, name: number | undefined, level: Level): void {
    // a change that was decided late may lie before the beginning
    if (name !== undefined) this.#held.push({ timeUs: Math.max(0, timeUs - this.#startUs), name, level });
  }

  #hole({ edges, lines, nowUs, dropped }: EdgeBatch): void {
    this.dropped += dropped;
    const endUs = nowUs ?? this.#startUs;
    const fromUs = edges.timesUs.at(-1) ?? this.#startUs + this.#nowUs;
    for (const i of this.#lineIndexes) {
      this.#hold(fromUs, this.#recorder(i), 0);
      this.#sayLevels(lines[i] as LineLevels, i, endUs - this.#startUs);
    }
  }

  /** The recorder comes last: what it sees again is what the contacts were by then. */
  #sayLevels({ channels, blindSinceUs }: LineLevels, line: number, timeUs: number): void {
    for (const { channel, raw, invert, filtered } of channels) {
      const key = channelKey(line, channel);
      if (raw !== null) this.#hold(timeUs + this.#startUs, this.#names.raw.get(key), invert ? flipped(raw) : raw);
      if (filtered !== null) this.#hold(timeUs + this.#startUs, this.#names.filtered.get(key), filtered);
    }
    this.#hold(timeUs + this.#startUs, this.#recorder(line), blindSinceUs === null ? 1 : 0);
  }

  #release(beforeUs: number): RecordRow[] {
    this.#held.sort((a, b) => a.timeUs - b.timeUs);
    const end = this.#held.findIndex(({ timeUs }) => timeUs >= beforeUs);
    const ready = end < 0 ? this.#held : this.#held.slice(0, end);
    this.#held = end < 0 ? [] : this.#held.slice(end);
    return ready.map((row) => {
      this.#writtenUs = Math.max(this.#writtenUs, row.timeUs);
      return { ...row, timeUs: this.#writtenUs };
    });
  }
}

function namesOf(lines: readonly LineLevels[], indexes: readonly number[], withFiltered: boolean): Names {
  const names: Names = { list: [], raw: new Map(), filtered: new Map(), inverted: new Set() };
  const add = (name: string) => (names.list.includes(name) ? names.list.indexOf(name) : names.list.push(name) - 1);
  const contacts = indexes.flatMap((i) => (lines[i] as LineLevels).channels.map((channel) => ({ i, ...channel })));
  for (const { i, channel, signal, invert } of contacts) {
    names.raw.set(channelKey(i, channel), add(signal));
    if (invert) names.inverted.add(channelKey(i, channel));
  }
  for (const i of indexes) names.raw.set(channelKey(i, "recorder"), add((lines[i] as LineLevels).recorderSignal));
  if (withFiltered)
    for (const { i, channel, signal } of contacts)
      names.filtered.set(
        channelKey(i, channel as Contact),
        names.list.push(freeName(`${signal}_filtered`, names.list)) - 1,
      );
  return names;
}

/** Nobody is to mistake it for a contact of that name. */
function freeName(wanted: string, taken: readonly string[]): string {
  return taken.includes(wanted) ? freeName(`${wanted}_`, taken) : wanted;
}

function flipped(level: Level): Level {
  return level === 1 ? 0 : 1;
}
