import { Command, CommanderError, Option } from "commander";
import { printable } from "../../drivers/formats/printable.ts";
import { InputError } from "../../drivers/input-error.ts";
import type { ServiceSignals } from "../daemon/service-signals.ts";
import { version } from "../version.ts";
import { addDaemonCommands } from "./daemon-commands.ts";
import { parseWatch, parseDate, parseSeed, parseSpeed } from "./option-values.ts";

const DONE = 0;
const FAILED = 1;
const USAGE = 2;

/**
 * Runs one command line; data goes to stdout, everything else to stderr.
 * @param signals of the daemon, where it is one.
 * @returns the exit status: 0 done, 1 failed, 2 usage.
 */
export async function run(argv: readonly string[], signals?: ServiceSignals): Promise<number> {
  process.stdout.on("error", leaveWhenOutputFails);
  try {
    await program(signals).parseAsync(argv as string[]);
    return Number(process.exitCode ?? DONE);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? DONE : USAGE;
    process.stderr.write(`sealtrace: ${explain(error)}\n`);
    return FAILED;
  }
}

/** All commands. They load what they need when they run: an SSH command must not wait for parts it does not use. */
export function program(signals?: ServiceSignals): Command {
  const root = new Command("sealtrace")
    .description("Products, runs, units and OEE of a sealing machine from two relay contacts.")
    .version(version(), "-V, --version")
    .exitOverride()
    .configureHelp({ showGlobalOptions: true })
    .showHelpAfterError("(sealtrace --help shows the commands)");
  root
    .command("demo")
    .description("simulate a shift fast, with the live view, and leave the report")
    .option("--scenario <name>", "shipped scenario or file", "demo")
    .option("--speed <factor>", "how many times faster than real time", parseSpeed, 2000)
    .action(async (options) => (await import("./demo.ts")).demo(options));
  root
    .command("simulate")
    .description("write a simulated recording and what is true about it")
    .argument("<scenario>", "shipped scenario or TOML file")
    .option("--seed <n>", "whole number; the same seed gives the same bytes", parseSeed)
    .option("--out <edges.csv>", "where the recording goes; .vcd writes VCD (default: stdout)")
    .option("--truth <truth.json>", "where the truth goes")
    .action(async (scenario, options) => (await import("./simulate.ts")).simulate(scenario, options));
  root
    .command("replay")
    .description("compute the report of a recording exactly as the daemon would have")
    .argument("<file>", "edge log (CSV), edge sequence (CBOR) or VCD")
    .option("--config <file>", "configuration (TOML)")
    .option("--compare <file>", "another configuration: print what would change with it")
    .option("--json", "print JSON instead of the report")
    .option("--seals <out.csv>", "write every accepted seal")
    .option("--html <out.html>", "write the report as one self-contained page")
    .action(async (file, options) => (await import("./replay.ts")).replay(file, options));
  root
    .command("cluster")
    .description("find runs and products in a list of sealing times")
    .argument("<file.csv>", "rows t_s,duration_s[,anything]")
    .option("--json", "print JSON instead of a table")
    .action(async (file, options) => (await import("./cluster.ts")).cluster(file, options));
  root
    .command("config")
    .description("the configuration")
    .command("check")
    .description("validate a configuration and show what would run")
    .argument("[file]", "default: /etc/sealtrace/config.toml if it is there")
    .option("--json", "print JSON")
    .action(async (file, options) => (await import("./config-check.ts")).checkConfig(file, options));
  root
    .command("setup")
    .description("five questions, or a whole file, make the configuration that runs")
    .option("--from <file>", "take this configuration instead of asking")
    .option("--config <file>", "where it goes", "/etc/sealtrace/config.toml")
    .option("--watch <seconds>", "how long to watch the contacts then (default: 20, with --from not)", parseWatch)
    .option("--no-watch", "do not watch them")
    .action(async (options) => (await import("./setup.ts")).setup(options));
  root
    .command("rollup")
    .description("the plant from the reports of many appliances in one folder: OEE and energy by line, area and period")
    .argument("<folder>", "what the appliances write to, such as the share")
    .addOption(new Option("--by <period>", "length of a period").choices(["day", "week", "month"]).default("week"))
    .option("--from <date>", "first local date, such as 2026-03-02", parseDate)
    .option("--to <date>", "last local date", parseDate)
    .option("--out <folder>", "write rollup.html, rollup.csv and rollup.json here")
    .addOption(new Option("--language <code>", "of page, text and CSV").choices(["en", "es"]).default("en"))
    .option("--json", "print JSON instead of tables")
    .action(async (folder, options) => (await import("./rollup.ts")).rollup(folder, options));
  addDaemonCommands(root, signals);
  return root;
}

/** What is said of a fault, in one line. */
export function explain(error: unknown): string {
  if (error instanceof InputError) return error.message;
  if (error instanceof Error && "code" in error && "syscall" in error && !("path" in error))
    return `the output cannot be written (${error.code}); give a place with room for it`;
  if (error instanceof Error && "code" in error && "path" in error)
    return `${printable(String(error.path))}: cannot be written (${error.code}); give a path that this user can write`;
  const text = error instanceof Error ? error.message : String(error);
  return `unexpected: ${printable(text.split("\n")[0] ?? "")}; please report this with the command you ran`;
}

function leaveWhenOutputFails(error: NodeJS.ErrnoException): void {
  if (error.code === "EPIPE") process.exit(DONE);
  process.stderr.write(`sealtrace: ${explain(error)}\n`);
  process.exit(FAILED);
}
