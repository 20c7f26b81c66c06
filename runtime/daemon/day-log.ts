import { type ScheduledTask, schedule } from "node-cron";
import type { Log } from "../log.ts";
import type { ApplianceMetrics } from "./metrics.ts";

const MIDNIGHT = "0 0 * * *";

/** What a day is told by; counts since the start. */
export type DayFigures = Pick<
  ApplianceMetrics,
  "edges" | "lostEdges" | "seals" | "processWrittenBytes" | "residentBytes"
>;

/**
 * A line in the log at each local midnight: what the day was like, for whoever looks once a month.
 *
 * The one thing that happens at a moment of the wall clock, and nothing depends on it: a midnight that is missed has no
 * line, and the next one counts both days (docs/decisions/0019-what-cron-is-for.md).
 */
export class DayLog {
  readonly #timeZone: string;
  readonly #figures: () => DayFigures;
  readonly #log: Pick<Log, "info">;
  #last: DayFigures;
  #task: ScheduledTask | null = null;

  /** @param timeZone name of the tz database whose midnight is meant. */
  constructor(timeZone: string, figures: () => DayFigures, log: Pick<Log, "info">) {
    this.#timeZone = timeZone;
    this.#figures = figures;
    this.#log = log;
    this.#last = figures();
  }

  /** Waits for the next midnight; call it again when the clock was put right. */
  arm(): void {
    this.stop();
    this.#task = schedule(MIDNIGHT, () => this.tell(), { name: "day", timezone: this.#timeZone, unref: true });
    // without a listener each one is a line on the console
    this.#task.on("execution:missed", () => {});
  }

  stop(): void {
    void this.#task?.destroy();
    this.#task = null;
  }

  /** Writes the line of the time since the last one. */
  tell(): void {
    const now = this.#figures();
    const last = this.#last;
    this.#last = now;
    this.#log.info("day", {
      seals: now.seals - last.seals,
      edges: now.edges - last.edges,
      lostEdges: now.lostEdges - last.lostEdges,
      writtenMegabytes: megabytesBetween(last.processWrittenBytes, now.processWrittenBytes),
      residentMegabytes: Math.round(now.residentBytes / 1e6),
    });
  }
}

function megabytesBetween(before: number | null, after: number | null): number | null {
  return before === null || after === null ? null : Math.round((after - before) / 1e6);
}
