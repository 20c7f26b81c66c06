import { printable } from "../../drivers/formats/printable.ts";
import type { LossName } from "./losses.ts";
import { madeUnits, unitsOf } from "./made-units.ts";
import { rejectedPulses } from "./parts/head.ts";
import { ratiosOf } from "./parts/ratios.ts";
import { type Report, seconds, whyNotPossible } from "./parts/report.ts";
import { lossName } from "./parts/sentences.ts";

const MINUTE_US = 60_000_000;
const MINUTES_PER_HOUR = 60;
/** The pace is that of the last half hour of planned time. */
const PACE_MINUTES = 30;
const MOST_LOSSES = 3;

/** The letter of the hour rows that stands for a loss. */
export const LOSS_LETTERS: Readonly<Record<LossName, string>> = {
  "not ready": "X",
  waiting: "w",
  changeover: "C",
  "late start": "w",
  "late restart": "w",
  "early finish": "w",
  "micro-stop": "m",
  "slow cycles": "=",
  rejects: "=",
};

/** Units of those possible so far, how many are missing, and the pace; parts of a line, the most important first. */
export function unitsLine(report: Report): readonly string[] {
  const { shift, texts, numerals, possibleUnits } = report;
  const { live } = texts;
  const units = unitsOf(shift);
  const made = `${live.units} ${numerals.count(units)}`;
  if (possibleUnits === null) return [made, whyNotPossible(report)];
  const behind = Math.round(possibleUnits - units);
  const gap = behind >= 0 ? live.behind(numerals.count(behind)) : live.ahead(numerals.count(-behind));
  const pace = paceOf(report);
  const speed = pace === null ? [] : [live.pace(numerals.count(pace.made), numerals.count(pace.ideal))];
  return [`${made} ${live.possibleSoFar(numerals.count(possibleUnits))}`, gap, ...speed];
}

/** OEE with its factors, and where it will be at the end of the shift when it goes on like this. */
export function oeeLine(report: Report): readonly string[] {
  const found = ratiosOf(report);
  if (found === null) return ["OEE -", whyNotPossible(report)];
  const { headline, oee, tpm } = found;
  const factors = tpm.map(({ name, value }) => `${name} ${value.replace(/ %$/, "")}`).join("  ");
  return [`${headline} ${oee}  ${factors}`, ...forecast(report)];
}

/** The three that cost most, with their letters. */
export function lossLine(report: Report): readonly string[] {
  const { losses, texts, numerals, times } = report;
  const top = (losses?.losses ?? []).filter(({ seconds }) => seconds >= 1).slice(0, MOST_LOSSES);
  const words = top.map((loss) => {
    const { name, seconds, events, longest } = loss;
    const place =
      events > 1 ? ` (${numerals.count(events)})` : longest === null ? "" : ` ${times.moment(longest.startUs)}`;
    return `${LOSS_LETTERS[name]} ${numerals.duration(seconds)} ${lossName(report, loss)}${place}`;
  });
  const [first = "-", ...rest] = words;
  return [`${texts.live.topLosses}  ${first}`, ...rest];
}

/** The line for the electrician. */
export function signalLine(report: Report): readonly string[] {
  const { shift, texts, numerals } = report;
  const { live, unknown } = texts;
  const time = shift.runs.at(-1)?.sealingTimeSeconds ?? null;
  const rejected = rejectedPulses(shift);
  const bounceSeconds = shift.signals.sealing?.bounceSeconds ?? null;
  return [
    `${live.signal}  ${time === null ? live.noSealYet : live.sealsOk(seconds(report, time))}`,
    live.rejected(rejected === null ? unknown.notMeasured : numerals.count(rejected)),
    ...(bounceSeconds === null ? [] : [live.bounce(`${numerals.fixed(1000 * bounceSeconds, 0)} ms`)]),
    `${texts.head.coverage} ${shift.coverage === null ? unknown.noData : numerals.percent(shift.coverage)}`,
  ];
}

/** What the caller knows of the appliance; nothing where it knows nothing. */
export function healthLine({ texts }: Pick<Report, "texts">, health: readonly string[]): readonly string[] {
  const [first, ...rest] = health.map(printable);
  return first === undefined ? [] : [`${texts.live.health}  ${first}`, ...rest];
}

/** Units an hour of the last half hour, and those possible; null before there is any, or without an ideal cycle. */
function paceOf({ shift, possible }: Report): { readonly made: number; readonly ideal: number } | null {
  const made = madeUnits(shift);
  const length = made?.units.length ?? 0;
  if (made === null || possible === null || shift.minutesStartUs === null || length < 2) return null;
  // the minute under way is not over
  const to = length - 1;
  const from = Math.max(0, to - PACE_MINUTES);
  const hours = (to - from) / MINUTES_PER_HOUR;
  const originUs = shift.minutesStartUs;
  const ideal = possible.between(originUs + from * MINUTE_US, originUs + to * MINUTE_US);
  if (ideal === null) return null;
  return { made: (made.until(to) - made.until(from)) / hours, ideal: ideal / hours };
}

/** Planned breaks ahead do not count: nobody works in them, so they leave the ratio as it is. */
function forecast(report: Report): readonly string[] {
  const { shift, texts, numerals, possibleUnits, times } = report;
  const { plannedEndUs, endUs, oee } = shift;
  const pace = paceOf(report);
  if (shift.state !== "running" || plannedEndUs === null || plannedEndUs <= endUs || pace === null) return [];
  if (possibleUnits === null || oee?.oee === null || oee === null) return [];
  const hours = (plannedEndUs - endUs) / 3.6e9;
  const quality = oee.quality ?? 1;
  const possible = possibleUnits + pace.ideal * hours;
  if (!(possible > 0)) return [];
  const share = (oee.oee * possibleUnits + pace.made * hours * quality) / possible;
  return [texts.live.forecast(`${numerals.fixed(100 * share, 0)} %`, times.moment(plannedEndUs))];
}
