import type { Command } from "commander";

/** The commands about sticks and shares; each loads what it needs when it runs. */
export function addSyncCommands(root: Command): void {
  root
    .command("sync")
    .description("bring every stick and share up to date now, or copy everything to a folder")
    .option("--to <folder>", "copy there; made if it is not there")
    .option("--json", "print JSON")
    .action(async (options) => (await import("./sync.ts")).sync(options));
  root
    .command("sign")
    .description("sign a configuration or corrections that an appliance is to take from a stick")
    .argument("[file]", "config.toml or corrections.csv")
    .option("--for <appliance>", "name of the appliance")
    .option("--key <file>", "private key", "sealtrace-key.pem")
    .option("--new-key", "make a pair of keys, and print what belongs into the configuration")
    .action(async (file, options) => (await import("./sign.ts")).sign(file, options));
}
