import { type CsvCell, CsvTable } from "../export/csv-table.ts";
import { csvFormat } from "../config-export.ts";
import type { ReadReports } from "./read-reports.ts";
import type { RolledGroup, RolledUp, Rollup } from "./rollup.ts";

/** `sealtrace/rollup@1`, see docs/formats.md. */
export function rollupJson(rollup: Rollup, { files, skippedFiles, skipped }: ReadReports): string {
  const { by, from, to, plant, areas, lines } = rollup;
  const group = ({ total, periods, ...whose }: RolledGroup) => ({
    ...whose,
    total: figures(total),
    periods: [...periods].map(([period, rolled]) => ({ period, ...figures(rolled) })),
  });
  const head = { schema: "sealtrace/rollup@1", by, from, to, files, skippedFiles, skipped };
  return `${JSON.stringify({ ...head, plant: group(plant), areas: areas.map(group), lines: lines.map(group) }, null, 1)}\n`;
}

function figures({ oee, ...rest }: RolledUp) {
  if (oee === null) return { ...rest, oee: null };
  const { sums: _sums, products: _products, teep: _teep, coverage: _coverage, lowConfidence: _low, ...ratios } = oee;
  return { ...rest, oee: ratios };
}

/** One row for each line, area and the plant, and each period, `total` being all of them. */
export function rollupCsv({ plant, areas, lines }: Rollup, language: "en" | "es"): Buffer {
  const format = csvFormat({ language, export: {} });
  const whose = ["level", "area", "appliance", "line", "line_name", "period"];
  const names = Object.keys(cellsOf(plant.total));
  const table = new CsvTable(format, [...whose, ...names]);
  const add = (level: string, { area, appliance, line, name, total, periods }: RolledGroup) => {
    for (const [period, rolled] of [["total", total] as const, ...periods])
      table.row([level, area, appliance, line, name, period, ...Object.values(cellsOf(rolled))]);
  };
  add("plant", plant);
  for (const area of areas) add("area", area);
  for (const line of lines) add("line", line);
  return table.bytes();
}

/** ISO 22400-2 symbols where there are any; seconds and ratios. */
function cellsOf(rolled: RolledUp): Readonly<Record<string, CsvCell>> {
  const { oee } = rolled;
  return {
    shifts: rolled.shifts,
    not_final: rolled.notFinal,
    coverage: rolled.coverage,
    seals: rolled.seals,
    PQ: rolled.units,
    PBT: rolled.plannedBusySeconds,
    rated_PBT: oee?.plannedBusySeconds ?? null,
    run_TPM: oee?.runSeconds ?? null,
    APT: oee?.iso.actualProductionSeconds ?? null,
    AUST: oee?.iso.actualSetupSeconds ?? null,
    ADET: oee?.iso.actualDelaySeconds ?? null,
    PRI_PQ: oee?.netSeconds ?? null,
    A: oee?.iso.availability ?? null,
    E: oee?.iso.effectiveness ?? null,
    A_TPM: oee?.availability ?? null,
    P_TPM: oee?.performance ?? null,
    QR: oee?.quality ?? null,
    OEE: oee?.oee ?? null,
    OEE_is: oee?.headline ?? null,
    NEE: oee?.iso.nee ?? null,
    MTBF: oee?.mtbfSeconds ?? null,
    MTTR: oee?.mttrSeconds ?? null,
    kWh: rolled.kwh,
    kWh_PQ: rolled.kwhPerUnit,
  };
}
