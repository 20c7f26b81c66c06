import type { Report } from "../parts/report.ts";
import { productName } from "../parts/report.ts";
import type { Letter } from "../texts/texts.ts";
import { LETTER_COLOURS, productColour } from "./colours.ts";
import { cumulativeChart } from "./cumulative.ts";
import { hourStrip } from "./hour-strip.ts";
import { escaped, swatch } from "./markup.ts";

const MOST_HOURS = 36;
const QUARTERS = ["00", "15", "30", "45"];

/** A row for each clock hour, what the colours mean, and the cumulative line. */
export function hoursPart(report: Report): string {
  const { hours, texts, numerals, shift } = report;
  if (hours.length === 0) return `<p class="note">${escaped(texts.hours.none)}</p>`;
  const rows = hours.slice(0, MOST_HOURS).map((row) => {
    const possible = row.possible === null ? "-" : numerals.count(row.possible);
    return `<span>${escaped(row.label)}</span>${hourStrip(shift, row)}<span class="n">${numerals.count(row.units)}<i>/${possible}</i></span>`;
  });
  const ticks = `<span></span><div class="ticks">${QUARTERS.map((minute) => `<span>${minute}</span>`).join("")}</div><span class="n"><i>${escaped(texts.hours.unitsOfPossible)}</i></span>`;
  const more = hours.length - rows.length;
  const rest = more > 0 ? `<p class="note">${escaped(texts.more(numerals.count(more)))}</p>` : "";
  return `<div class="hours">${ticks}${rows.join("")}</div>${rest}${legend(report)}${cumulativeChart(report)}`;
}

/** Only what is to be seen. */
function legend({ hours, shift, texts }: Report): string {
  const letters = new Set(hours.flatMap((row) => [...row.letters]));
  const kinds = (Object.keys(LETTER_COLOURS) as Exclude<Letter, "=">[]).filter((letter) => letters.has(letter));
  const made = shift.products.map(
    ({ id }) => `<span>${swatch(productColour(shift, id))}${escaped(productName(shift, id))}</span>`,
  );
  const other = kinds.map((letter) => {
    const words = letter === "m" ? texts.letters.m : `${letter} ${texts.letters[letter].toLowerCase()}`;
    return `<span>${swatch(LETTER_COLOURS[letter])}${escaped(words)}</span>`;
  });
  return `<div class="legend">${[...made, ...other].join("")}</div>`;
}
