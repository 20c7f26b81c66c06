import { existsSync, readdirSync } from "node:fs";
import * as v from "valibot";
import { InputError } from "../drivers/input-error.ts";
import type { MachineSpec } from "./machine-spec.ts";
import { checkScenario } from "./scenario-checks.ts";
import { panelOf } from "./scenario-panel.ts";
import { type ScenarioFile, scenarioSchema } from "./scenario-schema.ts";
import { parseToml, readScenarioText, startOf } from "./scenario-text.ts";
import type { Scenario } from "./simulation.ts";

const BARE_NAME = /^[a-z0-9][a-z0-9-]*$/i;

/** Names of the scenarios that come with the program, in order. */
export function shippedScenarios(): readonly string[] {
  return readdirSync(shippedFolder())
    .filter((file) => file.endsWith(".toml"))
    .map((file) => file.slice(0, -".toml".length))
    .sort();
}

/**
 * Loads a scenario.
 * @param nameOrPath bare name of a shipped scenario (`demo`), or the path of a TOML file (with a dot or a slash).
 * @throws InputError when there is none, or it is not valid TOML, or impossible.
 */
export function loadScenario(nameOrPath: string): Scenario {
  const shipped = BARE_NAME.test(nameOrPath);
  if (shipped && !shippedScenarios().includes(nameOrPath))
    throw new InputError({
      source: nameOrPath,
      problem: "there is no scenario of this name",
      remedy: `take one of ${shippedScenarios().join(", ")}, or give the path of a TOML file`,
    });
  const path = shipped ? new URL(`${nameOrPath}.toml`, shippedFolder()) : nameOrPath;
  return parseScenario(readScenarioText(path, nameOrPath), nameOrPath);
}

/**
 * Reads a scenario from the text of a TOML file.
 * @param source what to call it in errors, and the scenario's name.
 * @throws InputError with line, or with a place such as `products[1].sealingTimeSeconds`, value and remedy.
 */
export function parseScenario(text: string, source: string): Scenario {
  const result = v.safeParse(scenarioSchema, parseToml(text, source));
  // A key that is not known first: it is often another one, said to be missing, with a slip of the pen.
  if (!result.success) throw shapeError(result.issues.find(isUnknownKey) ?? result.issues[0], source);
  const file = result.output;
  const startWallUs = startOf(file.start, text, source);
  checkScenario(file, source);
  return {
    name: source,
    title: file.title,
    seed: file.seed,
    startWallUs,
    timeStepUs: Math.round(file.timeStepSeconds * 1e6),
    machine: machineOf(file),
    panel: panelOf(file.panel),
  };
}

/** Compiled code lies one folder deeper, and the scenarios are not copied. */
function shippedFolder(): URL {
  const beside = new URL("./scenarios/", import.meta.url);
  return existsSync(beside) ? beside : new URL("../../sim/scenarios/", import.meta.url);
}

function shapeError(issue: v.BaseIssue<unknown>, source: string): InputError {
  const at = placeOf(issue.path ?? []);
  const problem = problemOf(issue);
  return new InputError({ source, ...(at !== "" && { at }), problem, remedy: issue.message });
}

function isUnknownKey(issue: v.BaseIssue<unknown>): boolean {
  return issue.expected === "never";
}

function problemOf(issue: v.BaseIssue<unknown>): string {
  if (isUnknownKey(issue)) return "is no key that is known here";
  return issue.input === undefined ? "is missing" : `${show(issue.input)} is not possible here`;
}

function placeOf(path: readonly { readonly key?: unknown }[]): string {
  return path
    .map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${String(key).slice(0, 80)}`))
    .join("")
    .replace(/^\./, "");
}

function show(value: unknown): string {
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return JSON.stringify(value)?.slice(0, 80) ?? String(value);
}

function machineOf(file: ScenarioFile): MachineSpec {
  const indexes = new Map(file.products.map((product, index) => [product.name, index]));
  const planned = file.stops.flatMap((stop) => ("atSeconds" in stop ? [stop] : []));
  const random = file.stops.flatMap((stop) => ("perHour" in stop ? [stop] : []));
  return {
    products: file.products,
    plan: file.plan.map((run) => ({ product: indexes.get(run.product) as number, seals: run.seals })),
    planRepeats: file.planRepeats,
    durationSeconds: file.durationSeconds ?? null,
    lateStart: { lengthSeconds: file.lateStartSeconds, kind: file.lateStartKind },
    earlyFinish: { lengthSeconds: file.earlyFinishSeconds, kind: file.earlyFinishKind },
    changeover: file.changeover,
    stops: planned,
    randomStops: random,
    breaks: file.breaks,
    outliers: file.outliers,
    energy: file.energy ?? null,
    holes: file.holes,
  };
}
