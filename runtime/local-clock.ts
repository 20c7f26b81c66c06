import { Temporal } from "temporal-polyfill";

const HOUR_US = 3_600_000_000;
const MOST_CACHED_HOURS = 10_000;

/** Wall times in a time zone. A report asks thousands of times, so the offset of an hour is looked up once. */
export class LocalClock {
  readonly timeZone: string;
  /** Offset in microseconds by quarter of an hour since 1970: no zone changes its clock at another moment today. */
  readonly #offsets = new Map<number, number>();

  /** @throws RangeError for a time zone that the tz database does not have. */
  constructor(timeZone: string) {
    this.timeZone = timeZone;
    this.#look(0);
  }

  /** Local date: `2026-03-02`. */
  date(wallUs: number): string {
    return this.#local(wallUs).slice(0, 10);
  }

  /** Local time of day: `06:00`. */
  time(wallUs: number): string {
    return this.#local(wallUs).slice(11, 16);
  }

  /** Month, day and time: `03-02 06:00:00`. */
  label(wallUs: number): string {
    return this.#local(wallUs).slice(5, 19).replace("T", " ");
  }

  /** ISO 8601 with milliseconds and offset: `2026-03-02T06:00:00.000+01:00`. */
  iso(wallUs: number): string {
    const minutes = Math.round(this.offsetUs(wallUs) / 60e6);
    const two = (value: number) => String(value).padStart(2, "0");
    const size = Math.abs(minutes);
    return `${this.#local(wallUs).slice(0, 23)}${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}:${two(size % 60)}`;
  }

  /** Local time minus UTC at this moment, in microseconds. */
  offsetUs(wallUs: number): number {
    const quarter = Math.floor((4 * wallUs) / HOUR_US);
    const known = this.#offsets.get(quarter);
    if (known !== undefined) return known;
    if (this.#offsets.size >= MOST_CACHED_HOURS) this.#offsets.clear();
    const offsetUs = this.#look((quarter * HOUR_US) / 4);
    this.#offsets.set(quarter, offsetUs);
    return offsetUs;
  }

  /**
   * The moment of a local date (`2026-03-02`) and minute of the day; of a minute that comes twice the first, of one that
   * is left out the moment at which the clock is put forward: a later minute is never an earlier moment.
   */
  wallUs(date: string, minuteOfDay: number): number {
    const midnight = Temporal.PlainDate.from(date).toPlainDateTime();
    const local = midnight.add({ minutes: minuteOfDay });
    const zoned = local.toZonedDateTime(this.timeZone, { disambiguation: "earlier" });
    const isLeftOut = !zoned.toPlainDateTime().equals(local);
    const moment = isLeftOut ? (zoned.getTimeZoneTransition("next") ?? zoned) : zoned;
    return moment.epochMilliseconds * 1000;
  }

  #local(wallUs: number): string {
    return new Date((wallUs + this.offsetUs(wallUs)) / 1000).toISOString();
  }

  #look(wallUs: number): number {
    const instant = Temporal.Instant.fromEpochMilliseconds(Math.floor(wallUs / 1000));
    return instant.toZonedDateTimeISO(this.timeZone).offsetNanoseconds / 1000;
  }
}
