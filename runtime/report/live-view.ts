import type { ShiftResult } from "../shift-result.ts";
import { hourRows, oeeLine } from "./shift-text.ts";
import { count, percent } from "./text.ts";

/** What `liveView` shows besides the result itself. */
export interface LiveMoment {
  /** Wall time in microseconds of t = 0; null where it is not known. */
  readonly startWallUs: number | null;
  /** 1 while the sealing contact is closed, 0 while it is open, null when it was never seen. */
  readonly sealing: 0 | 1 | null;
  readonly ready: boolean | null;
}

const MOST_RUNS = 5;

/** The live view of one line: at most 80 columns, no colour and no UTF-8 needed. */
export function liveView(shift: ShiftResult, moment: LiveMoment): string[] {
  const units = shift.products.reduce((sum, product) => sum + product.units, 0);
  const run = shift.runs.at(-1);
  const product = run === undefined ? "no product yet" : `${run.product}  ${run.sealingTimeSeconds.toFixed(3)} s`;
  const now = shift.end === null ? "" : `now ${shift.end.slice(11, 16)} UTC   `;
  return [
    ` ${shift.lineName.toUpperCase()}   ${now}${state(moment)}   ${product}`,
    ` UNITS ${count(units)}   seals ${count(shift.seals)}   no product ${count(shift.unassigned)}   coverage ${percent(shift.coverage)}`,
    shift.oee === null ? "" : ` ${oeeLine(shift.oee)}`.slice(0, 80),
    "",
    ...hourRows(shift, moment.startWallUs).map((row) => row.slice(0, 80)),
    ...shift.runs
      .slice(-MOST_RUNS)
      .map(
        ({ product, units, sealingTimeSeconds }) =>
          ` ${product.padEnd(4)} ${count(units).padStart(7)} units at ${sealingTimeSeconds.toFixed(3)} s`,
      ),
    "",
    ` SIGNAL ${signal(shift)}`,
  ];
}

function state({ sealing, ready }: LiveMoment): string {
  if (ready === false) return "NOT READY";
  return sealing === 1 ? "SEALING" : "READY";
}

function signal({ signals }: ShiftResult): string {
  const { sealing } = signals;
  if (sealing === undefined) return "the sealing contact has not been seen";
  const { edges, kept, removed } = sealing;
  return `${count(edges)} edges, ${count(edges - kept)} removed (bounce ${count(removed.chatter)}, short ${count(removed.short)})`;
}
