import { contactBounce, interference } from "./contact-trend.ts";
import { cycleTimeCreep } from "./cycle-creep.ts";
import { notReadyEvents } from "./not-ready.ts";
import { recurringStops } from "./rhythm.ts";
import { driftInShift, driftSinceEarlier } from "./sealing-drift.ts";
import type { ShiftFigures, ShiftHistory } from "./shift-figures.ts";
import { MAINTENANCE_KINDS, type MaintenanceSignal, type NotJudged } from "./signals.ts";

/** What a shift tells about the machine, and what it cannot tell; both in the order of the kinds, then of products. */
export interface MaintenanceFindings {
  readonly signals: readonly MaintenanceSignal[];
  readonly notJudged: readonly NotJudged[];
}

/**
 * Signs of wear in the current shift, each held against the line's own history, with the evidence behind it.
 *
 * A signal says that something is not as it was; what it means is for a person to find out. Without enough history
 * nothing is told, and `notJudged` says what was lacking. Texts are made elsewhere.
 *
 * @param history of the same line, oldest first; the current shift itself, and what follows it, are left out.
 */
export function maintenanceSignals(history: ShiftHistory, current: ShiftFigures): MaintenanceFindings {
  const at = history.findIndex(({ shiftId }) => shiftId === current.shiftId);
  const earlier = at === -1 ? history : history.slice(0, at);
  const recurring = recurringStops([...earlier, current]);
  const all = [
    ...current.products.flatMap((now) => [
      driftSinceEarlier(earlier, now),
      driftInShift(earlier, now),
      cycleTimeCreep(earlier, now),
    ]),
    contactBounce(earlier, current),
    interference(earlier, current),
    ...(Array.isArray(recurring) ? recurring : [recurring]),
    notReadyEvents(earlier, current),
  ];
  const found = all.filter((it) => it !== null);
  const ordered = MAINTENANCE_KINDS.flatMap((kind) => found.filter((it) => it.kind === kind));
  return {
    signals: ordered.filter((it) => !("lacks" in it)) as MaintenanceSignal[],
    notJudged: ordered.filter((it) => "lacks" in it),
  };
}
