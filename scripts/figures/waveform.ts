import type { Scale, Span } from "./axes.ts";
import { type Change, levelAt } from "./contact.ts";
import { box, element, short } from "./svg.ts";

/** Where a level is drawn: the height of level 1 and of level 0. */
export interface Track {
  readonly high: number;
  readonly low: number;
}

/** The changes within a stretch, with the level at its beginning put before them. */
export function cut(changes: readonly Change[], [fromUs, toUs]: Span): readonly Change[] {
  const inside = changes.filter(({ timeUs }) => timeUs > fromUs && timeUs < toUs);
  return [{ timeUs: fromUs, level: levelAt(changes, fromUs) }, ...inside];
}

/** A level over a stretch of time, as a line with corners. */
export function waveform(
  changes: readonly Change[],
  stretch: Span,
  x: Scale,
  { high, low }: Track,
  kind: string,
): string {
  const y = (level: number) => short(level === 1 ? high : low);
  const [first, ...rest] = cut(changes, stretch) as [Change, ...Change[]];
  const steps = rest.map(({ timeUs, level }) => `H${short(x(timeUs))}V${y(level)}`);
  return element("path", {
    class: kind,
    d: `M${short(x(stretch[0]))} ${y(first.level)}${steps.join("")}H${short(x(stretch[1]))}`,
  });
}

/** The stretches in which a level is 1, as boxes. */
export function activeBoxes(
  changes: readonly Change[],
  stretch: Span,
  x: Scale,
  { high, low }: Track,
  kind: string,
): string {
  const inside = cut(changes, stretch);
  return inside
    .map(({ timeUs, level }, i) => {
      if (level === 0) return "";
      return box({ x: x(timeUs), y: high }, { x: x(inside[i + 1]?.timeUs ?? stretch[1]), y: low }, kind);
    })
    .join("");
}
