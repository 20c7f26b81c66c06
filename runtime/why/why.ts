import type { SealEvent } from "../../algorithms/seal-rules.ts";
import { CONTACTS, type Contact, type Level } from "../../algorithms/signal.ts";
import type { LineConfig } from "../config.ts";
import type { ShiftInput } from "../shift-input.ts";
import type { ShiftResult, StopResult } from "../shift-result.ts";
import { contactAt, type WhyContact } from "./contact-at.ts";
import type { ContactStory } from "./contact-story.ts";
import { type WhySeal, whySeals } from "./seal-at.ts";

/** What is asked about, in line time. */
export interface WhyTarget {
  /** As it is called: `09:41:12`, `stop 3`. */
  readonly subject: string;
  readonly momentUs: number;
}

/** What the seal rules said about a pulse of the sealing contact, and their limits. */
export interface WhyRule {
  readonly verdict: SealEvent["kind"];
  readonly onUs: number;
  readonly offUs: number | null;
  readonly seconds: number | null;
  readonly minSealingTimeSeconds: number;
  readonly maxSealingTimeSeconds: number;
}

/** The stop in which the moment lies, and what decided its kind. */
export interface WhyStop extends StopResult {
  /** Its number in the shift's list of stops, from 1. */
  readonly number: number;
  readonly gapSeconds: number;
  /** A shorter gap is a slow cycle of the product before it; null when that is not known. */
  readonly microStopSeconds: number | null;
  /** A longer gap is a stop, in seconds. */
  readonly stopSeconds: number | null;
}

/** From a moment of a shift to the raw edges (`sealtrace/why@1`). Line time in microseconds; unknown is null. */
export interface Why {
  readonly schema: "sealtrace/why@1";
  readonly line: string;
  readonly lineName: string;
  readonly shift: string;
  readonly subject: string;
  readonly momentUs: number;
  /** Wall time minus line time; null when the wall time is not known. */
  readonly wallOffsetUs: number | null;
  readonly timeZone: string;
  /** The recorder saw nothing at this moment. */
  readonly isHole: boolean;
  /** False when the raw edges are not kept any more. */
  readonly hasEdges: boolean;
  /** Edges that the journal could not keep around this moment. */
  readonly droppedEdges: number;
  readonly contacts: readonly WhyContact[];
  /** The pulse at this moment; between pulses the one before and the one after it, as far as they are near. */
  readonly rules: readonly WhyRule[];
  readonly seals: readonly WhySeal[];
  readonly stop: WhyStop | null;
  /** From the start of the seal before to that of the seal after the moment. */
  readonly cycleSeconds: number | null;
  readonly idealCycleSeconds: number | null;
  /** The letter of this minute in the report. */
  readonly letter: string | null;
}

/** All that is known of a shift in which something is asked about. */
export interface WhySources {
  readonly line: LineConfig;
  readonly timeZone: string;
  readonly input: ShiftInput;
  readonly result: ShiftResult;
  readonly wallOffsetUs: number | null;
  /** Null when the raw edges are not kept any more. */
  readonly story: ContactStory | null;
}

const NEAR_US = 60_000_000;

/** Puts together why a moment of a shift is what it is on the report. */
export function explain({ line, timeZone, input, result, wallOffsetUs, story }: WhySources, target: WhyTarget): Why {
  const { subject, momentUs } = target;
  const contacts = story === null ? [] : CONTACTS.flatMap((contact) => contactOf(line, story, contact, momentUs) ?? []);
  const seals = whySeals(input, result, line, momentUs);
  const [before, after] = [seals.findLast(({ onUs }) => onUs <= momentUs), seals.find(({ onUs }) => onUs > momentUs)];
  const product = result.products.find(({ id }) => id === before?.product);
  return {
    schema: "sealtrace/why@1",
    line: line.id,
    lineName: line.name,
    shift: result.id,
    subject,
    momentUs,
    wallOffsetUs,
    timeZone,
    isHole: isUnseen(input, momentUs),
    hasEdges: contacts.length > 0,
    droppedEdges: story?.dropped ?? 0,
    contacts,
    rules: story === null ? [] : rulesAt(story.judged, line, momentUs),
    seals,
    stop: stopAt(result, momentUs, before?.product ?? null),
    cycleSeconds: before === undefined || after === undefined ? null : (after.onUs - before.onUs) / 1e6,
    idealCycleSeconds: product?.idealCycleSeconds ?? null,
    letter: letterAt(result, momentUs),
  };
}

function isUnseen({ holes, seenFromUs }: ShiftInput, momentUs: number): boolean {
  return (
    momentUs < seenFromUs || (holes?.some(({ startUs, endUs }) => startUs <= momentUs && momentUs < endUs) ?? false)
  );
}

function contactOf(line: LineConfig, story: ContactStory, contact: Contact, momentUs: number): WhyContact | null {
  const series = story.raw.get(contact);
  if (series === undefined || momentUs < series.startUs || momentUs > series.endUs) return null;
  return contactAt(contact, series, story.filtered.get(contact) ?? [], line.channels[contact].betaSeconds, momentUs);
}

function rulesAt(judged: readonly SealEvent[], { channels }: LineConfig, momentUs: number): readonly WhyRule[] {
  const { minSealingTimeSeconds, maxSealingTimeSeconds } = channels.sealing;
  const rules = judged.map((event): WhyRule => {
    const { onUs, offUs } = spanOf(event);
    const seconds = offUs === null ? null : (offUs - onUs) / 1e6;
    return { verdict: event.kind, onUs, offUs, seconds, minSealingTimeSeconds, maxSealingTimeSeconds };
  });
  const within = rules.filter(({ onUs, offUs }) => onUs <= momentUs && (offUs === null || momentUs < offUs));
  if (within.length > 0) return within.slice(-1);
  const before = rules.findLast(({ onUs }) => onUs <= momentUs && momentUs - onUs < NEAR_US);
  const after = rules.find(({ onUs }) => onUs > momentUs && onUs - momentUs < NEAR_US);
  return [before, after].filter((rule) => rule !== undefined);
}

function spanOf(event: SealEvent): { readonly onUs: number; readonly offUs: number | null } {
  if (event.kind === "seal") return event.seal;
  return event.kind === "repeated" ? { onUs: event.atUs, offUs: event.atUs } : event;
}

function stopAt({ stops, stopLimits }: ShiftResult, momentUs: number, product: string | null): WhyStop | null {
  const index = stops?.findIndex(({ startUs, endUs }) => startUs <= momentUs && momentUs < endUs) ?? -1;
  const stop = stops?.[index];
  if (stop === undefined) return null;
  const microStopSeconds = product === null ? null : (stopLimits?.microStopSeconds[product] ?? null);
  const stopSeconds = stopLimits?.stopSeconds ?? null;
  return { ...stop, number: index + 1, gapSeconds: stop.gapUs / 1e6, microStopSeconds, stopSeconds };
}

function letterAt({ minutes, minutesStartUs }: ShiftResult, momentUs: number): string | null {
  if (minutes === null || minutesStartUs === null) return null;
  return minutes[Math.floor((momentUs - minutesStartUs) / 60e6)] ?? null;
}

/** Level of a contact that is asked for, in words. */
export function levelWord(level: Level | null): string {
  return level === null ? "unknown" : level === 1 ? "closed" : "open";
}
