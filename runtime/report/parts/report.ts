import { printable } from "../../../drivers/formats/printable.ts";
import type { ShiftResult } from "../../shift-result.ts";
import { type HourRow, hourRows } from "../hours.ts";
import { type LossTree, lossTree } from "../losses.ts";
import type { Numerals } from "../numerals.ts";
import { PossibleUnits } from "../possible-units.ts";
import type { ReportContext } from "../report-context.ts";
import { ReportTimes } from "../report-times.ts";
import type { Texts, Thing } from "../texts/texts.ts";
import { textsOf } from "../texts/texts-of.ts";

const NAME_CHARACTERS = 40;

/** A shift as every report and view is drawn from it: computed once, nothing written out yet. */
export interface Report {
  readonly shift: ShiftResult;
  readonly context: ReportContext;
  readonly texts: Texts;
  readonly numerals: Numerals;
  readonly times: ReportTimes;
  /** Null: see `PossibleUnits.of`. */
  readonly possible: PossibleUnits | null;
  /** Units that were possible in all; null as `PossibleUnits.between`. */
  readonly possibleUnits: number | null;
  readonly losses: LossTree | null;
  readonly hours: readonly HourRow[];
}

/** Computes what a report shows. */
export function reportOf(shift: ShiftResult, context: ReportContext): Report {
  const texts = textsOf(context.language);
  const times = new ReportTimes(context, shift);
  const possible = PossibleUnits.of(shift);
  return {
    shift,
    context,
    texts,
    numerals: texts.numerals,
    times,
    possible,
    possibleUnits: possible?.between(shift.startUs, shift.endUs) ?? null,
    losses: lossTree(shift, possible),
    hours: hourRows(shift, possible, times),
  };
}

/** `1 run`, `23,172 seals`. */
export function counted({ numerals }: Pick<Report, "numerals">, value: number, thing: Thing): string {
  return `${numerals.count(value)} ${Math.round(value) === 1 ? thing.one : thing.many}`;
}

/** Text from outside, made harmless and not too long for a report. */
export function named(text: string): string {
  const characters = [...printable(text)];
  return characters.length > NAME_CHARACTERS
    ? `${characters.slice(0, NAME_CHARACTERS - 3).join("")}...`
    : characters.join("");
}

/** `P2 "Tray 400 g"`, or `P2` without a name. */
export function productName({ products }: Pick<ShiftResult, "products">, id: string): string {
  const name = products.find((product) => product.id === id)?.name ?? null;
  return name === null ? id : `${id} "${named(name)}"`;
}

/** A time with its unit: `0.94 s`. */
export function seconds({ numerals }: Pick<Report, "numerals">, value: number, decimals = 2): string {
  return `${numerals.fixed(value, decimals)} s`;
}

/** Why it is not known how many units were possible. */
export function whyNotPossible({ shift, texts }: Report): string {
  const { oee, signals } = shift;
  if (oee === null) return signals.sealing === undefined ? texts.oee.neverSeen : texts.oee.tooLong;
  if (!(oee.plannedBusySeconds > 0)) return texts.oee.outsidePlan;
  const unknown = shift.products.filter(({ idealCycleSeconds }) => idealCycleSeconds === null).map(({ id }) => id);
  if (unknown.length > 0) return texts.reason(`ideal cycle of ${unknown.join(", ")} is not known`);
  return texts.reason("nothing was made");
}
