import { existsSync } from "node:fs";
import { type ContactCheck, checkSignals } from "../../algorithms/signal-check/signal-check.ts";
import { InputError } from "../../drivers/input-error.ts";
import { type Config, DEFAULT_CONFIG_PATH, defaultConfig, loadConfig } from "../config.ts";
import type { Finding } from "../doctor/finding.ts";
import { contactFindings, histogramRows } from "../doctor/signal-words.ts";
import { socketFolder, socketPath } from "../socket/doors.ts";
import { printJson } from "./ask.ts";
import { findingLines } from "./finding-lines.ts";
import type { WatchedLine } from "./signal-check/line-watch.ts";
import { watchDaemon } from "./signal-check/watch-daemon.ts";
import { watchPins, watchRecording } from "./signal-check/watch-source.ts";
import { table } from "../report/text.ts";

const USUAL_SECONDS = 60;

/** Options of `sealtrace doctor signals`. */
export interface SignalCheckOptions {
  readonly seconds?: number;
  readonly recording?: string;
  readonly config?: string;
  readonly line?: string;
  readonly json?: true;
}

/** A line with what was found of its contacts. */
interface CheckedLine extends WatchedLine {
  readonly checks: readonly ContactCheck[];
}

/**
 * `sealtrace doctor signals`: watches the contacts for a minute, of the running daemon, of the pins when there is none, or
 * of a recording, and says in words what they do. Exit status 1 when a contact is wrong.
 */
export async function checkContacts(options: SignalCheckOptions): Promise<void> {
  const { line, json } = options;
  const lines = (await watched(options)).filter((each) => line === undefined || each.line === line);
  if (lines.length === 0) throw noLine(line);
  const checked = lines.map((each) => ({ ...each, checks: checkSignals(each.contacts, each.settings) }));
  if (json) printJson({ schema: "sealtrace/signal-check@1", lines: checked.map(lineJson) });
  else process.stdout.write(`${checked.flatMap(lineText).join("\n")}\n`);
  if (checked.some(({ checks }) => checks.some(({ findings }) => findings.some(isFail)))) process.exitCode = 1;
}

async function watched({ recording, config: path, line, seconds }: SignalCheckOptions) {
  if (recording !== undefined) return watchRecording(recording, configOf(path), seconds);
  try {
    return await watchDaemon(line, seconds ?? USUAL_SECONDS);
  } catch (error) {
    // where a daemon could answer, its pins are busy and what it says counts
    if (!(error instanceof InputError) || existsSync(socketPath(socketFolder(), "status"))) throw error;
    const config = configOf(path);
    const hasPins = config.line.some(({ channels }) => channels.sealing.pin !== undefined);
    if (!hasPins) throw error;
    return await watchPins(config, path ?? DEFAULT_CONFIG_PATH, seconds ?? USUAL_SECONDS);
  }
}

function configOf(path: string | undefined): Config {
  if (path !== undefined) return loadConfig(path);
  return existsSync(DEFAULT_CONFIG_PATH) ? loadConfig(DEFAULT_CONFIG_PATH) : defaultConfig();
}

function lineText({ line, name, checks, isPart }: CheckedLine): string[] {
  const seconds = Math.max(0, ...checks.map(({ figures }) => figures.seconds));
  const part = isPart ? ", the longest time without a hole" : "";
  const head = `${name.toUpperCase()} (${line})   watched ${seconds.toFixed(0)} s${part}`;
  if (checks.length === 0) return [head, ...findingLines(NOTHING)];
  const moved = checks.map(({ figures }) => figures).filter(({ edges }) => edges > 0);
  const titles = moved.flatMap(({ channel }) => [`${SHORT[channel]} closed`, "open"]);
  const rows = histogramRows(moved);
  const lengths = rows.length === 0 ? [] : table(["raw length", ...titles], rows);
  return [head, ...checks.flatMap((check) => contactFindings(check).flatMap(findingLines)), ...lengths];
}

const SHORT = { availability: "avail.", sealing: "sealing", reject: "reject", energy: "energy" } as const;
const NOTHING: Finding = {
  verdict: "fail",
  about: "contacts",
  text: "none was seen",
  todo: "see `sealtrace inputs --probe`, and whether the recording has the names of the configuration",
};

function lineJson({ line, name, checks, isPart, settings }: CheckedLine) {
  return {
    line,
    name,
    isPart,
    settings,
    contacts: checks.map((check) => ({
      ...check.figures,
      findings: check.findings,
      advice: check.advice,
      words: contactFindings(check),
    })),
  };
}

function isFail({ severity }: ContactCheck["findings"][number]): boolean {
  return severity === "fail";
}

function noLine(line: string | undefined): InputError {
  const problem = line === undefined ? "no line was watched" : "there is no such line";
  return new InputError({
    source: line === undefined ? "doctor" : `line ${line}`,
    problem,
    remedy: "see the configuration",
  });
}
