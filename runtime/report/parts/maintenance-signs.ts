import type { MaintenanceSignal } from "../../../algorithms/maintenance/signals.ts";
import { productId } from "../../products.ts";
import { productName, type Report, seconds } from "./report.ts";

/** Signs of wear, a sentence each. */
export function maintenanceSigns(report: Report): readonly string[] {
  return (report.context.maintenance?.signals ?? []).map((sign) => sentenceOf(report, sign));
}

function sentenceOf(report: Report, sign: MaintenanceSignal): string {
  const { texts, numerals, shift } = report;
  const words = texts.maintenance;
  const name = (product: number) => productName(shift, productId(product));
  const time = (value: number) => seconds(report, value, 3);
  const change = (share: number) => `${numerals.signed(100 * share, 1)} %`;
  const milliseconds = (value: number) => `${numerals.fixed(1000 * value, 1)} ms`;
  switch (sign.kind) {
    case "sealing-time drift":
      return sign.since === "earlier shifts"
        ? words.drift(name(sign.product), time(sign.value), change(sign.change), time(sign.centre))
        : words.driftInShift(name(sign.product), time(sign.headSeconds), time(sign.tailSeconds), change(sign.change));
    case "cycle-time creep":
      return words.creep(name(sign.product), time(sign.fromSeconds), time(sign.toSeconds), numerals.count(sign.shifts));
    case "contact bounce":
      return words.moreBounce(milliseconds(sign.value), milliseconds(sign.centre));
    case "interference":
      return words.moreInterference(numerals.fixed(sign.value, 1), numerals.fixed(sign.centre, 1));
    case "recurring stop": {
      const { lengthSeconds, periodSeals, occurrences } = sign;
      const often = numerals.count(occurrences.length);
      return words.recurring(numerals.duration(lengthSeconds), numerals.count(periodSeals), often);
    }
    case "not-ready events": {
      const { secondsBetween, earlierSecondsBetween: earlier } = sign;
      return words.notReadyMore(
        numerals.duration(secondsBetween),
        earlier === null ? words.never : numerals.duration(earlier),
      );
    }
  }
}
