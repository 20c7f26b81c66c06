import { Argument, type Command } from "commander";
import { addSignalCheck } from "./signal-commands.ts";

/** The commands that show how things are; each loads what it needs when it runs. */
export function addViewCommands(root: Command): void {
  root
    .command("status")
    .description("how the lines and the appliance are; exit status 1 when something needs somebody")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./status.ts")).status(options));
  root
    .command("watch")
    .description("the live view of a line on this terminal, until q")
    .option("--line <id>", "the line to begin with, where there are several")
    .action(async (options) => (await import("./watch.ts")).watch(options));
  const doctor = root
    .command("doctor")
    .description("wiring, interference, clock, power, disk, rights and service: what is well, what is not, what to do")
    .option("--config <file>", "the configuration of the daemon (default: /etc/sealtrace/config.toml)")
    .option("--data <folder>", "where its data is, while it does not run (default: /var/lib/sealtrace)")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./doctor.ts")).doctor(options));
  addSignalCheck(doctor);
  root
    .command("completion")
    .description("a completion script: source <(sealtrace completion bash)")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh", "fish"]))
    .action(async (shell) => (await import("./completion.ts")).completion(root, shell));
  root
    .command("manual")
    .description("the manual page: sealtrace manual | man -l -")
    .action(async () => (await import("./completion.ts")).manual(root));
}
