import type { Database } from "./database.ts";
import { readEntry } from "./entries.ts";
import { LINES } from "./keys.ts";

/** Sequence numbers from `from` up to, not including, `to`. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What stands in the log of a line. */
export interface LineSurvey {
  /** Numbers that are there, as events or as known gaps, merged and in order. */
  readonly spans: readonly Span[];
  /** Some number stands there twice. */
  readonly overlaps: boolean;
  /** One more than the highest number that anything speaks of. */
  readonly next: number;
}

/** Everything that stands in a database, read and checked record by record. */
export interface Survey {
  readonly lines: readonly LineSurvey[];
  /** Version in the schema record; null when that is missing. */
  readonly schema: number | null;
  readonly badRecords: number;
}

export async function surveyDatabase(database: Database): Promise<Survey> {
  const spans = Array.from({ length: LINES }, () => new SpanList());
  const next = new Array<number>(LINES).fill(0);
  let schema: number | null = null;
  let badRecords = 0;
  for await (const [key, record] of database.iterator()) {
    const entry = readEntry(key, record);
    if (entry === null) badRecords++;
    else if (entry.kind === "schema") schema = entry.version;
    else if (entry.kind === "event") spans[entry.line]?.add(entry.first, entry.first + 1);
    else if (entry.kind === "chunk" || entry.kind === "gap")
      spans[entry.line]?.add(entry.first, entry.first + entry.count);
    else if (entry.kind === "front" || entry.kind === "snapshot")
      next[entry.line] = Math.max(next[entry.line] as number, entry.lastSeq + 1);
  }
  const lines = spans.map((list, line) => list.survey(next[line] as number));
  return { lines, schema, badRecords };
}

/** The parts of `from` to `to` that no span covers. */
export function holesIn(spans: readonly Span[], from: number, to: number): Span[] {
  const holes: Span[] = [];
  let at = from;
  for (const span of spans) {
    if (span.from > at && at < to) holes.push({ from: at, to: Math.min(span.from, to) });
    at = Math.max(at, span.to);
  }
  if (at < to) holes.push({ from: at, to });
  return holes;
}

/** Spans as they come, which is nearly in order: neighbours are merged at once. */
class SpanList {
  readonly #spans: { from: number; to: number }[] = [];

  add(from: number, to: number): void {
    const last = this.#spans.at(-1);
    if (last?.to === from) last.to = to;
    else this.#spans.push({ from, to });
  }

  survey(atLeast: number): LineSurvey {
    const merged: { from: number; to: number }[] = [];
    let overlaps = false;
    for (const span of this.#spans.sort((a, b) => a.from - b.from)) {
      const last = merged.at(-1);
      if (last === undefined || span.from > last.to) merged.push({ ...span });
      else {
        overlaps ||= span.from < last.to;
        last.to = Math.max(last.to, span.to);
      }
    }
    return { spans: merged, overlaps, next: Math.max(atLeast, merged.at(-1)?.to ?? 0) };
  }
}
