import type { Driver } from "../../drivers/driver.ts";
import type { DriverName } from "../../drivers/gpio/choose.ts";
import type { InputCounters } from "../../drivers/gpio/inputs.ts";
import type { Timekeeping } from "./timekeeping.ts";

/** The open driver of pins and how it is doing. */
export interface SourceInputs {
  readonly name: DriverName;
  readonly counters: InputCounters;
  /** Why nothing is seen at the moment; null while all is well. */
  readonly trouble: string | null;
}

/** What an appliance watches. */
export interface Source {
  readonly driver: Driver;
  /** Absent where there are no pins. */
  readonly inputs?: SourceInputs;
  /** Real milliseconds since a moment of its edges; absent where that has no meaning. */
  readonly sinceMs?: (timeUs: number) => number;
  /** Ends a `read` that waits. */
  readonly interrupt?: () => void;
  /** @param saved what its time was before a restart; `reached` until when something was recorded then. */
  time(saved: unknown, reached: { readonly boot: number; readonly monoUs: number } | null): Timekeeping;
}
