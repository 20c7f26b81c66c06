import type { Command } from "commander";
import { parseWatch } from "./option-values.ts";

const LINE = ["--line <id>", "only this line"] as const;
const JSON_OUT = ["--json", "print JSON"] as const;

/** The commands that look at contacts; each loads what it needs when it runs. */
export function addSignalCommands(root: Command): void {
  root
    .command("inputs")
    .description("the contacts as they move: levels, edges a second, and a trace, raw above filtered")
    .option("--once", "print what they do in the next seconds, and end; so it is on a pipe")
    .option("--seconds <n>", "how long to look for that", parseWatch, 2)
    .option("--probe", "without a daemon: board, chips, what each configured pin reads, and what to put right")
    .option("--config <file>", "for --probe (default: /etc/sealtrace/config.toml if it is there)")
    .option(...LINE)
    .option(...JSON_OUT)
    .action(async ({ probe, ...options }) =>
      probe ? (await import("./inputs-probe.ts")).probe(options) : (await import("./inputs.ts")).inputs(options),
    );
  root
    .command("capture")
    .description("record the contacts of the running daemon, for PulseView, GTKWave or replay; Ctrl-C ends it early")
    .argument("<out.vcd>", "a VCD with the filtered levels beside, or a CSV (edge log)")
    .option("--seconds <n>", "how long", parseWatch, 60)
    .option(...LINE)
    .action(async (path, options) => (await import("./capture.ts")).capture(path, options));
  root
    .command("why")
    .description("from a moment of a shift to the raw edges: contacts, filter, rule, run, loss")
    .argument("<what...>", "a time (09:41, 09:41:12), or stop 3, seal 120, run 2 by its number in the shift")
    .option("--shift <id>", "the shift, such as 2026-03-02/early (default: the latest that fits)")
    .option("--line <id>", "the line, where there are several")
    .option("--recording <file>", "of this recording (CSV or VCD) instead of the daemon")
    .option("--config <file>", "the configuration, for a recording")
    .option(...JSON_OUT)
    .action(async (about, options) => (await import("./why.ts")).why(about, options));
}

/** `doctor signals`, below the command that it belongs to. */
export function addSignalCheck(doctor: Command): void {
  doctor
    .command("signals")
    .description("watch the contacts for a minute and say in words what they do, and whether the filters fit")
    .option("--seconds <n>", "how long to watch (default: 60, or all of a recording)", parseWatch)
    .option("--recording <file>", "judge this recording (CSV or VCD) instead of the contacts")
    .option("--config <file>", "the configuration, for a recording or without a daemon")
    .option(...LINE)
    .option(...JSON_OUT)
    // some options are those of doctor as well, and taken by it wherever they stand
    .action(async (_options, command: Command) =>
      (await import("./signal-check.ts")).checkContacts(command.optsWithGlobals()),
    );
}
