import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { levelFilterCostFigure } from "./level-filter-cost-figure.ts";
import { levelFilterFigure } from "./level-filter-figure.ts";
import { mobiseaDriftFigure } from "./mobisea-drift-figure.ts";
import { mobiseaFigure } from "./mobisea-figure.ts";
import { panelFigure } from "./panel-figure.ts";
import { sealRulesFigure } from "./seal-rules-figure.ts";

const FOLDER = join("docs", "algorithms");
const MOST_BYTES = 60_000;

/** The pictures of the documentation, by file name. */
export const FIGURES: Readonly<Record<string, () => string>> = {
  "level-filter.svg": levelFilterFigure,
  "level-filter-cost.svg": levelFilterCostFigure,
  "seal-rules.svg": sealRulesFigure,
  "mobisea.svg": mobiseaFigure,
  "mobisea-drift.svg": mobiseaDriftFigure,
  "panel.svg": panelFigure,
};

mkdirSync(FOLDER, { recursive: true });
for (const [file, draw] of Object.entries(FIGURES)) {
  const text = draw();
  if (text.length > MOST_BYTES) throw new Error(`${file} has ${text.length} characters: thin it out`);
  writeFileSync(join(FOLDER, file), text);
  process.stdout.write(`${join(FOLDER, file)}: ${text.length} characters\n`);
}
