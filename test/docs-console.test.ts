import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import t from "tap";
import { beginAlike, consoleBlocks, shownOutput, withOutputs } from "../scripts/docs/console-blocks.ts";
import { CONSOLE_PAGES, runBlocks } from "../scripts/docs/console-pages.ts";

const DOCS = new URL("../../docs/", import.meta.url);
const pages = new Map(CONSOLE_PAGES.map((page) => [page, readFileSync(fileURLToPath(new URL(page, DOCS)), "utf8")]));

// two daemons, and some twenty commands
t.setTimeout(600_000);

t.test("commands print what the pages show", async (t) => {
  const run = await runBlocks(pages);
  t.ok(run.some(({ block }) => block.kind === "console live"));
  for (const { page, block, output, status } of run) {
    const place = `docs/${page}: ${block.command} (npm run docs)`;
    t.not(status, 2, `${place} is a command`);
    if (block.kind === "console") t.equal(output, block.output, place);
    else t.ok(beginAlike(output, block.output), `${place}: ${output.split("\n")[0]}`);
  }
});

const PAGE = "Text\n\n```console lines=1\n$ sealtrace status\nold\n```\n\n```console only\n$ sudo reboot\n```\n";

t.test("the blocks of a page are found and filled", (t) => {
  const [first, second] = consoleBlocks(PAGE);
  t.same(first, { kind: "console", command: "sealtrace status", output: "old\n", most: 1 });
  t.same(second, { kind: "console only", command: "sudo reboot", output: "", most: null });
  const filled = withOutputs(PAGE, (block) => (block.most === null ? null : shownOutput(block, "new \nmore\n")));
  t.equal(filled, PAGE.replace("old", "new\n..."));
  t.end();
});
