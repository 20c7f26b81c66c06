import type { Loss } from "../losses.ts";
import { unitsOf } from "../made-units.ts";
import { usualLossSeconds, usualOee } from "../usual.ts";
import { counted, type Report, whyNotPossible } from "./report.ts";

const LEAST_LOSS_SECONDS = 1;

/**
 * What was made and what was possible; the biggest loss; the rest, empty where losses are not known. Numbers, units and
 * places in time, no adjectives.
 */
export function sentencesOf(report: Report): readonly [made: string, biggest: string, rest: string] {
  return [madeSentence(report), ...lossSentences(report)];
}

/** The loss that cost most time; null when none did. */
export function biggestLoss({ losses }: Pick<Report, "losses">): Loss | null {
  const [biggest] = losses?.losses ?? [];
  return biggest !== undefined && biggest.seconds >= LEAST_LOSS_SECONDS ? biggest : null;
}

function madeSentence(report: Report): string {
  const { shift, texts, numerals, possibleUnits, losses } = report;
  const units = unitsOf(shift);
  const made = counted(report, units, texts.things.unit);
  if (possibleUnits === null || losses === null || possibleUnits < 0.5)
    return texts.sentences.made(made, whyNotPossible(report));
  const usual = usualOee(report.context.history);
  const share = `${numerals.percent(units / possibleUnits)}`;
  const compared = usual === null ? share : `${share}, OEE ${texts.sentences.usual(numerals.percent(usual))}`;
  return texts.sentences.madeOf(
    made,
    numerals.count(possibleUnits),
    numerals.duration(losses.plannedSeconds),
    compared,
  );
}

function lossSentences(report: Report): [string, string] {
  const { texts, losses } = report;
  const { sentences } = texts;
  if (losses === null) return [sentences.noLossKnown(whyNotPossible(report)), ""];
  const biggest = biggestLoss(report);
  if (biggest === null) return [sentences.noLoss, ""];
  const usual = usualLossSeconds(report.context.history, biggest.name);
  const own = amount(report, biggest);
  const compared = usual === null ? own : `${own} (${sentences.usual(report.numerals.duration(usual))})`;
  const first = sentences.biggest(lossName(report, biggest), compared, place(report, biggest));
  const rest = losses.losses.filter((loss) => loss !== biggest && Math.abs(loss.seconds) >= LEAST_LOSS_SECONDS);
  if (rest.length === 0) return [first, sentences.noRest];
  return [first, sentences.rest(rest.map((loss) => restOf(report, loss)).join("; "))];
}

function restOf(report: Report, loss: Loss): string {
  const { sentences } = report.texts;
  if (loss.seconds < 0) return sentences.faster(report.numerals.duration(-loss.seconds));
  const often = loss.events > 1 ? ` (${report.numerals.count(loss.events)})` : "";
  return `${lossName(report, loss)} ${amount(report, loss)}${often}`;
}

/** `not ready ~`: the tilde while it goes on. */
export function lossName({ texts }: Pick<Report, "texts">, { name, isOpen, seconds }: Loss): string {
  const words = name === "slow cycles" && seconds < 0 ? texts.losses.tooFast : texts.losses.names[name];
  return isOpen ? `${words} ~` : words;
}

function amount(report: Report, { seconds, units }: Loss): string {
  const time = report.numerals.duration(seconds);
  return units === null ? time : report.texts.sentences.amount(time, counted(report, units, report.texts.things.unit));
}

function place({ texts, numerals, times }: Report, { events, longest }: Loss): string {
  const { sentences } = texts;
  if (longest === null) return sentences.overTheShift;
  if (events <= 1) return times.range(longest);
  const length = numerals.duration((longest.endUs - longest.startUs) / 1e6);
  return `${sentences.times(numerals.count(events))}, ${sentences.longest(length, times.range(longest))}`;
}
