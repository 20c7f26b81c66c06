import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import t from "tap";
import { type CommandNode, commandTree, everyNode } from "../runtime/cli/completion/command-tree.ts";
import { program } from "../runtime/cli/program.ts";
import { sealtrace } from "./commands.ts";

const tree = commandTree(program());
const has = (name: string, ...args: readonly string[]) => spawnSync(name, args).error === undefined;

/** What bash would propose for these words, the last one begun. */
function proposed(file: string, ...lines: readonly (readonly string[])[]): readonly string[] {
  const ask = (words: readonly string[]) => {
    const list = words.map((word) => `'${word}'`).join(" ");
    return `COMP_WORDS=(sealtrace ${list}) COMP_CWORD=${words.length}; _sealtrace; echo "\${COMPREPLY[*]}"`;
  };
  // outside of a completion compopt refuses to work: here it only says what it was asked for
  const script = `source ${file}; compopt() { COMPREPLY=("FILES $2"); }; ${lines.map(ask).join("; ")}`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script], { encoding: "utf8" });
  if (stderr !== "") throw new Error(stderr);
  return stdout.replace(/\n$/, "").split("\n");
}

const childNames = ({ commands }: CommandNode) => commands.map(({ path }) => path.at(-1)).join(" ");

t.test("bash proposes every command and every option of the program, and nothing else", async (t) => {
  const file = join(t.testdir(), "sealtrace.bash");
  writeFileSync(file, (await sealtrace(["completion", "bash"])).stdout);
  const nodes = everyNode(tree);
  const flags = proposed(file, ...nodes.map(({ path }) => [...path, "-"]));
  t.same(
    flags,
    nodes.map(({ options }) => options.map(({ long }) => long).join(" ")),
  );
  const parents = nodes.filter(({ commands }) => commands.length > 0);
  t.same(proposed(file, ...parents.map(({ path }) => [...path, ""])), parents.map(childNames));
  t.ok(nodes.length > 20 && parents.length > 2);
});

t.test("bash: what stands behind options is no command; files, folders and choices where they are meant", async (t) => {
  const file = join(t.testdir(), "sealtrace.bash");
  writeFileSync(file, (await sealtrace(["completion", "bash"])).stdout);
  const lines = [
    ["watch", "--line", "status", "--j"],
    ["status", "--j"],
    ["replay", "--config", ""],
    ["replay", ""],
    ["run", "--data", ""],
    ["completion", ""],
    ["scrap", "--why", ""],
  ];
  const replies = ["", "--json", "FILES default", "FILES default", "FILES dirnames", "bash zsh fish", ""];
  t.same(proposed(file, ...lines), replies);
});

for (const shell of ["zsh", "fish"] as const)
  t.test(`${shell} reads its script without a complaint`, { skip: !has(shell, "--version") }, async (t) => {
    const file = join(t.testdir(), `sealtrace.${shell}`);
    const { stdout } = await sealtrace(["completion", shell]);
    writeFileSync(file, stdout);
    t.match(spawnSync(shell, ["-n", file], { encoding: "utf8" }), { status: 0, stderr: "" });
    for (const { path } of everyNode(tree)) t.ok(stdout.includes(path.at(-1) ?? "sealtrace"));
  });

t.test("fish proposes what the program has", { skip: !has("fish", "--version") }, async (t) => {
  const file = join(t.testdir(), "sealtrace.fish");
  writeFileSync(file, (await sealtrace(["completion", "fish"])).stdout);
  const asked = (line: string) => {
    const script = `source ${file}; complete -C '${line}' | cut -f1`;
    return spawnSync("fish", ["-c", script], { encoding: "utf8" }).stdout.trim().split("\n").sort();
  };
  t.same(asked("sealtrace "), childNames(tree).split(" ").sort());
  t.same(asked("sealtrace product n"), ["name"]);
  t.ok(asked("sealtrace status --").includes("--json"));
});

t.test("the manual has every command and every option, in roff that is well formed", async (t) => {
  const { stdout } = await sealtrace(["manual"]);
  const text = stdout.replaceAll("\\-", "-").replaceAll("\\(dq", '"');
  for (const { path, args, options, commands } of everyNode(tree).slice(1)) {
    if (commands.length > 0 && args.length === 0 && options.length <= 1) continue;
    const head = text.indexOf(`.SS "${path.join(" ")}`);
    t.ok(head > 0, path.join(" "));
    const part = text.slice(head, text.indexOf("\n.S", head + 1));
    for (const { long, description } of options)
      if (long !== "--help") t.ok(part.includes(long) && part.includes(description), `${path.join(" ")} ${long}`);
  }
  t.notMatch(stdout, /^[.'](?!TP$|(TH|SH|SS|B|I|RI|BR) )/m, "no line is taken for a request by mistake");
});

t.test("mandoc finds no error", { skip: !has("mandoc", "-?") }, async (t) => {
  const file = join(t.testdir(), "sealtrace.1");
  writeFileSync(file, (await sealtrace(["manual"])).stdout);
  const { status, stdout } = spawnSync("mandoc", ["-Tlint", "-Werror", file], { encoding: "utf8" });
  t.same({ status, stdout }, { status: 0, stdout: "" });
});
