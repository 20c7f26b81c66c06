import type { Contact } from "../signal.ts";
import { type ContactFigures, contactFigures } from "./contact-figures.ts";
import { contactVerdicts } from "./contact-verdicts.ts";
import type { EdgeSeries } from "./edge-series.ts";
import { betaAdvice, minSealAdvice, type SettingAdvice } from "./filter-settings.ts";
import { stretchesOf } from "./stretches.ts";
import { type Finding, VERDICTS, WIRING_FAULTS } from "./verdict.ts";
import { wiringVerdicts } from "./wiring-verdicts.ts";

/** The settings that a line is filtered with, in seconds. */
export interface CheckedSettings {
  readonly betaSeconds: Readonly<Record<Contact, number>>;
  readonly minSealingTimeSeconds: number;
  readonly maxSealingTimeSeconds: number;
}

/** What was found of one contact. */
export interface ContactCheck {
  readonly figures: ContactFigures;
  /** At least one, worst first. */
  readonly findings: readonly Finding[];
  readonly advice: readonly SettingAdvice[];
}

/** A contact and what it did. */
export interface WatchedContact {
  readonly channel: Contact;
  readonly series: EdgeSeries;
}

/**
 * Judges the contacts of a line by what they did for a while: a minute is enough for most. Pure; what it takes for true
 * is written down in docs/algorithms/signal-check.md.
 * @param contacts those that were seen, each once.
 */
export function checkSignals(contacts: readonly WatchedContact[], settings: CheckedSettings): readonly ContactCheck[] {
  const wiring = wiringFindings(contacts, settings);
  return contacts.map(({ channel, series }) => {
    const figures = contactFigures({ channel, series, betaSeconds: settings.betaSeconds[channel] });
    const own = [...wiring.filter((finding) => finding.channel === channel), ...contactVerdicts(figures)];
    const isFloating = own.some(({ verdict }) => verdict === "floating");
    // what an open input seems to say about the wiring is chance
    const findings = isFloating ? own.filter(({ verdict }) => verdict === "floating") : own;
    const isWired = !findings.some(({ verdict, severity }) => severity === "fail" && WIRING_FAULTS.includes(verdict));
    return {
      figures,
      findings: inOrder(findings.length > 0 ? findings : [fine(figures)]),
      advice: isWired ? adviceOf({ channel, series }, settings) : [],
    };
  });
}

function wiringFindings(contacts: readonly WatchedContact[], settings: CheckedSettings): readonly Finding[] {
  const seriesOf = (channel: Contact) => contacts.find((contact) => contact.channel === channel)?.series;
  const sealing = seriesOf("sealing");
  const availability = seriesOf("availability");
  if (sealing === undefined) return [];
  // both are looked at alike: where they are swapped, the price of a change of the one is that of the other
  const betaUs = Math.round(settings.betaSeconds.sealing * 1e6);
  return wiringVerdicts({
    sealing: stretchesOf(sealing, betaUs),
    availability: availability === undefined ? null : stretchesOf(availability, betaUs),
    minSealingTimeSeconds: settings.minSealingTimeSeconds,
    maxSealingTimeSeconds: settings.maxSealingTimeSeconds,
  });
}

function adviceOf({ channel, series }: WatchedContact, settings: CheckedSettings): readonly SettingAdvice[] {
  const { betaSeconds, minSealingTimeSeconds } = settings;
  const beta = betaSeconds[channel];
  if (channel !== "sealing") return [betaAdvice(series, beta, 0)];
  return [betaAdvice(series, beta, minSealingTimeSeconds), minSealAdvice(series, beta, minSealingTimeSeconds)];
}

function fine({ channel, closed, open }: ContactFigures): Finding {
  const isResting = closed.count === 0 && open.count === 0;
  return { channel, verdict: isResting ? "resting" : "normal", severity: "ok", figure: null };
}

function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => VERDICTS.indexOf(a.verdict) - VERDICTS.indexOf(b.verdict));
}
