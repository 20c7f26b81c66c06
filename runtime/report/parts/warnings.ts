import type { Remark } from "../../line-event.ts";
import { isLowConfidence } from "./head.ts";
import { counted, productName, type Report, seconds } from "./report.ts";

const MOST_MOMENTS = 4;

/** What a person should look into, the most serious first; none is an empty list. */
export function warningsOf(report: Report): readonly string[] {
  const { shift, texts, numerals } = report;
  const { warnings, things } = texts;
  const wrong = shift.sealsWhileNotReady ?? 0;
  return [
    ...(isLowConfidence(shift) ? [warnings.lowCoverage(numerals.percent(shift.coverage))] : []),
    ...(wrong > 0 ? [warnings.notReadySeals(counted(report, wrong, things.seal))] : []),
    ...(shift.signals.availability === undefined ? [warnings.availabilityUnseen] : []),
    ...remarks(report),
    ...shift.tooSlowIdeals.flatMap((spell) => tooSlow(report, spell)),
    ...quality(report),
  ];
}

/** What is not decided yet: stops that go on. */
export function openPointsOf({ shift, texts, times }: Report): readonly string[] {
  const open = (shift.stops ?? []).filter((stop) => stop.open && stop.kind !== "break");
  return open.map(({ name, startUs }) => texts.warnings.openStop(texts.stopNames[name], times.moment(startUs)));
}

function tooSlow(
  report: Report,
  { product, proposedSeconds, startUs, endUs }: Report["shift"]["tooSlowIdeals"][number],
): string[] {
  const { shift, texts, times } = report;
  const ideal = shift.products.find(({ id }) => id === product)?.idealCycleSeconds ?? null;
  const present = ideal === null ? "-" : seconds(report, ideal).replace(/ s$/, "");
  const proposed = seconds(report, proposedSeconds).replace(/ s$/, "");
  // faster by less than can be told apart: nobody could enter what is proposed
  if (present === proposed) return [];
  return [texts.warnings.tooSlowIdeal(productName(shift, product), proposed, present, times.range({ startUs, endUs }))];
}

function quality(report: Report): string[] {
  const { shift, texts, numerals } = report;
  if (shift.quality === null) return [];
  const { reason, sources, unattributed } = shift.quality;
  const { ofNobody, beforeFirstSeal, ofOtherShifts } = unattributed;
  const rejects = ofNobody + beforeFirstSeal + ofOtherShifts;
  const counts = [rejects, ofNobody, beforeFirstSeal, ofOtherShifts].map((value) => numerals.count(value));
  const [total = "", nobody = "", before = "", others = ""] = counts;
  return [
    ...(sources.length > 0 && reason !== null ? [texts.warnings.qualityWrong(texts.reason(reason))] : []),
    ...(rejects > 0 ? [texts.warnings.unattributed(total, nobody, before, others)] : []),
  ];
}

/** One line for each kind: how often, and when first. */
function remarks({ shift, texts, times, numerals }: Report): string[] {
  const byKind = new Map<Remark["kind"], Remark[]>();
  for (const remark of shift.remarks) byKind.set(remark.kind, [...(byKind.get(remark.kind) ?? []), remark]);
  const lines = [...byKind].map(([kind, list]) => {
    const moments = list.slice(0, MOST_MOMENTS).map(({ startUs }) => times.moment(startUs));
    const more = list.length - moments.length;
    const at = [...moments, ...(more > 0 ? [texts.more(numerals.count(more))] : [])].join(", ");
    return `${texts.warnings.remarks[kind]} ${texts.warnings.at(at)}`;
  });
  return shift.moreRemarks > 0 ? [...lines, texts.more(numerals.count(shift.moreRemarks))] : lines;
}
