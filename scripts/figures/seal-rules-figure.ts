import { type SealEvent, SealRules } from "../../algorithms/seal-rules.ts";
import type { Level } from "../../algorithms/signal.ts";
import { type Area, axisBelow, linear } from "./axes.ts";
import { box, label, line, svg } from "./svg.ts";

const AREA: Area = { left: 24, top: 30, right: 846, bottom: 158 };
const HIGH = 52;
const LOW = 92;
const END_SECONDS = 34;
const MAX_SECONDS = 6;

type Step = readonly [seconds: number, level: Level | null];

// Clean levels; null: the recorder sees nothing from here on.
const STEPS: readonly Step[] = [
  [0, 1],
  [1.8, 0],
  [4, 1],
  [6.4, 0],
  [8.2, 1],
  [8.9, 0],
  [11, 1],
  [18.6, 0],
  [20.6, 1],
  [22.2, null],
  [23.2, 1],
  [24, 0],
  [26.6, 1],
  [27.3, null],
  [28.5, 0],
  [30.3, 1],
  [32.5, 0],
];

interface Timed {
  readonly atUs: number;
  readonly event: SealEvent;
}

/** Pulses of every sort and what the seal rules say of each; the rules are asked, nothing is written by hand. */
export function sealRulesFigure(): string {
  const x = linear([0, END_SECONDS], [AREA.left, AREA.right]);
  return svg({
    width: 860,
    height: 206,
    title: "What the seal rules make of clean pulses",
    description:
      "A clean sealing contact over 34 seconds: a pulse already active at the start, a seal, a pulse that is too short, a stuck contact, a seal cut by a hole in the recording, a remainder cut by a hole, and a seal.",
    body: [
      ...holes().map(([from, to]) => hole(x(from), x(to))),
      ...pulses().map(([from, to]) => box({ x: x(from), y: HIGH }, { x: x(to), y: LOW }, "f1 pale")),
      line({ x: AREA.left, y: LOW }, { x: AREA.right, y: LOW }, "rule"),
      ...events().map((timed, i, all) => mark(timed, x, all[i - 1])),
      axisBelow(AREA, {
        span: [0, END_SECONDS],
        about: 12,
        title: `time in seconds (here with minSealingTimeSeconds = 1 and maxSealingTimeSeconds = ${MAX_SECONDS})`,
      }),
    ],
  });
}

function holes(): readonly (readonly [number, number])[] {
  return STEPS.flatMap(([seconds, level], i) =>
    level === null ? [[seconds, STEPS[i + 1]?.[0] ?? END_SECONDS] as const] : [],
  );
}

function pulses(): readonly (readonly [number, number])[] {
  return STEPS.flatMap(([seconds, level], i) =>
    level === 1 ? [[seconds, STEPS[i + 1]?.[0] ?? END_SECONDS] as const] : [],
  );
}

function events(): readonly Timed[] {
  const rules = new SealRules({ maxSealingTimeSeconds: MAX_SECONDS });
  const found: Timed[] = [];
  const take = (atUs: number, event: SealEvent | undefined) => {
    if (event !== undefined) found.push({ atUs, event });
  };
  STEPS.forEach(([seconds, level], i) => {
    const atUs = Math.round(seconds * 1e6);
    take(atUs, level === null ? rules.finish(atUs) : rules.push(atUs, level));
    const nextUs = Math.round((STEPS[i + 1]?.[0] ?? END_SECONDS) * 1e6);
    for (let us = atUs + 100_000; us < nextUs && level !== null; us += 100_000) take(us, rules.tick(us));
  });
  return found;
}

function hole(from: number, to: number): string {
  const words = label({ x: (from + to) / 2, y: AREA.top - 6 }, "hole", "small soft", "middle");
  return box({ x: from, y: AREA.top }, { x: to, y: LOW }, "area") + words;
}

function mark({ atUs, event }: Timed, x: (seconds: number) => number, before: Timed | undefined): string {
  if (event.kind === "repeated") return "";
  if (event.kind === "stuck" && event.offUs === null) return alarm(x(atUs / 1e6));
  const { onUs, offUs } = event.kind === "seal" ? event.seal : event;
  // the part after a hole is told from where it was seen again, not from where its seal began
  const fromUs = event.kind === "cut" && before?.event.kind === "seal" ? Math.max(onUs, before.atUs) : onUs;
  const middle = (x(fromUs / 1e6) + x((offUs ?? atUs) / 1e6)) / 2;
  const kind = event.kind === "seal" ? "f3 strong" : event.kind === "stuck" ? "f2 strong" : "soft strong";
  const [first, second] = words(event);
  return (
    label({ x: middle, y: LOW + 20 }, first, kind, "middle") +
    label({ x: middle, y: LOW + 36 }, second, "small soft", "middle")
  );
}

function alarm(at: number): string {
  const words = label({ x: at, y: AREA.top + 4 }, "alarm", "small f2", "middle");
  return line({ x: at, y: AREA.top + 9 }, { x: at, y: LOW }, "s2 dashed") + words;
}

function words(event: SealEvent): readonly [string, string] {
  if (event.kind !== "seal") return [event.kind, event.kind === "short" ? "no seal" : ""];
  const { sealingTimeSeconds } = event.seal;
  return ["seal", sealingTimeSeconds === null ? "no time" : `${sealingTimeSeconds.toFixed(1)} s`];
}
