import { type CommandNode, everyNode, type Value } from "./command-tree.ts";

/** A script for bash 4 or later: commands, options, and files where files are meant. */
export function bashCompletion(root: CommandNode): string {
  const nodes = everyNode(root);
  const paths = nodes.filter(({ path }) => path.length > 0).map(({ path }) => quoted(pathText(path)));
  const valued = nodes.flatMap((node) =>
    node.options.flatMap(({ long, short, value }) =>
      value === null ? [] : [long, ...(short === null ? [] : [short])].map((flag) => ({ node, flag, value })),
    ),
  );
  const replies = new Map<string, string[]>();
  for (const { node, flag, value } of valued) {
    const reply = valueReply(value);
    replies.set(reply, [...(replies.get(reply) ?? []), quoted(`${pathText(node.path)} ${flag}`)]);
  }
  const skipped = [...replies.values()].flat();
  return `# sealtrace: completion for bash; made by \`sealtrace completion bash\`
_sealtrace() {
  local cur=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} path= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$path \${COMP_WORDS[i]}" in
      ${skipped.join(" | ")}) ((i++)); continue ;;
    esac
    case "$path/\${COMP_WORDS[i]}" in
      ${paths.join(" | ")}) path="$path/\${COMP_WORDS[i]}" ;;
    esac
  done
  case "$path $before" in
${[...replies].map(([reply, places]) => `    ${places.join(" | ")}) ${reply}; return ;;`).join("\n")}
  esac
  case "$path" in
${nodes.map((node) => `    ${quoted(pathText(node.path))}) ${nodeReply(node)} ;;`).join("\n")}
  esac
}
complete -F _sealtrace sealtrace
`;
}

function nodeReply({ commands, options, args }: CommandNode): string {
  const flags = options.map(({ long }) => long).join(" ");
  const words = commands.map(({ path }) => path.at(-1)).join(" ");
  const [first] = args;
  const others =
    commands.length > 0
      ? `COMPREPLY=($(compgen -W ${quoted(words)} -- "$cur"))`
      : first === undefined
        ? ":"
        : valueReply(first.value);
  return `if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W ${quoted(flags)} -- "$cur")); else ${others}; fi`;
}

function valueReply(value: Value): string {
  if (value.kind === "choice") return `COMPREPLY=($(compgen -W ${quoted(value.words.join(" "))} -- "$cur"))`;
  if (value.kind === "word") return ":";
  return `compopt -o ${value.kind === "file" ? "default" : "dirnames"} 2>/dev/null`;
}

function pathText(path: readonly string[]): string {
  return path.map((name) => `/${name}`).join("");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
