import { LevelFilter } from "../../algorithms/level-filter.ts";
import { SEALING_BETA_US } from "../../algorithms/seal-rules.ts";
import { type Area, axisBelow, axisLeft, linear, type Span } from "./axes.ts";
import type { Change } from "./contact.ts";
import { noisySeal } from "./noisy-seal.ts";
import { dots, label, line, type Point, polyline, svg } from "./svg.ts";
import { activeBoxes, cut, waveform } from "./waveform.ts";

const AREA: Area = { left: 60, top: 120, right: 846, bottom: 312 };
const RAW = { high: 34, low: 74 };
const SPAN: Span = [-400, 400];
const BETA_MS = SEALING_BETA_US / 1000;

/** A moment and D: what it costs more to be 1 now than to be 0 now. */
interface Cost {
  readonly timeUs: number;
  readonly costUs: number;
}

/** The cost difference between the two explanations, which moves between two limits. */
export function levelFilterCostFigure(): string {
  const { contact, stretch } = noisySeal();
  const x = linear(stretch, [AREA.left, AREA.right]);
  const y = linear(SPAN, [AREA.bottom, AREA.top]);
  const all = costDifference(contact.raw);
  const inside = all.filter(({ timeUs }) => timeUs > stretch[0] && timeUs < stretch[1]);
  const costs = [costAt(all, stretch[0]), ...inside, costAt(all, stretch[1])];
  const changes = cut(contact.clean, stretch).slice(1);
  return svg({
    width: 860,
    height: 360,
    title: "The cost difference D between its limits",
    description:
      "The raw contact, and below it D, the cost of being 1 now minus the cost of being 0 now. While the contact is 1 it falls, while it is 0 it rises, and it never leaves the limits of plus and minus beta. When it arrives at the other limit, a change becomes final and is dated back to where D left the limit before.",
    body: [
      activeBoxes(contact.clean, stretch, x, { high: AREA.top, low: AREA.bottom }, "area"),
      label({ x: AREA.left - 34, y: 22 }, "raw contact", "strong"),
      waveform(contact.raw, stretch, x, RAW, "pen"),
      axisLeft(AREA, { span: SPAN, about: 8, title: "D in milliseconds (shaded: clean level 1)" }),
      ...[BETA_MS, -BETA_MS].map((limit) =>
        line({ x: AREA.left, y: y(limit) }, { x: AREA.right, y: y(limit) }, "pen dashed"),
      ),
      label({ x: AREA.right - 6, y: y(BETA_MS) - 6 }, "+\u03b2: certainly 0", "small", "end"),
      label({ x: AREA.right - 6, y: y(-BETA_MS) + 15 }, "\u2212\u03b2: certainly 1", "small", "end"),
      polyline(
        costs.map(({ timeUs, costUs }) => ({ x: x(timeUs), y: y(costUs / 1000) })),
        "s1 thick",
      ),
      ...changes.map((change) => decision(change, costs, x, y)),
      axisBelow(AREA, { span: [0, (stretch[1] - stretch[0]) / 1e6], about: 8, title: "time in seconds" }),
    ],
  });
}

/** From the moment at which a change is certain back to the edge at which it was. */
function decision(
  change: Change,
  costs: readonly Cost[],
  x: (us: number) => number,
  y: (ms: number) => number,
): string {
  const limit = change.level === 1 ? -SEALING_BETA_US : SEALING_BETA_US;
  const decided = costs.find(({ timeUs, costUs }) => timeUs > change.timeUs && costUs === limit);
  if (decided === undefined) return "";
  const at = { x: x(decided.timeUs), y: y(limit / 1000) };
  const back = { x: x(change.timeUs), y: at.y };
  return [
    line(at, back, "s2 thick"),
    line(back, { x: back.x, y: y(-limit / 1000) }, "s2 dashed"),
    polyline([{ x: back.x + 7, y: at.y - 4 }, back, { x: back.x + 7, y: at.y + 4 }], "s2 thick"),
    dots([at], "s2 knob"),
    explanation(change.level === 1 ? at : back, change.level === 1),
  ].join("");
}

function explanation({ x, y }: Point, isRise: boolean): string {
  const at = isRise ? { x: x + 8, y: y + 16 } : { x: x - 8, y: y - 8 };
  return label(at, "decided at the dot, dated back", "small f2", isRise ? "start" : "end");
}

/** D at each edge, and wherever it arrives at a limit. */
function costDifference(raw: readonly Change[]): readonly Cost[] {
  const filter = new LevelFilter(SEALING_BETA_US);
  const costs: Cost[] = [];
  raw.forEach(({ timeUs, level }, i) => {
    filter.push(timeUs, level);
    const state = filter.save();
    const costUs = state.level === 1 ? -state.excessUs : state.excessUs;
    costs.push({ timeUs, costUs });
    const limit = level === 1 ? -SEALING_BETA_US : SEALING_BETA_US;
    const arrivesUs = timeUs + Math.abs(limit - costUs);
    const next = raw[i + 1];
    if (next !== undefined && arrivesUs < next.timeUs) costs.push({ timeUs: arrivesUs, costUs: limit });
  });
  return costs;
}

/** D between two of its corners, where it is straight. */
function costAt(costs: readonly Cost[], timeUs: number): Cost {
  const next = costs.findIndex((cost) => cost.timeUs > timeUs);
  const [before, after] = [costs[next - 1], costs[next]];
  if (before === undefined || after === undefined) throw new RangeError(`${timeUs} us is not inside the recording`);
  const share = (timeUs - before.timeUs) / (after.timeUs - before.timeUs);
  return { timeUs, costUs: before.costUs + share * (after.costUs - before.costUs) };
}
