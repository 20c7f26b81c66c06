import { madeUnits } from "../made-units.ts";
import type { Report } from "../parts/report.ts";
import { productColour } from "./colours.ts";
import { coordinate, escaped } from "./markup.ts";

const MINUTE_US = 60_000_000;
const WIDTH = 1000;
const HEIGHT = 200;
/** So many points are enough for any paper. */
const MOST_POINTS = 720;
const MOST_LABELS = 13;

type Point = readonly [x: number, y: number];

/** Units made over the time of the shift, coloured by product, against those possible; empty without hour rows. */
export function cumulativeChart(report: Report): string {
  const { shift, texts, numerals, possibleUnits } = report;
  const made = madeUnits(shift);
  const length = shift.minutes?.length ?? 0;
  if (made === null || length === 0 || shift.minutesStartUs === null) return "";
  const total = made.until(length);
  const top = Math.max(1, total, possibleUnits ?? 0);
  const y = (units: number) => HEIGHT * (1 - units / top);
  const lines = [grid(report), possibleLine(report, y), ...madeLines(report, y)].join("");
  const svg = `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${escaped(texts.sections.cumulative)}">${lines}</svg>`;
  const mark = (units: number, word: string, css: string) =>
    `<span class="${css}" style="top:${((100 * y(units)) / HEIGHT).toFixed(1)}%"><b>${numerals.count(units)}</b> ${escaped(word)}</span>`;
  // two labels at one height could not be read
  const isNear = possibleUnits !== null && Math.abs(y(possibleUnits) - y(total)) < HEIGHT / 6;
  const marks = [
    possibleUnits === null ? "" : mark(possibleUnits, texts.hours.possible, isNear ? "end above" : "end"),
    mark(total, texts.hours.made, isNear ? "end below" : "end"),
  ].join("");
  return `<div class="chart"><div class="plot">${svg}${hourLabels(report)}</div><div class="ends">${marks}</div></div>`;
}

/** Where the hours of the report are on the way from left (0) to right (1). */
function hourPlaces({ hours, shift }: Report): { readonly label: string; readonly at: number }[] {
  const length = (shift.minutes?.length ?? 1) * MINUTE_US;
  const step = Math.ceil(hours.length / MOST_LABELS);
  const shown = hours.filter((_, i) => i % step === 0);
  return shown.map(({ label, startUs }) => ({ label, at: (startUs - (shift.minutesStartUs ?? 0)) / length }));
}

function grid(report: Report): string {
  const lines = hourPlaces(report).filter(({ at }) => at > 0);
  return lines.map(({ at }) => `<path class="grid" d="M${coordinate(WIDTH * at)} 0V${HEIGHT}"/>`).join("");
}

function hourLabels(report: Report): string {
  const places = hourPlaces(report).filter(({ at }) => at < 0.97);
  return places
    .map(({ label, at }) => `<span style="left:${(100 * at).toFixed(1)}%">${escaped(label)}</span>`)
    .join("");
}

function possibleLine({ shift, possible }: Report, y: (units: number) => number): string {
  if (possible === null || possible.between(shift.startUs, shift.endUs) === null) return "";
  const originUs = shift.minutesStartUs ?? 0;
  const length = shift.minutes?.length ?? 1;
  const points = sampled(length).map((minute): Point => {
    const untilUs = Math.min(shift.endUs, originUs + minute * MINUTE_US);
    return [(WIDTH * minute) / length, y(possible.between(shift.startUs, untilUs) ?? 0)];
  });
  return `<path class="possible" d="${pathOf(points)}"/>`;
}

/** One line for each stretch of a product; each begins where the one before it ended. */
function madeLines({ shift }: Report, y: (units: number) => number): string[] {
  const made = madeUnits(shift);
  if (made === null) return [];
  const length = made.units.length;
  const stretches: { product: string | null; points: Point[] }[] = [];
  for (const minute of sampled(length)) {
    const point: Point = [(WIDTH * minute) / length, y(made.until(minute))];
    const product = made.products[Math.max(0, minute - 1)] ?? null;
    const last = stretches.at(-1);
    if (last?.product === product) last.points.push(point);
    else stretches.push({ product, points: [...(last?.points.slice(-1) ?? []), point] });
  }
  return stretches.map(
    ({ product, points }) => `<path class="made ${productColour(shift, product)}" d="${pathOf(points)}"/>`,
  );
}

/** Minutes from 0 to the end, both included, at even distances. */
function sampled(length: number): readonly number[] {
  const step = Math.max(1, Math.ceil(length / MOST_POINTS));
  const minutes = Array.from({ length: Math.ceil(length / step) }, (_, i) => i * step);
  return [...minutes, length];
}

/** Points on a straight line with their neighbours are left out. */
export function pathOf(points: readonly Point[]): string {
  const kept = points.filter((point, i) => {
    const [before, after] = [points[i - 1], points[i + 1]];
    if (before === undefined || after === undefined) return true;
    const straight = before[1] + ((after[1] - before[1]) * (point[0] - before[0])) / (after[0] - before[0]);
    return Math.abs(straight - point[1]) > 0.05;
  });
  return kept.map(([x, y], i) => `${i === 0 ? "M" : "L"}${coordinate(x)} ${coordinate(y)}`).join("");
}
