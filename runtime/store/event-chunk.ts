import { eventFrom, isStoredValue, isWhole, MAX_EXACT, type StoredEvent, type StoredValue } from "./stored-event.ts";
import { packDeltas, unpackDeltas } from "./varints.ts";

/** Events of a sealed chunk; fewer only where a gap follows. */
export const CHUNK_EVENTS = 256;
const MICRO = 1e6;

// A column is whole numbers or whole millionths as packed differences, or, where it is neither, the values themselves.
type Column = readonly [scale: number, packed: Uint8Array] | readonly StoredValue[];

/**
 * Fields of a chunk's record: version, count, types, lengths of the value lists, packed times, boots as
 * (number, repetitions) pairs, and the columns: one for each type and place, in order of first appearance.
 */
export function chunkFields(events: readonly StoredEvent[]): readonly unknown[] {
  const types = Uint8Array.from(events, ({ type }) => type);
  const lengths = Uint8Array.from(events, ({ values }) => values.length);
  const times = packDeltas(events.map(({ monoUs }) => monoUs));
  return [1, events.length, types, lengths, times, bootRuns(events), packColumns(events)];
}

/** Number of events of a chunk's record as far as its outer shape tells; null when it is none. */
export function chunkCount(fields: readonly unknown[]): number | null {
  const [version, count, types, lengths] = fields;
  const fits = version === 1 && isWhole(count, CHUNK_EVENTS) && count > 0;
  return fits && isBytes(types, count) && isBytes(lengths, count) ? count : null;
}

/** The events of a chunk's record; null when its fields are no chunk. */
export function eventsFrom(fields: readonly unknown[]): readonly StoredEvent[] | null {
  const count = chunkCount(fields);
  if (count === null) return null;
  const [, , types, lengths, packedTimes, runs, packed] = fields as [1, number, Uint8Array, Uint8Array, ...unknown[]];
  const times = packedTimes instanceof Uint8Array ? unpackDeltas(packedTimes, count) : null;
  const boots = Array.isArray(runs) ? bootsFrom(runs, count) : null;
  const places = columnPlaces(types, lengths);
  const columns = Array.isArray(packed) ? unpackColumns(packed, places) : null;
  if (times === null || boots === null || columns === null) return null;
  const events: StoredEvent[] = [];
  for (let i = 0; i < count; i++) {
    const type = types[i] as number;
    const values: StoredValue[] = [];
    for (let place = 0; place < (lengths[i] as number); place++)
      values.push((columns.get(columnOf(type, place)) as Cursor).next());
    const event = eventFrom([1, type, boots[i], times[i], ...values]);
    if (event === null) return null;
    events.push(event);
  }
  return events;
}

function columnOf(type: number, place: number): number {
  return type * 256 + place;
}

/** Length of each column, in order of first appearance. */
function columnPlaces(types: Uint8Array, lengths: Uint8Array): Map<number, number> {
  const places = new Map<number, number>();
  for (const [i, type] of types.entries())
    for (let place = 0; place < (lengths[i] as number); place++) {
      const column = columnOf(type, place);
      places.set(column, (places.get(column) ?? 0) + 1);
    }
  return places;
}

function packColumns(events: readonly StoredEvent[]): Column[] {
  const columns = new Map<number, StoredValue[]>();
  for (const { type, values } of events)
    for (const [place, value] of values.entries()) {
      const column = columns.get(columnOf(type, place));
      if (column === undefined) columns.set(columnOf(type, place), [value]);
      else column.push(value);
    }
  return [...columns.values()].map(packColumn);
}

function packColumn(values: readonly StoredValue[]): Column {
  for (const scale of [1, MICRO]) {
    const scaled = values.map((value) => (typeof value === "number" ? Math.round(value * scale) : Number.NaN));
    if (scaled.every((value, i) => Math.abs(value) <= MAX_EXACT && value / scale === values[i]))
      return [scale, packDeltas(scaled)];
  }
  return values;
}

function unpackColumns(packed: readonly unknown[], places: ReadonlyMap<number, number>): Map<number, Cursor> | null {
  if (packed.length !== places.size) return null;
  const columns = new Map<number, Cursor>();
  for (const [column, count] of places) {
    const values = unpackColumn(packed[columns.size], count);
    if (values === null) return null;
    columns.set(column, new Cursor(values));
  }
  return columns;
}

function unpackColumn(column: unknown, count: number): readonly StoredValue[] | null {
  if (!Array.isArray(column)) return null;
  const [scale, bytes] = column;
  if (!(bytes instanceof Uint8Array)) return column.length === count && column.every(isStoredValue) ? column : null;
  const values = scale === 1 || scale === MICRO ? unpackDeltas(bytes, count) : null;
  return values === null ? null : Array.from(values, (value) => value / scale);
}

function bootRuns(events: readonly StoredEvent[]): number[] {
  const runs: number[] = [];
  for (const { boot } of events) {
    const last = runs.length - 2;
    if (runs[last] === boot) runs[last + 1] = (runs[last + 1] as number) + 1;
    else runs.push(boot, 1);
  }
  return runs;
}

function bootsFrom(runs: readonly unknown[], count: number): number[] | null {
  const boots: number[] = [];
  for (let i = 0; i < runs.length; i += 2) {
    const times = runs[i + 1];
    if (!isWhole(times, count - boots.length)) return null;
    for (let n = 0; n < times; n++) boots.push(runs[i] as number);
  }
  return boots.length === count ? boots : null;
}

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}

class Cursor {
  readonly #values: readonly StoredValue[];
  #at = 0;

  constructor(values: readonly StoredValue[]) {
    this.#values = values;
  }

  next(): StoredValue {
    return this.#values[this.#at++] as StoredValue;
  }
}
