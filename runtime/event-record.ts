import { CONTACTS, REMOVED_KINDS } from "../algorithms/signal.ts";
import type { ContactCounts, LineEvent, Remark } from "./line-event.ts";
import type { StoredEvent } from "./store/stored-event.ts";

/** Numbers of the kinds of event in the store; never given to another kind. */
const TYPE = { seal: 1, doubt: 2, ready: 3, sees: 4, reject: 5, energy: 6, remark: 7, counts: 8, begin: 9 } as const;

const REMARKS = [
  "stuck",
  "cut",
  "repeated",
  "lost-edges",
  "noise-burst",
  "clock-step",
] as const satisfies Remark["kind"][];
const COUNTS = 4 + REMOVED_KINDS.length;

/** What the store keeps of a line besides its events: the line is watched from here on. */
export type StoredLineEvent = LineEvent | { readonly kind: "begin"; readonly atUs: number };

/** An event as the store keeps it; `nowUs` is the time of the latest edge. */
export function toStored(event: StoredLineEvent, boot: number, nowUs: number): StoredEvent {
  const { kind } = event;
  const at = (monoUs: number, ...values: (number | null)[]): StoredEvent => ({
    type: TYPE[kind],
    boot,
    monoUs,
    values,
  });
  switch (kind) {
    case "seal": {
      const { onUs, offUs, sealingTimeSeconds } = event.seal;
      return at(offUs, offUs - onUs, sealingTimeSeconds === null ? 0 : 1);
    }
    case "doubt":
      return at(nowUs, ...event.otherSeconds.map((seconds) => Math.round(seconds * 1e6)));
    case "ready":
      return at(event.atUs, event.ready === null ? null : Number(event.ready));
    case "sees":
      return at(event.atUs, Number(event.sees));
    case "remark": {
      const { kind, startUs, endUs } = event.remark;
      // what a stuck contact did before its computer began
      const early = startUs < 0 ? [startUs] : [];
      return at(Math.max(0, startUs), REMARKS.indexOf(kind), endUs, ...early);
    }
    case "counts":
      return at(event.atUs, ...countValues(event.counts));
    default:
      return at(event.atUs);
  }
}

/** The event that was stored, `offsetUs` later; null when it is none that this version knows. */
export function fromStored({ type, monoUs, values }: StoredEvent, offsetUs: number): StoredLineEvent | null {
  const atUs = monoUs + offsetUs;
  const [first = null, second = null, third = null] = values as readonly (number | null)[];
  switch (type) {
    case TYPE.seal: {
      const lengthUs = first ?? 0;
      const sealingTimeSeconds = second === 1 ? lengthUs / 1e6 : null;
      return { kind: "seal", seal: { onUs: atUs - lengthUs, offUs: atUs, sealingTimeSeconds } };
    }
    case TYPE.doubt:
      return { kind: "doubt", otherSeconds: (values as readonly number[]).map((us) => us / 1e6) };
    case TYPE.ready:
      return { kind: "ready", atUs, ready: first === null ? null : first === 1 };
    case TYPE.sees:
      return { kind: "sees", atUs, sees: first === 1 };
    case TYPE.reject:
      return { kind: "reject", atUs };
    case TYPE.energy:
      return { kind: "energy", atUs };
    case TYPE.begin:
      return { kind: "begin", atUs };
    case TYPE.counts:
      return { kind: "counts", atUs, counts: countsFrom(values as readonly number[]) };
    case TYPE.remark: {
      const kind = REMARKS[first ?? -1];
      const endUs = second === null ? null : second + offsetUs;
      return kind === undefined
        ? null
        : { kind: "remark", remark: { kind, startUs: third === null ? atUs : third + offsetUs, endUs } };
    }
    default:
      return null;
  }
}

function countValues(counts: ContactCounts): number[] {
  return CONTACTS.flatMap((contact, i) => {
    const known = counts[contact];
    return known === undefined
      ? []
      : [
          i,
          known.edges,
          known.kept,
          known.bounces,
          known.bounceUs,
          ...REMOVED_KINDS.map((kind) => known.removed[kind]),
        ];
  });
}

function countsFrom(values: readonly number[]): ContactCounts {
  const counts: Record<string, unknown> = {};
  for (let at = 0; at + COUNTS < values.length; at += COUNTS + 1) {
    const contact = CONTACTS[values[at] as number];
    if (contact === undefined) continue;
    const [edges, kept, bounces, bounceUs, ...removed] = values.slice(at + 1, at + COUNTS + 1);
    counts[contact] = {
      edges,
      kept,
      bounces,
      bounceUs,
      removed: Object.fromEntries(REMOVED_KINDS.map((kind, i) => [kind, removed[i]])),
    };
  }
  return counts as ContactCounts;
}
