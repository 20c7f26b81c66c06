import type { OeeFigure } from "../../../algorithms/oee.ts";
import type { Report } from "./report.ts";

/** A ratio of the report as it is written. */
export interface Ratio {
  readonly figure: OeeFigure;
  readonly name: string;
  /** `-` where it is not known; quality says that it is not measured. */
  readonly value: string;
}

/** OEE in both splits, and why figures of it are not known. */
export interface Ratios {
  /** `OEE` or `OEE (A x P)`. */
  readonly headline: string;
  readonly oee: string;
  readonly tpm: readonly Ratio[];
  readonly iso: readonly Ratio[];
  /** TEEP, MTBF and MTTR. */
  readonly others: readonly Ratio[];
  /** Each once. */
  readonly reasons: readonly string[];
}

/** Null when a recording is too long to be one shift, or nothing was seen. */
export function ratiosOf({ shift: { oee }, texts, numerals }: Report): Ratios | null {
  if (oee === null) return null;
  const { figures, headlines } = texts.oee;
  const ratio = (figure: OeeFigure, value: string): Ratio => ({ figure, name: figures[figure], value });
  const percent = (figure: OeeFigure, share: number | null) => ratio(figure, numerals.percent(share));
  const time = (figure: OeeFigure, seconds: number | null) =>
    ratio(figure, seconds === null ? "-" : numerals.duration(seconds));
  const quality = oee.quality === null ? texts.unknown.notMeasured : numerals.percent(oee.quality);
  // an entered scrap of some products only is no missing measurement, and says why itself
  const isUnmeasured = oee.reasons.quality === "quality is not measured";
  const q = ratio("quality", oee.quality === null && !isUnmeasured ? "-" : quality);
  const shown: readonly OeeFigure[] = ["availability", "performance", "oee", "effectiveness", "nee", "teep"];
  const reasons = shown.flatMap((figure) => oee.reasons[figure] ?? []);
  return {
    headline: headlines[oee.headline],
    oee: numerals.percent(oee.oee),
    tpm: [percent("availability", oee.availability), percent("performance", oee.performance), q],
    iso: [
      percent("availability", oee.iso.availability),
      percent("effectiveness", oee.iso.effectiveness),
      percent("nee", oee.iso.nee),
    ],
    others: [percent("teep", oee.teep), time("mtbf", oee.mtbfSeconds), time("mttr", oee.mttrSeconds)],
    reasons: [...new Set(reasons)].map(texts.reason),
  };
}
