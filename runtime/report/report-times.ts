import type { Interval } from "../../algorithms/interval.ts";
import type { ReportContext } from "./report-context.ts";

const DAY_US = 86_400_000_000;

/** Moments of a shift as its report writes them: local time where it is known, time since the start where not. */
export class ReportTimes {
  readonly #clock: ReportContext["clock"];
  readonly #startWallUs: number | null;
  readonly #needsDate: boolean;

  /** @param span of the shift: longer than a day, and each moment carries its date. */
  constructor({ clock, startWallUs }: Pick<ReportContext, "clock" | "startWallUs">, span: Interval) {
    this.#clock = clock;
    this.#startWallUs = startWallUs;
    this.#needsDate = span.endUs - span.startUs > DAY_US;
  }

  /** `07:30`, `2026-03-02 07:30` in a recording longer than a day, `+01:30:00` where the wall time is not known. */
  moment(timeUs: number): string {
    const wall = this.#wall(timeUs);
    if (wall === null) return sinceStart(timeUs);
    return this.#needsDate ? `${wall.date} ${wall.time}` : wall.time;
  }

  /** `07:30-08:03`; with the date as `moment`. */
  range({ startUs, endUs }: Interval): string {
    const [from, to] = [this.moment(startUs), this.moment(endUs)];
    const isOneDay = from.slice(0, -5) === to.slice(0, -5) && !from.startsWith("+");
    return isOneDay ? `${from}-${to.slice(-5)}` : `${from} - ${to}`;
  }

  /** With the date, or both dates where they differ: `2026-03-02 22:00 - 2026-03-03 06:00`. */
  span({ startUs, endUs }: Interval): string {
    const [from, to] = [this.#wall(startUs), this.#wall(endUs)];
    if (from === null || to === null) return `${sinceStart(startUs)} - ${sinceStart(endUs)}`;
    const end = from.date === to.date ? to.time : `${to.date} ${to.time}`;
    return `${from.date} ${from.time} - ${end}`;
  }

  /** Local hour and minute, and the date where rows of several days need it; null as in `moment`. */
  hour(timeUs: number): { readonly label: string; readonly minute: number } {
    const wall = this.#wall(timeUs);
    if (wall !== null) {
      const day = this.#needsDate ? `${wall.date.slice(5)} ` : "";
      return { label: `${day}${wall.time.slice(0, 2)}`, minute: Number(wall.time.slice(3, 5)) };
    }
    const minutes = Math.floor(timeUs / 60e6);
    return { label: `+${two(Math.floor(minutes / 60))}`, minute: ((minutes % 60) + 60) % 60 };
  }

  #wall(timeUs: number): { readonly date: string; readonly time: string } | null {
    if (this.#clock === null || this.#startWallUs === null) return null;
    const wallUs = this.#startWallUs + timeUs;
    return { date: this.#clock.date(wallUs), time: this.#clock.time(wallUs).slice(0, 5) };
  }
}

function sinceStart(timeUs: number): string {
  const seconds = Math.round(Math.abs(timeUs) / 1e6);
  const sign = timeUs < 0 ? "-" : "+";
  return `${sign}${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}
