import { loadScenario } from "../../sim/scenario.ts";
import { truthOf } from "../../sim/simulation.ts";
import { type Area, axisBelow, linear, type Span } from "./axes.ts";
import { type Change, filtered, rawSealing } from "./contact.ts";
import { box, label, svg } from "./svg.ts";
import { activeBoxes, cut, waveform } from "./waveform.ts";

const AREA: Area = { left: 84, top: 20, right: 770, bottom: 300 };
const PANELS = ["quiet", "busy", "hostile"] as const;
const MARGIN_US = 900_000;
// how much of the recordings is searched for the seal
const SEARCHED_US = 3_600_000_000;
const BUSY_EDGES = 10;
const HOSTILE_EDGES = 24;

interface Trace {
  readonly panel: string;
  readonly raw: readonly Change[];
  readonly clean: readonly Change[];
}

/** One seal as three panels show it: machine and seed are the same, only the panel differs. */
export function panelFigure(): string {
  const traces = PANELS.map((panel): Trace => ({ panel, ...filtered(rawSealing(loadScenario(panel), SEARCHED_US)) }));
  const [onUs, offUs] = pickSeal(traces);
  const stretch: Span = [onUs - MARGIN_US, offUs + MARGIN_US];
  const x = linear(stretch, [AREA.left, AREA.right]);
  return svg({
    width: 860,
    height: 350,
    title: "One seal on a quiet, a busy and a hostile panel",
    description:
      "The raw sealing contact of the same simulated seal on three panels, with more and more disturbance, the clean level found in each as a shade behind it, and the true seal below.",
    body: [
      ...traces.map((trace, row) => traceRow(trace, row, stretch, x)),
      label({ x: AREA.left - 10, y: 286 }, "true seal", "soft", "end"),
      box({ x: x(onUs), y: 276 }, { x: x(offUs), y: 286 }, "f6"),
      label({ x: AREA.right + 10, y: 286 }, `${((offUs - onUs) / 1e6).toFixed(3)} s`, "small soft"),
      axisBelow(AREA, {
        span: [0, (stretch[1] - stretch[0]) / 1e6],
        about: 8,
        title: "time in seconds (shaded: the clean level found)",
      }),
    ],
  });
}

function traceRow({ panel, raw, clean }: Trace, row: number, stretch: Span, x: (us: number) => number): string {
  const track = { high: AREA.top + 8 + row * 84, low: AREA.top + 66 + row * 84 };
  const middle = (track.high + track.low) / 2;
  const pulse = cut(clean, stretch);
  const [on, off] = [pulse[1], pulse[2]];
  const found = on === undefined || off === undefined ? "" : `${((off.timeUs - on.timeUs) / 1e6).toFixed(3)} s`;
  return [
    activeBoxes(clean, stretch, x, track, `f${row + 1} pale`),
    waveform(raw, stretch, x, track, "pen"),
    label({ x: AREA.left - 10, y: middle + 4 }, panel, `strong f${row + 1}`, "end"),
    label({ x: AREA.right + 10, y: middle - 4 }, `${cut(raw, stretch).length - 1} edges`, "small"),
    label({ x: AREA.right + 10, y: middle + 12 }, found, `small f${row + 1}`),
  ].join("");
}

/** The first seal to which the busy and the hostile panel do what is usual for them. */
function pickSeal(traces: readonly Trace[]): Span {
  const [, busy, hostile] = traces as [Trace, Trace, Trace];
  const edges = (trace: Trace, span: Span) => cut(trace.raw, span).length - 1;
  for (const [onUs, offUs] of truthOf(loadScenario("quiet")).seals ?? []) {
    const inside: Span = [onUs + 200_000, offUs - 200_000];
    if (offUs < SEARCHED_US && edges(busy, inside) >= BUSY_EDGES && edges(hostile, inside) >= HOSTILE_EDGES)
      return [onUs, offUs];
  }
  throw new Error("no seal shows what the panels do");
}
