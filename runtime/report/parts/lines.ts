import { REMOVED_KINDS } from "../../../algorithms/signal.ts";
import type { CorrectionResult } from "../../corrections.ts";
import { counted, named, productName, type Report } from "./report.ts";
import { microStopLimits, stopLimit } from "./stop-rows.ts";

const MOST_CORRECTIONS = 12;

/** Quality in a line; that it is not measured where it is not. */
export function qualityLine(report: Report): string {
  const { shift, texts, numerals } = report;
  const { quality, oee } = shift;
  if (quality === null || quality.sources.length === 0) return texts.unknown.notMeasured;
  const words = texts.quality;
  const share = numerals.percent(oee?.quality ?? null);
  const good = quality.goodUnits === null ? "-" : numerals.count(quality.goodUnits);
  const units = (value: number) => counted(report, value, texts.things.unit);
  return [
    quality.reason === null
      ? words.line(share, good, numerals.count(quality.totalUnits))
      : words.unknown(texts.reason(quality.reason)),
    ...(quality.rejectedUnits === null ? [] : [words.rejected(units(quality.rejectedUnits))]),
    ...(quality.scrapUnits === null ? [] : [words.scrap(units(quality.scrapUnits))]),
    words.from(quality.sources.map((source) => words.sources[source]).join(", ")),
  ].join("; ");
}

/** Energy as far as a meter is there. */
export function energyLines({ shift, texts, numerals, times }: Report): readonly string[] {
  const { energy } = shift;
  if (energy === null) return [];
  const words = texts.energy;
  const wattHours = (kwh: number | null) => (kwh === null ? "-" : numerals.fixed(1000 * kwh, 1));
  const kwh = (value: number) => numerals.fixed(value, 1);
  const slots = (energy.quarterHours ?? []).filter(({ averageKw }) => averageKw !== null);
  const peak = slots.toSorted((a, b) => (b.averageKw ?? 0) - (a.averageKw ?? 0))[0];
  const total = [
    words.total(kwh(energy.kwh)),
    words.perUnit(wattHours(energy.kwhPerUnit)),
    words.standing(kwh(energy.otherKwh)),
  ];
  return [
    total.join("; "),
    ...energy.products.map((row) => words.product(row.product, kwh(row.kwh), wattHours(row.kwhPerUnit))),
    ...(peak === undefined ? [] : [words.peak(kwh(peak.averageKw ?? 0), times.moment(peak.startUs))]),
  ];
}

/** Edges by contact, and why some were removed. */
export function signalLines({ shift, texts, numerals }: Report): readonly string[] {
  const words = texts.signal;
  const lines = Object.entries(shift.signals).map(([contact, { edges, kept, removed }]) => {
    const name = words.contacts[contact as keyof typeof words.contacts];
    const kinds = REMOVED_KINDS.filter((kind) => removed[kind] > 0);
    const why = kinds.map((kind) => `${words.removed[kind]} ${numerals.count(removed[kind])}`).join(", ");
    const line = words.line(name, numerals.count(edges), numerals.count(kept), numerals.count(edges - kept));
    return why === "" ? line : `${line} (${why})`;
  });
  return lines.length === 0 ? [words.notSeen] : lines;
}

/** What people added, in order. */
export function correctionLines(report: Report): readonly string[] {
  const { corrections } = report.shift;
  const shown = corrections.slice(0, MOST_CORRECTIONS).map((correction) => correctionLine(report, correction));
  const more = corrections.length - shown.length;
  return more > 0 ? [...shown, report.texts.more(report.numerals.count(more))] : shown;
}

function correctionLine(report: Report, { kind, product, units, text, moment, by, at, why }: CorrectionResult): string {
  const { texts, numerals, shift } = report;
  const words = texts.corrections;
  const of = product === null ? null : productName(shift, product);
  const author = words.by(named(by), wallLabel(report, at), named(why));
  if (kind === "mark")
    return `${words.mark(named(text ?? ""), moment === null ? "-" : wallLabel(report, moment))}, ${author}`;
  const things = `${kind === "units" ? numerals.signed(units ?? 0) : numerals.count(units ?? 0)} ${texts.things.unit.many}`;
  return `${kind === "units" ? words.units(things, of ?? "-") : words.scrap(things, of)}, ${author}`;
}

/** A wall time in local time with its date. */
function wallLabel({ context }: Report, iso: string): string {
  const wallUs = Date.parse(iso) * 1000;
  if (context.clock === null || Number.isNaN(wallUs)) return `${iso.slice(0, 16).replace("T", " ")} UTC`;
  return `${context.clock.date(wallUs)} ${context.clock.time(wallUs).slice(0, 5)}`;
}

/** The rules by which this shift was counted. */
export function definitionLines(report: Report): readonly string[] {
  const { definitions: words } = report.texts;
  const stop = stopLimit(report);
  return [
    words.possible,
    words.losses,
    words.ratios,
    words.microStop(microStopLimits(report), stop),
    words.stop(stop),
    words.changeover,
    words.slow,
    words.coverage,
    words.unknown,
  ];
}

/** Program and settings by which the same figures come out again. */
export function originLine({ context, texts }: Report): string {
  const { program, settings, noSettings } = texts.definitions;
  return `${program(context.version)}, ${context.settingsHash === null ? noSettings : settings(context.settingsHash)}`;
}
