import { lossLine, oeeLine, signalLine, unitsLine } from "./live-lines.ts";
import { type LiveMoment, stateOf } from "./live-state.ts";
import { rejectedPulses, shiftName } from "./parts/head.ts";
import { ratiosOf } from "./parts/ratios.ts";
import { named, productName, type Report } from "./parts/report.ts";

/** A row in parts, the most important first: as many are shown as fit. */
export type StatusRow = readonly string[];

/** A line of the plant in its latest shift, as five rows of `sealtrace status`. */
export function statusRows(report: Report, moment: LiveMoment): readonly StatusRow[] {
  const rows = [unitsLine(report), oeeLine(report), lossLine(report), signalLine(report)];
  return [headRow(report, moment), ...rows.map(indented)];
}

/** The same in two rows, for a plant of many lines. */
export function shortStatusRows(report: Report, moment: LiveMoment): readonly StatusRow[] {
  const { shift, texts, numerals } = report;
  const [units = ""] = unitsLine(report);
  const ratios = ratiosOf(report);
  const oee = ratios === null ? "OEE -" : `${ratios.headline} ${ratios.oee}`;
  const rejected = rejectedPulses(shift);
  const pulses = rejected === null ? [] : [texts.live.rejected(numerals.count(rejected))];
  return [headRow(report, moment), indented([units, oee, ...pulses])];
}

function headRow(report: Report, moment: LiveMoment): StatusRow {
  const { shift, texts, times } = report;
  const run = shift.runs.at(-1);
  const product = run === undefined ? texts.live.noProduct : productName(shift, run.product);
  const now = `${texts.live.now} ${times.moment(moment.nowUs)}`;
  return [named(shift.lineName).toUpperCase(), stateOf(report, moment), product, shiftName(report), now];
}

function indented([first = "", ...rest]: StatusRow): StatusRow {
  return [`  ${first}`, ...rest];
}
