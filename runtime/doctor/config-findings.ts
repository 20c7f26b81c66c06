import { existsSync } from "node:fs";
import { InputError } from "../../drivers/input-error.ts";
import { type Config, DEFAULT_CONFIG_PATH, loadConfig } from "../config.ts";
import { contactLines } from "../config-inputs.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";

/** The configuration on the disk, when it can be used, and what is to be said about it. */
export interface ConfigLook {
  readonly config: Config | null;
  readonly path: string;
  readonly finding: Finding;
}

/** Looks at the configuration that the next start would use. */
export function lookAtConfig(given: string | undefined): ConfigLook {
  const path = given ?? DEFAULT_CONFIG_PATH;
  const about = "configuration";
  if (given === undefined && !existsSync(path)) {
    const finding = warn(about, `${path} is not there`, "sealtrace setup writes it; or name another one with --config");
    return { config: null, path, finding };
  }
  try {
    const config = loadConfig(path);
    return {
      config,
      path,
      finding: ok(about, `${path}: ${some(config.line, "line")}, ${some(config.shift, "shift")}`),
    };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return {
      config: null,
      path,
      finding: fail(about, error.message, "put it right; sealtrace config check tells more"),
    };
  }
}

/** What this board has for the pins that the configuration names; asked only while no daemon holds them. */
export async function pinFindings({ config, path }: ConfigLook): Promise<readonly Finding[]> {
  if (config === null) return [];
  try {
    const lines = contactLines(config, path);
    const { probeInputs } = await import("../../drivers/gpio/probe.ts");
    const { driver, chip } = config.inputs;
    const probe = await probeInputs({ lines, driver, ...(chip !== undefined && { chip }) });
    const faults = probe.faults.map((fault) =>
      fail("pins", fault, "sealtrace inputs --probe tells what this board has"),
    );
    if (faults.length > 0) return faults;
    const levels = probe.contacts.map(({ name, level }) => `${name} ${level ?? "?"}`);
    return [ok("pins", `${probe.driver}: ${levels.join(", ")}`)];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return [warn("pins", error.message, "name the pins, or run a simulated machine")];
  }
}

function some({ length }: readonly unknown[], thing: string): string {
  return `${length} ${thing}${length === 1 ? "" : "s"}`;
}
