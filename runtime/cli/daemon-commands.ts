import type { Command } from "commander";
import type { ServiceSignals } from "../daemon/service-signals.ts";
import { addSignalCommands } from "./signal-commands.ts";
import { addSyncCommands } from "./sync-commands.ts";
import { addViewCommands } from "./view-commands.ts";
import { parseLength, parseScrap, parseSetting, parseSpeed, parseUnits } from "./option-values.ts";

const LINE = ["--line <id>", "the line, where there are several"] as const;
const SHIFT = ["--shift <id>", "the shift, such as 2026-03-02/early (default: the one under way)"] as const;
const WHY = ["--why <text>", "the reason, kept with it"] as const;
const JSON_OUT = ["--json", "print JSON"] as const;

/** The daemon, and the commands that ask it; each loads what it needs when it runs. */
export function addDaemonCommands(root: Command, signals: ServiceSignals | undefined): void {
  root
    .command("run")
    .description("the daemon, in the foreground")
    .option("--config <file>", "configuration (default: /etc/sealtrace/config.toml if it is there)")
    .option("--data <folder>", "where everything is kept (default: /var/lib/sealtrace)")
    .option("--socket <folder>", "where the sockets are (default: SEALTRACE_SOCKET_DIR or /run/sealtrace)")
    .option("--sim <scenario>", "a simulated machine instead of contacts")
    .option("--speed <factor>", "how many times faster than real time it runs", parseSpeed, 1)
    .action(async (options) => (await import("./run.ts")).run(options, { signals }));
  addViewCommands(root);
  root
    .command("report")
    .description("the report of a shift, of the one under way when none is named")
    .argument("[shift]", "such as 2026-03-02/early")
    .option(...LINE)
    .option(...JSON_OUT)
    .option("--html <out.html>", "write it as one self-contained page")
    .option("--edges <out.csv>", "write its raw edges as a recording, as far back as the journal goes")
    .option("--list", "list the shifts there are")
    .action(async (shift, options) => (await import("./report.ts")).report(shift, options));
  addSignalCommands(root);
  root
    .command("export")
    .description("write the files of a shift: report, JSON, CSV, raw edges and Parquet")
    .argument("[shift]", "such as 2026-03-02/early (default: the one under way)")
    .requiredOption("--to <folder>", "where they go; files of the same shift there are replaced")
    .option(...LINE)
    .option(...JSON_OUT)
    .action(async (shift, options) => (await import("./export.ts")).exportShift(shift, options));
  addSyncCommands(root);
  addProductCommands(root);
  addCorrectionCommands(root);
}

function addProductCommands(root: Command): void {
  root
    .command("products")
    .description("the products that a line has made so far")
    .option(...LINE)
    .option(...JSON_OUT)
    .action(async (options) => (await import("./products.ts")).products(options));
  const product = root.command("product").description("name, merge, split or set a product; in the past as well");
  product
    .command("name")
    .description('name a product; "" takes the name back')
    .argument("<product>", "such as P3")
    .argument("<name>")
    .option(...LINE)
    .option(...WHY)
    .action(async (id, name, options) => (await import("./products.ts")).nameProduct(id, name, options));
  product
    .command("merge")
    .description("two products are one")
    .argument("<product>", "such as P3")
    .argument("<into>", "such as P1")
    .option(...LINE)
    .option(...WHY)
    .action(async (id, into, options) => (await import("./products.ts")).mergeProducts(id, into, options));
  product
    .command("split")
    .description("take a merge back; with a sealing time, make two products of one")
    .argument("<product>", "such as P3")
    .option("--sealing-time <seconds>", "runs nearer to this time are a new product", parseLength)
    .option(...LINE)
    .option(...WHY)
    .action(async (id, options) => (await import("./products.ts")).splitProduct(id, options));
  product
    .command("set")
    .description("ideal cycle and units per seal of a product")
    .argument("<product>", "such as P3")
    .option("--ideal-cycle <seconds>", "`learned` takes it back", parseSetting)
    .option("--units-per-seal <n>", "`default` takes it back", parseSetting)
    .option(...LINE)
    .option(...WHY)
    .action(async (id, options) => (await import("./products.ts")).setProduct(id, options));
}

function addCorrectionCommands(root: Command): void {
  root
    .command("scrap")
    .description("enter scrap that somebody counted, 0 when there was none; a number below 0 takes some back")
    .argument("<units>", "whole number", parseScrap)
    .option("--product <id>", "of this product only")
    .option(...SHIFT)
    .option(...LINE)
    .option(...WHY)
    .action(async (units, options) => (await import("./correct.ts")).scrap(units, options));
  root
    .command("correct")
    .description("units that were made besides those counted, or below 0 that were not")
    .argument("<product>", "such as P3")
    .argument("<units>", "whole number, after -- when below 0", parseUnits)
    .option(...SHIFT)
    .option(...LINE)
    .option(...WHY)
    .action(async (id, units, options) => (await import("./correct.ts")).correct(id, units, options));
  root
    .command("mark")
    .description("say what is known about a moment, such as the reason of a stop")
    .argument("<time>", "of the shift, such as 09:41, or with date and zone")
    .argument("<text>")
    .option(...SHIFT)
    .option(...LINE)
    .option(...WHY)
    .action(async (time, text, options) => (await import("./correct.ts")).mark(time, text, options));
}
