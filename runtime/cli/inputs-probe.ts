import { existsSync } from "node:fs";
import type { InputsProbe, ProbedChip, ProbedContact } from "../../drivers/gpio/probe.ts";
import { DEFAULT_CONFIG_PATH, defaultConfig, loadConfig } from "../config.ts";
import { pinnedContacts } from "../config-inputs.ts";
import { printJson } from "./ask.ts";

interface ProbeCommandOptions {
  readonly config?: string;
  readonly json?: true;
}

/**
 * `sealtrace inputs --probe`: what this computer has for contacts, what the configured ones read now, and what is to be
 * put right; without a daemon. Exit status 1 when there is something to put right.
 */
export async function probe({ config: path, json }: ProbeCommandOptions): Promise<void> {
  const file = path ?? (existsSync(DEFAULT_CONFIG_PATH) ? DEFAULT_CONFIG_PATH : null);
  const config = file === null ? defaultConfig() : loadConfig(file);
  const { driver, chip } = config.inputs;
  const lines = pinnedContacts(config);
  const { probeInputs } = await import("../../drivers/gpio/probe.ts");
  const found = await probeInputs({ lines, driver, ...(chip !== undefined && { chip }) });
  if (json) printJson({ schema: "sealtrace/probe@1", config: file, ...found });
  else process.stdout.write(`${probeText(found, file).join("\n")}\n`);
  if (found.faults.length > 0) process.exitCode = 1;
}

/** A probe for people; `file` is the configuration that was read, null when there is none. */
export function probeText({ board, driver, chips, contacts, faults }: InputsProbe, file: string | null): string[] {
  return [
    `board     ${board.model ?? "not a board with a device tree (a PC, or a container)"}`,
    `driver    ${driver ?? "none can work here"}`,
    ...titled("chips", chips.length === 0 ? ["none"] : chips.map((chip) => chipText(chip, board.headerChip))),
    ...titled("contacts", contactTexts(contacts, file)),
    ...titled("to fix", faults.length === 0 ? ["nothing"] : faults.map((fault, i) => `${i + 1}. ${fault}`)),
  ];
}

function titled(title: string, rows: readonly string[]): string[] {
  return rows.map((row, i) => `${(i === 0 ? title : "").padEnd(10)}${row}`);
}

function chipText({ name, label, lines, descriptions }: ProbedChip, headerChip: string | null): string {
  const used = descriptions.filter(({ isUsed }) => isUsed);
  const header = label === headerChip ? ", behind the pin header" : "";
  const who = used.map(({ offset, consumer }) => `${offset} ${consumer || "?"}`).slice(0, 8);
  const more = used.length > who.length ? ` and ${used.length - who.length} more` : "";
  const busy = used.length === 0 ? "none in use" : `in use: ${who.join(", ")}${more}`;
  return `${name} (${label}${header}), ${lines} lines, ${busy}`;
}

function contactTexts(contacts: readonly ProbedContact[], file: string | null): string[] {
  if (contacts.length === 0)
    return [file === null ? `no pins are configured: ${DEFAULT_CONFIG_PATH} is not there` : `${file} gives no pins`];
  const width = Math.max(...contacts.map(({ name }) => name.length));
  return contacts.map(({ name, line, level, fault }) => {
    const reads = level === null ? (fault === null ? "not read" : "cannot be read") : level === 1 ? "closed" : "open";
    return `${name.padEnd(width)}  pin ${String(line).padEnd(8)} ${reads}`;
  });
}
