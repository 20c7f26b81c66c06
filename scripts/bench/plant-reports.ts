import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { SHIFT_JSON_SCHEMA } from "../../runtime/export/shift-json.ts";
import { createRandom, type Random } from "./random.ts";

const NAMES = ["early", "late", "night"] as const;
const LINES_PER_APPLIANCE = 4;
const AREAS = 5;
const DAY_MS = 86_400_000;

/** The figures of a generated shift, for computing sums by another way. */
export interface PlantShift {
  readonly area: string;
  readonly appliance: string;
  readonly line: string;
  readonly date: string;
  readonly units: number;
  readonly goodUnits: number;
  readonly plannedBusySeconds: number;
  readonly runSeconds: number;
  readonly netSeconds: number;
  readonly kwh: number;
}

/**
 * Reports of a plant as its appliances leave them on a share: the size of real ones, figures by chance.
 * @param firstDay milliseconds since 1970 of a midnight (UTC).
 */
export function writePlantReports(
  folder: string,
  { lines, days, firstDay }: { readonly lines: number; readonly days: number; readonly firstDay: number },
): readonly PlantShift[] {
  const random = createRandom(40);
  const shifts: PlantShift[] = [];
  for (let line = 0; line < lines; line++)
    for (let day = 0; day < days; day++)
      for (const [i, name] of NAMES.entries()) {
        const startMs = firstDay + day * DAY_MS + i * (DAY_MS / 3);
        const shift = plantShift(line, new Date(firstDay + day * DAY_MS).toISOString().slice(0, 10), random);
        shifts.push(shift);
        const path = `sealtrace/${shift.appliance}/shifts/${shift.line}/${shift.date.slice(0, 7)}/${shift.date}-${name}.json`;
        mkdirSync(dirname(join(folder, path)), { recursive: true });
        writeFileSync(join(folder, path), reportOf(shift, `${shift.date}/${name}`, startMs * 1000));
      }
  return shifts;
}

function plantShift(line: number, date: string, random: Random): PlantShift {
  const appliance = Math.floor(line / LINES_PER_APPLIANCE);
  const plannedBusySeconds = 25_000 + Math.floor(random.uniform() * 2000);
  const runSeconds = Math.floor(plannedBusySeconds * (0.6 + 0.35 * random.uniform()));
  const units = Math.floor((runSeconds * (0.7 + 0.25 * random.uniform())) / 4.5);
  return {
    area: `Hall ${1 + (appliance % AREAS)}`,
    appliance: `sealer-${appliance + 1}`,
    line: `line-${1 + (line % LINES_PER_APPLIANCE)}`,
    date,
    units,
    goodUnits: units - Math.floor(random.uniform() * 50),
    plannedBusySeconds,
    runSeconds,
    netSeconds: units * 4.5,
    kwh: units / 250,
  };
}

/** With lists as long as those of a real shift. */
function reportOf(shift: PlantShift, id: string, startUs: number): string {
  const { area, appliance, line, date, units, goodUnits, plannedBusySeconds, runSeconds, netSeconds, kwh } = shift;
  const micro = Math.floor((runSeconds - netSeconds) / 2);
  const stops = Array.from({ length: 40 }, (_, i) => ({
    ...{ startUs: startUs + i * 600_000_000, endUs: startUs + i * 600_000_000 + 15_000_000, kind: "micro-stop" },
    ...{ name: "micro-stop", open: false, continued: false, gapUs: 15_000_000, reason: null },
  }));
  return JSON.stringify({
    ...{
      schema: SHIFT_JSON_SCHEMA,
      appliance,
      area,
      timeZone: "UTC",
      version: "0.1.0",
      settingsHash: "0",
      revision: 0,
    },
    shift: {
      ...{ line, lineName: `Sealer ${line}`, id, date, state: "final", startUs, endUs: startUs + 28_800_000_000 },
      ...{ coverage: 1, seals: units, products: [{ id: "P1", seals: units, units }], runs: [], stops },
      ...{ minutes: "=".repeat(480), sealsByMinute: Array.from({ length: 480 }, () => 13) },
      oee: {
        ...{ plannedBusySeconds, runSeconds, netSeconds, mtbfSeconds: runSeconds / 2, mttrSeconds: 60 },
        products: [{ id: "P1", cycles: units, netSeconds }],
        iso: {
          actualProductionSeconds: runSeconds - micro,
          actualSetupSeconds: Math.floor((plannedBusySeconds - runSeconds) / 3),
          actualDelaySeconds: micro + Math.floor((plannedBusySeconds - runSeconds) / 2),
        },
      },
      quality: { goodUnits, totalUnits: units },
      energy: { kwh },
    },
  });
}
