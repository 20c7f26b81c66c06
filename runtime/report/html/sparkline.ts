import { coordinate } from "./markup.ts";

const WIDTH = 100;
const HEIGHT = 20;
const EDGE = 2;

/** A small line of some values with a dot at the last one; empty for fewer than two. */
export function sparkline(values: readonly (number | null)[], css = "spark"): string {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return "";
  const low = Math.min(...known);
  const range = Math.max(...known) - low || 1;
  const x = (i: number) => coordinate(EDGE + ((WIDTH - 2 * EDGE) * i) / (values.length - 1));
  const y = (value: number) => coordinate(HEIGHT - EDGE - ((HEIGHT - 2 * EDGE) * (value - low)) / range);
  const segments = values.map((value, i) => {
    if (value === null) return "";
    const isStart = values[i - 1] === null || i === 0;
    return `${isStart ? "M" : "L"}${x(i)} ${y(value)}`;
  });
  const last = values.findLastIndex((value) => value !== null);
  const dot = `<circle cx="${x(last)}" cy="${y(values[last] as number)}" r="2"/>`;
  return `<svg class="${css}" viewBox="0 0 ${WIDTH} ${HEIGHT}" aria-hidden="true"><path d="${segments.join("")}"/>${dot}</svg>`;
}
