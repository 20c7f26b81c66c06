import { REMOVED_KINDS, type RemovedKind } from "../../algorithms/signal.ts";
import { type Area, axisBelow, linear } from "./axes.ts";
import { type NoisySeal, noisySeal } from "./noisy-seal.ts";
import { box, label, line, svg, upright } from "./svg.ts";
import { activeBoxes, waveform } from "./waveform.ts";

const AREA: Area = { left: 104, top: 24, right: 846, bottom: 306 };
const RAW = { high: 34, low: 84 };
const FIRST_ROW = 108;
const ROW = 20;
const TICK = 13;
const CLEAN = { high: 238, low: 274 };
const TRUE = { high: 286, low: 294 };
const KINDS: readonly RemovedKind[] = REMOVED_KINDS.filter((kind) => kind !== "short");
const NAMES: Readonly<Record<RemovedKind, string>> = {
  glitch: "glitch",
  chatter: "chatter",
  dropout: "drop-out",
  burst: "burst",
  mains: "mains",
  short: "too short",
};

/** A raw contact, the edges removed from it by kind, and the clean level that is left. */
export function levelFilterFigure(): string {
  const seal = noisySeal();
  const seconds = (us: number) => (us - seal.stretch[0]) / 1e6;
  const x = linear(seal.stretch, [AREA.left, AREA.right]);
  const truth = [
    { timeUs: seal.trueOnUs, level: 1 as const },
    { timeUs: seal.trueOffUs, level: 0 as const },
  ];
  return svg({
    width: 860,
    height: 354,
    title: "A noisy contact and its cheapest explanation",
    description:
      "Above the raw level of a simulated sealing contact with bounce, glitches, a drop-out, a burst and mains pick-up; below it the removed edges, one row for each kind; then the clean level, and the true seal.",
    body: [
      name(RAW, "raw contact"),
      waveform(seal.contact.raw, seal.stretch, x, RAW, "pen"),
      ...KINDS.map((kind, row) => removedRow(seal, kind, row, x)),
      name(CLEAN, "clean level"),
      waveform(seal.contact.clean, seal.stretch, x, CLEAN, "s1 thick"),
      label({ x: AREA.left - 10, y: TRUE.low }, "true seal", "soft", "end"),
      activeBoxes(truth, seal.stretch, x, TRUE, "f6"),
      axisBelow(AREA, { span: [0, seconds(seal.stretch[1])], about: 8, title: "time in seconds" }),
    ],
  });
}

function name({ high, low }: typeof RAW, words: string): string {
  return label({ x: AREA.left - 10, y: (high + low) / 2 + 4 }, words, "strong", "end");
}

function removedRow({ edges }: NoisySeal, kind: RemovedKind, row: number, x: (us: number) => number): string {
  const top = FIRST_ROW + row * ROW;
  const own = edges.filter(({ fate }) => fate === kind);
  const points = own.map(({ timeUs }) => ({ x: x(timeUs), y: top }));
  return [
    row === 0 ? box({ x: AREA.left, y: top - 6 }, { x: AREA.right, y: top + KINDS.length * ROW - 2 }, "area pale") : "",
    line({ x: AREA.left, y: top + TICK }, { x: AREA.right, y: top + TICK }, "grid"),
    label({ x: AREA.left - 10, y: top + TICK }, `${NAMES[kind]} (${own.length})`, `f${row + 1}`, "end"),
    upright(points, TICK, `s${row + 1}`),
  ].join("");
}
