import type { Run } from "../../algorithms/mobisea/run-builder.ts";
import { parseScenario } from "../../sim/scenario.ts";
import { type Area, axisBelow, axisLeft, linear, type Scale, type Span } from "./axes.ts";
import { foundShift } from "./found-runs.ts";
import { legend, scatter, spanOf } from "./mobisea-figure.ts";
import { label, line, svg } from "./svg.ts";

const AREA: Area = { left: 52, top: 62, right: 846, bottom: 332 };

// A heater that warms: both products creep by 6 % over the shift, and come back.
const SCENARIO = `
seed = 4
panel = "quiet"
[[products]]
name = "A"
sealingTimeSeconds = 2.0
noiseSeconds = 0.03
cycleTimeSeconds = 6
driftPercent = 6
[[products]]
name = "B"
sealingTimeSeconds = 2.6
noiseSeconds = 0.04
cycleTimeSeconds = 7
driftPercent = 6
[[plan]]
product = "A"
seals = 600
[[plan]]
product = "B"
seals = 500
[[plan]]
product = "A"
seals = 700
[[plan]]
product = "B"
seals = 600
[[plan]]
product = "A"
seals = 500
[changeover]
trialSeals = [1, 3]
trialSealingTimeFactor = [0.93, 1.1]
`;

/** Two products whose sealing times creep, and that are recognised when they come back. */
export function mobiseaDriftFigure(): string {
  const shift = foundShift(parseScenario(SCENARIO, "figure"));
  const seals: Span = [0, shift.sealingTimesSeconds.length];
  const span = spanOf(shift.sealingTimesSeconds);
  const x = linear(seals, [AREA.left, AREA.right]);
  const y = linear(span, [AREA.bottom, AREA.top]);
  return svg({
    width: 860,
    height: 380,
    title: "Two products that drift and come back",
    description:
      "Sealing times of five runs of two products that grow by six per cent over the shift. Each run's line goes from its mode at the beginning to its mode at the end; each product keeps its number when it returns.",
    body: [
      label({ x: 18, y: 22 }, "runs found, with product and seals", "strong"),
      legend({ x: 300, y: 22 }),
      axisLeft(AREA, { span, about: 7, title: "" }),
      label({ x: 18, y: 48 }, "sealing time in seconds", "soft"),
      scatter(shift, x, y),
      ...shift.runs.map((run) => runMark(run, x, y)),
      axisBelow(AREA, { span: seals, about: 7, title: "number of the seal" }),
    ],
  });
}

function runMark({ product, first, last, seals, head, tail }: Run, x: Scale, y: Scale): string {
  const [from, to] = [x(first), x(last)];
  const modes = `${head.modeSeconds.toFixed(2)} to ${tail.modeSeconds.toFixed(2)} s`;
  const top = y(Math.max(head.modeSeconds, tail.modeSeconds));
  const words = { x: (from + to) / 2, y: product === 1 ? top - 46 : top + 62 };
  return [
    line({ x: from, y: AREA.top }, { x: from, y: AREA.bottom }, "rule dashed"),
    line({ x: from, y: y(head.modeSeconds) }, { x: to, y: y(tail.modeSeconds) }, "pen thick"),
    label(words, `P${product}: ${seals}`, `strong f${product}`, "middle"),
    label({ x: words.x, y: words.y + 15 }, modes, "small", "middle"),
  ].join("");
}
