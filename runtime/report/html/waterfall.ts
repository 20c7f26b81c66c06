import { effectiveName } from "../parts/effective-name.ts";
import type { Report } from "../parts/report.ts";
import { lossName } from "../parts/sentences.ts";
import { LOSS_COLOURS } from "./colours.ts";
import { coordinate, escaped } from "./markup.ts";

/** Width of a bar's picture in its own units: all planned time. */
const FULL = 1000;

/** A step of the waterfall: from planned time down to what it was worth. */
interface Step {
  readonly name: string;
  readonly css: string;
  readonly fromSeconds: number;
  readonly toSeconds: number;
  readonly seconds: number;
  readonly units: number | null;
  readonly isBiggest: boolean;
}

/** Planned time, each loss with minutes and units, the largest first, and the time that is left; empty when not known. */
export function waterfall(report: Report): string {
  const { losses, texts, numerals } = report;
  if (losses === null) return "";
  const steps = stepsOf(report);
  const widest = Math.max(losses.plannedSeconds, ...steps.map(({ toSeconds }) => toSeconds));
  const rows = steps.map(({ name, css, fromSeconds, toSeconds, seconds, units, isBiggest }) => {
    const minutes = numerals.fixed(seconds / 60, Math.abs(seconds) < 600 ? 1 : 0);
    const bar = stepBar(css, fromSeconds / widest, toSeconds / widest);
    const cells = [escaped(name), bar, minutes, units === null ? "-" : numerals.count(units)];
    const [label = "", ...rest] = cells;
    return `<tr${isBiggest ? ' class="big"' : ""}><th scope="row">${label}</th>${rest.map((cell) => `<td>${cell}</td>`).join("")}</tr>`;
  });
  const head = `<tr><th></th><th></th><th>${escaped(texts.losses.minutes)}</th><th>${escaped(texts.losses.units)}</th></tr>`;
  return `<table class="fall"><thead>${head}</thead><tbody>${rows.join("")}</tbody></table>`;
}

/** A bar between two shares of the width, 0 to 1; never too narrow to be seen. */
export function stepBar(css: string, from: number, to: number): string {
  const x = FULL * Math.min(from, to);
  const width = Math.max(2, FULL * Math.abs(to - from));
  const rect = `<rect class="${css}" x="${coordinate(Math.min(x, FULL - 2))}" width="${coordinate(width)}" height="10"/>`;
  return `<svg class="bar" viewBox="0 0 ${FULL} 10" preserveAspectRatio="none" aria-hidden="true">${rect}</svg>`;
}

function stepsOf(report: Report): Step[] {
  const { losses, texts } = report;
  if (losses === null) return [];
  const { plannedSeconds, possibleUnits, effectiveSeconds, sealingSeconds, units } = losses;
  let left = plannedSeconds;
  const whole = { fromSeconds: 0, toSeconds: plannedSeconds, seconds: plannedSeconds, isBiggest: false };
  const steps: Step[] = [{ ...whole, name: texts.losses.planned, css: "plan", units: possibleUnits }];
  for (const [i, loss] of losses.losses.entries()) {
    const from = left;
    left -= loss.seconds;
    const isBiggest = i === 0 && loss.seconds >= 1;
    const range = { fromSeconds: Math.max(0, left), toSeconds: Math.max(0, from) };
    steps.push({ ...loss, ...range, name: lossName(report, loss), css: LOSS_COLOURS[loss.name], isBiggest });
  }
  const end = effectiveSeconds ?? sealingSeconds;
  const name = effectiveSeconds === null ? texts.losses.sealing : effectiveName(report);
  steps.push({ name, css: "good", fromSeconds: 0, toSeconds: end, seconds: end, units, isBiggest: false });
  return steps;
}
