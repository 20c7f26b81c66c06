import type { ShiftResult } from "../../shift-result.ts";
import { type HourRow, MINUTES_PER_HOUR } from "../hours.ts";
import type { Letter } from "../texts/texts.ts";
import { LETTER_COLOURS, productColour } from "./colours.ts";
import { escaped } from "./markup.ts";

const HEIGHT = 10;
/** Shorter stretches have no room for words. */
const LEAST_LABELLED_MINUTES = 6;

/** Equal minutes in a row. */
interface Stretch {
  readonly letter: Letter;
  readonly product: string | null;
  /** Minute of the hour. */
  readonly from: number;
  readonly minutes: number;
}

/** A picture of an hour, a minute wide each: production in the colour of its product, all else in the loss's. */
export function hourStrip(shift: Pick<ShiftResult, "products">, row: HourRow): string {
  const stretches = stretchesOf(row);
  const bars = stretches.map((stretch) => bar(shift, stretch)).join("");
  const labels = stretches.flatMap(label).join("");
  const svg = `<svg viewBox="0 0 ${MINUTES_PER_HOUR} ${HEIGHT}" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>`;
  return `<div class="strip">${svg}${labels}</div>`;
}

function stretchesOf({ letters, products, offset }: HourRow): readonly Stretch[] {
  const stretches: Stretch[] = [];
  [...letters].forEach((letter, i) => {
    const isMade = letter === "=" || letter === "m";
    const product = isMade ? (products[i] ?? null) : null;
    const last = stretches.at(-1);
    if (last?.letter === letter && last.product === product)
      stretches[stretches.length - 1] = { ...last, minutes: last.minutes + 1 };
    else stretches.push({ letter: letter as Letter, product, from: offset + i, minutes: 1 });
  });
  return stretches;
}

function bar(shift: Pick<ShiftResult, "products">, { letter, product, from, minutes }: Stretch): string {
  const rect = (css: string, y: number, height: number) =>
    `<rect class="${css}" x="${from}" y="${y}" width="${minutes}" height="${height}"/>`;
  const made = rect(productColour(shift, product), 0, HEIGHT);
  if (letter === "=") return made;
  return letter === "m"
    ? made + rect(LETTER_COLOURS.m, HEIGHT / 2, HEIGHT / 2)
    : rect(LETTER_COLOURS[letter], 0, HEIGHT);
}

/** Words lie over the picture, so that they are never stretched with it. */
function label({ letter, from, minutes }: Stretch): string[] {
  if (letter === "=" || letter === "m" || minutes < LEAST_LABELLED_MINUTES) return [];
  const left = ((100 * from) / MINUTES_PER_HOUR).toFixed(1);
  const width = ((100 * minutes) / MINUTES_PER_HOUR).toFixed(1);
  const css = LETTER_COLOURS[letter];
  return [`<span class="on-${css}" style="left:${left}%;width:${width}%">${escaped(letter)} ${minutes}</span>`];
}
