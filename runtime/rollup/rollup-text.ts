import { Numerals } from "../report/numerals.ts";
import { type Column, legible, terminalTable } from "../report/terminal.ts";
import type { RolledGroup, RolledUp, Rollup } from "./rollup.ts";
import { type RollupTexts, rollupTexts } from "./rollup-texts.ts";

const NAME_COLUMNS = 30;

/** The roll-up for a terminal: the plant period by period, then areas and lines as a whole; in ASCII without `utf8`. */
export function rollupText(rollup: Rollup, language: "en" | "es", utf8: boolean): string {
  const texts = rollupTexts(language);
  const numerals = new Numerals(language === "es" ? "," : ".", language === "es" ? "." : ",");
  const row = (name: string, rolled: RolledUp) => [name.slice(0, NAME_COLUMNS), ...cellsOf(rolled, numerals)];
  const { plant, areas, lines } = rollup;
  const parts = [
    `${texts.title} ${rollup.from} - ${rollup.to}: ${texts.counts(lines.length, plant.total.shifts, plant.total.notFinal)}`,
    ...notes(plant.total, texts, numerals),
    "",
    ...table(texts.periods[rollup.by], texts, [
      ...[...plant.periods].map(([period, rolled]) => row(period, rolled)),
      row(texts.plant, plant.total),
    ]),
    "",
    ...table(
      texts.columns.area,
      texts,
      areas.map((area) => row(area.area ?? texts.noArea, area.total)),
    ),
    "",
    ...table(
      texts.columns.line,
      texts,
      lines.map((line) => row(lineName(line), line.total)),
    ),
  ];
  return `${parts.map((line) => legible(line, utf8)).join("\n")}\n`;
}

/** How a line is called in a roll-up: ids repeat from appliance to appliance. */
export function lineName({ appliance, line, name }: RolledGroup): string {
  return `${name ?? line ?? ""} (${appliance ?? ""})`;
}

/** What limits the ratios, in words; nothing when all is measured. */
export function notes({ ratedShare, coverage }: RolledUp, texts: RollupTexts, numerals: Numerals): readonly string[] {
  return [
    ...(ratedShare !== null && ratedShare < 1 ? [texts.rated(numerals.percent(ratedShare))] : []),
    ...(coverage !== null && coverage < 1 ? [texts.coverage(numerals.percent(coverage))] : []),
  ];
}

function table(
  first: string,
  { columns, ratios }: RollupTexts,
  rows: readonly (readonly string[])[],
): readonly string[] {
  const titles = [first, columns.shifts, columns.planned, columns.units, ...ratios, "OEE", columns.perUnit];
  const sides = titles.map((title, i): Column => ({ title, side: i === 0 ? "left" : "right" }));
  return terminalTable(sides, rows);
}

/** Shifts, planned hours, units, A, P, Q, OEE, energy of a unit. */
export function cellsOf({ shifts, plannedBusySeconds, units, oee, kwhPerUnit }: RolledUp, numerals: Numerals) {
  return [
    numerals.count(shifts),
    numerals.fixed(plannedBusySeconds / 3600, 1),
    numerals.count(units),
    numerals.percent(oee?.availability ?? null),
    numerals.percent(oee?.performance ?? null),
    numerals.percent(oee?.quality ?? null),
    numerals.percent(oee?.oee ?? null),
    kwhPerUnit === null ? "-" : numerals.fixed(kwhPerUnit * 1000, 1),
  ] as const;
}
