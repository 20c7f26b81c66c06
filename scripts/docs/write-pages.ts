import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { CONSOLE_PAGES, rewrittenPages } from "./console-pages.ts";
import { PAGES } from "./docs.ts";

function write(file: string, text: string): void {
  writeFileSync(join("docs", file), text);
  process.stdout.write(`${join("docs", file)}: ${text.length} characters\n`);
}

for (const [file, page] of Object.entries(PAGES)) write(file, page());
const pages = new Map(CONSOLE_PAGES.map((file) => [file, readFileSync(join("docs", file), "utf8")]));
for (const [file, text] of await rewrittenPages(pages, process.argv.includes("--fresh"))) write(file, text);
