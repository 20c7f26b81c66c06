import type { ShiftHistory } from "../../algorithms/maintenance/shift-figures.ts";
import type { MaintenanceSignal, NotJudged } from "../../algorithms/maintenance/signals.ts";

/** What the maintenance block shows besides the shift's own result. */
export interface MaintenanceFigures {
  /** The shifts before, oldest first, and this one as the last. */
  readonly shifts: ShiftHistory;
  /** Signs of wear in this shift. */
  readonly signals: readonly MaintenanceSignal[];
  /** What could not be judged yet, and what it lacks. */
  readonly notJudged: readonly NotJudged[];
  /** When power went or came back, in line time; null when nobody keeps a record of it. */
  readonly powerEventsUs: readonly number[] | null;
}
