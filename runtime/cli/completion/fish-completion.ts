import { type CommandNode, everyNode, type Value } from "./command-tree.ts";

/** A script for fish: the same as for bash, with descriptions. */
export function fishCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoted(pathText(path)));
  return `# sealtrace: completion for fish; made by \`sealtrace completion fish\`
function __sealtrace_at
    set -l path ""
    for word in (commandline -opc)[2..]
        contains -- "$path/$word" ${paths.join(" ")}; and set path "$path/$word"
    end
    test "$path" = "$argv[1]"
end
complete -c sealtrace -f
${nodes.flatMap(linesOf).join("\n")}
`;
}

function linesOf({ path, commands, options, args }: CommandNode): readonly string[] {
  const at = `complete -c sealtrace -n ${quoted(`__sealtrace_at ${quoted(pathText(path))}`)}`;
  const below = commands.map(({ path, description }) => `${at} -a ${path.at(-1)} -d ${quoted(description)}`);
  const flags = options.map(({ long, short, description, value }) => {
    const names = `-l ${long.slice(2)}${short === null ? "" : ` -s ${short.slice(1)}`}`;
    return `${at} ${names} -d ${quoted(description)}${value === null ? "" : ` ${behind(value)}`}`;
  });
  const [first] = args;
  const operand = first === undefined || first.value.kind === "word" ? [] : [`${at} ${operandOf(first.value)}`];
  return [...below, ...flags, ...operand];
}

function behind(value: Value): string {
  if (value.kind === "choice") return `-x -a ${quoted(value.words.join(" "))}`;
  return { word: "-x", file: "-r -F", folder: "-x -a '(__fish_complete_directories)'" }[value.kind];
}

function operandOf(value: Value): string {
  if (value.kind === "choice") return `-a ${quoted(value.words.join(" "))}`;
  return value.kind === "file" ? "-F" : "-a '(__fish_complete_directories)'";
}

function pathText(path: readonly string[]): string {
  return path.map((name) => `/${name}`).join("");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
