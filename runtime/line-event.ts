import type { Contact, EdgeCounts, Seal } from "../algorithms/signal.ts";

/** Something that happened to a contact and that a person should know. */
export interface Remark {
  readonly kind: "stuck" | "cut" | "repeated" | "lost-edges" | "noise-burst" | "clock-step";
  readonly startUs: number;
  readonly endUs: number | null;
}

/** Decided edges of a contact, and its bounces at true changes: how many, and their lengths added up. */
export interface ContactCount extends EdgeCounts {
  readonly bounces: number;
  readonly bounceUs: number;
}

/** Edge counts of the contacts that were seen. */
export type ContactCounts = Readonly<Partial<Record<Contact, ContactCount>>>;

/**
 * What the contacts of a line told, as far as shifts are concerned. Everything behind the filters is computed from these
 * alone, so whoever keeps them in order can compute every result again. Times are line time in microseconds.
 */
export type LineEvent =
  /** An accepted seal. */
  | { readonly kind: "seal"; readonly seal: Seal }
  /** Other sealing times that the latest seal may have had; comes before the next seal. */
  | { readonly kind: "doubt"; readonly otherSeconds: readonly number[] }
  /** The availability contact changed, or was found like this; null: nobody knows from here on. */
  | { readonly kind: "ready"; readonly atUs: number; readonly ready: boolean | null }
  /** The recorder sees nothing from here on (false), or sees again. */
  | { readonly kind: "sees"; readonly atUs: number; readonly sees: boolean }
  /** The rejector threw something out. */
  | { readonly kind: "reject"; readonly atUs: number }
  /** A pulse of the energy meter. */
  | { readonly kind: "energy"; readonly atUs: number }
  | { readonly kind: "remark"; readonly remark: Remark }
  /** Edges decided since the beginning, at a boundary of the calendar or a full hour. */
  | { readonly kind: "counts"; readonly atUs: number; readonly counts: ContactCounts };

/** Receives the events of a line in the order in which they became certain. */
export type LineEventConsumer = (event: LineEvent) => void;

/** The same event on another clock, `offsetUs` later. */
export function shifted(event: LineEvent, offsetUs: number): LineEvent {
  if (offsetUs === 0 || event.kind === "doubt") return event;
  if (event.kind === "seal") {
    const { onUs, offUs, sealingTimeSeconds } = event.seal;
    return { kind: "seal", seal: { onUs: onUs + offsetUs, offUs: offUs + offsetUs, sealingTimeSeconds } };
  }
  if (event.kind !== "remark") return { ...event, atUs: event.atUs + offsetUs };
  const { kind, startUs, endUs } = event.remark;
  return {
    kind: "remark",
    remark: { kind, startUs: startUs + offsetUs, endUs: endUs === null ? null : endUs + offsetUs },
  };
}
