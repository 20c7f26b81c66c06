import { label, line, type Point } from "./svg.ts";

/** From a value to a place. */
export type Scale = (value: number) => number;

/** Lowest and highest value, or first and last place. */
export type Span = readonly [from: number, to: number];

/** The straight scale that puts the ends of `values` on the ends of `places`. */
export function linear(values: Span, places: Span): Scale {
  const slope = (places[1] - places[0]) / (values[1] - values[0]);
  return (value) => places[0] + (value - values[0]) * slope;
}

/** The step of 1, 2 or 5 times a power of ten that makes about so many ticks. */
export function tickStep([low, high]: Span, about: number): number {
  const raw = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(raw));
  const share = raw / power;
  return power * (share < 1.5 ? 1 : share < 3.5 ? 2 : share < 7.5 ? 5 : 10);
}

/** Round values within a span, about so many. */
export function ticks(span: Span, about: number): readonly number[] {
  const step = tickStep(span, about);
  const first = Math.ceil(span[0] / step - 1e-9);
  const last = Math.floor(span[1] / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The span widened to whole steps. */
export function rounded(span: Span, about: number): Span {
  const step = tickStep(span, about);
  return [Math.floor(span[0] / step + 1e-9) * step, Math.ceil(span[1] / step - 1e-9) * step];
}

/** Where a diagram lies. */
export interface Area {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** An axis: what its values are and how many ticks it may have. */
export interface Axis {
  readonly span: Span;
  readonly about: number;
  /** With unit. */
  readonly title: string;
}

/** The axis below an area, with its title under the ticks. */
export function axisBelow({ left, right, bottom }: Area, { span, about, title }: Axis): string {
  const x = linear(span, [left, right]);
  const marks = ticks(span, about).map(
    (value) =>
      line({ x: x(value), y: bottom }, { x: x(value), y: bottom + 4 }, "rule") +
      text({ x: x(value), y: bottom + 17 }, value, "middle"),
  );
  const base = line({ x: left, y: bottom }, { x: right, y: bottom }, "rule");
  return base + marks.join("") + label({ x: (left + right) / 2, y: bottom + 34 }, title, "soft", "middle");
}

/** The axis at the left of an area, with grid lines through it and its title above. */
export function axisLeft({ left, right, top, bottom }: Area, { span, about, title }: Axis): string {
  const y = linear(span, [bottom, top]);
  const marks = ticks(span, about).map(
    (value) =>
      line({ x: left, y: y(value) }, { x: right, y: y(value) }, "grid") +
      text({ x: left - 7, y: y(value) + 4 }, value, "end"),
  );
  return marks.join("") + label({ x: left - 34, y: top - 10 }, title, "soft");
}

function text(at: Point, value: number, anchor: "middle" | "end"): string {
  return label(at, String(value).replace("-", "\u2212"), "small", anchor);
}
