/** An event of a line's log: what it is, when (boot number and monotonic microseconds of that boot), and its own values. */
export interface StoredEvent {
  /** 0 to 255; whoever writes events gives the numbers their meaning. */
  readonly type: number;
  /** 0 to 2^32 - 1. */
  readonly boot: number;
  /** 0 to 2^51 - 1: 71 years. */
  readonly monoUs: number;
  /** At most 64 finite numbers or texts of at most 256 characters; null is unknown. */
  readonly values: readonly StoredValue[];
}

export type StoredValue = number | string | null;

const MAX_VALUES = 64;
const MAX_TEXT = 256;
const MAX_BOOT = 2 ** 32 - 1;
/** So that a difference of two, folded to one sign, is still exact. */
export const MAX_EXACT: number = 2 ** 51 - 1;

/** A copy that nobody can change any more. Throws a RangeError that names what is out of range. */
export function checkedEvent({ type, boot, monoUs, values }: StoredEvent): StoredEvent {
  const event = { type, boot, monoUs, values: values.map((value) => (value === 0 ? 0 : value)) };
  const fault = eventFault(event);
  if (fault !== null) throw new RangeError(fault);
  return event;
}

/** Fields of an event's record: layout version, type, boot, time, values. */
export function eventFields({ type, boot, monoUs, values }: StoredEvent): readonly unknown[] {
  return [1, type, boot, monoUs, ...values];
}

/** The event of a record; null when its fields are none. */
export function eventFrom(fields: readonly unknown[]): StoredEvent | null {
  const [version, type, boot, monoUs, ...values] = fields;
  const event = { type, boot, monoUs, values } as StoredEvent;
  return version === 1 && eventFault(event) === null ? event : null;
}

function eventFault({ type, boot, monoUs, values }: StoredEvent): string | null {
  if (!isWhole(type, 255)) return `event type must be 0 to 255, not ${String(type)}`;
  if (!isWhole(boot, MAX_BOOT)) return `boot number must be 0 to 2^32 - 1, not ${String(boot)}`;
  if (!isWhole(monoUs, MAX_EXACT)) return `monoUs must be 0 to 2^51 - 1, not ${String(monoUs)}`;
  if (values.length > MAX_VALUES) return `an event has at most ${MAX_VALUES} values, not ${values.length}`;
  const at = values.findIndex((value) => !isStoredValue(value));
  return at < 0 ? null : `value ${at} of an event must be a finite number, a short text or null`;
}

/** True for a whole number from 0 to `max`. */
export function isWhole(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= max;
}

export function isStoredValue(value: unknown): value is StoredValue {
  if (typeof value === "string") return value.length <= MAX_TEXT;
  return value === null || Number.isFinite(value);
}
