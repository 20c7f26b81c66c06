import type { CommandNode, CommandOption, Value } from "./command-tree.ts";

/** A script for zsh: the same as for bash, with descriptions. */
export function zshCompletion(root: CommandNode): string {
  return `#compdef sealtrace
# sealtrace: completion for zsh; made by \`sealtrace completion zsh\`
${functionsOf(root).join("\n")}
if [ "$funcstack[1]" = "_sealtrace" ]; then _sealtrace "$@"; else compdef _sealtrace sealtrace; fi
`;
}

function functionsOf(node: CommandNode): readonly string[] {
  return [functionOf(node), ...node.commands.flatMap(functionsOf)];
}

function functionOf({ path, options, args, commands }: CommandNode): string {
  const specs = options.map(optionSpec);
  const operands =
    commands.length > 0
      ? [`'1:command:->command'`, `'*::argument:->rest'`]
      : args.map(({ name, value }, i) => quoted(`${i + 1}:${plain(name)}:${action(value)}`));
  const choose = commands.map(({ path, description }) => quoted(`${path.at(-1)}:${plain(description)}`));
  const below = commands.map(({ path: of }) => `    ${of.at(-1)}) ${nameOf(of)} ;;`);
  const states =
    commands.length === 0
      ? ""
      : `
  case $state in
  command) local -a commands=(${choose.join(" ")}); _describe command commands ;;
  rest) case $words[1] in
${below.join("\n")}
    esac ;;
  esac`;
  return `${nameOf(path)}() {
  local curcontext=$curcontext state line
  _arguments -C ${[...specs, ...operands].join(" ")}${states}
}`;
}

function optionSpec({ long, short, description, value, placeholder }: CommandOption): string {
  const value_ = value === null ? "" : `:${plain(placeholder ?? "")}:${action(value)}`;
  const tail = `[${plain(description)}]${value_}`;
  return short === null ? quoted(`${long}${tail}`) : `'(${short} ${long})'{${short},${long}}${quoted(tail)}`;
}

function action(value: Value): string {
  if (value.kind === "choice") return `(${value.words.join(" ")})`;
  return { word: " ", file: "_files", folder: "_files -/" }[value.kind];
}

function nameOf(path: readonly string[]): string {
  return ["_sealtrace", ...path].join("_");
}

/** Without what has a meaning in a spec. */
function plain(text: string): string {
  return text.replace(/[[\]:<>`]/g, "");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
