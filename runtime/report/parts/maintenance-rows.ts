import type { ShiftFigures } from "../../../algorithms/maintenance/shift-figures.ts";
import { productId } from "../../products.ts";
import { rejectedPulses } from "./head.ts";
import { counted, type Report, seconds } from "./report.ts";

const MOST_POWER_EVENTS = 6;
/** So many shifts are drawn. */
const MOST_DRAWN = 30;

/** A line of the maintenance block. */
export interface MaintenanceRow {
  readonly name: string;
  readonly value: string;
  /** How it went over the last shifts, this one last; empty: nothing to draw. */
  readonly trend: readonly (number | null)[];
}

/** What the electrician looks at. */
export function maintenanceRows(report: Report): readonly MaintenanceRow[] {
  return [...standing(report), ...sealingTimes(report), ...contact(report), ...events(report)];
}

function standing({ shift, texts, numerals }: Report): MaintenanceRow[] {
  const { maintenance: words, unknown, things } = texts;
  const count = (shift.stops ?? []).filter(({ name, continued }) => name === "not ready" && !continued).length;
  const often = shift.stops === null ? "" : `, ${counted({ numerals }, count, things.event)}`;
  const length = (value: number | null | undefined) =>
    value === null || value === undefined ? "-" : numerals.duration(value);
  const open = shift.notReadySeconds;
  return [
    row(words.contactOpen, open === null ? unknown.notMeasured : `${numerals.duration(open)}${often}`),
    row(`${words.mtbf} / ${words.mttr}`, `${length(shift.oee?.mtbfSeconds)} / ${length(shift.oee?.mttrSeconds)}`),
  ];
}

function sealingTimes(report: Report): MaintenanceRow[] {
  const shifts = report.context.maintenance?.shifts.slice(-MOST_DRAWN) ?? [];
  const present = shifts.at(-1);
  if (present === undefined) return [];
  return present.products.map(({ product, sealingTimeSeconds, sealingTimeSdSeconds, headSeconds, tailSeconds }) => ({
    name: report.texts.maintenance.sealingTime(productId(product)),
    value: `${seconds(report, sealingTimeSeconds, 3)} ± ${report.numerals.fixed(sealingTimeSdSeconds, 3)}${driftOf(report, headSeconds, tailSeconds)}`,
    trend: shifts.map(({ products }) => products.find((it) => it.product === product)?.sealingTimeSeconds ?? null),
  }));
}

/** From the first fifth of its seals to the last fifth. */
function driftOf({ numerals }: Report, head: number | null, tail: number | null): string {
  if (head === null || tail === null) return "";
  return `, ${numerals.signed(100 * (tail / head - 1), 1)} %`;
}

function contact({ shift, context, texts, numerals }: Report): MaintenanceRow[] {
  const { maintenance: words, unknown } = texts;
  const rejected = rejectedPulses(shift);
  const pulses = row(words.rejected, rejected === null ? unknown.notMeasured : numerals.count(rejected));
  const shifts = context.maintenance?.shifts.slice(-MOST_DRAWN) ?? [];
  const present = shifts.at(-1);
  if (present === undefined) return [pulses];
  const trend = (figureOf: (figures: ShiftFigures) => number | null) => shifts.map(figureOf);
  const { bounceSeconds, removedPerSeal } = present;
  const bounce = bounceSeconds === null ? unknown.notMeasured : `${numerals.fixed(1000 * bounceSeconds, 1)} ms`;
  const removed = removedPerSeal === null ? unknown.notMeasured : numerals.fixed(removedPerSeal, 1);
  return [
    { name: words.bounce, value: bounce, trend: trend((figures) => figures.bounceSeconds) },
    { name: words.removedPerSeal, value: removed, trend: trend((figures) => figures.removedPerSeal) },
    pulses,
  ];
}

function events({ shift, context, texts, numerals, times }: Report): MaintenanceRow[] {
  const { maintenance: words, unknown } = texts;
  const { worstHour } = shift;
  const worst =
    worstHour === null
      ? []
      : [row(words.worstHour, `${times.range(worstHour)}: ${numerals.count(worstHour.rejectedPulses)}`)];
  if (context.maintenance === null) return worst;
  const { powerEventsUs } = context.maintenance;
  if (powerEventsUs === null) return [...worst, row(words.power, unknown.notMeasured)];
  const shown = powerEventsUs.slice(0, MOST_POWER_EVENTS).map((timeUs) => times.moment(timeUs));
  const more = powerEventsUs.length - shown.length;
  const list = [...shown, ...(more > 0 ? [texts.more(numerals.count(more))] : [])].join(", ");
  return [...worst, row(words.power, list === "" ? words.noPowerEvents : words.powerBack(list))];
}

function row(name: string, value: string): MaintenanceRow {
  return { name, value, trend: [] };
}
