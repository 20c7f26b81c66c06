import { CONTACTS, type EdgeCounts, REMOVED_KINDS } from "../algorithms/signal.ts";
import type { ContactCount, ContactCounts } from "./line-event.ts";
import type { ShiftResult, SignalResult } from "./shift-result.ts";

/** Edges between two moments, by contact that was seen. */
export function signalCounts(before: ContactCounts, after: ContactCounts): ShiftResult["signals"] {
  const seen = CONTACTS.flatMap((contact) => {
    const counts = after[contact];
    return counts === undefined ? [] : [[contact, minus(counts, before[contact])] as const];
  });
  return Object.fromEntries(seen);
}

function minus(after: ContactCount, before: ContactCount | undefined): SignalResult {
  const removed = REMOVED_KINDS.map((kind) => [kind, after.removed[kind] - (before?.removed[kind] ?? 0)]);
  const bounces = after.bounces - (before?.bounces ?? 0);
  return {
    edges: after.edges - (before?.edges ?? 0),
    kept: after.kept - (before?.kept ?? 0),
    removed: Object.fromEntries(removed) as EdgeCounts["removed"],
    bounceSeconds: bounces > 0 ? (after.bounceUs - (before?.bounceUs ?? 0)) / bounces / 1e6 : null,
  };
}

/** All edges that the filters removed. */
export function removedEdges(counts: ContactCounts): number {
  const kinds = CONTACTS.flatMap((contact) => REMOVED_KINDS.map((kind) => counts[contact]?.removed[kind] ?? 0));
  return kinds.reduce((sum, edges) => sum + edges, 0);
}
