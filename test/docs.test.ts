import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import t from "tap";
import { program } from "../runtime/cli/program.ts";
import { configSchema } from "../runtime/config.ts";
import { PAGES } from "../scripts/docs/docs.ts";
import { settingTables } from "../scripts/docs/schema-tables.ts";
import { FIGURES } from "../scripts/figures/figures.ts";

const DOCS = new URL("../../docs/", import.meta.url);

t.test("pages written by the project are what it would write now", (t) => {
  for (const [file, write] of Object.entries(PAGES)) {
    const there = readFileSync(fileURLToPath(new URL(file, DOCS)), "utf8");
    t.equal(there, write(), `docs/${file}: run npm run docs`);
  }
  t.end();
});

t.test("pictures are what the program would draw now", (t) => {
  for (const [file, draw] of Object.entries(FIGURES)) {
    const there = readFileSync(fileURLToPath(new URL(file, DOCS)), "utf8");
    t.ok(there === draw(), `docs/${file}: run npm run figures`);
  }
  t.end();
});

t.test("every setting tells what it means, and what it may be", (t) => {
  const rows = settingTables(configSchema).flatMap(({ heading, rows }) => rows.map((row) => ({ ...row, heading })));
  t.ok(rows.length > 30);
  for (const { heading, name, type, meaning, range } of rows) {
    t.not(meaning, "", `${heading} ${name} has no meaning: see runtime/config-setting.ts`);
    if (type !== "true or false") t.not(range, "", `${heading} ${name} has no range`);
  }
  t.end();
});

const REPOSITORY = fileURLToPath(new URL("..", DOCS));
const LINK = /\]\((?!https?:)([^)#\s]*)(?:#([^)\s]*))?\)/g;

function pagesOf(folder: string): string[] {
  const entries = readdirSync(join(REPOSITORY, folder), { withFileTypes: true, recursive: true });
  return entries.filter((entry) => entry.name.endsWith(".md")).map((entry) => join(entry.parentPath, entry.name));
}

/** What a page's headings are called in links. */
function anchorsOf(page: string): string[] {
  const headings = readFileSync(page, "utf8").match(/^#+ .*$/gm) ?? [];
  return headings.map((heading) =>
    heading
      .replace(/^#+ /, "")
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

t.test("every link leads to something that is there", (t) => {
  let links = 0;
  for (const page of [join(REPOSITORY, "README.md"), ...pagesOf("docs")])
    for (const [link, path = "", anchor] of readFileSync(page, "utf8").matchAll(LINK)) {
      const target = path === "" ? page : join(dirname(page), path);
      const isThere = existsSync(target) && (anchor === undefined || anchorsOf(target).includes(anchor));
      if (!isThere) t.fail(`${page}: ${link}`);
      links++;
    }
  t.ok(links > 50);
  t.end();
});

/** Names of all commands that do something, such as `config check`. */
function commandNames(command: ReturnType<typeof program>, path = ""): string[] {
  return command.commands.flatMap((each) => {
    const name = `${path} ${each.name()}`.trim();
    return each.commands.length === 0 ? [name] : commandNames(each, name);
  });
}

t.test("every command stands in the table of the README and on the page of commands", (t) => {
  const names = commandNames(program());
  t.ok(names.length > 20);
  const readme = readFileSync(join(REPOSITORY, "README.md"), "utf8");
  const page = readFileSync(fileURLToPath(new URL("commands.md", DOCS)), "utf8");
  for (const name of names) {
    // `product name`, `merge P3 P1`: one row may hold several of a family
    const [last = ""] = name.split(" ").slice(-1);
    const isNamed = new RegExp(`sealtrace ${name}\\b|\`(?:${name}|${last})[ \`]`);
    t.ok(isNamed.test(readme), `README.md: ${name}`);
    t.ok(isNamed.test(page), `docs/commands.md: ${name}`);
  }
  t.end();
});
