import type { Level } from "../../../algorithms/signal.ts";
import type { LevelTrace } from "./level-trace.ts";

/** How a row is drawn. */
export interface ScopeLook {
  readonly utf8: boolean;
}

const ASCII = { closed: "#", open: "_", edge: "|", unknown: "?" };
const BLOCKS = { closed: "█", open: "▁", edge: "│", unknown: "?" };
const MOST_DIGITS = 9;

/**
 * A level over time, one character a column. A column with one change shows an edge; one with more shows how many
 * (`*` from ten on): that is where bounce and glitches are, which are shorter than a column. Blank: before the first
 * level was seen.
 * @param untilUs time at the right side; the left side is `windowUs` before it.
 */
export function scopeRow(
  trace: LevelTrace,
  { untilUs, windowUs, columns }: { readonly untilUs: number; readonly windowUs: number; readonly columns: number },
  { utf8 }: ScopeLook,
): string {
  const signs = utf8 ? BLOCKS : ASCII;
  const startUs = untilUs - windowUs;
  const sign = (level: Level | null) => (level === null ? signs.unknown : level === 1 ? signs.closed : signs.open);
  return Array.from({ length: columns }, (_, column) => {
    const edge = (at: number) => startUs + (at * windowUs) / columns;
    if (trace.firstUs === null || edge(column + 1) <= trace.firstUs) return " ";
    const { changes, before, after } = trace.between(edge(column), edge(column + 1));
    if (changes === 0) return sign(after);
    if (changes === 1) return before === null || after === null ? sign(after) : signs.edge;
    return changes > MOST_DIGITS ? "*" : String(changes);
  }).join("");
}
