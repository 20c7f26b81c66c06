import { maintenanceSignals } from "../algorithms/maintenance/maintenance.ts";
import type { ShiftFigures, ShiftHistory } from "../algorithms/maintenance/shift-figures.ts";
import type { MaintenanceFigures } from "./report/maintenance-figures.ts";

/**
 * Signs of wear in a shift, held against the shifts before it, and when power came back in it (null: nobody keeps a
 * record); null where the shift's own figures are not known.
 */
export function maintenanceOf(
  before: ShiftHistory,
  current: ShiftFigures | null,
  powerEventsUs: readonly number[] | null = null,
): MaintenanceFigures | null {
  if (current === null) return null;
  const { signals, notJudged } = maintenanceSignals(before, current);
  return { shifts: [...before, current], signals, notJudged, powerEventsUs };
}
