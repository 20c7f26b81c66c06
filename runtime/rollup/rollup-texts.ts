import type { Period } from "./rollup.ts";

/** Every word of a roll-up in one language. */
export interface RollupTexts {
  readonly code: "en" | "es";
  readonly title: string;
  readonly plant: string;
  readonly noArea: string;
  readonly periods: Readonly<Record<Period, string>>;
  readonly sections: { readonly trend: string; readonly areas: string; readonly lines: string; readonly map: string };
  readonly columns: {
    readonly area: string;
    readonly line: string;
    readonly appliance: string;
    readonly period: string;
    readonly shifts: string;
    readonly planned: string;
    readonly units: string;
    readonly where: string;
    readonly kwh: string;
    readonly perUnit: string;
  };
  /** Where planned time went, in the order of the bars. */
  /** Letters of availability, performance and quality. */
  readonly ratios: readonly [string, string, string];
  /** What the headline of an OEE is called: with measured quality, and without. */
  readonly oee: Readonly<Record<"OEE" | "OEE (A x P)", string>>;
  readonly shares: Readonly<Record<"net" | "slow" | "micro" | "change" | "stops", string>>;
  readonly headline: (oee: string, what: string, planned: string) => string;
  readonly biggest: (name: string, line: string, hours: string) => string;
  readonly counts: (lines: number, shifts: number, notFinal: number) => string;
  readonly rated: (share: string) => string;
  readonly coverage: (share: string) => string;
  readonly skipped: (files: number) => string;
  readonly more: (files: number) => string;
  readonly definition: string;
}

const EN: RollupTexts = {
  code: "en",
  title: "Roll-up",
  plant: "Plant",
  noArea: "no area",
  periods: { day: "day", week: "week", month: "month" },
  sections: {
    trend: "Plant",
    areas: "Areas",
    lines: "Lines, the most time lost first",
    map: "OEE of each line",
  },
  columns: {
    area: "area",
    line: "line",
    appliance: "appliance",
    period: "period",
    shifts: "shifts",
    planned: "planned h",
    units: "units",
    where: "where the planned time went",
    kwh: "kWh",
    perUnit: "Wh a unit",
  },
  ratios: ["A", "P", "Q"],
  oee: { OEE: "OEE", "OEE (A x P)": "OEE (A x P)" },
  shares: {
    net: "effective",
    slow: "slow cycles",
    micro: "micro-stops",
    change: "changeovers",
    stops: "not ready, waiting, late",
  },
  headline: (oee, what, planned) => `${what} ${oee} of ${planned} h of planned time.`,
  biggest: (name, line, hours) => `Biggest loss: ${name} of ${line}, ${hours} h.`,
  counts: (lines, shifts, notFinal) =>
    `${counted(lines, "line", "lines")}, ${counted(shifts, "shift", "shifts")}${notFinal === 0 ? "" : `, ${notFinal} of them not final`}`,
  rated: (share) => `ratios are of ${share} of the planned time: elsewhere an ideal cycle is not known`,
  coverage: (share) => `coverage ${share}`,
  skipped: (files) => `${counted(files, "file was", "files were")} left out`,
  more: (files) => `and ${files} more`,
  definition:
    "Times and counts are added up, then divided; no percentage is averaged. A = run / planned busy time, P = net / run, Q = good / all units (not measured where any line that made something has no quality), OEE = A P Q, or A P. Units and energy of time that nobody planned count, but in no ratio. A shift belongs to the local date on which it starts.",
};

const ES: RollupTexts = {
  code: "es",
  title: "Resumen",
  plant: "Planta",
  noArea: "sin área",
  periods: { day: "día", week: "semana", month: "mes" },
  sections: {
    trend: "Planta",
    areas: "Áreas",
    lines: "Líneas, primero la que más tiempo pierde",
    map: "OEE de cada línea",
  },
  columns: {
    area: "área",
    line: "línea",
    appliance: "equipo",
    period: "periodo",
    shifts: "turnos",
    planned: "h planificadas",
    units: "unidades",
    where: "en qué se fue el tiempo planificado",
    kwh: "kWh",
    perUnit: "Wh por unidad",
  },
  ratios: ["D", "R", "C"],
  oee: { OEE: "OEE", "OEE (A x P)": "OEE (D x R)" },
  shares: {
    net: "efectivo",
    slow: "ciclos lentos",
    micro: "micro-paros",
    change: "cambios de producto",
    stops: "no disponible, espera, retrasos",
  },
  headline: (oee, what, planned) => `${what} ${oee} de ${planned} h de tiempo planificado.`,
  biggest: (name, line, hours) => `Mayor pérdida: ${name} en ${line}, ${hours} h.`,
  counts: (lines, shifts, notFinal) =>
    `${counted(lines, "línea", "líneas")}, ${counted(shifts, "turno", "turnos")}${notFinal === 0 ? "" : `, ${counted(notFinal, "no definitivo", "no definitivos")}`}`,
  rated: (share) => `los índices son del ${share} del tiempo planificado: en el resto no se conoce algún ciclo ideal`,
  coverage: (share) => `cobertura ${share}`,
  skipped: (files) => counted(files, "archivo no se ha usado", "archivos no se han usado"),
  more: (files) => `y ${files} más`,
  definition:
    "Tiempos y cantidades se suman y después se dividen; ningún porcentaje se promedia. D = marcha / tiempo planificado, R = neto / marcha, C = buenas / todas (no medida si alguna línea que produjo no tiene calidad), OEE = D R C, o D R. Las unidades y la energía del tiempo no planificado cuentan, pero en ningún índice. Un turno es de la fecha local en que empieza.",
};

export function rollupTexts(language: "en" | "es"): RollupTexts {
  return language === "es" ? ES : EN;
}

function counted(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
