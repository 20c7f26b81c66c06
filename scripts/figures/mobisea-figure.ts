import type { Run } from "../../algorithms/mobisea/run-builder.ts";
import { loadScenario } from "../../sim/scenario.ts";
import { type Area, axisBelow, axisLeft, linear, rounded, type Scale, type Span } from "./axes.ts";
import { type FoundShift, foundShift } from "./found-runs.ts";
import { crosses, dots, element, label, line, type Point, rings, short, svg } from "./svg.ts";

const AREA: Area = { left: 52, top: 62, right: 600, bottom: 386 };
const BARS: Area = { left: 630, top: 62, right: 770, bottom: 386 };
const BIN_SECONDS = 0.04;
const MOST_DOTS = 1800;

/** A shift's sealing times with the runs found in them, and beside it how they pile up at the modes. */
export function mobiseaFigure(): string {
  const shift = foundShift(loadScenario("paper-6"));
  const span = spanOf(shift.sealingTimesSeconds);
  const y = linear(span, [AREA.bottom, AREA.top]);
  const seals: Span = [0, shift.sealingTimesSeconds.length];
  return svg({
    width: 860,
    height: 434,
    title: "The sealing times of a shift and the runs found in them",
    description:
      "Each dot is a seal: its sealing time over its number. Five runs of three products lie at three modes; outliers are crosses, seals between two runs are rings. At the right the histogram of the same seals with the three modes.",
    body: [
      label({ x: 18, y: 22 }, "runs found, with product and seals", "strong"),
      legend({ x: 300, y: 22 }),
      axisLeft(AREA, { span, about: 7, title: "" }),
      label({ x: 18, y: 48 }, "sealing time in seconds", "soft"),
      scatter(shift, linear(seals, [AREA.left, AREA.right]), y),
      ...shift.runs.map((run) => runMark(run, linear(seals, [AREA.left, AREA.right]), y)),
      axisBelow(AREA, { span: seals, about: 7, title: "number of the seal" }),
      ...shift.book.products.map(({ number, sealingTimeSeconds }) => modeMark(number, sealingTimeSeconds, y)),
      histogram(shift, y),
    ],
  });
}

/** From the shortest to the longest, rounded. */
export function spanOf(sealingTimesSeconds: readonly number[]): Span {
  return rounded([Math.min(...sealingTimesSeconds), Math.max(...sealingTimesSeconds)], 7);
}

/** The seals of each run as dots, thinned, and all seals that belong to nobody. */
export function scatter({ sealingTimesSeconds, runOf, runs }: FoundShift, x: Scale, y: Scale): string {
  const every = Math.ceil(sealingTimesSeconds.length / MOST_DOTS);
  const place = (i: number): Point => ({ x: x(i), y: y(sealingTimesSeconds[i] as number) });
  const all = sealingTimesSeconds.map((_, i) => i);
  const nobodys = all.filter((i) => runOf[i] === -1);
  const isWithinRun = (i: number) => runs.some(({ first, last }) => first < i && i < last);
  return [
    ...runs.map(({ product }, run) =>
      dots(all.filter((i) => runOf[i] === run && i % every === 0).map(place), `s${product}`),
    ),
    crosses(nobodys.filter(isWithinRun).map(place), "pen"),
    rings(nobodys.filter((i) => !isWithinRun(i)).map(place), "pen"),
  ].join("");
}

/** What the marks mean. */
export function legend({ x, y }: Point): string {
  const outlier = crosses([{ x, y: y - 4 }], "pen") + label({ x: x + 10, y }, "outlier within a run", "small");
  const trial =
    rings([{ x: x + 142, y: y - 4 }], "pen") + label({ x: x + 152, y }, "between runs (trial seals)", "small");
  return outlier + trial;
}

function runMark({ product, first, last, seals, sealingTimeSeconds }: Run, x: Scale, y: Scale): string {
  const [from, to] = [x(first), x(last)];
  return [
    line({ x: from, y: AREA.top }, { x: from, y: AREA.bottom }, "rule dashed"),
    line({ x: from, y: y(sealingTimeSeconds) }, { x: to, y: y(sealingTimeSeconds) }, "pen"),
    label({ x: (from + to) / 2, y: AREA.top + 14 }, `P${product}: ${seals}`, `strong f${product}`, "middle"),
  ].join("");
}

function histogram({ sealingTimesSeconds, runOf, runs }: FoundShift, y: Scale): string {
  const products = [...new Set(runs.map(({ product }) => product))];
  const ofProduct = (product: number) =>
    sealingTimesSeconds.filter((_, i) => runs[runOf[i] as number]?.product === product);
  const counted = products.map((product) => ({ product, bins: binned(ofProduct(product)) }));
  const most = Math.max(...counted.flatMap(({ bins }) => [...bins.values()]));
  const span = rounded([0, most], 3);
  const x = linear(span, [BARS.left, BARS.right]);
  const bars = counted.map(({ product, bins }) =>
    element("path", { class: `f${product}`, d: barsOf(bins, x, y), style: `fill-opacity:.75` }),
  );
  return [axisBelow(BARS, { span, about: 3, title: `seals in ${BIN_SECONDS} s` }), ...bars].join("");
}

function binned(values: readonly number[]): ReadonlyMap<number, number> {
  const bins = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor(value / BIN_SECONDS);
    bins.set(bin, (bins.get(bin) ?? 0) + 1);
  }
  return bins;
}

function barsOf(bins: ReadonlyMap<number, number>, x: Scale, y: Scale): string {
  return [...bins]
    .sort(([a], [b]) => a - b)
    .map(
      ([bin, count]) =>
        `M${short(x(0))} ${short(y(bin * BIN_SECONDS))}H${short(x(count))}V${short(y((bin + 1) * BIN_SECONDS))}H${short(x(0))}Z`,
    )
    .join("");
}

function modeMark(product: number, seconds: number, y: Scale): string {
  const words = label(
    { x: BARS.right + 8, y: y(seconds) + 4 },
    `P${product}: ${seconds.toFixed(2)} s`,
    `strong f${product}`,
  );
  return line({ x: BARS.left, y: y(seconds) }, { x: BARS.right, y: y(seconds) }, "rule dashed") + words;
}
